import { CASE_STATUSES, type CountingFacts, isOpen } from '@chengyun/contract/cases'
import type { MeasureRow } from '@chengyun/contract/indicators'
import fc from 'fast-check'
import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'

export const DISTRICTS = ['370202', '370203', '370211'] as const
export const UNITS = [
  '01900000-0000-7000-8000-0000000000a1',
  '01900000-0000-7000-8000-0000000000a2',
  '01900000-0000-7000-8000-0000000000a3'
] as const
export const ZONE = 'Asia/Shanghai'

/** A case with an id, as the tests move it about. */
export interface TestCase {
  id: string
  row: MeasureRow
}

const SPAN_FROM = Date.parse('2025-12-20T00:00:00Z')
const instant = fc.integer({ min: 0, max: 75 * 24 * 60 }).map((minutes) => new Date(SPAN_FROM + minutes * 60_000).toISOString())
/** The first instants of days and months are where counting by day goes wrong: ask for them often. */
const edge = fc.constantFrom(
  '2025-12-31T15:59:59.999Z',
  '2025-12-31T16:00:00.000Z',
  '2026-01-31T16:00:00.000Z',
  '2026-01-15T16:00:00.000Z'
)
const at = fc.oneof({ weight: 5, arbitrary: instant }, { weight: 1, arbitrary: edge })
const maybe = fc.option(at, { freq: 3 })

/** Any standing of a case, likely or not: counting must agree with SQL on all of them. */
export const anyRow: fc.Arbitrary<MeasureRow> = fc
  .record({
    place: fc.constantFrom<[string | null, string | null]>(
      ['370202', '370202001'],
      ['370202', '370202002'],
      ['370203', '370203001'],
      ['370211', null],
      [null, null]
    ),
    unitId: fc.option(fc.constantFrom(...UNITS)),
    sourceType: fc.constantFrom('collector', 'hotline', 'video'),
    majorCode: fc.constantFrom('01', '02', '10'),
    status: fc.constantFrom(...CASE_STATUSES),
    selfHandled: fc.boolean(),
    exempt: fc.boolean(),
    reportedAt: at,
    acceptedAt: maybe,
    registeredAt: maybe,
    dispatchedAt: maybe,
    disposedAt: maybe,
    handleDeadlineAt: maybe,
    totalDeadlineAt: maybe,
    closedAt: maybe,
    cancelledAt: maybe,
    dueAt: maybe,
    reworkCount: fc.nat(3),
    returnCount: fc.nat(2)
  })
  .map(({ place: [districtCode, streetCode], ...rest }) => ({ districtCode, streetCode, ...rest }))

export const factsOf = ({ dueAt: _due, ...facts }: MeasureRow): CountingFacts => facts

const columnsOf = ({ id, row }: TestCase) => ({
  id,
  case_no: id,
  version: 1,
  status: row.status,
  is_open: isOpen(row.status),
  standard_ref: 'GB/T 47678.5-2026',
  kind: 'matter',
  class_code: `${row.majorCode}001`,
  major_code: row.majorCode,
  source_type: row.sourceType,
  description: '',
  severity: 'general',
  urgent: false,
  lng: 120.38,
  lat: 36.06,
  precision: 'exact',
  address: '',
  district_code: row.districtCode,
  street_code: row.streetCode,
  unit_id: row.unitId,
  unit_ids: row.unitId ? [row.unitId] : [],
  reported_at: row.reportedAt,
  accepted_at: row.acceptedAt,
  registered_at: row.registeredAt,
  dispatched_at: row.dispatchedAt,
  disposed_at: row.disposedAt,
  closed_at: row.closedAt,
  cancelled_at: row.cancelledAt,
  due_at: row.dueAt ?? null,
  handle_deadline_at: row.handleDeadlineAt,
  total_deadline_at: row.totalDeadlineAt,
  supervised: false,
  self_handled: row.selfHandled,
  forced: false,
  timeout_exempt: row.exempt,
  extend_count: 0,
  rework_count: row.reworkCount,
  return_count: row.returnCount,
  need_visit: false,
  clocks: {},
  state: {},
  last_hash: ''
})

/** Put the cases as they stand into the database, over what stood there. */
export async function writeCases(db: Db | Tx, cases: readonly TestCase[]): Promise<void> {
  const json = JSON.stringify(cases.map(columnsOf))
  await sql`delete from cases."case" where id = any(${cases.map((c) => c.id)}::uuid[])`.execute(db)
  await sql`insert into cases."case" select * from jsonb_populate_recordset(null::cases."case", ${json}::jsonb)`.execute(db)
}

export const newCase = (row: MeasureRow): TestCase => ({ id: newId(), row })
