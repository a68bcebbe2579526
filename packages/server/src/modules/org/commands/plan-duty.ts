import { ORG_ERRORS, ROLE_FACTS, type RosterRow, type ShiftCreate } from '@chengyun/contract/org'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import { AppError, thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { dutyGridsAt } from '../domain/duty-grids.ts'
import { NOBODY, type Planner, type RowChange } from './change.ts'

const fail = thrower(ORG_ERRORS)
const LONGEST_MS = 24 * 3_600_000

async function shiftRow(db: Db | Tx, input: ShiftCreate, now: Date): Promise<RowChange> {
  const startsAt = new Date(input.startsAt)
  const endsAt = new Date(input.endsAt)
  const length = endsAt.getTime() - startsAt.getTime()
  if (!(length > 0 && length <= LONGEST_MS)) throw fail('ORG_SHIFT_TIME')
  const posts = await db
    .selectFrom('org.post as p')
    .innerJoin('org.user as u', 'u.id', 'p.user_id')
    .innerJoin('org.unit as n', 'n.id', 'p.unit_id')
    .select(['p.duty_grid_codes', 'u.name', 'n.name as unit_name'])
    .where('p.user_id', '=', input.userId)
    .where('p.role', '=', input.role)
    .where('p.unit_id', '=', input.unitId)
    .where('u.status', '=', 'active')
    .where('p.valid_from_at', '<=', startsAt > now ? startsAt : now)
    .where((eb) => eb.or([eb('p.valid_to_at', 'is', null), eb('p.valid_to_at', '>', startsAt)]))
    .select(['p.valid_from_at', 'p.valid_to_at'])
    .execute()
  const post = posts[0]
  if (!post) throw fail('ORG_SHIFT_NO_POST')
  const { rows } = await sql`select 1 from org.duty_shift where user_id = ${input.userId} and cancelled_at is null
    and tstzrange(starts_at, ends_at) && tstzrange(${startsAt}, ${endsAt}) limit 1`.execute(db)
  if (rows.length > 0) throw fail('ORG_SHIFT_OVERLAP')
  const id = newId(now.getTime())
  return {
    table: 'duty_shift',
    id,
    label: `${post.name} · ${ROLE_FACTS[input.role].zh} · ${post.unit_name}`,
    before: null,
    after: {
      id,
      user_id: input.userId,
      role: input.role,
      unit_id: input.unitId,
      duty_grid_codes: input.dutyGridCodes ?? dutyGridsAt(posts, startsAt > now ? startsAt : now) ?? [],
      starts_at: startsAt,
      ends_at: endsAt,
      cancelled_at: null
    }
  }
}

/** A shift for somebody who holds the post, not overlapping another of his. */
export const planShiftCreate: Planner<ShiftCreate> = async (db, input, { now }) => {
  const row = await shiftRow(db, input, now)
  return { objectType: 'shift', objectId: row.id, rows: [row], affected: { ...NOBODY, users: 1 } }
}

/** Take a shift off the roster. */
export const planShiftCancel: Planner<{ id: string }> = async (db, input, { now }) => {
  const shift = await db
    .selectFrom('org.duty_shift as s')
    .innerJoin('org.user as u', 'u.id', 's.user_id')
    .select(['s.id', 'u.name'])
    .where('s.id', '=', input.id)
    .where('s.cancelled_at', 'is', null)
    .executeTakeFirst()
  if (!shift) throw fail('ORG_SHIFT_NOT_FOUND')
  return {
    objectType: 'shift',
    objectId: shift.id,
    rows: [
      { table: 'duty_shift', id: shift.id, label: shift.name, before: { cancelled_at: null }, after: { cancelled_at: now } }
    ],
    affected: { ...NOBODY, users: 1 }
  }
}

export interface RosterPlanInput {
  rows: readonly RosterRow[]
  /** Filled by the plan: what was refused and why, by row number from 1. */
  rejected: { row: number; code: string; message: string }[]
}

/** Rows of a spreadsheet as shifts of one change: good rows go in, bad ones are named with the reason. */
export const planRosterImport: Planner<RosterPlanInput> = async (db, input, { now }) => {
  input.rejected.length = 0
  const rows: RowChange[] = []
  const names = [...new Set(input.rows.map((r) => r.username))]
  const keys = [...new Set(input.rows.map((r) => r.unitKey))]
  const users = new Map(
    (await db.selectFrom('org.user').select(['id', 'username']).where('username', 'in', names).execute()).map((u) => [
      u.username,
      u.id
    ])
  )
  const units = new Map(
    (await db.selectFrom('org.unit').select(['id', 'key']).where('key', 'in', keys).execute()).map((u) => [u.key, u.id])
  )
  for (const [i, r] of input.rows.entries()) {
    try {
      const userId = users.get(r.username)
      if (userId === undefined) throw fail('ORG_USER_NOT_FOUND')
      const unitId = units.get(r.unitKey)
      if (unitId === undefined) throw fail('ORG_UNIT_NOT_FOUND')
      const row = await shiftRow(db, { ...r, userId, unitId }, now)
      if (rows.some((o) => overlaps(o, row))) throw fail('ORG_SHIFT_OVERLAP')
      rows.push(row)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      input.rejected.push({ row: i + 1, code: error.code, message: ORG_ERRORS[error.code as keyof typeof ORG_ERRORS].zh })
    }
  }
  return {
    objectType: 'shift',
    objectId: 'import',
    rows,
    affected: { ...NOBODY, users: new Set(rows.map((r) => r.after.user_id)).size }
  }
}

function overlaps(a: RowChange, b: RowChange): boolean {
  const at = (row: RowChange, cell: 'starts_at' | 'ends_at'): number => (row.after[cell] as Date).getTime()
  return a.after.user_id === b.after.user_id && at(a, 'starts_at') < at(b, 'ends_at') && at(b, 'starts_at') < at(a, 'ends_at')
}
