import { sql } from 'kysely'
import { type Db, runInTransaction } from '../../../platform/db.ts'
import type { Rollup } from '../domain/rollup.ts'
import { addRollups } from '../jobs/rollups.ts'
import { dayOf, makeMonth, monthText } from './days.ts'

const PIECE = 5000

/**
 * Writes roll-ups of streams that have none: history of a demonstration, made without readings. The spans are whole hours (UTC) or days of the city's wall
 * clock. Answers how many rows.
 */
export async function writeHistory(db: Db, level: 'hour' | 'day', rows: Iterable<Rollup>): Promise<number> {
  const months = new Set<string>()
  let piece: Rollup[] = []
  let count = 0
  const flush = async (): Promise<void> => {
    const part = piece
    piece = []
    if (part.length === 0) return
    await runInTransaction(db, async (tx) => {
      // Written again if it breaks off: it is a demonstration.
      await sql`set local synchronous_commit to off`.execute(tx)
      if (level === 'hour')
        for (const { at } of part) {
          const month = monthText(dayOf(at))
          if (months.has(month)) continue
          months.add(month)
          await makeMonth(tx, 'rollup_hour', `${month}-01`)
        }
      await addRollups(tx, level, part)
    })
    count += part.length
  }
  for (const row of rows) {
    piece.push(row)
    if (piece.length === PIECE) await flush()
  }
  await flush()
  return count
}
