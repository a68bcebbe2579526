import { DISPATCH_ERRORS } from '@chengyun/contract/dispatch'
import { may } from '../../platform/actor.ts'
import { defineModule } from '../../platform/module.ts'
import { jobs } from './jobs.ts'
import './queries/duty-rules.ts'
import { dispatchRoutes } from './routes.ts'
import './tables.ts'

export { importOwners } from './commands/owners.ts'
export { type Changed, loadResponsibility } from './commands/rules.ts'

export default defineModule({
  name: 'dispatch',
  dependsOn: ['org', 'geo', 'registry', 'cases'],
  migrations: new URL('./migrations/', import.meta.url),
  routes: dispatchRoutes,
  jobs,
  live: { 'dispatch.changed': (actor) => may(actor, 'dispatch:read') },
  errors: DISPATCH_ERRORS
})
