import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

export interface ShiftRow {
  id: string
  user_id: string
  started_at: Date
  start_lng: number | null
  start_lat: number | null
  start_outside: boolean
  ended_at: Date | null
  end_lng: number | null
  end_lat: number | null
  end_outside: boolean | null
  duty_grid_codes: string[]
  last_at: Date | null
  last_lng: number | null
  last_lat: number | null
  last_outside: boolean
  anchor_lng: number | null
  anchor_lat: number | null
  anchor_at: Date | null
  points: number
}

/** Shifts of a person, the latest first. */
export async function shiftsOf(db: Db | Tx, userId: string, limit: number): Promise<ShiftRow[]> {
  const { rows } =
    await sql<ShiftRow>`select * from field.shift where user_id = ${userId} order by started_at desc limit ${limit}`.execute(db)
  return rows
}

/** The turn of duty that runs now, or the next one within a day. */
export async function plannedFor(db: Db, userId: string, now: Date): Promise<{ starts_at: Date; ends_at: Date } | undefined> {
  const { rows } = await sql<{ starts_at: Date; ends_at: Date }>`select starts_at, ends_at from org.pub_duty
    where user_id = ${userId} and ends_at > ${now} and starts_at < ${new Date(now.getTime() + 86_400_000)} order by starts_at limit 1`.execute(
    db
  )
  return rows[0]
}

/** Unit grids of some duty grids, and those among them that a person was in on a day. */
export async function coverageOf(
  db: Db,
  userId: string,
  day: string,
  dutyGridCodes: readonly string[]
): Promise<{ cells: number; visited: string[] }> {
  const { rows } = await sql<{ cells: number; visited: string[] | null }>`
    with cell as (select distinct grid_code as code from geo.pub_duty_grid_member where duty_grid_code = any(${dutyGridCodes}::text[]))
    select count(*)::int as cells, array_agg(cell.code order by cell.code) filter (where v.grid_code is not null) as visited
    from cell left join field.visit v on v.grid_code = cell.code and v.user_id = ${userId} and v.day_on = ${day}::date`.execute(
    db
  )
  return { cells: rows[0]?.cells ?? 0, visited: rows[0]?.visited ?? [] }
}

export interface StaffRow extends ShiftRow {
  name: string
  unit_id: string | null
  unit_name: string | null
  unit_path: string[] | null
  district_code: string | null
  street_code: string | null
  drift_ms: string | null
  sent_at: Date | null
  duty_grid_names: string[]
  cells: number
  visited: number
}

/** Everybody on shift now, with the unit of the post, the device that sent last, and how much of the duty grids was walked on `day`. */
export async function listStaff(db: Db, now: Date, day: string): Promise<StaffRow[]> {
  const { rows } = await sql<StaffRow>`
    select s.*, u.name, t.id as unit_id, t.name as unit_name, t.path as unit_path, t.district_code, t.street_code, d.drift_ms, d.seen_at as sent_at,
      coalesce(g.names, '{}') as duty_grid_names, c.cells, c.visited
    from field.shift s join org.pub_user u on u.id = s.user_id
    left join lateral (select p.unit_id from org.pub_post p where p.user_id = s.user_id and p.role in ('collector', 'handler') and p.valid_from_at <= ${now}
      and (p.valid_to_at is null or p.valid_to_at > ${now}) order by p.role limit 1) p on true
    left join org.pub_unit t on t.id = p.unit_id
    left join lateral (select drift_ms, seen_at from field.device d where d.user_id = s.user_id order by seen_at desc limit 1) d on true
    left join lateral (select array_agg(name order by code) as names from geo.pub_duty_grid where code = any(s.duty_grid_codes)) g on true
    cross join lateral (select count(*)::int as cells, count(v.grid_code)::int as visited
      from (select distinct grid_code from geo.pub_duty_grid_member where duty_grid_code = any(s.duty_grid_codes)) m
      left join field.visit v on v.grid_code = m.grid_code and v.user_id = s.user_id and v.day_on = ${day}::date) c
    where s.ended_at is null order by s.started_at`.execute(db)
  return rows
}

export interface GridRow {
  code: string
  name: string
  street_code: string
  cells: number
  visited: number
  last_at: Date | null
  on_shift: string[]
}

/** Duty grids in force: their unit grids, those anybody was in on a day, and who is on shift in them now. */
export async function coverageOfGrids(db: Db, day: string): Promise<GridRow[]> {
  const { rows } = await sql<GridRow>`
    with v as (select grid_code, max(first_at) as at from field.visit where day_on = ${day}::date group by grid_code),
      s as (select d.code, array_agg(u.name order by u.name) as names from field.shift s join org.pub_user u on u.id = s.user_id
        cross join unnest(s.duty_grid_codes) d(code) where s.ended_at is null group by d.code)
    select g.code, g.name, g.street_code, count(m.grid_code)::int as cells, count(v.grid_code)::int as visited, max(v.at) as last_at,
      coalesce((select s.names from s where s.code = g.code), '{}') as on_shift
    from geo.pub_duty_grid g left join geo.pub_duty_grid_member m on m.duty_grid_code = g.code left join v on v.grid_code = m.grid_code
    where g.valid_from_on <= ${day}::date and (g.valid_to_on is null or g.valid_to_on > ${day}::date)
    group by g.code, g.name, g.street_code order by g.code`.execute(db)
  return rows
}
