import { createHash } from 'node:crypto'
import { dayRoot, genesisRoot, inclusionProof, leafHash, merkleLevels, type ProofStep } from '@chengyun/contract/history'
import { sql } from 'kysely'
import { SYSTEM } from '../../../platform/actor.ts'
import { command } from '../../../platform/command.ts'
import type { Db } from '../../../platform/db.ts'
import { dayOf } from './numbers.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export interface DayLeafRow {
  case_id: string
  seq: number
  hash: string
}

/** The last step of every case that moved on a day of the city, in the order the tree is built in. */
export async function leavesOf(db: Db, day: string, timeZone: string): Promise<DayLeafRow[]> {
  const { rows } = await sql<DayLeafRow>`
    select distinct on (case_id) case_id, seq, hash from cases.step
    where at >= (${day}::date::timestamp at time zone ${timeZone}) and at < ((${day}::date + 1)::timestamp at time zone ${timeZone})
    order by case_id, seq desc`.execute(db)
  return rows
}

const saveRoot = command(
  async (tx, input: { day: string; root: string; merkle: string; prevRoot: string; count: number }, { now }) => {
    await sql`insert into cases.day_root (day, root, merkle, prev_root, case_count, made_at) values (${input.day}, ${input.root}, ${input.merkle}, ${input.prevRoot}, ${input.count}, ${now}) on conflict do nothing`.execute(
      tx
    )
  }
)

/** Close every finished day that has no root yet: from then on no step of that day can be changed unseen, not even by us. */
export async function closeDays(db: Db, now: Date, timeZone: string): Promise<number> {
  const today = dayOf(now, timeZone)
  const { rows } = await sql<{ day: string }>`
    select distinct to_char(at at time zone ${timeZone}, 'YYYY-MM-DD') as day from cases.step
    where at < (${today}::date::timestamp at time zone ${timeZone})
      and at >= coalesce((select (max(day) + 1)::timestamp at time zone ${timeZone} from cases.day_root), '-infinity') order by day`.execute(
    db
  )
  for (const { day } of rows) {
    const leaves = await leavesOf(db, day, timeZone)
    const previous = await sql<{ root: string }>`select root from cases.day_root order by day desc limit 1`.execute(db)
    const prevRoot = previous.rows[0]?.root ?? genesisRoot(sha256)
    const levels = merkleLevels(
      leaves.map((l) => leafHash({ caseId: l.case_id, seq: l.seq, hash: l.hash }, sha256)),
      sha256
    )
    const merkle = levels.at(-1)![0]!
    const root = dayRoot({ day, timeZone, merkle, prevRoot, count: leaves.length }, sha256)
    await saveRoot(db, SYSTEM, { day, root, merkle, prevRoot, count: leaves.length }, now)
  }
  return rows.length
}

/** Proof that a case's last step of a closed day is under that day's root. */
export async function proofOf(
  db: Db,
  day: string,
  caseId: string,
  timeZone: string
): Promise<{ seq: number; path: ProofStep[] } | null> {
  const leaves = await leavesOf(db, day, timeZone)
  const index = leaves.findIndex((l) => l.case_id === caseId)
  const levels = merkleLevels(
    leaves.map((l) => leafHash({ caseId: l.case_id, seq: l.seq, hash: l.hash }, sha256)),
    sha256
  )
  return index < 0 ? null : { seq: leaves[index]!.seq, path: inclusionProof(levels, index) }
}
