import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { OnDuty } from '../domain/collector.ts'

/** Collectors on duty at an instant who may go to a place: those of its street and district, with what they have to do already. */
export async function listCollectorsOnDuty(
  db: Db,
  at: Date,
  place: { districtCode: string | null; gridCode: string | null },
  centres: ReadonlyMap<string, { lng: number; lat: number }>
): Promise<OnDuty[]> {
  const { districtCode, gridCode } = place
  const { rows } = await sql<{
    id: string
    name: string
    main: string | null
    nth: number | null
    street_code: string | null
    open_tasks: number
  }>`
    select d.user_id as id, d.user_name as name, d.duty_grid_codes[1] as main, u.street_code,
      (select min(array_position(d.duty_grid_codes, m.duty_grid_code)) from geo.pub_duty_grid_member m where m.grid_code = ${gridCode}) as nth,
      (select count(*)::int from cases."case" c where c.is_open and c.collector_id = d.user_id) as open_tasks
    from org.pub_duty d join org.pub_unit u on u.id = d.unit_id
    where d.role = 'collector' and d.starts_at <= ${at} and d.ends_at > ${at} and (${districtCode}::text is null or u.district_code = ${districtCode} or u.district_code is null)`.execute(
    db
  )
  return rows.map((r) => ({
    id: r.id,
    name: r.name,
    holds: r.nth === null ? null : r.nth === 1 ? 'main' : 'second',
    streetCode: r.street_code,
    position: (r.main && centres.get(r.main)) || null,
    openTasks: r.open_tasks
  }))
}

/** A handler who sits in the unit or below it now; undefined when there is none of that id. */
export async function findHandler(
  db: Db,
  userId: string,
  unitId: string,
  at: Date
): Promise<{ id: string; name: string } | undefined> {
  const { rows } = await sql<{ id: string; name: string }>`
    select u.id, u.name from org.pub_post p join org.pub_user u on u.id = p.user_id join org.pub_unit t on t.id = p.unit_id
    where p.user_id = ${userId} and p.role = 'handler' and t.path @> array[${unitId}]::uuid[] and p.valid_from_at <= ${at} and (p.valid_to_at is null or p.valid_to_at > ${at}) limit 1`.execute(
    db
  )
  return rows[0]
}

/** Handlers a department may assign to, least busy first. */
export async function listHandlers(
  db: Db,
  unitId: string,
  at: Date
): Promise<{ id: string; name: string; unitName: string; openCases: number }[]> {
  const { rows } = await sql<{ id: string; name: string; unitName: string; openCases: number }>`
    select distinct on (u.id) u.id, u.name, t.name as "unitName",
      (select count(*)::int from cases."case" c where c.is_open and c.handler_id = u.id) as "openCases"
    from org.pub_post p join org.pub_user u on u.id = p.user_id join org.pub_unit t on t.id = p.unit_id
    where p.role = 'handler' and t.path @> array[${unitId}]::uuid[] and p.valid_from_at <= ${at} and (p.valid_to_at is null or p.valid_to_at > ${at})`.execute(
    db
  )
  return rows.sort((a, b) => a.openCases - b.openCases || a.name.localeCompare(b.name, 'zh'))
}
