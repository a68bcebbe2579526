import type { FastifyPluginAsync } from 'fastify'
import { sessionRoutes } from './routes/session.ts'

/** Everything `org` answers under /api. */
export const orgRoutes: FastifyPluginAsync = async (app) => {
  await app.register(sessionRoutes)
}
