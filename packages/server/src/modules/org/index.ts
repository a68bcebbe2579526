import { ORG_ERRORS } from '@chengyun/contract/org'
import { may } from '../../platform/actor.ts'
import { defineModule } from '../../platform/module.ts'
import { jobs } from './jobs.ts'
import { orgRoutes } from './routes.ts'
import { OrgSettings } from './settings.ts'
import './tables.ts'

export { authHook, CSRF_HEADER, demandPermission, SESSION_COOKIE } from './auth/hook.ts'
export { hashPassword } from './auth/passwords.ts'
export { currentActor } from './auth/session-cache.ts'
export { assignDutyGrids, loadOrganisation, loadShifts } from './commands/load-organisation.ts'
export { planCollector, planCollectorEnd } from './commands/plan-collectors.ts'
export {
  type AccountInput,
  addAccount,
  removeSecondFactor,
  setTemporaryPassword,
  unlockAccount
} from './commands/provision.ts'
export {
  type BuiltOrganisation,
  type BuiltUnit,
  buildOrganisation,
  DEMO_PASSWORD,
  type OrganisationLayout
} from './domain/demo-organisation.ts'
export { dutyGridsAt, dutyGridsOf } from './domain/duty-grids.ts'
export { maskName, maskPhone } from './domain/masking.ts'
export { type BuiltShift, rosterFor } from './domain/roster.ts'
export { type Keyring, keyringFrom, newToken, openKeyring } from './keyring.ts'
export { actsForUnit, inScope, reachesNothing, type Scope, type ScopedRow, scopeOf } from './policy.ts'
export { listAccounts } from './queries/directory.ts'
export { phonesOf } from './queries/phones.ts'
export { planOrDo } from './routes/administration.ts'

export default defineModule({
  name: 'org',
  dependsOn: [],
  migrations: new URL('./migrations/', import.meta.url),
  routes: orgRoutes,
  jobs,
  live: {
    'org.changed': (actor) => may(actor, 'org:read'),
    'org.account_locked': (actor) => may(actor, 'org:lockouts')
  },
  errors: ORG_ERRORS,
  settings: OrgSettings
})
