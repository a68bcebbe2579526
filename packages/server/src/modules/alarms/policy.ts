import type { AlarmFacts, AlarmTyped, HandAct, Party } from '@chengyun/contract/alarms'
import { ROLE_FACTS } from '@chengyun/contract/org'
import { type Actor, grantsFor, may } from '../../platform/actor.ts'
import { planReach, type Reach, reaches } from '../registry/index.ts'
import { type AlarmRow, isOpenState } from './domain/alarm.ts'

export const READ = 'alarms:read'
export const HANDLE = 'alarms:handle'
export const ACTUATE = 'alarms:actuate'
export const CONFIG = 'alarms:config'

/** What of the alarms a person's permission reaches: those of items he reaches, those given to him or his units; none of registers he may not know. */
export interface AlarmReach {
  reach: Reach
  actorId: string
  /** Registers that only some may know, where this person is none of them. */
  hiddenTypes: readonly string[]
}

type Reached = Pick<AlarmRow, 'type_id' | 'grid_code' | 'authority_id' | 'owner_id' | 'maintainer_id' | 'unit_id' | 'assignee_id'>

/** Is the alarm within the reach? The same answer as the SQL of queries/reach.ts. */
export function reachesAlarm({ reach, actorId, hiddenTypes }: AlarmReach, a: Reached): boolean {
  if (hiddenTypes.includes(a.type_id)) return false
  if (reaches(reach, a) || a.assignee_id === actorId) return true
  return !reach.all && a.unit_id !== null && reach.unitIds.includes(a.unit_id)
}

/** In whose name a person acts: the unit of his post that has a part in the alarm, else the hub that watches it. */
export function partyOf(actor: Actor, a: Pick<AlarmRow, 'regulator_id' | 'holder_id' | 'keeper_id'>): Party {
  const unitIds = grantsFor(actor, HANDLE)
    .filter((g) => ROLE_FACTS[g.role].scope === 'unit')
    .flatMap((g) => [...g.unitIds])
  const has = (id: string | null) => id !== null && unitIds.includes(id)
  if (has(a.holder_id) || has(a.keeper_id)) return 'owner'
  return has(a.regulator_id) ? 'regulator' : 'hub'
}

/** Whether the alarm, as it stands, takes an act; rights are looked at elsewhere. */
export function takes(a: AlarmRow, act: HandAct): boolean {
  switch (act) {
    case 'comment':
    case 'judge':
      return true
    case 'acknowledge':
    case 'assign':
      return isOpenState(a.state)
    case 'clear':
      return a.cleared_at === null
    case 'level':
      return a.cleared_at === null && isOpenState(a.state)
    case 'wantCase':
      return isOpenState(a.state) && a.case_id === null && a.lng !== null && (a.case_wanted_at === null || a.case_fault !== null)
    case 'linkCase':
      return a.case_id === null
    case 'reopen':
      return a.state === 'rejected' || (a.cleared_at !== null && a.clear_reason === 'person')
  }
}

/** What this person may do to the alarm now, in the order of the buttons. */
export const actsFor = (handles: AlarmReach | null, a: AlarmRow): HandAct[] =>
  handles !== null && reachesAlarm(handles, a) ? ORDER.filter((act) => takes(a, act)) : []
const ORDER: readonly HandAct[] = [
  'acknowledge',
  'assign',
  'judge',
  'comment',
  'clear',
  'level',
  'wantCase',
  'linkCase',
  'reopen'
]

/** Whose screens hear of an alarm. Duty grids are not unfolded here: who has nothing else reads the list. */
export function hearsOfAlarm(actor: Actor, payload: Record<string, unknown>): boolean {
  return hears(actor, (payload as { alarm: AlarmFacts & AlarmTyped }).alarm)
}

/** The same for what is told of an incident or a task. */
export const hearsOfThing = (actor: Actor, payload: Record<string, unknown>): boolean =>
  hears(actor, payload as unknown as Pick<AlarmFacts, 'gridCode' | 'unitIds'> & AlarmTyped)

function hears(actor: Actor, a: Pick<AlarmFacts, 'gridCode' | 'unitIds'> & AlarmTyped & { assigneeId?: string | null }): boolean {
  if (!may(actor, READ)) return false
  if (a.restricted && !may(actor, 'registry:restricted') && !may(actor, 'registry:config')) return false
  const plan = planReach(actor, READ)
  return (
    plan.all ||
    a.assigneeId === actor.id ||
    a.unitIds.some((id) => plan.unitIds.includes(id)) ||
    (a.gridCode !== null && plan.regions.some((r) => a.gridCode?.startsWith(r) === true))
  )
}
