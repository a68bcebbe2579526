import type { Channel, NoticeKind, Party, ResponseLevel } from '@chengyun/contract/alarms'
import type { RoleKey } from '@chengyun/contract/org'
import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { partiesAt, unitOfParty } from '../domain/respond.ts'
import { wallClock } from '../domain/suppress.ts'
import { noticeText } from '../domain/text.ts'
import { peopleOf, wantsNotice, wantsSms } from '../domain/told.ts'
import { findTimeZone, postsWith, preferencesOf, unitsById } from '../queries/city.ts'
import { type NewTask, queueTasks } from './queue-tasks.ts'
import { type Draft, factsOf } from './store.ts'
import { queueWebhooks } from './webhooks.ts'

export interface Telling {
  draft: Draft
  kind: NoticeKind
  /** Posts of a party, or single people. */
  party?: Party
  roles?: readonly RoleKey[]
  personIds?: readonly string[]
  channels: readonly Channel[]
  count?: number
}

interface PartyRow {
  alarm_id: string
  party: Party
  unit_id: string | null
  told_at: Date | null
  due_at: Date | null
}

/** What goes out once alarms are written: parties with their clocks, messages, commands to actuators. */
export class Outbound {
  readonly parties: PartyRow[] = []
  readonly tasks: NewTask[] = []
  readonly #tellings: Telling[] = []

  tell(telling: Telling): void {
    this.#tellings.push(telling)
  }

  /** One word for a whole incident, to whoever is told at the level of its gravest alarm. */
  tellIncident(draft: Draft, count: number, level: ResponseLevel): void {
    for (const p of partiesAt(level, draft.row))
      if (p.tell.length > 0) this.tell({ draft, kind: 'incident', party: p.party, roles: p.tell, channels: p.channels, count })
  }

  /** After `writeDrafts`: rows name alarms. */
  async flush(tx: Tx, ctx: CommandContext): Promise<void> {
    await this.#keepParties(tx)
    await queueTasks(tx, ctx, this.tasks)
    const heard = this.#tellings.filter((t) => t.draft.row.suppression_id === null)
    if (heard.length === 0) return
    const people = await this.#resolve(tx, ctx.now, heard)
    await this.#deliver(tx, ctx, heard, people)
    await queueWebhooks(
      tx,
      ctx,
      heard.filter((t) => t.channels.includes('webhook')).map((t) => ({ act: t.kind, alarm: factsOf(t.draft.row) }))
    )
  }

  async #keepParties(tx: Tx): Promise<void> {
    if (this.parties.length === 0) return
    const last = new Map(this.parties.map((p) => [`${p.alarm_id}/${p.party}`, p]))
    await sql`insert into alarms.party (alarm_id, party, unit_id, told_at, due_at)
      select alarm_id, party, unit_id, told_at, due_at from jsonb_populate_recordset(null::alarms.party, ${JSON.stringify([...last.values()])}::jsonb)
      on conflict (alarm_id, party) do update set unit_id = excluded.unit_id, told_at = coalesce(alarms.party.told_at, excluded.told_at),
        due_at = case when alarms.party.acknowledged_at is null then least(alarms.party.due_at, excluded.due_at) else alarms.party.due_at end`.execute(
      tx
    )
  }

  /** Who is meant by each message. */
  async #resolve(tx: Tx, now: Date, heard: readonly Telling[]): Promise<string[][]> {
    const roles = [...new Set(heard.flatMap((t) => t.roles ?? []))]
    const posts = await postsWith(tx, roles, now)
    const units = await unitsById(
      tx,
      heard.map((t) => (t.party ? unitOfParty(t.party, t.draft.row) : null))
    )
    return heard.map((t) => {
      if (!t.party) return [...(t.personIds ?? [])]
      const unitId = unitOfParty(t.party, t.draft.row)
      const path = unitId === null ? [] : (units.get(unitId)?.path ?? [])
      return peopleOf(posts, t.party, t.roles ?? [], { gridCode: t.draft.row.grid_code, path })
    })
  }

  async #deliver(tx: Tx, ctx: CommandContext, heard: readonly Telling[], people: readonly string[][]): Promise<void> {
    const preferences = await preferencesOf(tx, [...new Set(people.flat())], ctx.now)
    const clock = wallClock(ctx.now, await findTimeZone(tx))
    const notices = new Map<string, Record<string, unknown>>()
    const texts = new Map<string, Record<string, unknown>>()
    const gravest = new Map<string, { telling: Telling; text: { zh: string; en: string } }>()
    heard.forEach((telling, i) => {
      const { row } = telling.draft
      const text = noticeText(telling.kind, {
        level: row.level,
        title: row.title,
        ...(telling.count !== undefined && { count: telling.count }),
        ...(row.case_no !== null && { caseNo: row.case_no })
      })
      for (const personId of people[i]!) {
        const known = preferences.get(personId)
        if (!known) continue
        const key = `${personId}/${row.id}/${telling.kind}`
        const common = { person_id: personId, alarm_id: row.id }
        if (wantsNotice(known.preference, row.level, known.onDuty)) {
          notices.set(key, { ...common, incident_id: row.incident_id, kind: telling.kind, level: row.level, text, at: ctx.now })
          const best = gravest.get(personId)
          if (!best || row.level < best.telling.draft.row.level) gravest.set(personId, { telling, text })
        }
        if (
          telling.channels.includes('sms') &&
          wantsSms(known.preference, { kind: telling.kind, level: row.level }, clock, known.onDuty)
        )
          texts.set(key, {
            ...common,
            channel: 'sms',
            body: { text: text.zh, kind: telling.kind, level: row.level },
            queued_at: ctx.now,
            next_at: ctx.now,
            attempts: 0
          })
      }
    })
    if (notices.size > 0)
      await sql`insert into alarms.notice (person_id, alarm_id, incident_id, kind, level, text, at)
        select person_id, alarm_id, incident_id, kind, level, text, at
        from jsonb_populate_recordset(null::alarms.notice, ${JSON.stringify([...notices.values()])}::jsonb)`.execute(tx)
    if (texts.size > 0)
      await sql`insert into alarms.message (channel, person_id, alarm_id, body, queued_at, next_at, attempts)
        select channel, person_id, alarm_id, body, queued_at, next_at, attempts
        from jsonb_populate_recordset(null::alarms.message, ${JSON.stringify([...texts.values()])}::jsonb)`.execute(tx)
    // One word a person, however many messages: the inbox is counted anew.
    for (const [personId, { telling, text }] of gravest) {
      const { row } = telling.draft
      ctx.emit('alarms.noticed', { personId, kind: telling.kind, level: row.level, alarmId: row.id, text })
    }
  }
}
