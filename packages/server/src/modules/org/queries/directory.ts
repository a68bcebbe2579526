// Lists of units, people, duty and changes for administration and pickers. All narrow by SQL and page by key.
import type { RoleKey, UnitKind } from '@chengyun/contract/org'
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { PostRow, ShiftRow, UnitRow, UserRow } from '../present.ts'

const all = (conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `)
/** Text as a pattern that matches itself anywhere. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, (c) => `\\${c}`)}%`

const UNIT_COLUMNS = sql`u.id, u.key, u.code, u.kind, u.parent_id, u.path, u.district_code, u.street_code, u.name, u.short_name, u.active, u.sort, u.version,
  (select count(*)::int from org.unit c where c.parent_id = u.id and c.active) as children,
  (select count(*)::int from org.post p where p.unit_id = u.id and p.valid_to_at is null) as posts`

export interface UnitFilter {
  q?: string
  parentId?: string
  kind?: UnitKind
  active?: boolean
  after?: { sort: number; id: string }
  limit: number
}

/** Units in tree order (`sort`), narrowed by name, short name or key. */
export async function listUnits(db: Db, f: UnitFilter): Promise<UnitRow[]> {
  const where = [
    ...(f.q ? [sql`(u.name || ' ' || u.short_name || ' ' || u.key) ilike ${containing(f.q)}`] : []),
    ...(f.parentId ? [sql`u.parent_id = ${f.parentId}`] : []),
    ...(f.kind ? [sql`u.kind = ${f.kind}`] : []),
    ...(f.active === undefined ? [] : [sql`u.active = ${f.active}`]),
    ...(f.after ? [sql`(u.sort, u.id) > (${f.after.sort}, ${f.after.id}::uuid)`] : [])
  ]
  const { rows } =
    await sql<UnitRow>`select ${UNIT_COLUMNS} from org.unit u where ${all(where)} order by u.sort, u.id limit ${f.limit}`.execute(
      db
    )
  return rows
}

export async function findUnit(db: Db, id: string): Promise<UnitRow | undefined> {
  const { rows } = await sql<UnitRow>`select ${UNIT_COLUMNS} from org.unit u where u.id = ${id}`.execute(db)
  return rows[0]
}

export interface UserFilter {
  q?: string
  phoneIndex?: string
  unitId?: string
  below?: boolean
  role?: RoleKey
  status?: 'active' | 'disabled'
  /** Only people with a post in one of these units; null: everybody. */
  within: readonly string[] | null
  after?: string
  limit: number
}

const USER_COLUMNS = sql`u.id, u.username, u.name, u.phone_enc, u.status, u.locked_until_at, u.totp_confirmed_at, u.must_change, u.demo, u.last_sign_in_at, u.version`

/** People by user name, narrowed by name, user name or exact telephone, unit, role and state. */
export async function listUsers(db: Db, f: UserFilter): Promise<UserRow[]> {
  const post: RawBuilder<unknown>[] = []
  if (f.unitId)
    post.push(
      f.below
        ? sql`p.unit_id in (select id from org.unit where path @> array[${f.unitId}]::uuid[])`
        : sql`p.unit_id = ${f.unitId}`
    )
  if (f.role) post.push(sql`p.role = ${f.role}`)
  if (f.within) post.push(sql`p.unit_id = any(${[...f.within]}::uuid[])`)
  const where = [
    ...(f.q
      ? [
          sql`((u.name || ' ' || u.username) ilike ${containing(f.q)}${f.phoneIndex ? sql` or u.phone_hmac = ${f.phoneIndex}` : sql``})`
        ]
      : []),
    ...(f.status ? [sql`u.status = ${f.status}`] : []),
    ...(f.after === undefined ? [] : [sql`u.username > ${f.after}`]),
    ...(post.length > 0
      ? [
          sql`exists (select 1 from org.post p where p.user_id = u.id and (p.valid_to_at is null or p.valid_to_at > now()) and ${all(post)})`
        ]
      : [])
  ]
  const { rows } =
    await sql<UserRow>`select ${USER_COLUMNS} from org.user u where ${all(where)} order by u.username limit ${f.limit}`.execute(
      db
    )
  return rows
}

export async function findUser(db: Db, id: string): Promise<UserRow | undefined> {
  const { rows } = await sql<UserRow>`select ${USER_COLUMNS} from org.user u where u.id = ${id}`.execute(db)
  return rows[0]
}

/** Current and coming posts of these people, oldest first. */
export async function listPosts(db: Db, userIds: readonly string[], now: Date): Promise<PostRow[]> {
  if (userIds.length === 0) return []
  const { rows } = await sql<PostRow>`
    select p.id, p.user_id, p.role, p.unit_id, n.name as unit_name, p.region_codes, p.duty_grid_codes, p.valid_from_at, p.valid_to_at
    from org.post p join org.unit n on n.id = p.unit_id
    where p.user_id = any(${[...userIds]}::uuid[]) and (p.valid_to_at is null or p.valid_to_at > ${now}) order by p.valid_from_at, p.id`.execute(
    db
  )
  return rows
}

/** How many people hold each role now. */
export async function countHolders(db: Db): Promise<Map<RoleKey, number>> {
  const { rows } = await sql<{ role: RoleKey; n: number }>`
    select p.role, count(distinct p.user_id)::int as n from org.post p join org.user u on u.id = p.user_id
    where u.status = 'active' and (p.valid_to_at is null or p.valid_to_at > now()) group by p.role`.execute(db)
  return new Map(rows.map((r) => [r.role, r.n]))
}

export interface ShiftFilter {
  from: Date
  to: Date
  unitId?: string
  userId?: string
  role?: RoleKey
  q?: string
  limit: number
}

/** Shifts that touch a span of time, by start. */
export async function listShifts(db: Db, f: ShiftFilter): Promise<ShiftRow[]> {
  const where = [
    sql`s.cancelled_at is null and s.starts_at < ${f.to} and s.ends_at > ${f.from}`,
    ...(f.unitId ? [sql`s.unit_id in (select id from org.unit where path @> array[${f.unitId}]::uuid[])`] : []),
    ...(f.userId ? [sql`s.user_id = ${f.userId}`] : []),
    ...(f.role ? [sql`s.role = ${f.role}`] : []),
    ...(f.q ? [sql`(u.name || ' ' || u.username) ilike ${containing(f.q)}`] : [])
  ]
  const { rows } = await sql<ShiftRow>`
    select s.id, s.user_id, u.name as user_name, s.role, s.unit_id, n.name as unit_name, s.duty_grid_codes, s.starts_at, s.ends_at
    from org.duty_shift s join org.user u on u.id = s.user_id join org.unit n on n.id = s.unit_id
    where ${all(where)} order by s.starts_at, u.username limit ${f.limit}`.execute(db)
  return rows
}

export interface ChangeRow {
  id: string
  object_type: string
  object_id: string
  before: { table: string; id: string; label: string; cells: Record<string, unknown> | null }[]
  after: { table: string; id: string; label: string; cells: Record<string, unknown> }[]
  actor_name: string
  changed_at: Date
  undo_of: string | null
  undone_at: Date | null
}

/** Changes of the organisation, newest first (ids grow with time). */
export async function listChanges(
  db: Db,
  f: { objectTypes: readonly string[]; objectId?: string; before?: string; limit: number }
): Promise<ChangeRow[]> {
  const where = [
    sql`module = 'org' and object_type = any(${[...f.objectTypes]}::text[])`,
    ...(f.objectId ? [sql`object_id = ${f.objectId}`] : []),
    ...(f.before ? [sql`id < ${f.before}::uuid`] : [])
  ]
  const { rows } = await sql<ChangeRow>`
    select id, object_type, object_id, before, after, actor_name, changed_at, undo_of, undone_at from platform.change where ${all(where)} order by id desc limit ${f.limit}`.execute(
    db
  )
  return rows
}

export interface DelegationRow {
  id: string
  from_user_id: string
  from_user_name: string
  user_id: string
  user_name: string
  permissions: string[]
  valid_from_at: Date
  valid_to_at: Date
  reason: string
}

/** What a person lent or was lent and is not over. */
export async function listDelegations(db: Db, userId: string, now: Date): Promise<DelegationRow[]> {
  const { rows } = await sql<DelegationRow>`
    select d.id, d.from_user_id, f.name as from_user_name, d.user_id, u.name as user_name, d.permissions, d.valid_from_at, d.valid_to_at, d.reason
    from org.delegation d join org.user f on f.id = d.from_user_id join org.user u on u.id = d.user_id
    where (d.from_user_id = ${userId} or d.user_id = ${userId}) and d.revoked_at is null and d.valid_to_at > ${now} order by d.valid_from_at desc limit 500`.execute(
    db
  )
  return rows
}

/** People with their posts, for the command line. */
export async function listAccounts(
  db: Db,
  q: string,
  limit: number
): Promise<{ username: string; name: string; status: string; posts: { role: RoleKey; unitName: string }[] }[]> {
  const users = await listUsers(db, { ...(q && { q }), within: null, limit })
  const posts = Map.groupBy(
    await listPosts(
      db,
      users.map((u) => u.id),
      new Date()
    ),
    (p) => p.user_id
  )
  return users.map((u) => ({
    username: u.username,
    name: u.name,
    status: u.locked_until_at !== null && u.locked_until_at > new Date() ? 'locked' : u.status,
    posts: (posts.get(u.id) ?? []).map((p) => ({ role: p.role, unitName: p.unit_name }))
  }))
}
