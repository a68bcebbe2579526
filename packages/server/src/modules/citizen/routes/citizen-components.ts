import { ComponentCode, PublicComponent } from '@chengyun/contract/public'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { CaseEnv } from '../../cases/index.ts'
import { fault } from '../commands/citizen-guard.ts'
import { componentOfReport } from '../component-class.ts'

/** Somebody reads a plate now and then; only a copier of the register reads one a second. */
const OPEN = { config: { public: true, rateLimit: { max: 30, timeWindow: '1 minute' } } } as const

/** What the plate of a component opens: class and place of the report that begins there, and nothing else of the register. */
export const citizenComponentRoutes =
  (env: CaseEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/public/components/:code',
      {
        ...OPEN,
        schema: {
          tags: ['citizen'],
          summary: 'Class and place of a component by the code on its plate',
          params: Type.Object({ code: ComponentCode }, { additionalProperties: false }),
          response: { 200: PublicComponent }
        }
      },
      async (req) => {
        const found = await componentOfReport(env, req.params.code)
        if (!found) throw fault('PUBLIC_COMPONENT_UNKNOWN')
        return found
      }
    )
  }
