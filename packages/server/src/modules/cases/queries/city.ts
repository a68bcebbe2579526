import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

export interface CityFacts {
  id: string
  name: { zh: string; en: string }
  adcode: string
  timeZone: string
  center: [number, number]
  extent: [number, number, number, number]
  demo?: boolean
}

/** The city this database serves, as its profile was set up. */
export async function cityOf(db: Db): Promise<CityFacts> {
  const { rows } = await sql<{ value: CityFacts }>`select value from platform.setting where key = 'city'`.execute(db)
  return (
    rows[0]?.value ?? {
      id: 'none',
      name: { zh: '', en: '' },
      adcode: '000000',
      timeZone: 'Asia/Shanghai',
      center: [120.38, 36.07],
      extent: [119, 35, 122, 38]
    }
  )
}
