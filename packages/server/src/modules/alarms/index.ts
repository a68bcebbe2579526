/** `alarms`: rules over streams, what they find, and who acts on it (ADR 0020). */
import { ALARMS_ERRORS, type AlarmsNoticed } from '@chengyun/contract/alarms'
import { may } from '../../platform/actor.ts'
import { defineModule } from '../../platform/module.ts'
import { offerFollower } from '../streams/index.ts'
import { jobs } from './jobs.ts'
import { judgeOf } from './judge/judge.ts'
import { listeners } from './listeners.ts'
import { hearsOfAlarm, hearsOfThing, READ } from './policy.ts'
import { routes } from './routes.ts'
import { AlarmSettings } from './settings.ts'
import './tables.ts'

export { saveActuators } from './commands/actuators.ts'
export { applyChanges } from './commands/apply-changes.ts'
export { linkCase, refuseCase } from './commands/case-link.ts'
export {
  countRaised,
  forgetRules,
  purgeAlarms,
  renameRule,
  resumePackRules,
  rulesOff
} from './commands/pack-data.ts'
export { removeResponse, saveResponse } from './commands/responses.ts'
export { endPackRules, type Imported, putPackRules } from './commands/rules.ts'
export { forgetTold, tellRoles } from './commands/tell.ts'
export { type AlarmChange, type RuleInForce, ruleInForce } from './domain/change.ts'
export { bandOf } from './judge/explain.ts'
export { useCaseLookup } from './ports.ts'
export { type CountedAlarm, countedAlarms } from './queries/figures.ts'
export { listRules } from './queries/rules.ts'
export { countsOf as countAlarms, pageOf as pageOfAlarms } from './reading.ts'

offerFollower(judgeOf)

export default defineModule({
  name: 'alarms',
  dependsOn: ['org', 'geo', 'media', 'registry', 'streams'],
  migrations: new URL('./migrations/', import.meta.url),
  routes,
  listeners,
  jobs,
  live: {
    'alarms.moved': hearsOfAlarm,
    'alarms.incidentMoved': hearsOfThing,
    'alarms.tasked': hearsOfThing,
    'alarms.ruleChanged': (actor) => may(actor, READ),
    'alarms.noticed': (actor, payload) => (payload as unknown as AlarmsNoticed).personId === actor.id,
    'alarms.configured': (actor) => may(actor, READ)
  },
  errors: ALARMS_ERRORS,
  settings: AlarmSettings
})
