import type { FastifyPluginAsync } from 'fastify'
import { packRoutes } from './routes/packs.ts'
import { pageRoutes } from './routes/pages.ts'
import { reportRoutes } from './routes/reports.ts'

/** Scenario packs over HTTP. */
export const scenariosRoutes: FastifyPluginAsync = async (app) => {
  await app.register(packRoutes)
  await app.register(reportRoutes)
  await app.register(pageRoutes)
}
