import type { FastifyPluginAsync } from 'fastify'
import { registerLayers } from '../geo/index.ts'
import { packLayers, publishLayers } from './layers.ts'
import { keptReportRoutes } from './routes/kept-reports.ts'
import { layerRoutes } from './routes/layers.ts'
import { packRoutes } from './routes/packs.ts'
import { pageRoutes } from './routes/pages.ts'
import { publicRoutes } from './routes/public.ts'
import { reportRoutes } from './routes/reports.ts'

/** Scenario packs over HTTP. */
export const scenariosRoutes: FastifyPluginAsync = async (app) => {
  registerLayers(app.db, packLayers(app.db))
  publishLayers()
  await app.register(packRoutes)
  await app.register(reportRoutes)
  await app.register(keptReportRoutes)
  await app.register(layerRoutes)
  await app.register(pageRoutes)
  await app.register(publicRoutes)
}
