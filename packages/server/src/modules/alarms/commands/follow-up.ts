import type { ResponseDeclaration } from '@chengyun/contract/alarms'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { nextRung, partiesAt, responseAt, seenBy, unitOfParty } from '../domain/respond.ts'
import { responsesInForce } from '../queries/responses.ts'
import { automaticTasks } from './automatic.ts'
import type { Outbound } from './outbound.ts'
import type { Draft } from './store.ts'
import { wantCases } from './want-case.ts'

export interface FollowedUp {
  draft: Draft
  /** `joined`: it became one of an incident and its people have been told of that; only a graver level speaks again. */
  why: 'raised' | 'level' | 'joined'
}

/**
 * What follows when alarms are raised, become graver, or come out of a suppression: who sees them, who must acknowledge by when, who is told,
 * what becomes a case, which actuators work by themselves. Changes the drafts; what goes out waits in `out` until they are written.
 */
export async function followUp(tx: Tx, ctx: CommandContext, items: readonly FollowedUp[], out: Outbound): Promise<void> {
  if (items.length === 0) return
  const responses = await responsesInForce(tx)
  for (const item of items) respond(item, responses(item.draft.row.pack, item.draft.row.follow.response), ctx, out)
  const drafts = items.map((item) => item.draft)
  await wantCases(tx, ctx, drafts, responses)
  await automaticTasks(tx, ctx, drafts, out)
}

/** Parties, their clocks and the messages of one alarm at its level. */
export function respond({ draft, why }: FollowedUp, response: ResponseDeclaration, ctx: CommandContext, out: Outbound): void {
  const { row } = draft
  const level = responseAt(response, row.level)
  const parties = partiesAt(level, row)
  Object.assign(row, seenBy(level, row))
  row.needs_ack = row.needs_ack || parties.some((p) => p.acknowledgeS !== undefined)
  for (const p of parties) {
    const isTold = p.tell.length > 0 && why !== 'joined'
    out.parties.push({
      alarm_id: row.id,
      party: p.party,
      unit_id: unitOfParty(p.party, row),
      told_at: isTold ? ctx.now : null,
      due_at: p.acknowledgeS === undefined ? null : new Date(ctx.now.getTime() + p.acknowledgeS * 1000)
    })
    if (isTold)
      out.tell({ draft, kind: why === 'level' ? 'level' : 'raised', party: p.party, roles: p.tell, channels: p.channels })
  }
  // Of an incident the lead alone has a clock (gather.ts).
  if (why !== 'joined') row.wake_at = nextRung(level, ctx.now, row.rung)
}
