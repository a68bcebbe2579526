import { PEER_ERRORS, type PeerAbilities, type PeerChange, type PeerCreate, type PeerServices } from '@chengyun/contract/public'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Db, Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'

export const peerFault = thrower(PEER_ERRORS)
export const apiKeyContext = (peerId: string): string => `peer.key:${peerId}`

type Seal = (text: string, context: string) => string
const UNKNOWN: PeerAbilities = { format: null, services: null, updates: null, updatedAfter: null, paging: null, checkedAt: null }
const BACK_MS = 7 * 86_400_000

/** A new peer. Its api_key is kept encrypted and shown to nobody. @throws AppError PEER_EXISTS, PEER_KEY_UNKNOWN */
export const createPeer = command(
  async (tx, { seal, ...p }: PeerCreate & { seal: Seal }, { actor, now, audit }): Promise<string> => {
    const id = newId(now.getTime())
    await checkKey(tx, p.keyId)
    const since = p.pullSince === null ? new Date(now.getTime() - BACK_MS) : new Date(p.pullSince)
    const done =
      await sql`insert into citizen.peer (id, key, name, base_url, jurisdiction_id, api_key_enc, direction, crs, poll_s, pull_since, pull_closed,
      area, outside, push_districts, report_back, key_id, enabled, abilities, next_run_at, created_at, created_by, created_by_name)
    values (${id}, ${p.key}, ${p.name.trim()}, ${baseOf(p.baseUrl)}, ${p.jurisdictionId}, ${p.apiKey && seal(p.apiKey, apiKeyContext(id))},
      ${p.direction}, ${p.crs}, ${p.pollS}, ${since}, ${p.pullClosed}, ${p.area}, ${p.outside}, ${p.pushDistricts}, ${p.reportBack}, ${p.keyId},
      ${p.enabled}, ${JSON.stringify(UNKNOWN)}::jsonb, ${now}, ${now}, ${actor.id}, ${actor.name}) on conflict (key) do nothing`.execute(
        tx
      )
    if (done.numAffectedRows !== 1n) throw peerFault('PEER_EXISTS', { key: p.key })
    const { apiKey: _, ...after } = p
    audit({ action: 'citizen.peerCreated', objectType: 'peer', objectId: id, after, result: 'ok' })
    return id
  }
)

/** Another address is another server: what is known of it is asked anew. @throws AppError PEER_UNKNOWN, PEER_KEY_UNKNOWN */
export const changePeer = command(
  async (tx, { id, seal, ...p }: PeerChange & { id: string; seal: Seal }, { now, audit }): Promise<void> => {
    await checkKey(tx, p.keyId)
    const { rows } = await sql<{
      base: string
      since: Date
    }>`select base_url as base, pull_since as since from citizen.peer where id = ${id} for update`.execute(tx)
    const before = rows[0]
    if (!before) throw peerFault('PEER_UNKNOWN')
    const since = p.pullSince === null ? before.since : new Date(p.pullSince)
    const moved = before.base !== baseOf(p.baseUrl)
    await sql`update citizen.peer set name = ${p.name.trim()}, base_url = ${baseOf(p.baseUrl)}, jurisdiction_id = ${p.jurisdictionId},
      direction = ${p.direction}, crs = ${p.crs}, poll_s = ${p.pollS}, pull_since = ${since}, pull_closed = ${p.pullClosed}, area = ${p.area},
      outside = ${p.outside}, push_districts = ${p.pushDistricts}, report_back = ${p.reportBack}, key_id = ${p.keyId}, enabled = ${p.enabled},
      next_run_at = ${now}, abilities = case when ${moved} then ${JSON.stringify(UNKNOWN)}::jsonb else abilities end,
      paused_at = case when ${moved || p.apiKey !== undefined} then null else paused_at end,
      pause_reason = case when ${moved || p.apiKey !== undefined} then null else pause_reason end,
      pulled_to = case when ${since}::timestamptz < pull_since then null else pulled_to end where id = ${id}`.execute(tx)
    if (p.apiKey !== undefined)
      await sql`update citizen.peer set api_key_enc = ${p.apiKey && seal(p.apiKey, apiKeyContext(id))} where id = ${id}`.execute(
        tx
      )
    const { apiKey, ...after } = p
    const changed = { ...after, ...(apiKey !== undefined && { apiKeyChanged: true }) }
    audit({ action: 'citizen.peerChanged', objectType: 'peer', objectId: id, after: changed, result: 'ok' })
  }
)

const baseOf = (url: string): string => url.replace(/\/+$/, '')

async function checkKey(tx: Tx, keyId: string | null): Promise<void> {
  if (keyId === null) return
  const { rows } = await sql`select 1 from citizen.open311_key where id = ${keyId}`.execute(tx)
  if (rows.length === 0) throw peerFault('PEER_KEY_UNKNOWN')
}

/** Only while nothing was exchanged with it. @throws AppError PEER_UNKNOWN, PEER_IN_USE */
export const removePeer = command(async (tx, { id }: { id: string }, { audit }) => {
  const { rows } = await sql<{
    key: string
    count: number
  }>`select p.key, (select count(*)::int from citizen.peer_request r where r.peer_id = p.id and r.case_id is not null) as count
    from citizen.peer p where p.id = ${id} for update`.execute(tx)
  const peer = rows[0]
  if (!peer) throw peerFault('PEER_UNKNOWN')
  if (peer.count > 0) throw peerFault('PEER_IN_USE', { count: peer.count })
  await sql`delete from citizen.peer_request where peer_id = ${id}`.execute(tx)
  await sql`delete from citizen.peer where id = ${id}`.execute(tx)
  audit({ action: 'citizen.peerRemoved', objectType: 'peer', objectId: id, before: { key: peer.key }, result: 'ok' })
})

export interface ServiceSeen {
  serviceCode: string
  serviceName: string | null
  group: string | null
  metadata: boolean
  /** What to propose where the table says nothing yet. */
  class: string | null
  push: string[]
}
/** What a check found. Services that are new get the proposal; the table as people set it stays. */
export const keepAbilities = command(
  async (tx, { id, abilities, services }: { id: string; abilities: PeerAbilities; services: readonly ServiceSeen[] | null }) => {
    await sql`update citizen.peer set abilities = ${JSON.stringify(abilities)}::jsonb where id = ${id}`.execute(tx)
    if (services === null) return
    await sql`update citizen.peer_service set offered = false where peer_id = ${id}`.execute(tx)
    await sql`insert into citizen.peer_service (peer_id, service_code, service_name, service_group, metadata, offered, class, push, auto)
      select ${id}, s."serviceCode", s."serviceName", s."group", s.metadata, true, s.class, array(select jsonb_array_elements_text(s.push)), false
      from jsonb_to_recordset(${JSON.stringify(services)}::jsonb) s("serviceCode" text, "serviceName" text, "group" text, metadata boolean, class text, push jsonb)
      on conflict (peer_id, service_code) do update set service_name = excluded.service_name, service_group = excluded.service_group,
        metadata = excluded.metadata, offered = true`.execute(tx)
  }
)

/** What the services of a peer stand for. @throws AppError PEER_UNKNOWN, PEER_SERVICE_TWICE, PEER_CLASS_TWICE */
export const savePeerServices = command(async (tx, { id, items }: PeerServices & { id: string }, { audit }) => {
  const { rows } = await sql`select 1 from citizen.peer where id = ${id} for update`.execute(tx)
  if (rows.length === 0) throw peerFault('PEER_UNKNOWN')
  const twice = items.find((row, i) => items.findIndex((r) => r.serviceCode === row.serviceCode) !== i)
  if (twice) throw peerFault('PEER_SERVICE_TWICE', { code: twice.serviceCode })
  const classes = items.flatMap((i) => [...new Set(i.push)])
  const doubled = classes.find((c, i) => classes.indexOf(c) !== i)
  if (doubled) throw peerFault('PEER_CLASS_TWICE', { class: doubled })
  await sql`delete from citizen.peer_service where peer_id = ${id} and not offered and not (service_code = any(${items.map((i) => i.serviceCode)}::text[]))`.execute(
    tx
  )
  await sql`update citizen.peer_service set class = null, push = '{}', auto = false, attributes = '{}' where peer_id = ${id}`.execute(
    tx
  )
  await sql`insert into citizen.peer_service (peer_id, service_code, metadata, offered, class, push, auto, attributes)
    select ${id}, s."serviceCode", false, false, s.class, array(select jsonb_array_elements_text(s.push)), s.auto, s.attributes
    from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) s("serviceCode" text, class text, push jsonb, auto boolean, attributes jsonb)
    on conflict (peer_id, service_code) do update set class = excluded.class, push = excluded.push, auto = excluded.auto,
      attributes = excluded.attributes`.execute(tx)
  audit({ action: 'citizen.peerServicesSaved', objectType: 'peer', objectId: id, after: { rows: items.length }, result: 'ok' })
})

/** Advisory lock class of exchanges; the second key is the peer, hashed by the database. */
const PEER_LOCK = 727_011

/** One exchange with a peer at a time, in all processes. Undefined: another one is under way. The lock ends with its connection. */
export const withPeerLock = <T>(db: Db, peerId: string, work: () => Promise<T>): Promise<T | undefined> =>
  db.connection().execute(async (holder) => {
    const { rows } = await sql<{ got: boolean }>`select pg_try_advisory_lock(${PEER_LOCK}, hashtext(${peerId})) as got`.execute(
      holder
    )
    if (!rows[0]?.got) return undefined
    try {
      return await work()
    } finally {
      await sql`select pg_advisory_unlock(${PEER_LOCK}, hashtext(${peerId}))`.execute(holder)
    }
  })

export interface RunKept {
  id: string
  error: string | null
  nextRunAt: Date
  updatesTo: Date | null
  /** It reached to the end: what changed later than this is asked for next. */
  whole: boolean
}
/** How a run went. `error` null: all came through. */
export const keepRun = command(async (tx, r: RunKept, { now }) => {
  await sql`update citizen.peer set last_run_at = ${now}, next_run_at = ${r.nextRunAt}, last_error = ${r.error},
    last_ok_at = case when ${r.error === null && r.whole} then ${now}::timestamptz else last_ok_at end,
    updates_to = coalesce(${r.updatesTo}::timestamptz, updates_to) where id = ${r.id}`.execute(tx)
})
