import type { AlarmLevel } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { wallClock } from '../domain/suppress.ts'
import { wantsNotice, wantsSms } from '../domain/told.ts'
import { findTimeZone, postsWith, preferencesOf } from '../queries/city.ts'

export interface Told {
  roles: readonly string[]
  kind: 'report' | 'index' | 'calibration'
  /** As grave as an alarm of this level. */
  level: AlarmLevel
  text: { zh: string; en: string }
  /** Address in the console. */
  link: string
  /** The place and the units it is about: only posts there are told; null: all of these roles. */
  where: { gridCode: string | null; unitIds: readonly string[] } | null
}

/** Puts a message that is about no alarm into the inbox of people of some roles, as far as they want such, and on the telephones of who asked for it. Answers how many. */
export const tellRoles = command(async (tx, told: Told, ctx): Promise<number> => {
  const { where, kind, level, text, link } = told
  const posts = await postsWith(tx, told.roles, ctx.now)
  const mine = posts.filter(
    (p) =>
      where === null ||
      where.unitIds.includes(p.unit_id) ||
      p.region_codes === null ||
      p.region_codes.some((r) => where.gridCode?.startsWith(r) === true)
  )
  const preferences = await preferencesOf(tx, [...new Set(mine.map((p) => p.person_id))], ctx.now)
  const people = [...preferences].filter(([, p]) => wantsNotice(p.preference, level, p.onDuty)).map(([id]) => id)
  if (people.length === 0) return 0
  await sql`insert into alarms.notice (person_id, kind, level, text, link, at)
    select p, ${kind}, ${level}, ${JSON.stringify(text)}::jsonb, ${link}, ${ctx.now} from unnest(${people}::uuid[]) p`.execute(tx)
  const clock = wallClock(ctx.now, await findTimeZone(tx))
  const phones = people.filter((id) => {
    const { preference, onDuty } = preferences.get(id)!
    return wantsSms(preference, { kind, level }, clock, onDuty)
  })
  await sql`insert into alarms.message (channel, person_id, body, queued_at, next_at)
    select 'sms', p, ${JSON.stringify({ text: text.zh, kind, level })}::jsonb, ${ctx.now}, ${ctx.now} from unnest(${phones}::uuid[]) p`.execute(
    tx
  )
  for (const personId of people) ctx.emit('alarms.noticed', { personId, kind, level, alarmId: null, link, text })
  return people.length
})

/** Takes messages out of all inboxes that lead to what is no more. */
export const forgetTold = command(async (tx, { under }: { under: string }): Promise<void> => {
  await sql`delete from alarms.notice where alarm_id is null and starts_with(link, ${under})`.execute(tx)
})
