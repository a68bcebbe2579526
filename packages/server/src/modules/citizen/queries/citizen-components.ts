import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

/** Whether plates of components may be read by everybody: not where the city keeps that register to few. */
export async function isRegisterShown(db: Db): Promise<boolean> {
  const { rows } = await sql<{ shown: boolean }>`select state = 'active' and declaration ->> 'access' <> 'restricted' as shown
    from registry.pub_type where id = 'component'`.execute(db)
  return rows[0]?.shown ?? false
}
