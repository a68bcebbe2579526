import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { withLevel } from '../domain/fold.ts'
import { graver, nextRung, responseAt } from '../domain/respond.ts'
import { type Responses, responsesInForce } from '../queries/responses.ts'
import { command } from './command.ts'
import { followUp } from './follow-up.ts'
import { Outbound } from './outbound.ts'
import { type Draft, draftOf, findAlarms, writeDrafts } from './store.ts'

const AT_ONCE = 200

/**
 * Takes the rungs that are due (升级): nobody who had to has acknowledged. What is due stands in the rows, so a restart forgets nothing.
 * Answers how many alarms were looked at; there may be more.
 */
export const climbLadders = command(async (tx, _: null, ctx): Promise<number> => {
  const rows = await findAlarms(
    tx,
    sql`a.id = any(array(select id from alarms.alarm where wake_at <= ${ctx.now} order by wake_at limit ${AT_ONCE}))`,
    true
  )
  if (rows.length === 0) return 0
  const waiting = await unacknowledged(
    tx,
    rows.map((r) => r.id)
  )
  const over = rows.filter((r) => !waiting.has(r.id) || (r.state !== 'pending' && r.state !== 'handling'))
  if (over.length > 0)
    await sql`update alarms.alarm set wake_at = null where id = any(${over.map((r) => r.id)}::uuid[])`.execute(tx)
  const responses = await responsesInForce(tx)
  const out = new Outbound()
  const drafts = rows.filter((r) => !over.includes(r)).map(draftOf)
  for (const draft of drafts) await climb(tx, ctx, draft, responses, out)
  await writeDrafts(tx, drafts, ctx)
  await out.flush(tx, ctx)
  return rows.length
})

/** Alarms somebody must acknowledge and has not. */
async function unacknowledged(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ alarm_id: string }>`select distinct alarm_id from alarms.party
    where alarm_id = any(${[...ids]}::uuid[]) and due_at is not null and acknowledged_at is null`.execute(tx)
  return new Set(rows.map((r) => r.alarm_id))
}

async function climb(tx: Tx, ctx: CommandContext, draft: Draft, responses: Responses, out: Outbound): Promise<void> {
  const { row } = draft
  const level = responseAt(responses(row.pack, row.follow.response), row.level)
  const rung = level.ladder[row.rung]
  if (!rung) {
    // The response was changed meanwhile and has no such rung any more.
    row.wake_at = null
    draft.steps.push({ act: 'ladder', at: ctx.now, note: null, data: { rung: null } })
    return
  }
  const since = new Date((row.wake_at ?? ctx.now).getTime() - rung.afterS * 1000)
  draft.steps.push({ act: 'ladder', at: ctx.now, note: null, data: { rung: row.rung + 1, level: row.level, tell: rung.tell } })
  for (const { party, roles } of rung.tell) out.tell({ draft, kind: 'ladder', party, roles, channels: rung.channels })
  const next = rung.raise ? graver(row.level) : null
  if (next === null) {
    row.rung += 1
    row.wake_at = nextRung(level, since, row.rung)
    return
  }
  draft.steps.push({ act: 'level', at: ctx.now, note: null, data: { from: row.level, level: next, byLadder: true } })
  draft.row = withLevel(row, next, ctx.now)
  await followUp(tx, ctx, [{ draft, why: 'level' }], out)
}
