import type { FastifyPluginAsync } from 'fastify'
import { runningEnv } from '../../cases/index.ts'
import { citizenReportRoutes } from './citizen.ts'
import { citizenAfterRoutes } from './citizen-after.ts'
import { citizenCityRoutes } from './citizen-city.ts'
import { citizenComponentRoutes } from './citizen-components.ts'
import { citizenPeopleRoutes } from './citizen-people.ts'
import { reviewRoutes } from './review.ts'

/** Everything the citizen app asks, below /api/public. It stands on what the cases of this process stand on. */
export const citizenAppRoutes: FastifyPluginAsync = async (app) => {
  const env = runningEnv()
  if (!env) throw new Error('citizen: the cases come before in modules.ts')
  await app.register(citizenReportRoutes(env))
  await app.register(citizenComponentRoutes(env))
  await app.register(citizenPeopleRoutes(env))
  await app.register(citizenCityRoutes(env))
  await app.register(citizenAfterRoutes(env))
  await app.register(reviewRoutes(env))
}
