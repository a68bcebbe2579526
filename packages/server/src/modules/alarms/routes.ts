import type { FastifyPluginAsync } from 'fastify'
import { registerAccess } from '../media/index.ts'
import { READ, reachesAlarm } from './policy.ts'
import { findListed } from './queries/list.ts'
import { alarmReach } from './queries/reach.ts'
import { alarmRoutes } from './routes/alarms.ts'

/** Everything the module answers below /api. */
export const routes: FastifyPluginAsync = async (app) => {
  registerAccess('alarm', async (actor, ownerId, db) => {
    const [row, reads] = await Promise.all([findListed(db, ownerId), alarmReach(db, actor, READ)])
    return row !== undefined && reads !== null && reachesAlarm(reads, row)
  })
  await app.register(alarmRoutes)
}
