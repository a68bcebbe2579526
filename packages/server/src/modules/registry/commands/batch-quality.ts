import { setImmediate as turn } from 'node:timers/promises'
import type { BatchQuality, RegisterDeclaration } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { TwinFinder } from '../domain/batch/near.ts'
import { PointRows } from '../domain/batch/points.ts'
import type { BatchRecord } from '../queries/batches.ts'
import { stageName } from './batch-stage.ts'

/** Of each kind so many findings are listed; all are counted. */
const LISTED = 50_000
/** Completeness a census must have (standards §2.7.3). */
export const COMPLETE = 0.95

interface Twin {
  no: number
  other: number
  away: number
}

/** Rows searched between two turns of the event loop. */
const TURN_ROWS = 5000

/** Rows of the same class within a metre of an earlier one. */
export async function findTwins(client: pg.ClientBase, batch: BatchRecord): Promise<Twin[]> {
  const points = new PointRows(batch.progress.rows ?? 0)
  const stream = client.query(
    copyTo(
      `copy (select row_no, coalesce(class_code, ''), lng, lat from ${stageName(batch.id)} where lng is not null and shape is null) to stdout (format binary)`
    )
  )
  for await (const chunk of stream) points.push(chunk as Buffer)
  const finder = new TwinFinder()
  const out: Twin[] = []
  let n = 0
  for (const { no, classCode, lng, lat } of points) {
    const twin = finder.add(no, classCode, lng, lat)
    if (twin) out.push({ no, other: twin.no, away: twin.distanceM })
    if (++n % TURN_ROWS === 0) await turn()
  }
  return out
}

/** The fields whose completeness is measured: what is required, what the lists show, and who answers for the item. */
function measured(d: RegisterDeclaration): { field: string; name: { zh: string; en: string }; filled: ReturnType<typeof sql> }[] {
  const out = new Map<string, { field: string; name: { zh: string; en: string }; filled: ReturnType<typeof sql> }>()
  const add = (field: string, name: { zh: string; en: string }, filled: ReturnType<typeof sql>): void => {
    out.set(field, { field, name, filled })
  }
  if (d.classes) add('class', { zh: '小类', en: 'class' }, sql`class_code is not null`)
  add('name', { zh: '名称', en: 'name' }, sql`name <> ''`)
  if (d.geometry !== 'none') add('grid', { zh: '单元网格', en: 'unit grid' }, sql`length(grid_code) = 15`)
  const keys = new Set(d.attributes.map((a) => a.key))
  for (const kind of d.units ?? []) {
    // Of the units only the authority is mandatory (GB/T 47678.5-2026 table 2).
    if (kind !== 'authority') continue
    const texts = [`${kind}Code`, `${kind}Name`].filter((k) => keys.has(k))
    add(kind, { zh: '主管部门', en: 'authority' }, sql`(authority_id is not null or attributes ?| ${texts}::text[])`)
  }
  for (const a of d.attributes) if (a.required || d.columns.includes(a.key)) add(a.key, a.name, sql`attributes ? ${a.key}`)
  return [...out.values()]
}

/** Judges the quality of what is on the stage: completeness, places and grids, twins. The findings are written down, each with its place. */
export const judgeQuality = command(
  async (
    tx,
    { batch, d, twins }: { batch: BatchRecord; d: RegisterDeclaration; twins: readonly Twin[] }
  ): Promise<BatchQuality> => {
    const stage = sql.raw(stageName(batch.id))
    await sql`delete from registry.finding where batch_id = ${batch.id}`.execute(tx)
    const fields = measured(d)
    const counts = fields.map((f, i) => sql`count(*) filter (where ${f.filled})::int as ${sql.ref(`n${i}`)}`)
    const { rows } = await sql<Record<string, number>>`select count(*)::int as total, ${sql.join(counts)},
      count(*) filter (where declared is not null and (grid_code is null or left(grid_code, length(declared)) <> declared))::int as wrong_grid,
      count(*) filter (where lng is not null and grid_code is null)::int as outside from ${stage}`.execute(tx)
    const row = rows[0] ?? {}
    const total = row.total ?? 0
    const by = fields.map((f, i) => ({ field: f.field, name: f.name, filled: row[`n${i}`] ?? 0, of: total }))
    const completeness = total === 0 ? 0 : by.reduce((sum, f) => sum + f.filled, 0) / (by.length * total)
    const findings = {
      duplicate: twins.length,
      wrongGrid: row.wrong_grid ?? 0,
      outside: row.outside ?? 0,
      missing: 0,
      sameCode: 0
    }
    await listTwins(tx, batch, twins.slice(0, LISTED))
    if (findings.wrongGrid > 0)
      await listRows(
        tx,
        batch,
        'wrongGrid',
        sql`declared is not null and (grid_code is null or left(grid_code, length(declared)) <> declared)`
      )
    if (findings.outside > 0) await listRows(tx, batch, 'outside', sql`lng is not null and grid_code is null`)
    const required = fields.filter((f) => (by.find((b) => b.field === f.field)?.filled ?? 0) < total)
    for (const f of required.slice(0, 20))
      findings.missing += await listMissing(
        tx,
        batch,
        f.field,
        f.filled,
        total - (by.find((b) => b.field === f.field)?.filled ?? 0)
      )
    return verdict(batch, { completeness, by, findings, total })
  }
)

const nextSeq = (batchId: string) => sql`coalesce((select max(seq) from registry.finding where batch_id = ${batchId}), 0)`

async function listTwins(tx: Tx, batch: BatchRecord, twins: readonly Twin[]): Promise<void> {
  if (twins.length === 0) return
  const values = JSON.stringify(twins.map((t) => ({ n: t.no, o: t.other, a: Math.round(t.away * 100) / 100 })))
  const wanted = [...new Set(twins.flatMap((t) => [t.no, t.other]))]
  // The stage has no index by row: it is gone through once, for all of them.
  await sql`with t as materialized (select * from jsonb_to_recordset(${values}::jsonb) as t(n int, o int, a float8)),
      s as materialized (select row_no, code, class_code, lng, lat from ${sql.raw(stageName(batch.id))} where row_no = any(${wanted}::int[]))
    insert into registry.finding (batch_id, seq, kind, code, other_code, class_code, lng, lat, details)
    select ${batch.id}::uuid, ${nextSeq(batch.id)} + row_number() over (order by s.row_no), 'duplicate', s.code, o.code, s.class_code, s.lng, s.lat, jsonb_build_object('awayM', t.a)
    from t join s on s.row_no = t.n join s o on o.row_no = t.o`.execute(tx)
}

async function listRows(
  tx: Tx,
  batch: BatchRecord,
  kind: 'wrongGrid' | 'outside',
  condition: ReturnType<typeof sql>
): Promise<void> {
  await sql`insert into registry.finding (batch_id, seq, kind, code, class_code, lng, lat, details)
    select ${batch.id}::uuid, ${nextSeq(batch.id)} + row_number() over (), ${kind}, code, class_code, lng, lat, jsonb_build_object('declared', declared, 'located', grid_code)
    from (select * from ${sql.raw(stageName(batch.id))} where ${condition} limit ${LISTED}) s`.execute(tx)
}

/** Rows that lack a field; where nearly all do, the count says enough. */
async function listMissing(
  tx: Tx,
  batch: BatchRecord,
  field: string,
  filled: ReturnType<typeof sql>,
  missing: number
): Promise<number> {
  await sql`insert into registry.finding (batch_id, seq, kind, code, class_code, lng, lat, details)
    select ${batch.id}::uuid, ${nextSeq(batch.id)} + row_number() over (), 'missing', code, class_code, lng, lat, jsonb_build_object('field', ${field}::text)
    from (select * from ${sql.raw(stageName(batch.id))} where not coalesce(${filled}, false) limit 2000) s`.execute(tx)
  return missing
}

function verdict(
  batch: BatchRecord,
  {
    completeness,
    by,
    findings,
    total
  }: { completeness: number; by: BatchQuality['completenessBy']; findings: Record<string, number>; total: number }
): BatchQuality {
  const reasons: { zh: string; en: string }[] = []
  const share = (n: number): string => `${((100 * n) / Math.max(1, total)).toFixed(2)}%`
  if (completeness < COMPLETE)
    reasons.push({
      zh: `属性完整率 ${(completeness * 100).toFixed(1)}%，低于 95%`,
      en: `${(completeness * 100).toFixed(1)} % of the wanted attributes are filled, less than 95 %`
    })
  for (const [kind, zh, en] of [
    ['duplicate', '同类 1 米内重复', 'have one of the same class within 1 m'],
    ['wrongGrid', '所报网格与位置不符', 'lie in another grid than they claim'],
    ['outside', '不在本市范围内', 'lie outside the city']
  ] as const) {
    const n = findings[kind] ?? 0
    if (n > total * 0.005) reasons.push({ zh: `${n} 条（${share(n)}）${zh}`, en: `${n} (${share(n)}) ${en}` })
  }
  const suspicions = (batch.progress.suspicions ?? []) as { sentence: { zh: string; en: string } }[]
  for (const s of suspicions) reasons.push(s.sentence)
  const [read, rejected] = [batch.progress.rows ?? 0, batch.progress.rejected ?? 0]
  return {
    completeness,
    completenessBy: by,
    findings,
    sample: null,
    rejectedShare: read === 0 ? 0 : rejected / read,
    passed: reasons.length === 0,
    reasons
  }
}
