import { CITIZEN_ERRORS, PUBLIC_ERRORS } from '@chengyun/contract/public'
import { defineModule } from '../../platform/module.ts'
import { citizenJobs } from './jobs-citizen.ts'
import { citizenListeners } from './listeners-citizen.ts'
import { open311Routes } from './routes/open311.ts'
import { citizenRoutes } from './routes.ts'
import { CitizenSettings } from './settings-citizen.ts'
import './tables.ts'

export default defineModule({
  name: 'citizen',
  dependsOn: ['org', 'geo', 'media', 'cases'],
  migrations: new URL('./migrations/', import.meta.url),
  routes: citizenRoutes,
  rootRoutes: open311Routes,
  errors: { ...PUBLIC_ERRORS, ...CITIZEN_ERRORS },
  settings: CitizenSettings,
  jobs: citizenJobs,
  listeners: citizenListeners
})
