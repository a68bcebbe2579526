import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { cityOf } from '../modules/cases/index.ts'

const CityView = Type.Object({
  id: Type.String(),
  name: Type.Object({ zh: Type.String(), en: Type.String() }),
  adcode: Type.String(),
  timeZone: Type.String(),
  center: Type.Array(Type.Number()),
  extent: Type.Array(Type.Number()),
  demo: Type.Boolean()
})

/** Which city this is: readable before anyone signs in, because the sign-in page shows its name and every page its wall clock. */
export const cityRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/city',
    {
      config: { public: true },
      schema: { tags: ['city'], summary: 'The city this platform serves', response: { 200: CityView } }
    },
    async () => {
      const city = await cityOf(app.db)
      return { ...city, demo: city.demo === true }
    }
  )
}
