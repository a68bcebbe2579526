import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

export interface OpenNow {
  /** Events up to here are in the rows. */
  seq: number
  /** `due` in epoch milliseconds; null while no clock runs. */
  cases: [id: string, district: string | null, street: string | null, unit: string | null, due: number | null][]
}

/** Every open case as it is counted: one statement, hence one moment. */
export async function readOpen(db: Db): Promise<OpenNow> {
  const { rows } = await sql<OpenNow>`
    select (select event_seq from platform.relay) as seq,
      coalesce((select json_agg(json_build_array(id, district_code, street_code, unit_id, extract(epoch from due_at) * 1000)) from cases.pub_case where is_open), '[]') as cases`.execute(
    db
  )
  return rows[0]!
}
