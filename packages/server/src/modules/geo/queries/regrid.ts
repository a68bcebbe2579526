/** Reads for the editing of unit grids. */
import { createHash } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { RegridTable, RelocationTable, UnitGridTable } from '../tables.ts'

export type UnitGridRow = Selectable<UnitGridTable>
export interface Membership {
  grid_code: string
  duty_grid_code: string
  name: string
  shift: string
}

/** Valid unit grids of a community, in code order. */
export function listCommunityGrids(db: Db | Tx, communityCode: string): Promise<UnitGridRow[]> {
  return db
    .selectFrom('geo.unit_grid')
    .selectAll()
    .where('community_code', '=', communityCode)
    .where('valid_to_on', 'is', null)
    .orderBy('code')
    .execute()
}

/** Every code a community ever gave, retired ones included. */
export async function everGiven(db: Db | Tx, communityCode: string): Promise<string[]> {
  const rows = await db.selectFrom('geo.unit_grid').select('code').where('community_code', '=', communityCode).execute()
  return rows.map((row) => row.code)
}

/** Valid duty grids of some unit grids, by unit grid and code. */
export async function listMemberships(db: Db | Tx, gridCodes: readonly string[]): Promise<Membership[]> {
  const { rows } = await sql<Membership>`
    select m.grid_code, m.duty_grid_code, d.name, d.shift from geo.duty_grid_member m join geo.duty_grid d on d.code = m.duty_grid_code
    where m.grid_code = any(${gridCodes}::text[]) and d.valid_to_on is null order by 1, 2`.execute(db)
  return rows
}

/** Valid unit grids of a street that no duty grid but `except` holds, of whatever shift, in code order. */
export async function listUncovered(db: Db | Tx, streetCode: string, except: string | null = null): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    select g.code from geo.unit_grid g where g.code between ${`${streetCode}000000`} and ${`${streetCode}999999`} and g.valid_to_on is null
      and not exists (select from geo.duty_grid_member m where m.grid_code = g.code and m.duty_grid_code is distinct from ${except}::text)
    order by g.code`.execute(db)
  return rows.map((row) => row.code)
}

/** How many unit grids some duty grids have. */
export async function countMembers(db: Db | Tx, dutyGridCodes: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ code: string; n: number }>`
    select duty_grid_code as code, count(*)::int as n from geo.duty_grid_member where duty_grid_code = any(${dutyGridCodes}::text[]) group by 1`.execute(
    db
  )
  return new Map(rows.map((row) => [row.code, row.n]))
}

export interface CollectorPost {
  id: string
  user_id: string
  name: string
  unit_name: string
  duty_grid_codes: string[]
  valid_from_at: Date
  valid_to_at: Date | null
}

/** Present and coming posts of collectors who have, or will have, one of the duty grids: all their posts, by name and beginning. */
export async function listCollectorPosts(db: Db, dutyGridCodes: readonly string[], now: Date): Promise<CollectorPost[]> {
  const { rows } = await sql<CollectorPost>`
    with mine as (select distinct user_id from org.pub_post where role = 'collector' and duty_grid_codes && ${dutyGridCodes}::text[]
      and (valid_to_at is null or valid_to_at > ${now}))
    select p.id, p.user_id, u.name, n.name as unit_name, p.duty_grid_codes, p.valid_from_at, p.valid_to_at
    from mine join org.pub_post p on p.user_id = mine.user_id join org.pub_user u on u.id = p.user_id join org.pub_unit n on n.id = p.unit_id
    where p.role = 'collector' and (p.valid_to_at is null or p.valid_to_at > ${now}) order by u.name, p.valid_from_at`.execute(db)
  return rows
}

/** The outline of a community with its names; no row when the code is none. */
export async function findCommunity(db: Db | Tx, code: string) {
  const { rows } = await sql<{ name: string; path: string; shape: Uint8Array | null; generated: boolean }>`
    select c.name, d.name || s.name as path, c.shape, c.generated from geo.division c
    join geo.division s on s.code = c.parent_code join geo.division d on d.code = s.parent_code
    where c.code = ${code} and c.level = 'community' and c.valid_to_on is null`.execute(db)
  return rows[0]
}

/** The state of a community as a fingerprint: whoever drew on another one has to load it again. */
export function fingerprintOf(grids: readonly Pick<UnitGridRow, 'code' | 'shape'>[]): string {
  const hash = createHash('sha256')
  for (const { code, shape } of grids) hash.update(code).update(shape)
  return hash.digest('hex').slice(0, 32)
}

export type RegridRow = Omit<Selectable<RegridTable>, 'steps' | 'before'> & { undone: boolean }
const LISTED = [
  'id',
  'community_code',
  'applied_at',
  'applied_by',
  'applied_by_name',
  'note',
  'retired',
  'created',
  'altered',
  'state_after',
  'undoes_id'
] as const

/** Changes of a community, latest first. */
export async function listRegrids(db: Db | Tx, communityCode: string, limit = 50): Promise<RegridRow[]> {
  const rows = await db
    .selectFrom('geo.regrid as r')
    .select(LISTED)
    .select((eb) =>
      eb
        .exists(eb.selectFrom('geo.regrid as u').select('u.id').whereRef('u.undoes_id', '=', 'r.id'))
        .$castTo<boolean>()
        .as('undone')
    )
    .where('r.community_code', '=', communityCode)
    .orderBy('r.applied_at', 'desc')
    .limit(limit)
    .execute()
  return rows
}

export function findRegrid(db: Db | Tx, id: string): Promise<Selectable<RegridTable> | undefined> {
  return db.selectFrom('geo.regrid').selectAll().where('id', '=', id).executeTakeFirst()
}

/** How far the relocations of some changes are. */
export function listRelocations(db: Db, regridIds: readonly string[]): Promise<Selectable<RelocationTable>[]> {
  return db
    .selectFrom('geo.relocation')
    .selectAll()
    .where('regrid_id', 'in', regridIds.length > 0 ? regridIds : ['00000000-0000-0000-0000-000000000000'])
    .orderBy('follower')
    .execute()
}

/** The oldest relocation that is not finished. */
export function nextRelocation(db: Db): Promise<Selectable<RelocationTable> | undefined> {
  return db
    .selectFrom('geo.relocation')
    .selectAll()
    .where('finished_at', 'is', null)
    .orderBy('queued_at')
    .limit(1)
    .executeTakeFirst()
}

/** Unit grids of other communities whose middle lies in a window in degrees. */
export function listAround(db: Db | Tx, communityCode: string, [w, s, e, n]: readonly [number, number, number, number]) {
  return db
    .selectFrom('geo.unit_grid')
    .select(['code', 'shape'])
    .where('valid_to_on', 'is', null)
    .where('community_code', '<>', communityCode)
    .where('lng', '>=', w)
    .where('lng', '<=', e)
    .where('lat', '>=', s)
    .where('lat', '<=', n)
    .orderBy('code')
    .limit(1500)
    .execute()
}
