// The roster of a demonstration day: pure. Every team of four keeps the clock round, one of them rests.

import type { RoleKey } from '@chengyun/contract/org'
import { type BuiltOrganisation, idOf } from './demo-organisation.ts'

export interface BuiltShift {
  id: string
  userId: string
  role: RoleKey
  unitId: string
  dutyGridCodes: string[]
  startsAt: Date
  endsAt: Date
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Hours after local midnight at which the early, late and night shift begin; each lasts eight. */
const STARTS = [6.5, 14.5, 22.5] as const
const SHIFT_HOURS = 8
const SEATS = 4

/**
 * Shifts that begin on one local day. Seats rotate by day, so that over four days everybody has each shift and one day off.
 * @param day calendar day `YYYY-MM-DD` of the city
 * @param midnight the instant at which that day begins in the city
 */
export function rosterFor(organisation: BuiltOrganisation, day: string, midnight: Date, seed: string): BuiltShift[] {
  const number = Math.round(Date.parse(`${day}T00:00:00Z`) / DAY)
  const out: BuiltShift[] = []
  for (const user of organisation.users) {
    const post = user.posts[0]
    if (user.rota === null || !post) continue
    const turns = user.rota === 'always' ? [0, 1, 2] : turnsOf(user.rota.seat, number)
    for (const turn of turns) {
      const startsAt = new Date(midnight.getTime() + STARTS[turn]! * HOUR)
      out.push({
        id: idOf(seed, `shift/${user.username}/${day}/${turn}`),
        userId: user.id,
        role: post.role,
        unitId: post.unitId,
        dutyGridCodes: post.dutyGridCodes,
        startsAt,
        endsAt: new Date(startsAt.getTime() + SHIFT_HOURS * HOUR)
      })
    }
  }
  return out
}

/** Which of the three shifts a seat has on a day; nobody has a night shift followed by an early one, because the seat moves on. */
function turnsOf(seat: number, dayNumber: number): number[] {
  // Collectors beyond the four seats work by day.
  if (seat >= SEATS) return (seat + dayNumber) % 7 === 0 ? [] : [0]
  const turn = (seat + dayNumber) % SEATS
  return turn < STARTS.length ? [turn] : []
}
