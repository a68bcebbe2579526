import { FIELD_ERRORS, type FieldAttendance, type FieldResult } from '@chengyun/contract/field'
import { dayAt } from '@chengyun/contract/indicators'
import { sql } from 'kysely'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { distanceM } from '../../geo/index.ts'
import { type Fix, follow, type Presence } from '../domain/presence.ts'
import { shiftsOf } from '../queries/shift.ts'
import { once, type Received } from './log.ts'

const fault = thrower(FIELD_ERRORS)

/** A place looked up: which unit grid it lies in and whether that is outside the person's duty grids. */
export interface Spot {
  at: Date
  lng: number
  lat: number
  accuracyM: number | null
  gridCode: string | null
  outside: boolean
}

export interface Punch {
  received: Received
  action: FieldAttendance['action']
  at: Date
  spot: Omit<Spot, 'at'> | null
  dutyGridCodes: readonly string[]
  districtCode: string | null
}

/** Clocks in or out. Twice in is once; a person without a fix or outside his duty grid is recorded and marked. Throws FIELD_NOT_ON_SHIFT. */
export const attend = command((tx, p: Punch, ctx): Promise<FieldResult> => once(tx, ctx, p.received, () => punch(tx, p, ctx)))

async function punch(tx: Tx, p: Punch, { actor, now, emit }: CommandContext): Promise<FieldResult> {
  const outside = p.spot?.outside ?? true
  const open = (await shiftsOf(tx, actor.id, 1)).find((s) => s.ended_at === null)
  const announce = (shiftId: string): FieldResult => {
    emit('field.attended', {
      userId: actor.id,
      shiftId,
      action: p.action,
      outsideGrid: outside,
      dutyGridCodes: [...p.dutyGridCodes],
      districtCode: p.districtCode
    })
    return { shiftId, outsideGrid: outside }
  }
  if (p.action === 'in') {
    if (open) return { shiftId: open.id, outsideGrid: open.start_outside }
    const id = newId(now.getTime())
    await sql`insert into field.shift (id, user_id, started_at, start_lng, start_lat, start_outside, duty_grid_codes, last_outside)
      values (${id}, ${actor.id}, ${p.at}, ${p.spot?.lng ?? null}, ${p.spot?.lat ?? null}, ${outside}, ${p.dutyGridCodes}, ${outside})`.execute(
      tx
    )
    return announce(id)
  }
  if (!open) throw fault('FIELD_NOT_ON_SHIFT')
  await sql`update field.shift set ended_at = greatest(${p.at}::timestamptz, started_at), end_lng = ${p.spot?.lng ?? null}, end_lat = ${p.spot?.lat ?? null},
    end_outside = ${outside}, ended_by = 'person' where id = ${open.id}`.execute(tx)
  return announce(open.id)
}

export interface Track {
  received: Received
  spots: readonly Spot[]
  timeZone: string
  stillM: number
}
/** A clock that was set between two messages: points this close to a shift belong to it. */
const SLACK_MS = 60_000

/** Keeps the points that lie in a shift of the person, each once; the others are forgotten: nobody is followed off shift. */
export const keepTrack = command(
  (tx, t: Track, ctx): Promise<FieldResult> => once(tx, ctx, t.received, () => writeTrack(tx, t, ctx))
)

async function writeTrack(tx: Tx, { spots, timeZone, stillM }: Track, { actor }: CommandContext): Promise<FieldResult> {
  const shifts = await shiftsOf(tx, actor.id, 20)
  const sorted = [...spots].sort((a, b) => a.at.getTime() - b.at.getTime())
  const inside = sorted.flatMap((spot) => {
    const shift = shifts.find(
      (s) =>
        spot.at.getTime() >= s.started_at.getTime() - SLACK_MS &&
        (s.ended_at === null || spot.at.getTime() <= s.ended_at.getTime() + SLACK_MS)
    )
    return shift ? [{ spot, shift }] : []
  })
  if (inside.length === 0) return { points: 0 }
  const rows = inside.map(({ spot, shift }) => ({
    at: spot.at.toISOString(),
    day_on: dayAt(spot.at.getTime(), timeZone),
    shift_id: shift.id,
    lng: spot.lng,
    lat: spot.lat,
    accuracy_m: spot.accuracyM,
    grid_code: spot.gridCode,
    outside: spot.outside
  }))
  const shape = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) r(at timestamptz, day_on date, shift_id uuid, lng float8, lat float8, accuracy_m real, grid_code text, outside boolean)`
  const kept = await sql`insert into field.track (user_id, at, shift_id, lng, lat, accuracy_m, grid_code, outside)
    select ${actor.id}, r.at, r.shift_id, r.lng, r.lat, r.accuracy_m, r.grid_code, r.outside from ${shape} on conflict do nothing`.execute(
    tx
  )
  await sql`insert into field.visit (user_id, day_on, grid_code, first_at)
    select ${actor.id}, r.day_on, r.grid_code, min(r.at) from ${shape} where r.grid_code is not null group by r.day_on, r.grid_code on conflict do nothing`.execute(
    tx
  )
  for (const shift of new Set(inside.map((x) => x.shift))) {
    let presence: Presence = {
      last: fix(shift.last_at, shift.last_lng, shift.last_lat),
      anchor: fix(shift.anchor_at, shift.anchor_lng, shift.anchor_lat)
    }
    let outside = shift.last_outside
    let count = 0
    for (const { spot } of inside.filter((x) => x.shift === shift)) {
      const next = follow(presence, { at: spot.at.getTime(), lng: spot.lng, lat: spot.lat }, stillM, distanceM)
      if (next !== presence) outside = spot.outside
      presence = next
      count += 1
    }
    const { last, anchor } = presence
    await sql`update field.shift set last_at = ${last && new Date(last.at)}, last_lng = ${last?.lng ?? null}, last_lat = ${last?.lat ?? null}, last_outside = ${outside},
      anchor_at = ${anchor && new Date(anchor.at)}, anchor_lng = ${anchor?.lng ?? null}, anchor_lat = ${anchor?.lat ?? null}, points = points + ${count} where id = ${shift.id}`.execute(
      tx
    )
  }
  return { points: Number(kept.numAffectedRows ?? 0) }
}

const fix = (at: Date | null, lng: number | null, lat: number | null): Fix | null =>
  at && lng !== null && lat !== null ? { at: at.getTime(), lng, lat } : null
