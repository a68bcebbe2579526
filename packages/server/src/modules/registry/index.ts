/** `registry`: every list the city keeps. Types are data, items one table partitioned by type (ADR 0017). */
import { REGISTRY_ERRORS } from '@chengyun/contract/registry'
import { may } from '../../platform/actor.ts'
import { defineModule } from '../../platform/module.ts'
import { registryRoutes } from './routes.ts'
import './tables.ts'

export { loadTypes, retireType, saveType } from './commands/types.ts'
export { type ComponentClasses, useComponentClasses } from './ports.ts'

export default defineModule({
  name: 'registry',
  dependsOn: ['org'],
  migrations: new URL('./migrations/', import.meta.url),
  routes: registryRoutes,
  live: { 'registry.typeChanged': (actor) => may(actor, 'registry:read') },
  errors: REGISTRY_ERRORS
})
