import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { rowFault } from '../domain/batch/row-faults.ts'
import { codeOf, seriesOfCode } from '../domain/codes.ts'
import { componentClasses } from '../ports.ts'
import type { BatchRecord } from '../queries/batches.ts'
import { isRegisterEmpty } from './batch-compare.ts'
import { makeUnique } from './batch-indexes.ts'
import { stageName } from './batch-stage.ts'

interface Loser {
  row_no: number
  code: string
  name: string
  first: number
  made: boolean
}

/** What judging the rows among themselves and against the register took away. */
export interface Judged {
  sameCode: number
  usedCode: number
  existing: number
}

/**
 * Judges codes: one that stands in the files twice is taken once (the first row), drafted ones give way, codes of removed items are refused, and those in the
 * register as the options say. Afterwards the stage has the unique index of a partition, and every index on top.
 */
export const judgeCodes = command(async (tx, input: { batch: BatchRecord; d: RegisterDeclaration }): Promise<Judged> => {
  const { batch, d } = input
  await sql`set local maintenance_work_mem = '256MB'`.execute(tx)
  const out: Judged = { sameCode: 0, usedCode: 0, existing: 0 }
  if (!(await isRegisterEmpty(tx, batch))) await judgeExisting(tx, batch, d, out)
  if (!(await makeUnique(tx, batch))) {
    out.sameCode = await settleTwins(tx, batch, d)
    if (!(await makeUnique(tx, batch))) throw new Error('codes of the batch are still not unique')
  }
  return out
})

/** Judges codes by what stands in the register. */
async function judgeExisting(tx: Tx, batch: BatchRecord, d: RegisterDeclaration, out: Judged): Promise<void> {
  await sql`analyze ${sql.raw(stageName(batch.id))}`.execute(tx)
  out.usedCode = await takeAway(tx, batch, sql`i.removed_at is not null`, 'usedCode')
  if (d.code.rule === 'component') out.existing = await takeOtherGeneration(tx, batch)
  if (batch.options.existing === 'reject' && batch.kind === 'import')
    out.existing += await takeAway(tx, batch, sql`true`, 'existing')
  if (batch.options.existing === 'skip' && batch.kind === 'import')
    await sql`delete from ${sql.raw(stageName(batch.id))} s using registry.item i where i.type_id = ${batch.type_id} and i.code = s.code`.execute(
      tx
    )
}

/** Rows whose code stands in the register under a condition become rejects. */
async function takeAway(
  tx: Tx,
  batch: BatchRecord,
  condition: ReturnType<typeof sql>,
  rule: 'usedCode' | 'existing'
): Promise<number> {
  const { rows } = await sql<Loser>`delete from ${sql.raw(stageName(batch.id))} s using registry.item i
    where i.type_id = ${batch.type_id} and i.code = s.code and ${condition} returning s.row_no, s.code, s.name, 0 as first, s.made`.execute(
    tx
  )
  await reject(tx, batch.id, rows, rule)
  return rows.length
}

/** A component that stands in the register under its code of the other generation would be there twice. */
async function takeOtherGeneration(tx: Tx, batch: BatchRecord): Promise<number> {
  const pairs = componentClasses()
    .all()
    .flatMap(({ code }) => {
      const now = code.length === 4 ? componentClasses().upgrade(code) : null
      // Each way by itself: classes can then be looked up instead of tried.
      return now === null
        ? []
        : [
            { own: code, other: now },
            { own: now, other: code }
          ]
    })
  const { rows } = await sql<Loser>`delete from ${sql.raw(stageName(batch.id))} s
    using jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as p(own text, other text), registry.item i
    where i.type_id = ${batch.type_id} and s.class_code = p.own and length(s.code) = 12 + length(p.own)
      and i.code = left(s.code, 6) || p.other || right(s.code, 6)
    returning s.row_no, i.code, s.name, 0 as first, s.made`.execute(tx)
  await reject(tx, batch.id, rows, 'existing')
  return rows.length
}

async function settleTwins(tx: Tx, batch: BatchRecord, d: RegisterDeclaration): Promise<number> {
  const stage = sql.raw(stageName(batch.id))
  const { rows } = await sql<Loser>`select row_no, code, name, first, made from (
      select row_no, code, name, made, row_number() over w as n, first_value(row_no) over w as first
      from ${stage} where code in (select code from ${stage} group by code having count(*) > 1)
      window w as (partition by code order by made, row_no)) t where n > 1 order by row_no`.execute(tx)
  const twice = rows.filter((r) => !r.made)
  await sql`delete from ${stage} where row_no = any(${twice.map((r) => r.row_no)}::int[])`.execute(tx)
  await reject(tx, batch.id, twice, 'sameCode')
  // Numbers that were drafted before a list of its own came along get others, after everything that is there.
  for (const [prefix, group] of Map.groupBy(
    rows.filter((r) => r.made),
    (r) => seriesOfCode(d.code, r.code)?.prefix ?? ''
  )) {
    const digits = (group[0]?.code.length ?? 0) - prefix.length
    const { rows: highest } = await sql<{ last: string | null }>`select max(right(code, ${digits}::int)) as last from ${stage}
      where code like ${`${prefix}%`} and length(code) = ${prefix.length + digits}::int`.execute(tx)
    let last = Number(highest[0]?.last ?? 0)
    for (const row of group) {
      last += 1
      const code = codeOf({ prefix, digits }, last)
      if (code === null) throw new Error(`no number is left under ${prefix}`)
      await sql`update ${stage} set code = ${code} where row_no = ${row.row_no}`.execute(tx)
    }
  }
  return twice.length
}

async function reject(
  tx: Tx,
  batchId: string,
  rows: readonly Loser[],
  rule: 'usedCode' | 'existing' | 'sameCode'
): Promise<void> {
  if (rows.length === 0) return
  const values = rows.map((r) => ({
    row_no: r.row_no,
    code: r.code,
    reasons: [rowFault('code', rule, { value: r.code, row: r.first })],
    fields: { code: r.code, name: r.name }
  }))
  // Which file and which row of it: rows are counted through the files in their order.
  await sql`insert into registry.reject (batch_id, row_no, code, reasons, fields, file_no, file_row)
    select ${batchId}::uuid, r.row_no, r.code, r.reasons, r.fields, f.no, r.row_no - f.before
    from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as r(row_no bigint, code text, reasons jsonb, fields jsonb)
    join (select no, sum(rows) over (order by no) - rows as before, rows from registry.batch_file where batch_id = ${batchId}) f
      on r.row_no > f.before and r.row_no <= f.before + f.rows`.execute(tx)
}
