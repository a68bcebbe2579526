import type { FastifyPluginAsync } from 'fastify'
import { ItemCounts } from './counts.ts'
import { typeRoutes } from './routes/types.ts'

/** Registers over HTTP. */
export const registryRoutes: FastifyPluginAsync = async (app) => {
  const counts = new ItemCounts(app.db)
  app.hub.watch((event) => {
    if (event.name === 'registry.itemsChanged') counts.forget(String(event.payload.typeId))
  })
  await app.register(typeRoutes(counts))
}
