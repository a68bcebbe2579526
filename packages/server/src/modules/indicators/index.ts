import { INDICATOR_ERRORS } from '@chengyun/contract/indicators'
import { defineModule } from '../../platform/module.ts'
import { listeners } from './listeners.ts'
import { indicatorRoutes } from './routes.ts'
import './tables.ts'

export { checkTallies, type Difference, rebuildTallies } from './commands/recount.ts'

export default defineModule({
  name: 'indicators',
  dependsOn: ['org', 'geo', 'cases'],
  migrations: new URL('./migrations/', import.meta.url),
  routes: indicatorRoutes,
  listeners,
  errors: INDICATOR_ERRORS
})
