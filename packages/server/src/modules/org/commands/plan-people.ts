import {
  ORG_ERRORS,
  type PostChange,
  type PostCreate,
  ROLE_FACTS,
  ROLE_PERMISSIONS,
  type RoleChange,
  type RoleKey,
  UNIT_KIND_NAMES,
  type UserChange,
  type UserCreate
} from '@chengyun/contract/org'
import type { Db, Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { dutyGridsAt, type TimedPost } from '../domain/duty-grids.ts'
import { type Cells, cellsThatDiffer, endOfPost, NOBODY, type PlanContext, type Planner, type RowChange } from './change.ts'

const fail = thrower(ORG_ERRORS)

const countSessions = async (db: Db | Tx, userId: string): Promise<number> =>
  (
    await db
      .selectFrom('org.session')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('user_id', '=', userId)
      .where('ended_at', 'is', null)
      .executeTakeFirstOrThrow()
  ).n

const sealedPhone = (ctx: PlanContext, userId: string, phone: string | null): Cells => ({
  phone_enc: phone === null ? null : ctx.keyring.encrypt(phone, `phone:${userId}`),
  phone_hmac: phone === null ? null : ctx.keyring.index(phone)
})

/** A new person, without posts. The password, if any, is written beside the plan and kept out of its record. */
export const planUserCreate: Planner<UserCreate> = async (db, input, ctx) => {
  const taken = await db.selectFrom('org.user').select('id').where('username', '=', input.username).executeTakeFirst()
  if (taken) throw fail('ORG_USERNAME_TAKEN', { username: input.username })
  const id = newId(ctx.now.getTime())
  const after: Cells = {
    id,
    username: input.username,
    name: input.name,
    ...sealedPhone(ctx, id, input.phone ?? null),
    must_change: input.password !== undefined,
    totp_step: 0,
    failed_count: 0,
    status: 'active',
    demo: false,
    version: 1,
    created_at: ctx.now
  }
  return {
    objectType: 'user',
    objectId: id,
    rows: [{ table: 'user', id, label: input.name, before: null, after }],
    affected: { ...NOBODY, users: 1 }
  }
}

/** Rename, new telephone, disable or enable. */
export const planUserChange: Planner<UserChange & { id: string }> = async (db, input, ctx) => {
  const user = await db.selectFrom('org.user').selectAll().where('id', '=', input.id).executeTakeFirst()
  if (!user) throw fail('ORG_USER_NOT_FOUND')
  if (user.version !== input.version) throw fail('ORG_STALE')
  if (input.status !== undefined && user.id === ctx.actor.id) throw fail('ORG_SELF_CHANGE')
  const next: Cells = {}
  if (input.name !== undefined) next.name = input.name
  if (input.status !== undefined) next.status = input.status
  if (input.phone !== undefined && (input.phone === null ? null : ctx.keyring.index(input.phone)) !== user.phone_hmac)
    Object.assign(next, sealedPhone(ctx, user.id, input.phone))
  const diff = cellsThatDiffer({ ...user }, next)
  const rows: RowChange[] =
    Object.keys(diff.after).length === 0 ? [] : [{ table: 'user', id: user.id, label: user.name, ...diff }]
  const posts = await db
    .selectFrom('org.post')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('user_id', '=', user.id)
    .where('valid_to_at', 'is', null)
    .executeTakeFirstOrThrow()
  return {
    objectType: 'user',
    objectId: user.id,
    rows,
    affected: { units: 0, users: 1, posts: posts.n, sessions: input.status === 'disabled' ? await countSessions(db, user.id) : 0 }
  }
}

interface Holder {
  user_id: string
  unit_id: string
  role: RoleKey
}
type OwnPost = TimedPost & { id: string }

const postsBeside = (db: Db | Tx, holder: Holder, now: Date): Promise<OwnPost[]> =>
  db
    .selectFrom('org.post')
    .select(['id', 'duty_grid_codes', 'valid_from_at', 'valid_to_at'])
    .where('user_id', '=', holder.user_id)
    .where('unit_id', '=', holder.unit_id)
    .where('role', '=', holder.role)
    .where((eb) => eb.or([eb('valid_to_at', 'is', null), eb('valid_to_at', '>', now)]))
    .execute()

/** Turns of duty that are not over walk the duty grids of the posts; those that were given others of their own keep them. */
async function turnsThatFollow(
  db: Db | Tx,
  change: { holder: Holder; label: string; before: readonly OwnPost[]; after: readonly OwnPost[]; now: Date }
): Promise<RowChange[]> {
  const { holder, now } = change
  const turns = await db
    .selectFrom('org.duty_shift')
    .select(['id', 'duty_grid_codes', 'starts_at'])
    .where('user_id', '=', holder.user_id)
    .where('unit_id', '=', holder.unit_id)
    .where('role', '=', holder.role)
    .where('cancelled_at', 'is', null)
    .where('ends_at', '>', now)
    .orderBy('starts_at')
    .execute()
  return turns.flatMap((turn): RowChange[] => {
    const at = turn.starts_at > now ? turn.starts_at : now
    const was = dutyGridsAt(change.before, at)
    const will = dutyGridsAt(change.after, at)
    if (will === null || was?.join() !== turn.duty_grid_codes.join() || will.join() === was.join()) return []
    const cells = cellsThatDiffer({ ...turn }, { duty_grid_codes: will })
    return [{ table: 'duty_shift', id: turn.id, label: change.label, ...cells }]
  })
}

/** Give a person a role in a unit, over regions and duty grids. */
export const planPostCreate: Planner<PostCreate> = async (db, input, { actor, now }) => {
  if (input.userId === actor.id) throw fail('ORG_SELF_CHANGE')
  const [user, unit] = await Promise.all([
    db.selectFrom('org.user').select(['id', 'name', 'status']).where('id', '=', input.userId).executeTakeFirst(),
    db.selectFrom('org.unit').select(['id', 'name', 'kind', 'active']).where('id', '=', input.unitId).executeTakeFirst()
  ])
  if (!user) throw fail('ORG_USER_NOT_FOUND')
  if (user.status !== 'active') throw fail('ORG_USER_DISABLED')
  if (!unit) throw fail('ORG_UNIT_NOT_FOUND')
  if (!unit.active) throw fail('ORG_UNIT_INACTIVE')
  const { unitKinds, zh } = ROLE_FACTS[input.role]
  if (unitKinds.length > 0 && !unitKinds.includes(unit.kind))
    throw fail('ORG_POST_UNIT_KIND', { role: zh, kind: UNIT_KIND_NAMES[unit.kind].zh })
  const validFrom = input.validFrom === undefined ? now : new Date(input.validFrom)
  const validTo = input.validTo === undefined || input.validTo === null ? null : new Date(input.validTo)
  if (validFrom < now || (validTo !== null && validTo <= validFrom)) throw fail('ORG_PERIOD')
  const same = await postsBeside(db, { user_id: user.id, unit_id: unit.id, role: input.role }, now)
  const dutyGridCodes = input.dutyGridCodes ?? []
  // For a time somebody may walk other duty grids beside those of his post.
  const isOther = (codes: readonly string[]): boolean => dutyGridCodes.length > 0 && codes.join() !== dutyGridCodes.join()
  const meets = (p: TimedPost): boolean =>
    (validTo === null || p.valid_from_at < validTo) && (p.valid_to_at === null || p.valid_to_at > validFrom)
  if (same.some((p) => meets(p) && !(validTo !== null && isOther(p.duty_grid_codes)))) throw fail('ORG_POST_DUPLICATE')
  const id = newId(now.getTime())
  const after: Cells = {
    id,
    user_id: user.id,
    role: input.role,
    unit_id: unit.id,
    region_codes: input.regionCodes ?? null,
    duty_grid_codes: dutyGridCodes,
    valid_from_at: validFrom,
    valid_to_at: validTo
  }
  const label = `${user.name} · ${zh} · ${unit.name}`
  const rows: RowChange[] = [{ table: 'post', id, label, before: null, after }]
  const added = { id, duty_grid_codes: dutyGridCodes, valid_from_at: validFrom, valid_to_at: validTo }
  const holder = { user_id: user.id, unit_id: unit.id, role: input.role }
  rows.push(...(await turnsThatFollow(db, { holder, label, before: same, after: [...same, added], now })))
  return {
    objectType: 'post',
    objectId: id,
    rows,
    affected: { units: 1, users: 1, posts: 1, sessions: await countSessions(db, user.id) }
  }
}

/** Change what a post reaches, or when it ends; `end` ends it now. */
export const planPostChange: Planner<PostChange & { id: string; end?: boolean }> = async (db, input, { actor, now }) => {
  const post = await db
    .selectFrom('org.post as p')
    .innerJoin('org.user as u', 'u.id', 'p.user_id')
    .innerJoin('org.unit as n', 'n.id', 'p.unit_id')
    .selectAll('p')
    .select(['u.name as user_name', 'n.name as unit_name'])
    .where('p.id', '=', input.id)
    .executeTakeFirst()
  if (!post || (post.valid_to_at !== null && post.valid_to_at <= now)) throw fail('ORG_POST_NOT_FOUND')
  if (post.user_id === actor.id) throw fail('ORG_SELF_CHANGE')
  const next: Cells = {}
  if (input.regionCodes !== undefined) next.region_codes = input.regionCodes
  if (input.dutyGridCodes !== undefined) next.duty_grid_codes = input.dutyGridCodes
  if (input.validTo !== undefined) next.valid_to_at = input.validTo === null ? null : new Date(input.validTo)
  if (next.valid_to_at instanceof Date && next.valid_to_at <= now) throw fail('ORG_PERIOD')
  if (input.end === true) Object.assign(next, endOfPost(post.valid_from_at, now))
  const diff = cellsThatDiffer({ ...post }, next)
  const label = `${post.user_name} · ${ROLE_FACTS[post.role].zh} · ${post.unit_name}`
  const rows: RowChange[] = Object.keys(diff.after).length === 0 ? [] : [{ table: 'post', id: post.id, label, ...diff }]
  if (next.duty_grid_codes !== undefined || next.valid_to_at !== undefined) {
    const before = await postsBeside(db, post, now)
    const after = before.map((p) => (p.id === post.id ? { ...p, ...(next as Partial<TimedPost>) } : p))
    rows.push(...(await turnsThatFollow(db, { holder: post, label, before, after, now })))
  }
  return {
    objectType: 'post',
    objectId: post.id,
    rows,
    affected: { units: 1, users: 1, posts: 1, sessions: await countSessions(db, post.user_id) }
  }
}

/** Set single cells of the role matrix; a cell equal to the delivered one is no override. */
export const planRoleChange: Planner<RoleChange> = async (db, input, { now }) => {
  const overrides = await db.selectFrom('org.role_permission').selectAll().where('role', '=', input.role).execute()
  const rows: RowChange[] = []
  for (const cell of input.cells) {
    const id = `${input.role}/${cell.permission}`
    const stored = overrides.find((o) => o.id === id)
    const delivered = ROLE_PERMISSIONS[input.role].includes(cell.permission)
    const current = stored?.active ? stored.allowed : delivered
    if (current === cell.allowed) continue
    const label = `${ROLE_FACTS[input.role].zh} · ${cell.permission}`
    const after: Cells = { allowed: cell.allowed, active: cell.allowed !== delivered, changed_at: now }
    if (stored) rows.push({ table: 'role_permission', id, label, ...cellsThatDiffer({ ...stored }, after) })
    else
      rows.push({
        table: 'role_permission',
        id,
        label,
        before: null,
        after: { id, role: input.role, permission: cell.permission, ...after }
      })
  }
  const holders = await db
    .selectFrom('org.post')
    .select((eb) => [eb.fn.countAll<number>().as('posts'), eb.fn.count<number>('user_id').distinct().as('users')])
    .where('role', '=', input.role)
    .where((eb) => eb.or([eb('valid_to_at', 'is', null), eb('valid_to_at', '>', now)]))
    .executeTakeFirstOrThrow()
  return { objectType: 'role', objectId: input.role, rows, affected: { ...NOBODY, ...holders } }
}
