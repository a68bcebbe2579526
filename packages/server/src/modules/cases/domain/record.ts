import type { CaseStatus, ClockStage, Limit, OperationKey, Severity, SourceType, StandardRef } from '@chengyun/contract/cases'
import type { Timer } from '@chengyun/contract/clock'

/** What is asked for and waits for a decision: one at a time. */
export interface CaseRequest {
  kind: 'extend' | 'suspend' | 'force'
  by: string
  byName: string
  at: string
  opinion: string
  until?: string
  /** A handler's request is looked at by his unit first (§2.12 row 22: handler → dept → dispatcher). */
  atUnit?: boolean
}

/** What the flow remembers beside columns that are searched or counted. */
export interface CaseState {
  request?: CaseRequest
  /** The last return, until the receiver acts: bars pushing on (§2.12). */
  lastReturn?: { op: OperationKey; by: string; unitId: string | null }
  suspendedFrom?: CaseStatus
  suspendUntil?: string
  verify?: { result: string }
  check?: { result: string; by: string }
  task?: { kind: 'verify' | 'check'; collectorId: string; collectorName: string; sentAt: string; distanceM: number | null }
  supervision?: {
    kind: string
    level: string
    requirement: string
    needReply: boolean
    by: string
    byName: string
    at: string
    reply?: { by: string; text: string; at: string }
  }
  appeal?: { by: string; at: string; reason: string; result?: 'yes' | 'no'; reviewedBy?: string }
  visit?: { result: string; at: string; by: string }
  dispatchReason?: Record<string, unknown>
  proposal?: { op: 'register' | 'close'; conditionId?: string; by: string; byName: string }
  external?: { className?: string; unitName?: string }
  reporterName?: string
  handlerName?: string
}

/** A case as it stands: the row, in the program's words. Instants are ISO-8601 UTC with milliseconds; null = not yet. */
export interface CaseRecord {
  id: string
  caseNo: string
  version: number
  status: CaseStatus
  isOpen: boolean
  standardRef: StandardRef
  kind: 'component' | 'matter'
  classCode: string
  majorCode: string
  componentId: string | null
  conditionId: string | null
  sourceType: SourceType
  description: string
  severity: Severity
  urgent: boolean
  reporterId: string | null
  lng: number
  lat: number
  origin: { crs: string; lng: number; lat: number; accuracyM?: number } | null
  precision: 'exact' | 'street' | 'district' | 'city'
  address: string
  districtCode: string | null
  streetCode: string | null
  communityCode: string | null
  gridCode: string | null
  dutyGridCode: string | null
  unitId: string | null
  unitIds: string[]
  handlerId: string | null
  collectorId: string | null
  acceptorId: string | null
  registrarId: string | null
  caseLimit: Limit | null
  foundAt: string | null
  reportedAt: string
  acceptedAt: string | null
  registeredAt: string | null
  dispatchedAt: string | null
  receivedAt: string | null
  handledAt: string | null
  disposedAt: string | null
  checkedAt: string | null
  closedAt: string | null
  cancelledAt: string | null
  dueAt: string | null
  /** When a quarter of the running clock is left: from here its lamp is yellow. */
  soonAt: string | null
  dueStage: ClockStage | null
  handleDeadlineAt: string | null
  totalDeadlineAt: string | null
  wakeAt: string | null
  supervised: boolean
  selfHandled: boolean
  forced: boolean
  timeoutExempt: boolean
  requestKind: string | null
  extendCount: number
  reworkCount: number
  returnCount: number
  mergedInto: string | null
  needVisit: boolean
  externalSystem: string | null
  externalNo: string | null
  thumbId: string | null
  clocks: Partial<Record<ClockStage, Timer>>
  state: CaseState
  lastHash: string
  reportKey: string | null
}

/** Columns of `cases.case` in table order; a record's keys are the same words in camel case. */
// biome-ignore format: a table
export const CASE_COLUMNS: Readonly<Record<keyof CaseRecord, { column: string; type: string }>> = {
  id: { column: 'id', type: 'uuid' }, caseNo: { column: 'case_no', type: 'text' }, version: { column: 'version', type: 'int' }, status: { column: 'status', type: 'text' },
  isOpen: { column: 'is_open', type: 'boolean' }, standardRef: { column: 'standard_ref', type: 'text' }, kind: { column: 'kind', type: 'text' },
  classCode: { column: 'class_code', type: 'text' }, majorCode: { column: 'major_code', type: 'text' }, componentId: { column: 'component_id', type: 'text' },
  conditionId: { column: 'condition_id', type: 'text' }, sourceType: { column: 'source_type', type: 'text' }, description: { column: 'description', type: 'text' },
  severity: { column: 'severity', type: 'text' }, urgent: { column: 'urgent', type: 'boolean' }, reporterId: { column: 'reporter_id', type: 'uuid' },
  lng: { column: 'lng', type: 'float8' }, lat: { column: 'lat', type: 'float8' }, origin: { column: 'origin', type: 'jsonb' }, precision: { column: 'precision', type: 'text' },
  address: { column: 'address', type: 'text' }, districtCode: { column: 'district_code', type: 'text' }, streetCode: { column: 'street_code', type: 'text' },
  communityCode: { column: 'community_code', type: 'text' }, gridCode: { column: 'grid_code', type: 'text' }, dutyGridCode: { column: 'duty_grid_code', type: 'text' },
  unitId: { column: 'unit_id', type: 'uuid' }, unitIds: { column: 'unit_ids', type: 'uuid[]' }, handlerId: { column: 'handler_id', type: 'uuid' },
  collectorId: { column: 'collector_id', type: 'uuid' }, acceptorId: { column: 'acceptor_id', type: 'uuid' }, registrarId: { column: 'registrar_id', type: 'uuid' },
  caseLimit: { column: 'case_limit', type: 'jsonb' }, foundAt: { column: 'found_at', type: 'timestamptz' }, reportedAt: { column: 'reported_at', type: 'timestamptz' },
  acceptedAt: { column: 'accepted_at', type: 'timestamptz' }, registeredAt: { column: 'registered_at', type: 'timestamptz' }, dispatchedAt: { column: 'dispatched_at', type: 'timestamptz' },
  receivedAt: { column: 'received_at', type: 'timestamptz' }, handledAt: { column: 'handled_at', type: 'timestamptz' }, disposedAt: { column: 'disposed_at', type: 'timestamptz' },
  checkedAt: { column: 'checked_at', type: 'timestamptz' }, closedAt: { column: 'closed_at', type: 'timestamptz' }, cancelledAt: { column: 'cancelled_at', type: 'timestamptz' },
  dueAt: { column: 'due_at', type: 'timestamptz' }, soonAt: { column: 'soon_at', type: 'timestamptz' }, dueStage: { column: 'due_stage', type: 'text' }, handleDeadlineAt: { column: 'handle_deadline_at', type: 'timestamptz' },
  totalDeadlineAt: { column: 'total_deadline_at', type: 'timestamptz' }, wakeAt: { column: 'wake_at', type: 'timestamptz' }, supervised: { column: 'supervised', type: 'boolean' },
  selfHandled: { column: 'self_handled', type: 'boolean' }, forced: { column: 'forced', type: 'boolean' }, timeoutExempt: { column: 'timeout_exempt', type: 'boolean' },
  requestKind: { column: 'request_kind', type: 'text' }, extendCount: { column: 'extend_count', type: 'int' }, reworkCount: { column: 'rework_count', type: 'int' },
  returnCount: { column: 'return_count', type: 'int' }, mergedInto: { column: 'merged_into', type: 'uuid' }, needVisit: { column: 'need_visit', type: 'boolean' },
  externalSystem: { column: 'external_system', type: 'text' }, externalNo: { column: 'external_no', type: 'text' }, thumbId: { column: 'thumb_id', type: 'uuid' },
  clocks: { column: 'clocks', type: 'jsonb' }, state: { column: 'state', type: 'jsonb' }, lastHash: { column: 'last_hash', type: 'text' }, reportKey: { column: 'report_key', type: 'text' }
}
export const CASE_KEYS = Object.keys(CASE_COLUMNS) as (keyof CaseRecord)[]

/** A new case as a row of `cases.case`. */
export const caseRow = (record: CaseRecord): Record<string, unknown> =>
  Object.fromEntries(CASE_KEYS.map((key) => [CASE_COLUMNS[key].column, record[key]]))

/** What `recordOf` reads, of the table that a query calls `c`. */
export const CASE_SELECT = CASE_KEYS.map((key) => `c.${CASE_COLUMNS[key].column}`).join(', ')

/** A row that CASE_SELECT asked for, in the program's words. */
export function recordOf(row: readonly unknown[]): CaseRecord {
  const out: Record<string, unknown> = {}
  for (let i = 0; i < CASE_KEYS.length; i++) out[CASE_KEYS[i]!] = row[i]
  return out as unknown as CaseRecord
}

/** Which fields differ between two standings of a case: what an update has to write. */
export function changedKeys(before: CaseRecord, after: CaseRecord): (keyof CaseRecord)[] {
  return CASE_KEYS.filter((key) => {
    const a = before[key]
    const b = after[key]
    if (a === b) return false
    return typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || JSON.stringify(a) !== JSON.stringify(b)
  })
}

/** A case before anything is known of it. */
// biome-ignore format: a table
export const BLANK: CaseRecord = {
  id: '', caseNo: '', version: 1, status: 'reported', isOpen: true, standardRef: 'GB/T 47678.5-2026', kind: 'matter', classCode: '', majorCode: '',
  componentId: null, conditionId: null, sourceType: 'collector', description: '', severity: 'general', urgent: false, reporterId: null, lng: 0, lat:
  0, origin: null, precision: 'exact', address: '', districtCode: null, streetCode: null, communityCode: null, gridCode: null, dutyGridCode: null,
  unitId: null, unitIds: [], handlerId: null, collectorId: null, acceptorId: null, registrarId: null, caseLimit: null, foundAt: null, reportedAt: '',
  acceptedAt: null, registeredAt: null, dispatchedAt: null, receivedAt: null, handledAt: null, disposedAt: null, checkedAt: null, closedAt: null,
  cancelledAt: null, dueAt: null, soonAt: null, dueStage: null, handleDeadlineAt: null, totalDeadlineAt: null, wakeAt: null, supervised: false,
  selfHandled: false, forced: false, timeoutExempt: false, requestKind: null, extendCount: 0, reworkCount: 0, returnCount: 0, mergedInto: null,
  needVisit: false, externalSystem: null, externalNo: null, thumbId: null, clocks: {}, state: {}, lastHash: '', reportKey: null
}
