import { CASE_ERRORS, type CaseMoved, CODE_ERRORS } from '@chengyun/contract/cases'
import { CLOCK_ERRORS } from '@chengyun/contract/clock'
import type { Actor } from '../../platform/actor.ts'
import { may } from '../../platform/actor.ts'
import { defineModule } from '../../platform/module.ts'
import { inScope } from '../org/index.ts'
import './commands/follow-grids.ts'
import { jobs } from './jobs.ts'
import { listeners } from './listeners.ts'
import { READ, scopeFor } from './policy.ts'
import { routes } from './routes.ts'

type Heard = Pick<CaseMoved, 'districtCode' | 'unitIds' | 'collectorId' | 'handlerId'> & {
  streetCode?: string | null
  reporterId?: string | null
}

/** Whose screens hear of a case: those who may see it. */
function hears(actor: Actor, payload: Record<string, unknown>): boolean {
  const p = payload as unknown as Heard
  const personIds = [p.reporterId, p.handlerId, p.collectorId].filter((id): id is string => typeof id === 'string')
  return inScope(scopeFor(actor, READ), actor.id, {
    districtCode: p.districtCode,
    streetCode: p.streetCode ?? null,
    dutyGridCode: null,
    unitIds: p.unitIds,
    personIds
  })
}

export default defineModule({
  name: 'cases',
  dependsOn: ['org', 'geo', 'media', 'registry', 'alarms'],
  migrations: new URL('./migrations/', import.meta.url),
  routes,
  listeners,
  jobs,
  live: { 'cases.moved': hears, 'cases.reminded': hears, 'cases.configured': (actor) => may(actor, 'cases:read') },
  errors: { ...CASE_ERRORS, ...CODE_ERRORS, ...CLOCK_ERRORS }
})

export { fileAlarmCases } from './commands/alarm-cases.ts'
export { type BulkCase, type BulkResult, bulkImport } from './commands/bulk-import.ts'
export { addCalendar, addClass, type CodeSet, changeClass, loadCodes, saveCondition, saveFlowConfig } from './commands/config.ts'
export { type MoveOptions, moveCase } from './commands/move.ts'
export { dayOf } from './commands/numbers.ts'
export { dropClass, findClass, setDefaultCondition } from './commands/pack-classes.ts'
export { forgetReporter, recordBundleExport } from './commands/personal.ts'
export { reportCase } from './commands/report.ts'
export { closeDays } from './commands/roots.ts'
export { indexCases } from './commands/search-index.ts'
export { offerClasses } from './component-classes.ts'
export { type ClassTable, makeClassTable, makeUpgrade } from './domain/codes.ts'
export { carryOver } from './domain/conditions.ts'
export { DEFAULT_FLOW_CONFIG, type FlowConfig } from './domain/config.ts'
export type { CaseRecord } from './domain/record.ts'
export type { CaseEnv } from './env.ts'
export {
  type ResponsibilityAnswer,
  type ResponsibilityQuestion,
  type ResponsibilityResolver,
  responsibilityFor,
  useResponsibility
} from './ports.ts'
export { exportBundle } from './queries/bundle.ts'
export { type CityFacts, cityOf } from './queries/city.ts'
export { hasCalendar, listCalendars } from './queries/config.ts'
export { listCases } from './queries/list.ts'
export { listHandlers } from './queries/people.ts'
export { getVisibleCase, viewCase } from './queries/view.ts'
export { buildEnv } from './routes.ts'
export { runningEnv } from './runtime.ts'
