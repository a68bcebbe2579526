import type { FastifyPluginAsync } from 'fastify'
import { may } from '../../platform/actor.ts'
import { registerLayers } from '../geo/index.ts'
import { registerAccess } from '../media/index.ts'
import { decidesOn, REQUEST_OWNER, REVIEW } from './commands/requests.ts'
import { ITEM_OWNER } from './commands/write.ts'
import { ItemCounts } from './counts.ts'
import { registryEnv } from './env.ts'
import { registerFamily } from './layers.ts'
import { READ, reaches } from './policy.ts'
import { publishRegisters } from './publication.ts'
import { findItemById } from './queries/items.ts'
import { reachOf } from './queries/reach.ts'
import { findRequest } from './queries/requests.ts'
import { batchRoutes } from './routes/batches.ts'
import { bulkRoutes } from './routes/bulk.ts'
import { exportRoutes } from './routes/export.ts'
import { itemRoutes } from './routes/items.ts'
import { requestRoutes } from './routes/requests.ts'
import { typeRoutes } from './routes/types.ts'

/** Registers over HTTP. */
export const registryRoutes: FastifyPluginAsync = async (app) => {
  const counts = new ItemCounts(app.db)
  app.hub.watch((event) => {
    if (event.name === 'registry.itemsChanged') counts.forget(String(event.payload.typeId))
  })
  publishRegisters()
  registerLayers(app.db, registerFamily(app.db))
  const env = await registryEnv(app.db)
  registerAccess(ITEM_OWNER, async (actor, ownerId, db) => {
    const item = await findItemById(db, ownerId)
    return item !== undefined && reaches(await reachOf(db, actor, READ), item)
  })
  await app.register(typeRoutes(counts))
  registerAccess(REQUEST_OWNER, async (actor, ownerId, db) => {
    const request = await findRequest(db, ownerId)
    if (request?.applicant_id === actor.id) return true
    return request !== undefined && may(actor, REVIEW) && decidesOn(await reachOf(db, actor, REVIEW), request)
  })
  await app.register(itemRoutes(env))
  await app.register(batchRoutes)
  await app.register(exportRoutes)
  await app.register(requestRoutes(env))
  await app.register(bulkRoutes(env))
}
