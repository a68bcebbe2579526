import type { ResponseLevel, StormRule } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { newId } from '../../../platform/ids.ts'
import { nextRung, responseAt } from '../domain/respond.ts'
import { type Burst, type Gathering, gatherBursts } from '../domain/storm.ts'
import { relatedItems } from '../queries/city.ts'
import { type Responses, responsesInForce } from '../queries/responses.ts'
import { LOOKED_AT } from './lock.ts'
import { type Draft, draftOf, findAlarms } from './store.ts'

/** Alarms that joined an incident. `lead` speaks for the incident: the first of a new one, or the first that is graver than it was. */
export interface Gathered {
  joined: Set<string>
  leads: { draft: Draft; count: number; level: ResponseLevel }[]
  /** Alarms of before that are members now. */
  others: Draft[]
  /** Incidents that are new or have new members. */
  touched: Set<string>
}

/**
 * Puts fresh alarms that are one happening into incidents (风暴抑制). Rows of incidents are written; the alarms stay drafts. Families and neighbours were
 * locked before (`lockBurst`).
 */
export async function gatherIncidents(
  tx: Tx,
  ctx: CommandContext,
  fresh: readonly Draft[],
  drafts: Iterable<Draft> = []
): Promise<Gathered> {
  const out: Gathered = { joined: new Set(), leads: [], others: [], touched: new Set() }
  if (fresh.length === 0) return out
  // What is being written already must not be written a second time beside it.
  const inHand = new Map([...drafts].map((d) => [d.row.id, d]))
  const responses = await responsesInForce(tx)
  const groups = Map.groupBy(fresh, ({ row }) => `${row.pack}\n${row.family}\n${row.follow.response ?? ''}`)
  for (const group of groups.values()) await gatherGroup(tx, ctx, group, responses, out, inHand)
  return out
}

async function gatherGroup(
  tx: Tx,
  ctx: CommandContext,
  drafts: Draft[],
  responses: Responses,
  out: Gathered,
  inHand: Map<string, Draft>
): Promise<void> {
  const { pack, family, follow } = drafts[0]!.row
  const response = responses(pack, follow.response)
  const { storm } = response
  if (!storm) return
  const { before, alongOf } = await neighbours(tx, drafts, storm, inHand)
  const bursts = (ds: readonly Draft[]): Burst[] =>
    ds.map(({ row }) => ({
      id: row.id,
      at: row.raised_at.getTime(),
      lng: row.lng,
      lat: row.lat,
      alongId: alongOf.get(row.item_id) ?? null,
      incidentId: row.incident_id
    }))
  const byId = new Map([...before, ...drafts].map((d) => [d.row.id, d]))
  const isFresh = new Set(drafts.map((d) => d.row.id))
  for (const gathering of gatherBursts(bursts(drafts), bursts(before), storm)) {
    const members = gathering.members.map((id) => byId.get(id)!)
    const known = gathering.incidentId === null ? null : await touchIncident(tx, gathering.incidentId, members)
    const incidentId = gathering.incidentId ?? (await addIncident(tx, ctx, { pack, family, gathering, members }))
    out.touched.add(incidentId)
    for (const draft of members) join(draft, incidentId, ctx.now)
    for (const draft of members) {
      if (isFresh.has(draft.row.id)) out.joined.add(draft.row.id)
      else if (!inHand.has(draft.row.id)) {
        inHand.set(draft.row.id, draft)
        out.others.push(draft)
      }
    }
    const lead = [...members].sort((a, b) => a.row.level - b.row.level || (isFresh.has(a.row.id) ? -1 : 1))[0]!
    // One clock for all: the lead's. An incident that is there has its own unless it became graver.
    const speaks = known === null || lead.row.level < known.level
    for (const draft of members) if (draft !== lead || !speaks) draft.row.wake_at = null
    if (!speaks) continue
    const level = responseAt(response, lead.row.level)
    lead.row.wake_at = nextRung(level, ctx.now, lead.row.rung)
    out.leads.push({ draft: lead, count: (known?.count ?? 0) + members.length, level })
  }
}

function join(draft: Draft, incidentId: string, now: Date): void {
  draft.row.incident_id = incidentId
  draft.steps.push({ act: 'group', at: now, note: null, data: { incidentId } })
}

async function neighbours(tx: Tx, drafts: readonly Draft[], storm: StormRule, inHand: ReadonlyMap<string, Draft>) {
  const times = drafts.map((d) => d.row.raised_at.getTime())
  const from = new Date(Math.min(...times) - storm.withinS * 1000)
  const to = new Date(Math.max(...times))
  const { pack, family } = drafts[0]!.row
  const own = drafts.map((d) => d.row.id)
  const rows = await findAlarms(
    tx,
    sql`a.id = any(array(select id from alarms.alarm where pack = ${pack} and family = ${family} and suppression_id is null and not late
      and raised_at between ${from} and ${to} and id <> all(${own}::uuid[]) order by raised_at desc limit ${LOOKED_AT}))`,
    true
  )
  const before = rows.map((row) => inHand.get(row.id) ?? draftOf(row))
  const items = [...before, ...drafts].map((d) => d.row.item_id)
  const alongOf = storm.along === undefined ? new Map<string, string>() : await relatedItems(tx, items, storm.along)
  return { before, alongOf }
}

async function touchIncident(tx: Tx, id: string, members: readonly Draft[]): Promise<{ level: number; count: number }> {
  const { rows } = await sql<{ level: number; count: number }>`select level,
    (select count(*)::int from alarms.alarm where incident_id = ${id}::uuid) as count from alarms.incident where id = ${id}::uuid for no key update`.execute(
    tx
  )
  const last = new Date(Math.max(...members.map((d) => d.row.raised_at.getTime())))
  const level = Math.min(...members.map((d) => d.row.level))
  await sql`update alarms.incident set last_at = greatest(last_at, ${last}), level = least(level, ${level}::smallint), version = version + 1
    where id = ${id}::uuid`.execute(tx)
  return rows[0]!
}

async function addIncident(
  tx: Tx,
  ctx: CommandContext,
  of: { pack: string; family: string; gathering: Gathering; members: readonly Draft[] }
): Promise<string> {
  const { members } = of
  const id = newId(ctx.now.getTime())
  const placed = members.filter((d) => d.row.lng !== null)
  const mean = (key: 'lng' | 'lat') =>
    placed.length === 0 ? null : placed.reduce((sum, d) => sum + d.row[key]!, 0) / placed.length
  const times = members.map((d) => d.row.raised_at.getTime())
  const gravest = [...members].sort((a, b) => a.row.level - b.row.level)[0]!.row
  await sql`insert into alarms.incident (id, family, pack, title, level, lng, lat, along_id, first_at, last_at)
    values (${id}, ${of.family}, ${of.pack}, ${JSON.stringify(gravest.title)}::jsonb, ${gravest.level}, ${mean('lng')}, ${mean('lat')},
      ${of.gathering.alongId}::uuid, ${new Date(Math.min(...times))}, ${new Date(Math.max(...times))})`.execute(tx)
  return id
}
