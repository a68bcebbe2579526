import type { AlarmQuery } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { Actor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { READ } from '../policy.ts'
import { conditionsOf } from './list.ts'
import { alarmReach } from './reach.ts'

/** What figures count of an alarm. */
export interface CountedAlarm {
  id: string
  no: number
  rule_id: string
  type_id: string
  item_id: string
  code: string
  name: string
  address: string
  class_code: string | null
  grid_code: string | null
  authority_id: string | null
  owner_id: string | null
  maintainer_id: string | null
  stream_id: number
  stream_key: string
  level: 1 | 2 | 3 | 4
  title: { zh: string; en: string }
  value: number | null
  raised_at: Date
  cleared_at: Date | null
  responded_at: Date | null
}

/** Alarms a list with these filters has, all of them within what the reader reaches; newest first, at most `limit`. */
export async function countedAlarms(db: Db, actor: Actor, q: AlarmQuery, limit = 100_000): Promise<CountedAlarm[]> {
  const reads = await alarmReach(db, actor, READ)
  if (!reads) return []
  const { rows } =
    await sql<CountedAlarm>`select a.id, a.no, a.rule_id, a.type_id, a.item_id, a.item_code as code, a.item_name as name, a.address,
      a.class_code, a.grid_code, a.authority_id, a.owner_id, a.maintainer_id, a.stream_id, a.stream_key, a.level, a.title, a.value, a.raised_at,
      a.cleared_at, a.responded_at
    from alarms.alarm a where ${sql.join(conditionsOf(q, reads), sql` and `)} order by a.raised_at desc limit ${limit}`.execute(
      db
    )
  return rows
}
