/** Computing the indexes of items when they are due, and saying them to their streams. */
import type { IndexDeclaration } from '@chengyun/scenario-kit/packs'
import { SYSTEM } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { emptyBatch, streamsOf } from '../streams/index.ts'
import { keepIndexes, markSent } from './commands/indexes.ts'
import { indexOf } from './domain/health.ts'
import { indexInstants } from './domain/report-due.ts'
import {
  classesBefore,
  computedSince,
  indexFacts,
  indexItems,
  streamsByItem,
  type Unsent,
  unsentValues
} from './queries/indexes.ts'
import { declaredReports } from './queries/kept-reports.ts'
import { zoneOf } from './report-making.ts'

/** So many days back what is missing is computed after all: the days that are known by the hour even where nobody was there. */
const DAYS_BACK = 7
const PIECE = 5000
/** The hour before is added up a little after it ended. */
const SETTLE_MS = 120_000

/** Computes what is due and was not, the oldest first. Answers how many values are new. */
export async function computeIndexes(db: Db, now: Date): Promise<number> {
  const packs = (await declaredReports(db)).filter((p) => (p.indexes as IndexDeclaration[]).length > 0)
  if (packs.length === 0) return 0
  const timeZone = await zoneOf(db)
  let made = 0
  for (const { id: pack, indexes } of packs)
    for (const declared of indexes as IndexDeclaration[]) {
      const instants = indexInstants(declared.hours, now.getTime() - SETTLE_MS, DAYS_BACK, timeZone)
      const known = await computedSince(db, pack, declared.key, instants[0] ?? now)
      const missing = instants.filter((at) => !known.has(at.getTime()))
      if (missing.length === 0) continue
      const items = await indexItems(db, declared.subject)
      if (items.length === 0) continue
      for (const at of missing) {
        const facts = await indexFacts(db, pack, declared, at)
        const values = items.flatMap((item) => {
          const of = facts.get(item.id)
          return of ? [{ item, found: indexOf(declared, of) }] : []
        })
        if (values.length === 0) continue
        // Of what is past nobody has to be told any more.
        const before = at === instants.at(-1) ? await classesBefore(db, pack, declared.key, at) : new Map<string, number>()
        made += await keepIndexes(db, SYSTEM, { pack, declared, at, values, before }, now)
      }
    }
  await sayIndexes(db, packs, now)
  return made
}

/** Gives the streams the values they have not got. The same value twice is one reading, so that a kill in between does no harm. */
async function sayIndexes(db: Db, packs: readonly { id: string; indexes: unknown }[], now: Date): Promise<void> {
  const unsent = await unsentValues(db, PIECE)
  if (unsent.length === 0) return
  const streams = await streamsOf(db)
  const ids = new Map<string, Map<string, number>>()
  for (const { id, indexes } of packs)
    for (const d of indexes as IndexDeclaration[]) ids.set(`${id}/${d.key}`, await streamsByItem(db, d.subject, d.stream))
  const said = unsent.flatMap((u): (Unsent & { stream: number })[] => {
    const stream = ids.get(`${u.pack}/${u.key}`)?.get(u.item)
    return stream === undefined ? [] : [{ ...u, stream }]
  })
  if (said.length > 0) {
    const batch = emptyBatch(said.length)
    batch.length = said.length
    for (const [i, { stream, at, value }] of said.entries()) {
      batch.streams[i] = stream
      batch.at[i] = at.getTime()
      batch.values[i] = value
    }
    await streams.intake.submit(batch)
  }
  // What has no stream is kept here and said to none.
  await markSent(db, SYSTEM, unsent, now)
}
