import { sql } from 'kysely'
import type { Db } from '../../platform/db.ts'

// A small city in a database: two districts of two streets, stations, a department in each district, two classes, and cases.
export const REF = 'GB/T 47678.5-2026'
export const D1 = '370202'
export const D2 = '370203'
export const S = [`${D1}001`, `${D1}002`, `${D2}001`, `${D2}002`] as const

/** The id of a unit of this city, from its place in the list. */
export const unitId = (n: number): string => `00000000-0000-7000-8000-0000000001${String(n).padStart(2, '0')}`
export const CITY = unitId(0)
export const WATER = unitId(1)
export const POWER = unitId(2)
export const GONE = unitId(3)
const UNITS = [
  [CITY, 'city-center', 'city_center', null, null, true],
  [WATER, 'water', 'city_department', null, null, true],
  [POWER, 'power', 'enterprise', null, null, true],
  [GONE, 'gone', 'enterprise', null, null, false],
  ...[D1, D2].flatMap((d, i) => [
    [unitId(10 + i), `center.${d}`, 'district_center', d, null, true],
    [unitId(20 + i), `landscape.${d}`, 'base_unit', d, null, true]
  ]),
  ...S.map((s, i) => [unitId(30 + i), `street.${s}`, 'street_station', s.slice(0, 6), s, true])
]

/** Units, divisions and classes. */
export async function loadCity(db: Db): Promise<void> {
  await sql`insert into org.unit (id, key, kind, parent_id, path, district_code, street_code, name, short_name, active, valid_from_at)
    select (u->>0)::uuid, u->>1, u->>2, case when u->>2 = 'city_center' then null else ${CITY}::uuid end, array[(u->>0)::uuid],
      u->>3, u->>4, upper(u->>1), u->>1, (u->>5)::boolean, '2026-01-01' from jsonb_array_elements(${JSON.stringify(UNITS)}::jsonb) u`.execute(
    db
  )
  const divisions = [
    ['370200', 'city', null],
    ...[D1, D2].map((d) => [d, 'district', '370200']),
    ...S.map((s) => [s, 'street', s.slice(0, 6)])
  ]
  await sql`insert into geo.division (code, level, parent_code, name, valid_from_on)
    select d->>0, d->>1, d->>2, d->>0, '2026-01-01' from jsonb_array_elements(${JSON.stringify(divisions)}::jsonb) with ordinality as t(d, n)
    order by n`.execute(db)
  const classes = [
    ['01001', 'matter'],
    ['01002', 'matter'],
    ['02001', 'matter'],
    ['01001', 'component']
  ]
  await sql`insert into cases.class (standard_ref, kind, code, major_code, major_name, name, version)
    select ${REF}, c->>1, c->>0, left(c->>0, 2), left(c->>0, 2), c->>0, '1' from jsonb_array_elements(${JSON.stringify(classes)}::jsonb) c`.execute(
    db
  )
}

export interface CaseSeed {
  count: number
  classCodes: readonly string[]
  streets: readonly string[]
  unitId: string
  /** The first is reported here, the others spread evenly over `days` before. */
  until: Date
  days: number
}

/** Registered cases, spread over classes, streets and days. */
export async function loadCases(db: Db, seed: CaseSeed): Promise<void> {
  const columns = {
    status: 'closed',
    kind: 'matter',
    source_type: 'collector',
    description: 'x',
    severity: 'daily',
    precision: 'exact',
    address: 'x',
    standard_ref: REF
  }
  await sql`insert into cases."case" (id, case_no, version, status, is_open, standard_ref, kind, class_code, major_code, source_type, description,
      severity, urgent, lng, lat, precision, address, district_code, street_code, community_code, grid_code, unit_id, unit_ids, reported_at,
      registered_at, supervised, self_handled, forced, timeout_exempt, extend_count, rework_count, return_count, need_visit, clocks, state, last_hash)
    select gen_random_uuid(), ${seed.classCodes[0]} || lpad(n::text, 8, '0'), 1, ${columns.status}, false, ${columns.standard_ref}, ${columns.kind}, class,
      left(class, 2), ${columns.source_type}, ${columns.description}, ${columns.severity}, false, 120.3, 36.1, ${columns.precision}, ${columns.address},
      left(street, 6), street, street || '001', street || '001001', ${seed.unitId}::uuid, array[${seed.unitId}::uuid], at, at + interval '5 min',
      false, false, false, false, 0, 0, 0, false, '[]', '{}', ''
    from (
      select n, (${seed.classCodes}::text[])[1 + n % ${seed.classCodes.length}::int] as class,
        (${seed.streets}::text[])[1 + n % ${seed.streets.length}::int] as street,
        ${seed.until}::timestamptz - make_interval(secs => n * ${(seed.days * 86_400) / seed.count}::float8) as at
      from generate_series(1, ${seed.count}::int) n
    ) s`.execute(db)
}
