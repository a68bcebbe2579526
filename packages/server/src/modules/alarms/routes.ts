import type { FastifyPluginAsync } from 'fastify'
import { registerLayers } from '../geo/index.ts'
import { registerAccess } from '../media/index.ts'
import { runTasks } from './commands/tasks.ts'
import { alarmLayers } from './layers.ts'
import { READ, reachesAlarm } from './policy.ts'
import { findListed } from './queries/list.ts'
import { alarmReach } from './queries/reach.ts'
import { alarmRoutes } from './routes/alarms.ts'
import { configRoutes } from './routes/config.ts'
import { incidentRoutes } from './routes/incidents.ts'
import { ruleRoutes } from './routes/rules.ts'
import { taskRoutes } from './routes/tasks.ts'

/** Everything the module answers below /api. */
export const routes: FastifyPluginAsync = async (app) => {
  registerAccess('alarm', async (actor, ownerId, db) => {
    const [row, reads] = await Promise.all([findListed(db, ownerId), alarmReach(db, actor, READ)])
    return row !== undefined && reads !== null && reachesAlarm(reads, row)
  })
  registerLayers(app.db, alarmLayers(app.db))
  // What rules want of actuators goes out when it is heard of, not when the job comes round.
  app.hub.keep(['alarms.tasked'], () => runTasks(app.db, new Date()))
  await app.register(alarmRoutes)
  await app.register(incidentRoutes)
  await app.register(configRoutes)
  await app.register(taskRoutes)
  await app.register(ruleRoutes)
}
