import { dayAt } from '@chengyun/contract/indicators'
import { type Db, prepared } from '../../../platform/db.ts'

const BLOCK = 32
const blocks = new Map<string, { next: number; end: number }>()
const pending = new Map<string, Promise<void>>()

/** `YYYY-MM-DD` of an instant in the city's time zone. */
export const dayOf = (at: Date, timeZone: string): string => dayAt(at.getTime(), timeZone)

/**
 * The next case number: area (6) + day (8) + sequence of the day (5), 19 digits (standards §2.1). Sequences are taken from the
 * database in blocks, so that numbering adds no round trip to a report; a restart leaves a gap, never a duplicate.
 */
export async function nextCaseNo(db: Db, areaCode: string, day: string): Promise<string> {
  const key = `${areaCode}${day}`
  for (;;) {
    const block = blocks.get(key)
    if (block && block.next < block.end) {
      const n = block.next
      block.next += 1
      return `${areaCode}${day.replaceAll('-', '')}${String(n).padStart(5, '0')}`
    }
    await refill(db, key, areaCode, day)
  }
}

function refill(db: Db, key: string, areaCode: string, day: string): Promise<void> {
  const running = pending.get(key)
  if (running) return running
  const run = prepared<{ next: number }>(
    db,
    'cases-number',
    `insert into cases.number_block (area_code, day, next) values ($1, $2, $3 + 1)
     on conflict (area_code, day) do update set next = cases.number_block.next + $3 returning next - $3 as next`,
    [areaCode, day, BLOCK]
  )
    .then((rows) => {
      const next = rows[0]!.next
      blocks.set(key, { next, end: next + BLOCK })
      // Yesterday's blocks are never asked for again; a replay of old orders touches many days.
      if (blocks.size > 5000) blocks.delete(blocks.keys().next().value!)
    })
    .finally(() => pending.delete(key))
  pending.set(key, run)
  return run
}

/** Tests give each database its own numbers. */
export const forgetNumbers = (): void => blocks.clear()
