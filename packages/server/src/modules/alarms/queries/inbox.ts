import { type NoticeQuery, type NoticeView, PRESSING_KINDS, type PreferenceBody } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { Static } from 'typebox'
import type { Db } from '../../../platform/db.ts'

interface NoticeRow {
  id: number
  kind: NoticeView['kind']
  level: NoticeView['level']
  text: { zh: string; en: string }
  at: Date
  read_at: Date | null
  alarm_id: string | null
  incident_id: string | null
  link: string | null
}

/** A person's messages, newest first. */
export async function listNotices(
  db: Db,
  personId: string,
  { unread = false, before, kind, level }: Static<typeof NoticeQuery>,
  limit: number
): Promise<NoticeView[]> {
  const { rows } = await sql<NoticeRow>`select id, kind, level, text, at, read_at, alarm_id, incident_id, link from alarms.notice
    where person_id = ${personId}::uuid and (${!unread} or read_at is null) and id < ${before ?? Number.MAX_SAFE_INTEGER}::bigint
      and (${kind ?? null}::text is null or kind = ${kind ?? null}) and level <= ${level ?? 4}::smallint
    order by id desc limit ${limit}`.execute(db)
  return rows.map((r) => ({
    id: r.id,
    kind: r.kind,
    level: r.level,
    text: r.text,
    at: r.at.toISOString(),
    readAt: r.read_at?.toISOString() ?? null,
    alarmId: r.alarm_id,
    incidentId: r.incident_id,
    link: r.link
  }))
}

const COUNTED = 1000
/** Unread messages, up to a thousand. */
export async function countUnread(db: Db, personId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from (select from alarms.notice
    where person_id = ${personId}::uuid and read_at is null limit ${COUNTED}) t`.execute(db)
  return rows[0]!.n
}

/** How a person wants to be told; who never said so wants everything, and on the telephone what presses. */
export async function preferenceOf(db: Db, personId: string): Promise<PreferenceBody> {
  const { rows } = await sql<{
    sms: boolean
    phone_kinds: PreferenceBody['phoneKinds']
    levels: PreferenceBody['levels']
    on_duty_only: boolean
    quiet_from: string | null
    quiet_to: string | null
  }>`select sms, phone_kinds, levels, on_duty_only, quiet_from, quiet_to from alarms.preference where person_id = ${personId}::uuid`.execute(
    db
  )
  const row = rows[0]
  if (!row) return { sms: true, phoneKinds: [...PRESSING_KINDS], levels: [1, 2, 3, 4], onDutyOnly: false, quiet: null }
  const { quiet_from: from, quiet_to: to } = row
  return {
    sms: row.sms,
    phoneKinds: row.phone_kinds,
    levels: row.levels,
    onDutyOnly: row.on_duty_only,
    quiet: from !== null && to !== null ? { from, to } : null
  }
}
