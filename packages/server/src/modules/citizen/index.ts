import { PUBLIC_ERRORS } from '@chengyun/contract/public'
import { defineModule } from '../../platform/module.ts'
import { citizenRoutes } from './routes.ts'
import './tables.ts'

export default defineModule({
  name: 'citizen',
  dependsOn: ['cases'],
  migrations: new URL('./migrations/', import.meta.url),
  routes: citizenRoutes,
  errors: PUBLIC_ERRORS
})
