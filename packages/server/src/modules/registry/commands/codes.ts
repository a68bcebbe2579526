import { REGISTRY_ERRORS } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { codesOf } from '../component.ts'
import { codeOf, type NumberSeries } from '../domain/codes.ts'
import { componentClasses } from '../ports.ts'

const fail = thrower(REGISTRY_ERRORS)

/**
 * What the numbers of a prefix are counted under. The code of a 2013 component turns into one of 2026 with the same number, so both
 * generations of a class count together: two components must not become one by the change of the standard.
 */
export function counterOf(prefix: string): string {
  const upgraded = /^\d{10}$/.test(prefix) ? componentClasses().upgrade(prefix.slice(6)) : null
  return upgraded === null ? prefix : prefix.slice(0, 6) + upgraded
}

/**
 * Takes the next `count` numbers of a series; answers the first. The row of the series is locked until the transaction ends, and the
 * number never falls, so that no code is given twice — not even after everything under the prefix was removed.
 */
export async function takeNumbers(tx: Tx, typeId: string, prefix: string, count = 1): Promise<number> {
  const { rows } = await sql<{
    last: string
  }>`insert into registry.sequence (type_id, prefix, last) values (${typeId}, ${counterOf(prefix)}, ${count}::bigint)
    on conflict (type_id, prefix) do update set last = registry.sequence.last + ${count}::bigint returning last`.execute(tx)
  return Number(rows[0]?.last) - count + 1
}

/** Lifts a series to at least `last`: codes that came from outside are taken, too. */
export async function raiseSequence(tx: Tx, typeId: string, prefix: string, last: number): Promise<void> {
  await sql`insert into registry.sequence (type_id, prefix, last) values (${typeId}, ${counterOf(prefix)}, ${last}::bigint)
    on conflict (type_id, prefix) do update set last = greatest(registry.sequence.last, excluded.last)`.execute(tx)
}

/** Whether a code stands in the register, removed items and those under the code of the other generation included. */
export async function isTaken(tx: Tx, typeId: string, code: string): Promise<boolean> {
  const { rows } =
    await sql`select 1 from registry.item where type_id = ${typeId} and code = any(${codesOf(code)}::text[])`.execute(tx)
  return rows.length > 0
}

/** Those of some codes that stand in the register, as `isTaken` says of one. */
export async function takenAmong(tx: Tx, typeId: string, codes: readonly string[]): Promise<Set<string>> {
  const asked = codes.map((code) => codesOf(code))
  const { rows } = await sql<{ code: string }>`select code from registry.item
    where type_id = ${typeId} and code = any(${asked.flat()}::text[])`.execute(tx)
  const there = new Set(rows.map((r) => r.code))
  return new Set(codes.filter((_, i) => asked[i]!.some((code) => there.has(code))))
}

/** Codes of many new items, in their order: the same that `takeCode` gives one after another. Throws REGISTRY_CODES_EXHAUSTED. */
export async function takeCodes(tx: Tx, typeId: string, series: readonly NumberSeries[]): Promise<string[]> {
  const out: string[] = []
  // Counters in one order, so that two who take many do not wait for each other.
  const counters = [...Map.groupBy(series.keys(), (i) => counterOf(series[i]!.prefix))].sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [, places] of counters) {
    const wanted = places.map((i) => series[i]!)
    const run = wanted.length === 1 ? null : await takeRun(tx, typeId, wanted)
    for (const [n, i] of places.entries()) out[i] = run?.[n] ?? (await takeCode(tx, typeId, wanted[n]!))
  }
  return out
}

/** The next numbers of one counter as codes, when all of them are free; else null, and nothing is taken. */
async function takeRun(tx: Tx, typeId: string, wanted: readonly NumberSeries[]): Promise<string[] | null> {
  const prefix = wanted[0]!.prefix
  const next = await takeNumbers(tx, typeId, prefix, 0)
  const codes = wanted.flatMap((one, i) => codeOf(one, next + i) ?? [])
  if (codes.length < wanted.length || (await takenAmong(tx, typeId, codes)).size > 0) return null
  await takeNumbers(tx, typeId, prefix, wanted.length)
  return codes
}

/** The next free code of a series. Throws REGISTRY_CODES_EXHAUSTED. */
export async function takeCode(tx: Tx, typeId: string, series: NumberSeries): Promise<string> {
  for (;;) {
    const code = codeOf(series, await takeNumbers(tx, typeId, series.prefix))
    if (code === null) throw fail('REGISTRY_CODES_EXHAUSTED', { prefix: series.prefix })
    if (!(await isTaken(tx, typeId, code))) return code
    // Somebody's list came with numbers of its own: go on after the highest of them.
    const { rows } = await sql<{ last: string | null }>`select max(right(code, ${series.digits}::int)) as last from registry.item
      where type_id = ${typeId} and code >= ${series.prefix} and code < ${`${series.prefix}:`} and length(code) = ${code.length}::int`.execute(
      tx
    )
    await raiseSequence(tx, typeId, series.prefix, Number(rows[0]?.last ?? 0))
  }
}
