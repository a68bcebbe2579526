import type { BatchComparison, RegisterDeclaration } from '@chengyun/contract/registry'
import { type RawBuilder, sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Db, Tx } from '../../../platform/db.ts'
import type { BatchRecord } from '../queries/batches.ts'
import { stageName } from './batch-stage.ts'

/** Within so many metres a place counts as the same: the accuracy of a survey of class A (GB/T 47678.5-2026). */
export const SAME_PLACE_M = 0.5

const METRES = sql.raw('sqrt(power((s.lng - i.lng) * cos(radians(i.lat)) * 111320, 2) + power((s.lat - i.lat) * 110950, 2))')
const UNITS = ['authority_id', 'owner_id', 'maintainer_id'] as const

/** The conditions under which a row of the stage says something else than the item: only what its files speak of counts. */
export function changedCondition(said: ReadonlySet<string>, filled: readonly string[]): RawBuilder<boolean> {
  const parts: RawBuilder<unknown>[] = [sql`not (i.attributes @> (s.attributes - ${[...filled]}::text[]))`]
  if (said.has('class')) parts.push(sql`s.class_code is distinct from i.class_code`)
  for (const name of ['name', 'status', 'address'])
    if (said.has(name)) parts.push(sql`${sql.ref(`s.${name}`)} <> ${sql.ref(`i.${name}`)}`)
  for (const name of UNITS)
    parts.push(sql`(${sql.ref(`s.${name}`)} is not null and ${sql.ref(`s.${name}`)} is distinct from ${sql.ref(`i.${name}`)})`)
  return sql<boolean>`(${sql.join(parts, sql` or `)})`
}

const movedCondition = (said: ReadonlySet<string>): RawBuilder<boolean> =>
  said.has('place')
    ? sql<boolean>`(s.lng is not null and (i.lng is null or ${METRES} > ${SAME_PLACE_M}::float8 or (s.shape is not null and s.shape is distinct from i.shape)))`
    : sql<boolean>`false`

/** Items a census goes through. */
function inScope({ scope }: BatchRecord): RawBuilder<boolean> {
  const starts = (column: string, prefixes: readonly string[] | undefined) =>
    prefixes?.length
      ? [
          sql`(${sql.join(
            prefixes.map((p) => sql`${sql.ref(column)} like ${`${p}%`}`),
            sql` or `
          )})`
        ]
      : []
  return sql<boolean>`${sql.join([sql`true`, ...starts('i.grid_code', scope.districts), ...starts('i.class_code', scope.classes)], sql` and `)}`
}

/** Whether a register has no item, not even a removed one: the stage will take the place of its partition. */
export async function isRegisterEmpty(db: Db | Tx, batch: { type_id: string }): Promise<boolean> {
  const { rows } = await sql`select 1 from registry.item where type_id = ${batch.type_id} limit 1`.execute(db)
  return rows.length === 0
}

/** Writes down how the stage differs from the register. Into an empty register nothing is written: everything is new. */
export const compareBatch = command(
  async (
    tx,
    { batch, d }: { batch: BatchRecord; d: RegisterDeclaration }
  ): Promise<{ comparison: BatchComparison; empty: boolean; seen: string }> => {
    const stage = sql.raw(stageName(batch.id))
    // What is committed now; what commits from here on stops the publication.
    const { rows: now } = await sql<{ seen: string }>`select pg_current_snapshot()::text as seen`.execute(tx)
    const seen = (now[0] as { seen: string }).seen
    const empty = await isRegisterEmpty(tx, batch)
    await sql`delete from registry.batch_diff where batch_id = ${batch.id}`.execute(tx)
    if (!empty) await writeDiff(tx, batch)
    return { comparison: await summary(tx, batch, d, empty, stage), empty, seen }
  }
)

async function writeDiff(tx: Tx, batch: BatchRecord): Promise<void> {
  const stage = sql.raw(stageName(batch.id))
  const said = new Set(batch.progress.said ?? [])
  const own = sql`i.type_id = ${batch.type_id}`
  await sql`analyze ${stage}`.execute(tx)
  await sql`insert into registry.batch_diff (batch_id, code, kind, class_code, grid_code)
    select ${batch.id}::uuid, s.code, 'added', s.class_code, s.grid_code from ${stage} s
    where not exists (select from registry.item i where ${own} and i.code = s.code)`.execute(tx)
  const [moved, changed] = [movedCondition(said), changedCondition(said, batch.progress.filled ?? [])]
  await sql`insert into registry.batch_diff (batch_id, code, kind, class_code, grid_code, moved_m)
    select ${batch.id}::uuid, s.code, case when ${moved} then 'moved' else 'changed' end, i.class_code, i.grid_code,
      case when ${moved} and i.lng is not null then ${METRES} end
    from ${stage} s join registry.item i on ${own} and i.code = s.code and i.removed_at is null where ${moved} or ${changed}`.execute(
    tx
  )
  if (batch.kind === 'census')
    await sql`insert into registry.batch_diff (batch_id, code, kind, class_code, grid_code)
      select ${batch.id}::uuid, i.code, 'removed', i.class_code, i.grid_code from registry.item i
      where ${own} and i.removed_at is null and ${inScope(batch)} and not exists (select from ${stage} s where s.code = i.code)`.execute(
      tx
    )
}

type Row = { class: string | null; street: string | null; kind: string; n: number }
const none = () => ({ added: 0, removed: 0, moved: 0, changed: 0, same: 0 })

async function summary(
  tx: Tx,
  batch: BatchRecord,
  d: RegisterDeclaration,
  empty: boolean,
  stage: RawBuilder<unknown>
): Promise<BatchComparison> {
  // Both ways of counting from one way through the rows.
  const key = sql`class_code as class, left(grid_code, 9) as street`
  const diff = empty
    ? { rows: [] as Row[] }
    : await sql<Row>`select ${key}, kind, count(*)::int as n from registry.batch_diff where batch_id = ${batch.id} group by 1, 2, 3`.execute(
        tx
      )
  const all = await sql<Row>`select ${key}, 'all' as kind, count(*)::int as n from ${stage} group by 1, 2`.execute(tx)
  const rows = [...diff.rows, ...all.rows]
  const fold = (by: 'class' | 'street'): Map<string, ReturnType<typeof none>> => {
    const out = new Map<string, ReturnType<typeof none>>()
    const of = (key: string) => {
      const known = out.get(key) ?? none()
      out.set(key, known)
      return known
    }
    for (const { kind, n, [by]: key } of rows) {
      const at = of(key ?? '')
      if (kind === 'all') at[empty ? 'added' : 'same'] += n
      else at[kind as 'added'] += n
    }
    // What is in the files and neither new nor different is the same.
    if (!empty) for (const at of out.values()) at.same = Math.max(0, at.same - at.added - at.moved - at.changed)
    return out
  }
  const byClass = fold('class')
  const byStreet = fold('street')
  const total = none()
  for (const one of byClass.values()) for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += one[key]
  const listed = (map: ReturnType<typeof fold>) =>
    [...map]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, counts]) => ({ code, name: code === '' ? d.name.zh : code, ...counts }))
  return { total, byClass: listed(byClass), byStreet: listed(byStreet) }
}
