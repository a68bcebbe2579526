import type { CanView } from '@chengyun/contract/cases'
import type { FieldCase } from '@chengyun/contract/field'
import { readClock } from '@chengyun/ui/clock/reading.ts'

/** The acts by which a case is somebody's to-do in the field, the most telling first. */
export const FIELD_ACTS = ['submitVerify', 'submitCheck', 'submitHandle', 'assign', 'deptConfirm'] as const
export type FieldAct = (typeof FIELD_ACTS)[number]

/** What is to be done with a case by whoever holds this phone; null when it is only watched. */
export function actOf(c: { can: readonly CanView[] }): FieldAct | null {
  return FIELD_ACTS.find((op) => c.can.some((o) => o.op === op)) ?? null
}

/** By urgency: overdue longest first, then by time left, those without a running clock last. */
export function byUrgency(now: Date): (a: FieldCase, b: FieldCase) => number {
  const left = (c: FieldCase): number => {
    if (!c.clock || c.clock.lamp === 'done') return Number.MAX_SAFE_INTEGER
    if (c.clock.lamp === 'paused') return Number.MAX_SAFE_INTEGER - 1
    const r = readClock(c.clock, now)
    return r.late ? -r.seconds : r.seconds
  }
  return (a, b) => Number(b.urgent) - Number(a.urgent) || left(a) - left(b) || a.reportedAt.localeCompare(b.reportedAt)
}
