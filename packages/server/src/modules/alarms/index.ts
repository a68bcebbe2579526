/** `alarms`: rules over streams, what they find, and who acts on it (ADR 0020). */
import { ALARMS_ERRORS } from '@chengyun/contract/alarms'
import { defineModule } from '../../platform/module.ts'
import './tables.ts'

export { applyChanges } from './commands/apply-changes.ts'
export { type AlarmChange, type RuleInForce, ruleInForce } from './domain/change.ts'

export default defineModule({
  name: 'alarms',
  dependsOn: ['org', 'registry', 'streams'],
  migrations: new URL('./migrations/', import.meta.url),
  errors: ALARMS_ERRORS
})
