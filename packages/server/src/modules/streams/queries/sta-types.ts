import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

/** Streams whose readings no person is shown: by register and key. */
export async function listHiddenStreams(db: Db): Promise<{ typeId: string; key: string }[]> {
  const { rows } = await sql<{ typeId: string; key: string }>`select type_id as "typeId", key from streams.template
    where declaration ->> 'hidden' = 'true' order by 1, 2`.execute(db)
  return rows
}
