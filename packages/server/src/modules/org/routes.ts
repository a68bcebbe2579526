import type { FastifyPluginAsync } from 'fastify'
import { administrationRoutes } from './routes/administration.ts'
import { auditRoutes } from './routes/audit.ts'
import { dutyRoutes } from './routes/duty.ts'
import { oidcRoutes } from './routes/oidc.ts'
import { powerRoutes } from './routes/powers.ts'
import { sessionRoutes } from './routes/session.ts'

/** Everything `org` answers under /api. */
export const orgRoutes: FastifyPluginAsync = async (app) => {
  for (const routes of [sessionRoutes, oidcRoutes, administrationRoutes, powerRoutes, dutyRoutes, auditRoutes])
    await app.register(routes)
}
