import type { PeerAbilities, PeerReject, PeerRequestQuery, PeerState } from '@chengyun/contract/public'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

export interface PeerRow {
  id: string
  key: string
  name: string
  baseUrl: string
  jurisdictionId: string | null
  apiKeyEnc: string | null
  direction: 'pull' | 'push' | 'both'
  crs: 'CGCS2000' | 'WGS84' | 'GCJ02' | 'BD09'
  pollS: number
  pullSince: Date
  pullClosed: boolean
  area: string | null
  outside: 'reject' | 'keep'
  pushDistricts: string[]
  reportBack: boolean
  keyId: string | null
  enabled: boolean
  abilities: PeerAbilities
  pulledTo: Date | null
  updatesTo: Date | null
  lastRunAt: Date | null
  lastOkAt: Date | null
  nextRunAt: Date
  lastError: string | null
  pausedAt: Date | null
  pauseReason: string | null
  createdAt: Date
  createdByName: string
}
const PEER =
  sql.raw(`p.id, p.key, p.name, p.base_url as "baseUrl", p.jurisdiction_id as "jurisdictionId", p.api_key_enc as "apiKeyEnc",
  p.direction, p.crs, p.poll_s as "pollS", p.pull_since as "pullSince", p.pull_closed as "pullClosed", p.area, p.outside,
  p.push_districts as "pushDistricts", p.report_back as "reportBack", p.key_id as "keyId", p.enabled, p.abilities, p.pulled_to as "pulledTo",
  p.updates_to as "updatesTo", p.last_run_at as "lastRunAt", p.last_ok_at as "lastOkAt", p.next_run_at as "nextRunAt",
  p.last_error as "lastError", p.paused_at as "pausedAt", p.pause_reason as "pauseReason", p.created_at as "createdAt", p.created_by_name as "createdByName"`)

export interface PeerCounts {
  pulled: number
  rejected: number
  pushed: number
  waiting: number
  dead: number
}
/** All peers, or one, with what was exchanged. */
export const listPeers = async (db: Db, id?: string): Promise<(PeerRow & PeerCounts)[]> =>
  (
    await sql<
      PeerRow & PeerCounts
    >`select ${PEER}, n.*, (n."dead0" + u.dead)::int as dead, (n."waiting0" + u.waiting)::int as waiting
      from citizen.peer p
      cross join lateral (select count(*) filter (where r.state = 'filed')::int as pulled,
        count(*) filter (where r.state = 'rejected')::int as rejected, count(*) filter (where r.state = 'sent')::int as pushed,
        count(*) filter (where r.state in ('waiting', 'held', 'token')) as "waiting0", count(*) filter (where r.state = 'dead') as "dead0"
        from citizen.peer_request r where r.peer_id = p.id) n
      cross join lateral (select count(*) filter (where u.state = 'waiting') as waiting, count(*) filter (where u.state = 'dead') as dead
        from citizen.peer_update u join citizen.peer_request r on r.id = u.request_id where r.peer_id = p.id) u
      ${id === undefined ? sql`` : sql`where p.id = ${id}`} order by p.key`.execute(db)
  ).rows

export const findPeer = async (db: Db, id: string): Promise<PeerRow | undefined> =>
  (await sql<PeerRow>`select ${PEER} from citizen.peer p where p.id = ${id}`.execute(db)).rows[0]

/** Peers whose turn it is, or for which something waits that is due. */
export const duePeers = async (db: Db, now: Date, limit: number): Promise<PeerRow[]> =>
  (
    await sql<PeerRow>`select ${PEER} from citizen.peer p where p.enabled and (p.next_run_at <= ${now}
      or p.paused_at is null and (exists (select 1 from citizen.peer_request r
        where r.peer_id = p.id and r.state in ('waiting', 'token') and r.next_at <= ${now})
      or exists (select 1 from citizen.peer_update u join citizen.peer_request r on r.id = u.request_id
        where r.peer_id = p.id and r.state in ('sent', 'filed') and u.state = 'waiting' and u.next_at <= ${now})))
      order by p.next_run_at limit ${limit}`.execute(db)
  ).rows

export interface PeerServiceRow {
  serviceCode: string
  serviceName: string | null
  group: string | null
  metadata: boolean
  offered: boolean
  class: string | null
  push: string[]
  auto: boolean
  attributes: Record<string, string>
}
export const listPeerServices = async (db: Db, peerId: string): Promise<PeerServiceRow[]> =>
  (
    await sql<PeerServiceRow>`select service_code as "serviceCode", service_name as "serviceName", service_group as "group", metadata, offered,
      class, push, auto, attributes from citizen.peer_service where peer_id = ${peerId} order by offered desc, service_group, service_name, service_code`.execute(
      db
    )
  ).rows

/** What a service is sent beside the case. */
export const attributesFor = async (db: Db, peerId: string, serviceCode: string): Promise<Record<string, string>> =>
  (
    await sql<{ attributes: Record<string, string> }>`select attributes from citizen.peer_service
      where peer_id = ${peerId} and service_code = ${serviceCode}`.execute(db)
  ).rows[0]?.attributes ?? {}

export interface PeerRequestRow {
  id: string
  peerId: string
  peerName: string
  direction: 'in' | 'out'
  remoteId: string | null
  caseId: string | null
  caseNo: string | null
  serviceCode: string | null
  serviceName: string | null
  summary: string
  state: PeerState
  rejected: PeerReject | null
  body: unknown
  token: string | null
  attempts: number
  firstTryAt: Date | null
  inDoubt: boolean
  nextAt: Date | null
  lastError: string | null
  byName: string | null
  at: Date
  doneAt: Date | null
  remoteStatus: 'open' | 'closed' | null
  remoteNotes: string | null
  remoteUpdatedAt: Date | null
}
const REQUEST =
  sql.raw(`r.id, r.peer_id as "peerId", p.name as "peerName", r.direction, r.remote_id as "remoteId", r.case_id as "caseId", r.case_no as "caseNo",
  r.service_code as "serviceCode", r.service_name as "serviceName", r.summary, r.state, r.rejected, r.body, r.token, r.attempts,
  r.first_try_at as "firstTryAt", r.in_doubt as "inDoubt", r.next_at as "nextAt", r.last_error as "lastError", r.by_name as "byName", r.at,
  r.done_at as "doneAt", r.remote_status as "remoteStatus", r.remote_notes as "remoteNotes", r.remote_updated_at as "remoteUpdatedAt"`)
const FROM = sql.raw('from citizen.peer_request r join citizen.peer p on p.id = r.peer_id')

export interface LastUpdate {
  uState: 'waiting' | 'delivered' | 'dead' | 'skipped' | null
  uAttempts: number | null
  uError: string | null
  uNextAt: Date | null
}
const WITH_UPDATE = sql.raw(`left join lateral (select u.state as "uState", u.attempts as "uAttempts", u.last_error as "uError",
  u.next_at as "uNextAt" from citizen.peer_update u where u.request_id = r.id order by u.seq desc limit 1) u on true`)

const OPEN_STATES = { waiting: ['waiting', 'held', 'token'], dead: ['dead'] } as const

/** What was exchanged, the newest first. */
export const listPeerRequests = async (
  db: Db,
  q: PeerRequestQuery & { caseId?: string }
): Promise<(PeerRequestRow & LastUpdate)[]> =>
  (
    await sql<PeerRequestRow & LastUpdate>`select ${REQUEST}, u.* ${FROM} ${WITH_UPDATE} where true
      ${q.peerId === undefined ? sql`` : sql`and r.peer_id = ${q.peerId}`}
      ${q.direction === undefined ? sql`` : sql`and r.direction = ${q.direction}`}
      ${q.state === undefined ? sql`` : sql`and r.state = ${q.state}`}
      ${q.open === undefined ? sql`` : sql`and (r.state = any(${OPEN_STATES[q.open]}::text[]) or u."uState" = ${q.open})`}
      ${q.number === undefined ? sql`` : sql`and (r.case_no = ${q.number} or r.remote_id = ${q.number})`}
      ${q.caseId === undefined ? sql`` : sql`and r.case_id = ${q.caseId}`}
      ${q.before === undefined ? sql`` : sql`and r.id < ${q.before}`}
      order by r.id desc limit ${q.limit ?? 100}`.execute(db)
  ).rows

export const findPeerRequest = async (db: Db, id: string): Promise<PeerRequestRow | undefined> =>
  (await sql<PeerRequestRow>`select ${REQUEST} ${FROM} where r.id = ${id}`.execute(db)).rows[0]

/** What waits for this peer and is due, the oldest first. */
export const dueRequests = async (
  db: Db,
  peerId: string,
  kind: { direction: 'in' | 'out'; states: readonly PeerState[] },
  now: Date,
  limit: number
): Promise<PeerRequestRow[]> =>
  (
    await sql<PeerRequestRow>`select ${REQUEST} ${FROM} where r.peer_id = ${peerId} and r.direction = ${kind.direction}
      and r.state = any(${kind.states}::text[]) and (r.next_at is null or r.next_at <= ${now}) order by r.next_at nulls first, r.id limit ${limit}`.execute(
      db
    )
  ).rows

/** Cases we sent of which no number is known: they may come back as somebody else's. */
export const nameless = async (db: Db, peerId: string): Promise<PeerRequestRow[]> =>
  (
    await sql<PeerRequestRow>`select ${REQUEST} ${FROM} where r.peer_id = ${peerId} and r.direction = 'out' and r.remote_id is null
      and r.first_try_at is not null and (r.in_doubt or r.state in ('token', 'sent'))`.execute(db)
  ).rows

/** Those of these numbers that are known, whichever way they came. */
export const knownAmong = async (db: Db, peerId: string, ids: readonly string[]): Promise<PeerRequestRow[]> =>
  ids.length === 0
    ? []
    : (
        await sql<PeerRequestRow>`select ${REQUEST} ${FROM} where r.peer_id = ${peerId} and r.remote_id = any(${ids}::text[])`.execute(
          db
        )
      ).rows

/** Requests under way on the other side that were not asked about since an instant. */
export const toCheck = async (
  db: Db,
  peerId: string,
  directions: readonly ('in' | 'out')[],
  since: Date,
  limit: number
): Promise<PeerRequestRow[]> =>
  (
    await sql<PeerRequestRow>`select ${REQUEST} ${FROM} where r.peer_id = ${peerId} and r.direction = any(${directions}::text[])
      and r.state in ('filed', 'sent') and r.remote_status = 'open' and r.remote_id is not null and (r.checked_at is null or r.checked_at < ${since})
      order by r.checked_at nulls first, r.id limit ${limit}`.execute(db)
  ).rows

export interface PeerUpdateRow {
  requestId: string
  seq: number
  status: 'open' | 'closed'
  at: Date
  body: string | null
  attempts: number
  remoteId: string
  caseId: string
  caseNo: string
  direction: 'in' | 'out'
  remoteStatus: 'open' | 'closed' | null
}
/** The first open update of each request whose number is known, where it is due; what stands behind a dead one waits with it. */
export const dueUpdates = async (db: Db, peerId: string, now: Date, limit: number): Promise<PeerUpdateRow[]> =>
  (
    await sql<PeerUpdateRow & { state: string; nextAt: Date }>`select * from (
      select distinct on (u.request_id) u.request_id as "requestId", u.seq, u.status, u.at, u.body, u.attempts, u.state, u.next_at as "nextAt",
        r.remote_id as "remoteId", r.case_id as "caseId", r.case_no as "caseNo", r.direction,
        r.remote_status as "remoteStatus"
      from citizen.peer_update u join citizen.peer_request r on r.id = u.request_id
      where r.peer_id = ${peerId} and u.state in ('waiting', 'dead') and r.remote_id is not null and r.state in ('sent', 'filed')
      order by u.request_id, u.seq) h
    where h.state = 'waiting' and h."nextAt" <= ${now} order by h."nextAt" limit ${limit}`.execute(db)
  ).rows

/** A case as another server is told of it. */
export interface SendableCase {
  id: string
  caseNo: string
  status: string
  isOpen: boolean
  kind: string
  classCode: string
  standardRef: string
  description: string
  address: string
  lng: number
  lat: number
  precision: string
  districtCode: string | null
  streetCode: string | null
  externalSystem: string | null
  keyId: string | null
  hidden: boolean
}
export const sendableCase = async (db: Db | Tx, id: string): Promise<SendableCase | undefined> =>
  (
    await sql<SendableCase>`select c.id, c.case_no as "caseNo", c.status, c.is_open as "isOpen", c.kind, c.class_code as "classCode",
      c.standard_ref as "standardRef", c.description, c.address, c.lng, c.lat, c.precision, d.district_code as "districtCode",
      d.street_code as "streetCode", e.external_system as "externalSystem", o.key_id as "keyId",
      exists (select 1 from citizen.private_case h where h.case_id = c.id) as hidden
      from cases.pub_open311 c join cases.pub_case d on d.id = c.id left join cases.pub_external e on e.case_id = c.id
      left join citizen.open311_request o on o.case_id = c.id where c.id = ${id}`.execute(db)
  ).rows[0]

/** Why a case was not taken up, where it was not. */
export const refusalOf = async (db: Db, caseId: string): Promise<string | null> =>
  (
    await sql<{ reason: string | null }>`select reason from cases.pub_public_step where case_id = ${caseId} and reason is not null
      order by seq desc limit 1`.execute(db)
  ).rows[0]?.reason ?? null
