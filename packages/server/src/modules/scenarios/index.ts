/** `scenarios`: applications as data (ADR 0021). */
import { SCENARIOS_ERRORS } from '@chengyun/contract/scenarios'
import { may } from '../../platform/actor.ts'
import { defineModule } from '../../platform/module.ts'
import { jobs } from './jobs.ts'
import { READ } from './policy.ts'
import { scenariosRoutes } from './routes.ts'
import { ScenariosSettings } from './settings.ts'
import './tables.ts'

export { type ChangeAsked, changePack } from './commands/change.ts'
export { HOUR_DAYS, type PackDemo, setUpPackDemo } from './demo.ts'
export { groundOf, KERNEL, listOffers, type Offer, PLATFORM, soundOffer } from './offers.ts'
export { presentPack } from './present.ts'
export { listPacks, type PackRecord } from './queries/packs.ts'
export { planOf } from './queries/plan.ts'
export { demoScale, packFolder } from './settings.ts'

export default defineModule({
  name: 'scenarios',
  dependsOn: ['org', 'geo', 'registry', 'streams', 'alarms', 'cases'],
  migrations: new URL('./migrations/', import.meta.url),
  routes: scenariosRoutes,
  jobs,
  live: { 'scenarios.changed': (actor) => may(actor, READ), 'scenarios.reported': (actor) => may(actor, READ) },
  errors: SCENARIOS_ERRORS,
  settings: ScenariosSettings
})
