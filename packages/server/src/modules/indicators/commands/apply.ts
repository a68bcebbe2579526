import { type CaseMoved, standingsOf } from '@chengyun/contract/cases'
import { CompiledQuery } from 'kysely'
import type { Tx } from '../../../platform/db.ts'
import { TallyBook, type TallyRow } from '../domain/tallies.ts'
import { findTimeZone } from '../queries/head.ts'
import { MEASURE_COLUMNS } from '../tables.ts'

const COLUMNS = ['dimension', 'grain', 'starts_on', 'area', 'key', ...MEASURE_COLUMNS]
const TYPES = ['text', 'text', 'date', 'text', 'text', ...MEASURE_COLUMNS.map(() => 'int')]

const upsertText = (table: string): string => `insert into ${table} as t (${COLUMNS.join(', ')})
  select * from unnest(${TYPES.map((type, i) => `$${i + 1}::${type}[]`).join(', ')})
  on conflict (dimension, grain, starts_on, area, key) do update set ${MEASURE_COLUMNS.map((c) => `${c} = t.${c} + excluded.${c}`).join(', ')}`

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** Add rows to `indicators.tally`, or to a table made like it. One statement, whatever the number of rows. */
export async function addTallies(tx: Tx, rows: readonly TallyRow[], table = 'indicators.tally'): Promise<void> {
  if (rows.length === 0) return
  // Array literals written here: a batch has some hundred thousand numbers, and the driver would quote each by itself.
  const words = (pick: (row: TallyRow) => string) => `{${rows.map((r) => quoted(pick(r))).join(',')}}`
  const values = [
    words((r) => r.dimension),
    words((r) => r.grain),
    words((r) => r.startsOn),
    words((r) => r.area),
    words((r) => r.key),
    ...MEASURE_COLUMNS.map((_, i) => `{${rows.map((r) => r.counts[i]).join(',')}}`)
  ]
  await tx.executeQuery(CompiledQuery.raw(upsertText(table), values))
}

/** Take a batch of moves into the tallies. Called by the relay with events it delivers once, in the transaction that removes them. */
export async function applyMoves(tx: Tx, moves: readonly Pick<CaseMoved, 'facts'>[]): Promise<void> {
  const book = new TallyBook(await findTimeZone(tx))
  for (const { facts } of moves) {
    const { before, after } = standingsOf(facts)
    book.move(before, after)
  }
  await addTallies(tx, book.rows())
}
