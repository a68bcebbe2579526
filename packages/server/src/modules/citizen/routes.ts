import type { FastifyPluginAsync } from 'fastify'
import { citizenAppRoutes } from './routes/citizen-app.ts'
import { citizenPlaceRoutes } from './routes/citizen-places.ts'
import { hotlineRoutes } from './routes/hotline.ts'
import { open311KeyRoutes } from './routes/open311-keys.ts'
import { peerRoutes } from './routes/peers.ts'

/** Everything the public side answers below /api. */
export const citizenRoutes: FastifyPluginAsync = async (app) => {
  await app.register(citizenPlaceRoutes)
  await app.register(citizenAppRoutes)
  await app.register(open311KeyRoutes)
  await app.register(hotlineRoutes)
  await app.register(peerRoutes)
}
