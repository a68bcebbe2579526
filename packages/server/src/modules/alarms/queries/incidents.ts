import type { AlarmLevel } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { AlarmReach } from '../policy.ts'
import { alarmReachCondition } from './reach.ts'

export interface IncidentRow {
  id: string
  no: number
  title: { zh: string; en: string }
  level: AlarmLevel
  pack: string
  lng: number | null
  lat: number | null
  first_at: Date
  last_at: Date
  by_hand: boolean
  case_id: string | null
  case_no: string | null
  version: number
  count: number
  open: number
}

const COLUMNS = sql.raw(
  'n.id, n.no, n.title, n.level, n.pack, n.lng, n.lat, n.first_at, n.last_at, n.by_hand, n.case_id, n.case_no, n.version'
)

/** Incidents with the alarms this reader sees of them, newest first; one of which he sees none is not listed. */
export async function listIncidents(
  db: Db,
  reads: AlarmReach,
  of: { open?: boolean | undefined; before?: number | undefined; id?: string; limit: number }
): Promise<IncidentRow[]> {
  const { rows } = await sql<IncidentRow>`select ${COLUMNS}, s.count, s.open from alarms.incident n
    cross join lateral (select count(*)::int as count, count(*) filter (where a.state in ('pending', 'handling'))::int as open
      from alarms.alarm a where a.incident_id = n.id and a.suppression_id is null and ${alarmReachCondition(reads)}) s
    where s.count > 0 and (${of.id ?? null}::uuid is null or n.id = ${of.id ?? null}::uuid)
      and n.no < ${of.before ?? Number.MAX_SAFE_INTEGER}::bigint and (not ${of.open ?? false} or s.open > 0)
    order by n.no desc limit ${of.limit}`.execute(db)
  return rows
}
