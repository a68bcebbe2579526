import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { type FollowedUp, followUp } from './follow-up.ts'
import { gatherIncidents } from './gather.ts'
import { queueIncidentEvents } from './incident-events.ts'
import { Outbound } from './outbound.ts'
import { type Draft, writeDrafts } from './store.ts'

export interface Loud {
  draft: Draft
  why: 'raised' | 'level'
}

/** Writes alarms, and lets everything follow from those that are new, graver, or no longer hidden: incidents, people, cases, commands. */
export async function announce(tx: Tx, ctx: CommandContext, all: readonly Draft[], loud: readonly Loud[]): Promise<void> {
  const gathered = await gatherIncidents(
    tx,
    ctx,
    loud.filter((l) => l.why === 'raised').map((l) => l.draft),
    all
  )
  const isJoined = (l: Loud) => l.why === 'raised' && gathered.joined.has(l.draft.row.id)
  const out = new Outbound()
  await followUp(
    tx,
    ctx,
    loud.map((l): FollowedUp => (isJoined(l) ? { draft: l.draft, why: 'joined' } : l)),
    out
  )
  for (const { draft, count, level } of gathered.leads) out.tellIncident(draft, count, level)
  await writeDrafts(tx, [...all, ...gathered.others], ctx)
  await out.flush(tx, ctx)
  await queueIncidentEvents(tx, ctx, [...gathered.touched])
}
