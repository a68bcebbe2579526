import { type NoticeKind, type Party, PRESSING_KINDS } from '@chengyun/contract/alarms'
import type { RoleKey } from '@chengyun/contract/org'
import { inSpan } from './suppress.ts'

/** A post of a person, as far as it matters to who is told. */
export interface Post {
  person_id: string
  role: RoleKey
  unit_id: string
  unit_kind: string
  /** Division code prefixes; null: everywhere. */
  region_codes: string[] | null
}

const CENTRES: readonly string[] = ['city_center', 'district_center']

/**
 * The people of a party. Of the monitoring hub: posts of the centres whose region holds the place. Of a unit: its posts, else those of the
 * nearest unit above it that has any; `path` are its ids from the root down.
 */
export function peopleOf(
  posts: readonly Post[],
  party: Party,
  roles: readonly RoleKey[],
  where: { gridCode: string | null; path: readonly string[] }
): string[] {
  const mine = posts.filter((p) => roles.includes(p.role))
  if (party === 'hub') {
    const holds = (p: Post) => p.region_codes === null || p.region_codes.some((r) => where.gridCode?.startsWith(r) === true)
    return [...new Set(mine.filter((p) => CENTRES.includes(p.unit_kind) && holds(p)).map((p) => p.person_id))]
  }
  for (const unitId of [...where.path].reverse()) {
    const there = mine.filter((p) => p.unit_id === unitId && !CENTRES.includes(p.unit_kind))
    if (there.length > 0) return [...new Set(there.map((p) => p.person_id))]
  }
  return []
}

/** How a person wants to be told. */
export interface Preference {
  sms: boolean
  phone_kinds: readonly string[]
  levels: readonly number[]
  on_duty_only: boolean
  quiet_from: string | null
  quiet_to: string | null
}

const presses = (kind: NoticeKind): boolean => (PRESSING_KINDS as readonly NoticeKind[]).includes(kind)

/** Whether a message goes to a person's telephone: what presses at level 1 always, unless the telephone is off altogether; else what he asked for. */
export function wantsSms(
  p: Preference | undefined,
  { kind, level }: { kind: NoticeKind; level: number },
  clock: { day: number; minute: number },
  isOnDuty: boolean
): boolean {
  if (!p) return presses(kind)
  if (!p.sms) return false
  if (level === 1 && presses(kind)) return true
  if (!p.phone_kinds.includes(kind) || !p.levels.includes(level) || (p.on_duty_only && !isOnDuty)) return false
  return p.quiet_from === null || p.quiet_to === null || !inSpan({ from: p.quiet_from, to: p.quiet_to }, clock.day, clock.minute)
}

/** Whether a message is put into a person's inbox. */
export const wantsNotice = (p: Preference | undefined, level: number, isOnDuty: boolean): boolean =>
  !p || level === 1 || (p.levels.includes(level) && (!p.on_duty_only || isOnDuty))
