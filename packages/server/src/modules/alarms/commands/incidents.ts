import { ALARMS_ERRORS } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import type { AlarmRow } from '../domain/alarm.ts'
import { HANDLE, reachesAlarm } from '../policy.ts'
import { alarmReach } from '../queries/reach.ts'
import { Collision, command } from './command.ts'
import { queueIncidentEvents } from './incident-events.ts'
import { lockIncidents } from './lock.ts'
import { type Draft, draftOf, findAlarms, writeDrafts } from './store.ts'

const fail = thrower(ALARMS_ERRORS)

/** Alarms that are all this person's to handle. Throws ALARMS_NOT_FOUND. */
async function demandAlarms(
  tx: Tx,
  ctx: CommandContext,
  condition: ReturnType<typeof sql>,
  expected?: number
): Promise<AlarmRow[]> {
  const rows = await findAlarms(tx, condition, true)
  const handles = await alarmReach(tx, ctx.actor, HANDLE)
  const all = handles !== null && rows.every((r) => reachesAlarm(handles, r))
  if (!all || rows.length === 0 || (expected !== undefined && rows.length < expected)) throw fail('ALARMS_NOT_FOUND')
  return rows
}

async function demandIncidents(tx: Tx, ids: readonly string[]): Promise<void> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from alarms.incident where id = any(${[...ids]}::uuid[])`.execute(tx)
  if (rows[0]!.n !== new Set(ids).size) throw fail('ALARMS_INCIDENT_NOT_FOUND')
}

/** Incidents are locked after their alarms, as everywhere: what joined in between has not been looked at. */
async function demandWhole(tx: Tx, ids: readonly string[], known: number): Promise<void> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from alarms.alarm where incident_id = any(${[...ids]}::uuid[])`.execute(tx)
  if (rows[0]!.n !== known) throw new Collision('alarms joined or left meanwhile')
}

/** Alarms that are no part of the happening leave it. Throws ALARMS_INCIDENT_NOT_FOUND, ALARMS_NOT_FOUND. */
export const splitIncident = command(
  async (tx, input: { id: string; ids: readonly string[]; note: string }, ctx): Promise<void> => {
    await demandIncidents(tx, [input.id])
    const rows = await demandAlarms(
      tx,
      ctx,
      sql`a.id = any(${[...input.ids]}::uuid[]) and a.incident_id = ${input.id}::uuid`,
      new Set(input.ids).size
    )
    await lockIncidents(tx, [input.id])
    const drafts = rows.map(draftOf)
    for (const draft of drafts) {
      draft.row.incident_id = null
      draft.steps.push({ act: 'group', at: ctx.now, note: input.note, data: { left: input.id } })
    }
    await writeDrafts(tx, drafts, ctx)
    await settleIncident(tx, ctx, input.id)
  }
)

export interface MergeInput {
  /** Alarms, or all of an incident. */
  ids?: readonly string[]
  incidentId?: string
  /** The incident they join; without it they become one. */
  into?: string
  note: string
}

/**
 * Alarms a person knows to be one happening. Alarms that were split or merged away may come back to an incident that has none left: taking an act back
 * is this act the other way round. Throws ALARMS_INCIDENT_NOT_FOUND, ALARMS_NOT_FOUND, ALARMS_ACT_INCOMPLETE.
 */
export const mergeIncident = command(async (tx, input: MergeInput, ctx): Promise<{ id: string }> => {
  const { ids, incidentId, into, note } = input
  if ((ids === undefined) === (incidentId === undefined)) throw fail('ALARMS_ACT_INCOMPLETE', { field: 'ids, incidentId' })
  if (incidentId !== undefined && (into === undefined || into === incidentId))
    throw fail('ALARMS_ACT_INCOMPLETE', { field: 'into' })
  const incidents = [into, incidentId].filter((i): i is string => i !== undefined).sort()
  await demandIncidents(tx, incidents)
  // Who joins an incident must be allowed to see and handle that one as well.
  const all = await demandAlarms(
    tx,
    ctx,
    sql`(a.id = any(${[...(ids ?? [])]}::uuid[]) or a.incident_id = any(${incidents}::uuid[]))`
  )
  const isIn = (id: string) => (r: AlarmRow) => r.incident_id === id
  const rows = ids ? all.filter((r) => ids.includes(r.id)) : all.filter(isIn(incidentId!))
  if (rows.length < (ids ? new Set(ids).size : 1)) throw fail('ALARMS_NOT_FOUND')
  if (into !== undefined && !all.some(isIn(into)) && !(await wereIn(tx, rows, into))) throw fail('ALARMS_NOT_FOUND')
  await lockIncidents(tx, [...new Set([...incidents, ...rows.flatMap((r) => r.incident_id ?? [])])])
  await demandWhole(tx, incidents, all.filter((r) => incidents.includes(r.incident_id ?? '')).length)
  if (into === undefined && rows.length < 2) throw fail('ALARMS_ACT_INCOMPLETE', { field: 'ids' })
  const id = into ?? (await addByHand(tx, ctx, rows))
  const left = new Set(rows.flatMap((r) => (r.incident_id !== null && r.incident_id !== id ? [r.incident_id] : [])))
  const drafts: Draft[] = rows.filter((r) => r.incident_id !== id).map(draftOf)
  for (const draft of drafts) {
    const from = draft.row.incident_id
    draft.row.incident_id = id
    draft.steps.push({
      act: 'group',
      at: ctx.now,
      note,
      data: { incidentId: id, byHand: true, ...(from !== null && { left: from }) }
    })
  }
  await writeDrafts(tx, drafts, ctx)
  for (const one of [...left, id]) await settleIncident(tx, ctx, one)
  return { id }
})

/** Whether all of the alarms left that incident at some time. */
async function wereIn(tx: Tx, alarms: readonly AlarmRow[], incidentId: string): Promise<boolean> {
  const { rows } = await sql<{ n: number }>`select count(distinct s.alarm_id)::int as n from alarms.step s
    where s.alarm_id = any(${alarms.map((a) => a.id)}::uuid[]) and s.act = 'group' and s.data->>'left' = ${incidentId}`.execute(
    tx
  )
  return rows[0]!.n === alarms.length
}

async function addByHand(tx: Tx, ctx: CommandContext, rows: readonly AlarmRow[]): Promise<string> {
  const id = newId(ctx.now.getTime())
  const gravest = [...rows].sort((a, b) => a.level - b.level)[0]!
  await sql`insert into alarms.incident (id, family, pack, title, level, first_at, last_at, by_hand)
    values (${id}, ${gravest.family}, ${gravest.pack}, ${JSON.stringify(gravest.title)}::jsonb, ${gravest.level}, ${gravest.raised_at}, ${gravest.raised_at}, true)`.execute(
    tx
  )
  return id
}

/** Level, place and times of an incident from the alarms it has now; one without alarms stays as an empty head. */
async function settleIncident(tx: Tx, ctx: CommandContext, id: string): Promise<void> {
  await sql`update alarms.incident n set level = s.level, lng = s.lng, lat = s.lat, first_at = s.first_at, last_at = s.last_at, version = n.version + 1,
      case_id = coalesce(n.case_id, s.case_id), case_no = coalesce(n.case_no, s.case_no)
    from (select min(level)::smallint as level, avg(lng) as lng, avg(lat) as lat, min(raised_at) as first_at, max(raised_at) as last_at,
      (array_agg(case_id order by raised_at) filter (where case_id is not null))[1] as case_id,
      (array_agg(case_no order by raised_at) filter (where case_no is not null))[1] as case_no
      from alarms.alarm where incident_id = ${id}::uuid having count(*) > 0) s where n.id = ${id}::uuid`.execute(tx)
  await queueIncidentEvents(tx, ctx, [id])
}
