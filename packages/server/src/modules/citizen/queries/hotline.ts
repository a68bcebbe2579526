import type { CaseStatus } from '@chengyun/contract/cases'
import type { HotlineMessageQuery, HotlineReceipt, MessageState, Satisfaction, SentState } from '@chengyun/contract/public'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

export interface HotlineSystemRow {
  id: string
  key: string
  name: string
  secretEnc: string
  secretAt: Date
  webhookUrl: string | null
  listUrl: string | null
  crs: 'CGCS2000' | 'WGS84' | 'GCJ02' | 'BD09'
  enabled: boolean
  createdAt: Date
  createdByName: string
}
const SYSTEM_COLUMNS =
  sql.raw(`s.id, s.key, s.name, s.secret_enc as "secretEnc", s.secret_at as "secretAt", s.webhook_url as "webhookUrl",
  s.list_url as "listUrl", s.crs, s.enabled, s.created_at as "createdAt", s.created_by_name as "createdByName"`)

export type CountedSystem = HotlineSystemRow & { orders: number; waiting: number; dead: number }
/** All systems with how much they sent and what waits for them. */
export const listSystems = async (db: Db, id?: string): Promise<CountedSystem[]> =>
  (
    await sql<CountedSystem>`select ${SYSTEM_COLUMNS},
      (select count(*)::int from citizen.hotline_order o where o.system_id = s.id) as orders,
      (select count(*)::int from citizen.hotline_message m where m.system_id = s.id and m.state = 'waiting') as waiting,
      (select count(*)::int from citizen.hotline_message m where m.system_id = s.id and m.state = 'dead') as dead
      from citizen.hotline_system s ${id === undefined ? sql`` : sql`where s.id = ${id}`} order by s.key`.execute(db)
  ).rows

export const enabledSystem = async (db: Db, key: string): Promise<HotlineSystemRow | undefined> =>
  (
    await sql<HotlineSystemRow>`select ${SYSTEM_COLUMNS} from citizen.hotline_system s where s.key = ${key} and s.enabled`.execute(
      db
    )
  ).rows[0]
export const enabledSystems = async (db: Db): Promise<HotlineSystemRow[]> =>
  (await sql<HotlineSystemRow>`select ${SYSTEM_COLUMNS} from citizen.hotline_system s where s.enabled order by s.key`.execute(db))
    .rows

/** Category → class code. */
export const listCategories = async (db: Db): Promise<{ category: string; classCode: string }[]> =>
  (
    await sql<{
      category: string
      classCode: string
    }>`select category, class_code as "classCode" from citizen.hotline_category order by class_code, category`.execute(db)
  ).rows

/** A grid in the middle of an area (code of a district, street or community); undefined when no grid lies in it. */
export async function gridCentreIn(db: Db, areaCode: string): Promise<[number, number] | undefined> {
  const { rows } = await sql<{ lng: number; lat: number }>`
    with g as (select lng, lat from geo.pub_unit_grid where code like ${`${areaCode}%`} and valid_to_on is null),
      m as (select avg(lng) as lng, avg(lat) as lat from g)
    select g.lng, g.lat from g, m order by (g.lng - m.lng) ^ 2 + (g.lat - m.lat) ^ 2 limit 1`.execute(db)
  return rows[0] && [rows[0].lng, rows[0].lat]
}

/** An order as it stands, with its case. */
export interface OrderRow {
  orderNo: string
  caseId: string | null
  caseNo: string | null
  status: CaseStatus | null
  acceptedAt: Date | null
  deadline: Date | null
  merged: boolean
  lastSeq: number
  satisfaction: Satisfaction | null
  withdrawnAt: Date | null
  receivedAt: Date
}
export const findOrder = async (db: Db, systemId: string, orderNo: string): Promise<OrderRow | undefined> =>
  (
    await sql<OrderRow>`select o.order_no as "orderNo", o.case_id as "caseId", c.case_no as "caseNo", c.status, c.accepted_at as "acceptedAt",
      c.handle_deadline_at as deadline, c.merged_into is not null as merged, o.last_seq as "lastSeq", o.satisfaction,
      o.withdrawn_at as "withdrawnAt", o.received_at as "receivedAt"
      from citizen.hotline_order o left join cases.pub_external c on c.case_id = o.case_id
      where o.system_id = ${systemId} and o.order_no = ${orderNo}`.execute(db)
  ).rows[0]

/** Numbers of the orders a system sent on a day. */
export const ordersOfDay = async (db: Db, systemId: string, day: string): Promise<string[]> =>
  (
    await sql<{ no: string }>`select order_no as no from citizen.hotline_order
      where system_id = ${systemId} and sent_on = ${day}::date and case_id is not null order by order_no`.execute(db)
  ).rows.map((r) => r.no)
/** Which of these numbers we have, of any day. */
export const ordersAmong = async (db: Db, systemId: string, nos: readonly string[]): Promise<string[]> =>
  (
    await sql<{ no: string }>`select order_no as no from citizen.hotline_order
      where system_id = ${systemId} and order_no = any(${nos}::text[]) and case_id is not null`.execute(db)
  ).rows.map((r) => r.no)

/** What was said about how a case went on: the last handling and the last step that ended it. */
export async function resultOf(db: Db | Tx, caseId: string): Promise<string | null> {
  const { rows } = await sql<{ opinion: string }>`select opinion from (
      select distinct on (op) op, seq, opinion from cases.pub_external_step
      where case_id = ${caseId} and op in ('submitHandle', 'close', 'approveForceClose') and opinion is not null order by op, seq desc) x
    order by seq`.execute(db)
  return rows.length > 0 ? rows.map((r) => r.opinion).join('；') : null
}

/** Photos of a case that a reviewer released, and whether the case itself may be shown. */
export async function releasedPhotosOf(db: Db, caseId: string): Promise<{ ids: string[]; open: boolean }> {
  const { rows } = await sql<{ ids: string[]; open: boolean }>`select
      coalesce((select array_agg(p.file_id order by f.uploaded_at) from citizen.photo p join media.pub_file f on f.id = p.file_id
        where p.case_id = ${caseId} and p.released), '{}') as ids,
      not exists (select 1 from citizen.private_case h where h.case_id = ${caseId}) as open`.execute(db)
  return rows[0]!
}

/** What a message says before it was first sent. */
export interface MessageFacts {
  at: string
  caseNo: string
  reason?: string
  result?: string
  deadline?: string
  repeatOf?: string
}
export interface MessageRow {
  id: string
  systemId: string
  orderNo: string
  seq: number
  caseId: string
  status: SentState
  facts: MessageFacts
  body: string | null
  state: MessageState
  attempts: number
  queuedAt: Date
  nextAt: Date | null
  deliveredAt: Date | null
  lastError: string | null
}
const MESSAGE_COLUMNS =
  sql.raw(`m.id, m.system_id as "systemId", m.order_no as "orderNo", m.seq, m.case_id as "caseId", m.status, m.facts, m.body,
  m.state, m.attempts, m.queued_at as "queuedAt", m.next_at as "nextAt", m.delivered_at as "deliveredAt", m.last_error as "lastError"`)

/** The first open message of each order of these systems, where it is due. What stands behind a dead one waits with it. */
export const dueHeads = async (db: Db, systemIds: readonly string[], now: Date, limit: number): Promise<MessageRow[]> =>
  (
    await sql<MessageRow>`select * from (
      select distinct on (m.system_id, m.order_no) ${MESSAGE_COLUMNS} from citizen.hotline_message m
      where m.state in ('waiting', 'dead') and m.system_id = any(${systemIds}::uuid[]) order by m.system_id, m.order_no, m.seq) h
    where h.state = 'waiting' and h."nextAt" <= ${now} order by h."nextAt", h.id limit ${limit}`.execute(db)
  ).rows

/** Messages, the newest first, and whether each waits behind one that was given up; one more than `limit`, to tell whether more follow. */
export const listMessages = async (
  db: Db,
  q: HotlineMessageQuery & { limit: number }
): Promise<(MessageRow & { blocked: boolean })[]> =>
  (
    await sql<
      MessageRow & { blocked: boolean }
    >`select ${MESSAGE_COLUMNS}, m.state = 'waiting' and exists (select 1 from citizen.hotline_message d
        where d.system_id = m.system_id and d.order_no = m.order_no and d.seq < m.seq and d.state = 'dead') as blocked
      from citizen.hotline_message m where true
      ${q.systemId === undefined ? sql`` : sql`and m.system_id = ${q.systemId}`}
      ${q.state === undefined ? sql`` : sql`and m.state = ${q.state}`}
      ${q.orderNo === undefined ? sql`` : sql`and m.order_no = ${q.orderNo}`}
      ${q.after === undefined ? sql`` : sql`and (m.queued_at, m.id) < (select a.queued_at, a.id from citizen.hotline_message a where a.id = ${q.after})`}
      order by m.queued_at desc, m.id desc limit ${q.limit + 1}`.execute(db)
  ).rows

export interface ReconciliationRow {
  systemId: string
  day: string
  at: Date
  state: 'same' | 'different' | 'failed'
  ours: number
  theirs: number | null
  missingHere: string[]
  missingThere: string[]
  error: string | null
}
export const listReconciliations = async (db: Db, systemId: string, limit: number): Promise<ReconciliationRow[]> =>
  (
    await sql<ReconciliationRow>`select system_id as "systemId", day::text as day, at, state, ours, theirs, missing_here as "missingHere",
      missing_there as "missingThere", error from citizen.hotline_reconciliation where system_id = ${systemId} order by day desc limit ${limit}`.execute(
      db
    )
  ).rows

/** What came in and how it was answered: the number of messages by outcome, for one order. */
export const incomingOf = async (db: Db, systemId: string, orderNo: string) =>
  (
    await sql<{ seq: number; kind: string; answer: HotlineReceipt | null }>`select seq, kind, answer from citizen.hotline_incoming
      where system_id = ${systemId} and order_no = ${orderNo} order by seq`.execute(db)
  ).rows
