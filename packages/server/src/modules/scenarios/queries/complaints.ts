import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { type Reach, reachCondition } from '../../registry/index.ts'

export interface FoundComplaint {
  at: number
  lng: number
  lat: number
  grid_code: string | null
}
const MOST = 20_000

/**
 * Cases that speak of something, by any of some words or classes, reported since; within the districts and grids a reader reaches. What sensors report
 * of a failure is no complaint about it.
 */
export async function findComplaints(
  db: Db,
  asked: { words: readonly string[]; classCodes: readonly string[]; since: number; reach: Reach }
): Promise<FoundComplaint[]> {
  const { words, classCodes, since, reach } = asked
  const place: Reach = reach.all ? reach : { ...reach, unitIds: [] }
  const speaks: RawBuilder<unknown>[] = words.map((w) => sql`strpos(c.description, ${w}) > 0`)
  if (classCodes.length > 0) speaks.push(sql`c.class_code = any(${[...classCodes]}::text[])`)
  const { rows } = await sql<FoundComplaint>`select date_part('epoch', c.reported_at) * 1000 as at, c.lng, c.lat, c.grid_code
    from cases.pub_open311 c
    where c.reported_at >= timestamptz 'epoch' + ${since}::float8 * interval '1 ms' and c.lng is not null and c.source_type <> 'iot'
      and (${sql.join(speaks, sql` or `)}) and ${reachCondition(place, 'c') ?? sql`true`}
    order by c.reported_at desc limit ${MOST}`.execute(db)
  return rows
}
