import { createHash } from 'node:crypto'
import { type CaseReport, isOpen, type OperationKey } from '@chengyun/contract/cases'
import { type ChainHead, nextStep } from '@chengyun/contract/history'
import { sql } from 'kysely'
import { SYSTEM } from '../../../platform/actor.ts'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { AppError } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { refuse } from '../domain/guards.ts'
import { factsOf, type PlannedStep, plan, type Resolved } from '../domain/plan.ts'
import { BLANK, CASE_COLUMNS, CASE_KEYS, type CaseRecord } from '../domain/record.ts'
import type { CaseEnv } from '../env.ts'
import { dayOf } from './numbers.ts'
import { place, started } from './report.ts'
import { indexCases } from './search-index.ts'

/** A work order of another system, ready to be kept. Times are those of that system. */
export interface BulkCase {
  /** Number of its row in the file, for the report. */
  row: number
  report: Required<
    Pick<
      CaseReport,
      'standardRef' | 'kind' | 'classCode' | 'description' | 'location' | 'sourceType' | 'severity' | 'precision' | 'crs'
    >
  > &
    Pick<CaseReport, 'address'> & { external: NonNullable<CaseReport['external']> }
  reportedAt: Date
  /** When the other system ended it; null: unknown or still open there. */
  closedAt: Date | null
  /** Key of the unit that had it there, made out for its place. */
  unitKey(place: { districtCode: string | null; streetCode: string | null }): string | null
  /** Why it was answered rather than handled. */
  answer: string | null
}

export interface BulkInput {
  cases: readonly BulkCase[]
  /** `as-reported`: every order waits to be accepted. `closed`: orders with a closing time are kept as ended then. */
  status: 'as-reported' | 'closed'
}

export interface BulkResult {
  imported: number
  /** The same number of the same system was here already. */
  existing: number
  rejected: { row: number; code: string; details: Record<string, unknown> | undefined }[]
}

const ACTOR = { id: SYSTEM.id, name: '批量导入', unitId: null, role: null }
const NO_STEPS_THERE = '由外部系统导入：原系统只提供上报与办结时间，中间环节按规程补记'
const NOT_PLACED = '由外部系统导入：位置只知到市，未立案'
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

interface Built {
  record: CaseRecord
  steps: (PlannedStep & { seq: number; prevHash: string; hash: string })[]
}

/**
 * Keep work orders of another system, each with a full and chained history, many at once in one transaction. Orders already here are
 * left alone, so that an interrupted import can simply be done again. The sums of the indicators have to be counted anew afterwards.
 */
export const bulkImport = (env: CaseEnv) => {
  const unitsByKey = new Map([...env.reference.units.values()].map((u) => [u.key, u]))
  return command(async (tx, input: BulkInput, ctx): Promise<BulkResult> => {
    const out: BulkResult = { imported: 0, existing: 0, rejected: [] }
    const fresh = await withoutKnown(tx, input.cases)
    out.existing = input.cases.length - fresh.length
    const bases: { base: CaseRecord; order: BulkCase }[] = []
    for (const order of fresh) {
      try {
        bases.push({ base: baseOf(env, order), order })
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        out.rejected.push({ row: order.row, code: error.code, details: error.details as Record<string, unknown> | undefined })
      }
    }
    await numberAll(tx, env, bases)
    const built = bases.map(({ base, order }) => chained(storyOf(env, base, order, input.status, unitsByKey)))
    const kept = await insertAll(tx, built)
    out.imported = kept.length
    out.existing += built.length - kept.length
    await indexCases(tx, kept)
    ctx.audit({
      action: 'cases.bulkImport',
      objectType: 'case-list',
      objectId: input.cases[0]?.report.external.system ?? '',
      result: 'ok',
      after: { imported: out.imported, existing: out.existing, rejected: out.rejected.length }
    })
    return out
  })
}

async function withoutKnown(tx: Tx, cases: readonly BulkCase[]): Promise<BulkCase[]> {
  const pairs = JSON.stringify(cases.map(({ report: { external } }) => ({ s: external.system, n: external.no })))
  const { rows } = await sql<{
    s: string
    n: string
  }>`select c.external_system as s, c.external_no as n from jsonb_to_recordset(${pairs}::jsonb) as o(s text, n text)
    join cases."case" c on c.external_system = o.s and c.external_no = o.n`.execute(tx)
  const seen = new Set(rows.map((r) => `${r.s}\n${r.n}`))
  // The same number twice in one file is one order.
  return cases.filter(({ report: { external } }) => {
    const key = `${external.system}\n${external.no}`
    return !seen.has(key) && seen.add(key)
  })
}

function baseOf(env: CaseEnv, order: BulkCase): CaseRecord {
  const { report, reportedAt } = order
  const { standardRef, kind, classCode, external } = report
  const cls = env.reference.findClass(standardRef, kind, classCode)
  if (!cls?.active) throw refuse('CASE_CLASS_UNKNOWN', { classCode, standardRef })
  const placed = place(env, report)
  const at = reportedAt.toISOString()
  return {
    ...BLANK,
    id: newId(reportedAt.getTime()),
    standardRef,
    kind,
    classCode,
    majorCode: cls.majorCode,
    sourceType: report.sourceType,
    description: report.description,
    severity: report.severity,
    ...placed,
    address: report.address?.trim() || env.addressOf(placed),
    foundAt: at,
    reportedAt: at,
    needVisit: false,
    externalSystem: external.system,
    externalNo: external.no,
    state: {
      external: {
        ...(external.className && { className: external.className }),
        ...(external.unitName && { unitName: external.unitName })
      }
    }
  }
}

/** Case numbers by area and original day, one statement for all; the table is the one live reports take theirs from. */
async function numberAll(tx: Tx, env: CaseEnv, bases: readonly { base: CaseRecord }[]): Promise<void> {
  const keyOf = ({ base }: { base: CaseRecord }) =>
    `${(base.districtCode ?? env.adcode).slice(0, 6)}|${dayOf(new Date(base.reportedAt), env.timeZone)}`
  const groups = Map.groupBy(bases, keyOf)
  const wanted = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, own]) => ({ a: key.slice(0, 6), d: key.slice(7), n: own.length }))
  const { rows } = await sql<{ a: string; d: string; last: number }>`insert into cases.number_block as b (area_code, day, next)
    select w.a, w.d::date, w.n + 1 from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w(a text, d text, n int)
    on conflict (area_code, day) do update set next = b.next + excluded.next - 1 returning area_code as a, to_char(day, 'YYYY-MM-DD') as d, next - 1 as last`.execute(
    tx
  )
  for (const { a, d, last } of rows) {
    const own = groups.get(`${a}|${d}`) ?? []
    for (const [i, { base }] of own.entries())
      base.caseNo = `${a}${d.replaceAll('-', '')}${String(last - own.length + 1 + i).padStart(5, '0')}`
  }
}

/** What happened to an order, in the words of our flow: planned by the same rules as every living case, at the times the file knows. */
function storyOf(
  env: CaseEnv,
  base: CaseRecord,
  order: BulkCase,
  status: BulkInput['status'],
  units: ReadonlyMap<string, { id: string; path: string[] }>
): { record: CaseRecord; steps: PlannedStep[] } {
  const { reportedAt, closedAt } = order
  let record = started(env, base, reportedAt)
  const steps: PlannedStep[] = [
    {
      at: record.reportedAt,
      op: 'report',
      record: 'forward',
      fromStatus: null,
      toStatus: record.status,
      actor: ACTOR,
      opinion: null,
      data: { facts: factsOf(record), imported: true },
      stage: null,
      usedS: null,
      overdue: false
    }
  ]
  if (status === 'as-reported' || closedAt === null) return { record, steps }
  const { reference } = env
  const current = reference.calendarOf(base.districtCode)
  const act = (op: OperationKey, now: Date, input: Parameters<typeof plan>[2] = {}, resolved: Resolved = {}) => {
    const outcome = plan(record, op, input, {
      now,
      actor: ACTOR,
      current,
      book: reference.book,
      config: { ...reference.config, twoStep: false },
      resolved
    })
    steps.push({ ...outcome.step, data: { ...outcome.step.data, imported: true } })
    record = outcome.next
  }
  const condition = reference
    .conditionsOf(base.standardRef, base.kind, base.classCode)
    .sort((a, b) => Number(b.isDefault) - Number(a.isDefault))[0]
  const key = order.unitKey(base)
  const unit =
    (key && units.get(key)) ||
    (base.streetCode && units.get(`street.${base.streetCode}`)) ||
    (base.districtCode && units.get(`center.${base.districtCode}`)) ||
    undefined
  if (order.answer !== null || base.districtCode === null || !condition || !unit) {
    act('notRegister', closedAt, { opinion: order.answer ?? NOT_PLACED })
    return { record, steps }
  }
  const limit = reference.limitOf(condition, base.districtCode)
  act('accept', reportedAt, { opinion: NO_STEPS_THERE })
  act('register', reportedAt, { conditionId: condition.id }, { condition: { id: condition.id, limit } })
  act(
    'dispatch',
    reportedAt,
    { unitId: unit.id },
    { unit: { id: unit.id, ancestorIds: unit.path }, dispatchReason: { imported: true } }
  )
  act('assign', reportedAt, { handlerId: ACTOR.id }, { handler: { id: ACTOR.id, name: ACTOR.name } })
  act('submitHandle', closedAt, { opinion: NO_STEPS_THERE })
  act('deptConfirm', closedAt)
  if (record.status === 'pending_feedback_review') act('forward', closedAt)
  act('sendCheck', closedAt, {}, { collector: { id: ACTOR.id, name: ACTOR.name, distanceM: null } })
  act('submitCheck', closedAt, { result: 'pass' })
  act('close', closedAt)
  return { record, steps }
}

function chained({ record, steps }: { record: CaseRecord; steps: PlannedStep[] }): Built {
  let head: ChainHead | null = null
  const linked = steps.map((step) => {
    const { at, op, fromStatus, toStatus, actor, opinion, data } = step
    const link = nextStep(
      head,
      {
        caseId: record.id,
        at,
        op,
        fromStatus,
        toStatus,
        actorId: actor.id,
        actorName: actor.name,
        unitId: actor.unitId,
        opinion,
        data
      },
      sha256
    )
    head = { seq: link.seq, hash: link.hash }
    return { ...step, seq: link.seq, prevHash: link.prevHash, hash: link.hash }
  })
  return {
    record: { ...record, version: linked.length, isOpen: isOpen(record.status), lastHash: linked.at(-1)!.hash },
    steps: linked
  }
}

/** Writes what is not there yet; answers the ids of what was written. */
async function insertAll(tx: Tx, built: readonly Built[]): Promise<string[]> {
  if (built.length === 0) return []
  const columns = sql.raw(CASE_KEYS.map((k) => CASE_COLUMNS[k].column).join(', '))
  const rows = built.map(({ record }) => Object.fromEntries(CASE_KEYS.map((k) => [CASE_COLUMNS[k].column, record[k]])))
  const { rows: written } = await sql<{ id: string }>`insert into cases."case" (${columns})
    select ${columns} from jsonb_populate_recordset(null::cases."case", ${JSON.stringify(rows)}::jsonb)
    on conflict (external_system, external_no) where external_no is not null do nothing returning id`.execute(tx)
  const kept = new Set(written.map((r) => r.id))
  const steps = built
    .filter(({ record }) => kept.has(record.id))
    .flatMap(({ record, steps: own }) =>
      own.map((s) => ({
        case_id: record.id,
        seq: s.seq,
        at: s.at,
        op: s.op,
        record: s.record,
        from_status: s.fromStatus,
        to_status: s.toStatus,
        actor_id: s.actor.id,
        actor_name: s.actor.name,
        unit_id: s.actor.unitId,
        role: s.actor.role,
        opinion: s.opinion,
        data: s.data,
        stage: s.stage,
        used_s: s.usedS,
        overdue: s.overdue,
        prev_hash: s.prevHash,
        hash: s.hash
      }))
    )
  await sql`insert into cases.step (case_id, seq, at, op, record, from_status, to_status, actor_id, actor_name, unit_id, role, opinion, data, stage, used_s, overdue, prev_hash, hash)
    select case_id, seq, at, op, record, from_status, to_status, actor_id, actor_name, unit_id, role, opinion, data, stage, used_s, overdue, prev_hash, hash
    from jsonb_populate_recordset(null::cases.step, ${JSON.stringify(steps)}::jsonb)`.execute(tx)
  return [...kept]
}
