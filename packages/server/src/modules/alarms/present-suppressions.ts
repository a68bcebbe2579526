import type { SuppressionView } from '@chengyun/contract/alarms'
import { type Actor, may } from '../../platform/actor.ts'
import { hidesAt } from './domain/suppress.ts'
import { HANDLE } from './policy.ts'
import type { SuppressionRow } from './queries/suppressions.ts'

/** A window of suppression as people see it. */
export function presentSuppression(w: SuppressionRow, actor: Actor, now: Date, zone: string): SuppressionView {
  const isOver = w.ended_at !== null || w.ends_at <= now
  const state = isOver ? 'ended' : w.starts_at > now ? 'waiting' : hidesAt(w, now, zone) ? 'active' : 'resting'
  return {
    id: w.id,
    scope: w.scope,
    reason: w.reason,
    startsAt: w.starts_at.toISOString(),
    endsAt: w.ends_at.toISOString(),
    weekly: w.weekly,
    state,
    createdAt: w.created_at.toISOString(),
    createdBy: w.created_by_name,
    endedAt: (w.ended_at ?? (isOver ? w.ends_at : null))?.toISOString() ?? null,
    endedBy: w.ended_by_name,
    hidden: w.hidden,
    version: w.version,
    can: !isOver && may(actor, HANDLE) ? ['end'] : []
  }
}
