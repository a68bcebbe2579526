import type { CaseReport } from '@chengyun/contract/cases'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { AppError } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { refuse } from '../domain/guards.ts'
import { stepRow } from '../domain/plan.ts'
import { BLANK, CASE_COLUMNS, CASE_KEYS, type CaseRecord, caseRow } from '../domain/record.ts'
import type { CaseEnv } from '../env.ts'
import { type Built, chained, storyOf } from './bulk-story.ts'
import { dayOf } from './numbers.ts'
import { place } from './report.ts'
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
    if (kept.length > 0) ctx.emit('cases.imported', { imported: kept.length })
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

/** Writes what is not there yet; answers the ids of what was written. */
async function insertAll(tx: Tx, built: readonly Built[]): Promise<string[]> {
  if (built.length === 0) return []
  const columns = sql.raw(CASE_KEYS.map((k) => CASE_COLUMNS[k].column).join(', '))
  const rows = built.map(({ record }) => caseRow(record))
  const { rows: written } = await sql<{ id: string }>`insert into cases."case" (${columns})
    select ${columns} from jsonb_populate_recordset(null::cases."case", ${JSON.stringify(rows)}::jsonb)
    on conflict (external_system, external_no) where external_no is not null do nothing returning id`.execute(tx)
  const kept = new Set(written.map((r) => r.id))
  const steps = built
    .filter(({ record }) => kept.has(record.id))
    .flatMap(({ record, steps: own }) => own.map((s) => stepRow(record.id, s)))
  await sql`insert into cases.step (case_id, seq, at, op, record, from_status, to_status, actor_id, actor_name, unit_id, role, opinion, data, stage, used_s, overdue, prev_hash, hash)
    select case_id, seq, at, op, record, from_status, to_status, actor_id, actor_name, unit_id, role, opinion, data, stage, used_s, overdue, prev_hash, hash
    from jsonb_populate_recordset(null::cases.step, ${JSON.stringify(steps)}::jsonb)`.execute(tx)
  return [...kept]
}
