import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

interface JudgeStateRow {
  generation: number
  seq: number
  watched: number
  body: Buffer
}

/** The saved state in the order it was written: the last whole one and what changed since. */
export async function readJudgeState(db: Db): Promise<JudgeStateRow[]> {
  const { rows } = await sql<JudgeStateRow>`select generation, seq, watched, body from alarms.judge_state order by id`.execute(db)
  return rows
}

const PARTS = 8

/** The saved state backwards, a few parts at a time: what was saved last comes first. */
export async function* readJudgeStateBackwards(db: Db): AsyncGenerator<Buffer> {
  for (let before: string | null = null; ; ) {
    const { rows }: { rows: { id: string; body: Buffer }[] } = await sql<{ id: string; body: Buffer }>`
      select id::text as id, body from alarms.judge_state where ${before}::bigint is null or id < ${before}::bigint
      order by id desc limit ${PARTS}`.execute(db)
    for (const { body } of rows) if (body.length > 0) yield body
    if (rows.length < PARTS) return
    before = rows.at(-1)!.id
  }
}

/** Alarms of rules that stand, by what the judge knows them by. */
export async function listStanding(db: Db): Promise<{ rule_id: string; stream_id: number; began_at: Date; level: number }[]> {
  const { rows } = await sql<{ rule_id: string; stream_id: number; began_at: Date; level: number }>`
    select rule_id, stream_id, began_at, level from alarms.alarm where cleared_at is null`.execute(db)
  return rows
}

/** Alarms of a rule about a stream that stood at any time within a span, by when they began. */
export async function listSpans(
  db: Db,
  ruleId: string,
  streamId: number,
  from: Date,
  to: Date
): Promise<{ began_at: Date; cleared_at: Date | null }[]> {
  const { rows } = await sql<{ began_at: Date; cleared_at: Date | null }>`select began_at, cleared_at from alarms.alarm
    where rule_id = ${ruleId} and stream_id = ${streamId} and began_at <= ${to} and (cleared_at is null or cleared_at >= ${from})
    order by began_at`.execute(db)
  return rows
}
