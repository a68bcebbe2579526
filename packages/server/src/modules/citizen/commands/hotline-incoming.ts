import type { HotlineReceipt } from '@chengyun/contract/public'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { newId } from '../../../platform/ids.ts'
import { hotlineFault } from './hotline-systems.ts'

export type IncomingKind = 'order' | 'supplement' | 'urge' | 'withdrawal' | 'visit'

/** What is kept of an order when it first comes. */
export interface FreshOrder {
  appealType: string
  confidential: boolean
  expectedDeadline: string | undefined
  /** Day of the city on which the hotline sent it. */
  sentOn: string
}
export interface Incoming {
  systemId: string
  orderNo: string
  seq: number
  kind: IncomingKind
  hash: string
  bodyEnc: string
  fresh?: FreshOrder
}
export type Claim = { answer: HotlineReceipt } | { caseId: string | null }

/**
 * Notes a message before it is worked on. A repeat gets the first answer; one older than what was already done is noted and ignored; one
 * whose work broke off is worked on again. @throws AppError HOTLINE_ORDER_UNKNOWN, HOTLINE_SEQ_REUSED
 */
export const claimIncoming = command(async (tx, m: Incoming, { now }): Promise<Claim> => {
  if (m.fresh) await insertOrder(tx, m, m.fresh, now)
  const { rows } = await sql<{ caseId: string | null; lastSeq: number; caseNo: string | null }>`
    select o.case_id as "caseId", o.last_seq as "lastSeq", (select c.case_no from cases.pub_external c where c.case_id = o.case_id) as "caseNo"
    from citizen.hotline_order o where o.system_id = ${m.systemId} and o.order_no = ${m.orderNo} for update`.execute(tx)
  const order = rows[0]
  // Without its order a message means nothing yet: the sender tries again when the order has come through.
  if (!order || (m.kind !== 'order' && order.caseId === null)) throw hotlineFault('HOTLINE_ORDER_UNKNOWN', { orderNo: m.orderNo })
  const earlier = (
    await sql<{ hash: string; answer: HotlineReceipt | null }>`select hash, answer from citizen.hotline_incoming
      where system_id = ${m.systemId} and order_no = ${m.orderNo} and seq = ${m.seq}`.execute(tx)
  ).rows[0]
  if (earlier) {
    if (earlier.hash !== m.hash) throw hotlineFault('HOTLINE_SEQ_REUSED', { orderNo: m.orderNo, seq: m.seq })
    return earlier.answer ? { answer: earlier.answer } : { caseId: order.caseId }
  }
  const late: HotlineReceipt | null =
    m.seq < order.lastSeq
      ? {
          orderNo: m.orderNo,
          seq: m.seq,
          outcome: 'ignored',
          reason: `newer message ${order.lastSeq} was taken before`,
          caseNo: order.caseNo,
          at: now.toISOString()
        }
      : null
  await sql`insert into citizen.hotline_incoming (system_id, order_no, seq, kind, hash, body_enc, answer, received_at)
    values (${m.systemId}, ${m.orderNo}, ${m.seq}, ${m.kind}, ${m.hash}, ${m.bodyEnc}, ${late && JSON.stringify(late)}::jsonb, ${now})`.execute(
    tx
  )
  return late ? { answer: late } : { caseId: order.caseId }
})

const insertOrder = (tx: Tx, m: Incoming, fresh: FreshOrder, now: Date) =>
  sql`insert into citizen.hotline_order (system_id, order_no, last_seq, order_enc, appeal_type, confidential, expected_deadline, received_at, sent_on)
    values (${m.systemId}, ${m.orderNo}, 0, ${m.bodyEnc}, ${fresh.appealType}, ${fresh.confidential}, ${fresh.expectedDeadline ?? null}, ${now},
      ${fresh.sentOn}::date) on conflict do nothing`.execute(tx)

export interface Done {
  systemId: string
  orderNo: string
  seq: number
  answer: HotlineReceipt
  caseId: string
  /** The case must not be shown to the public. */
  hide?: boolean
  satisfaction?: string
  /** Unsatisfied: somebody decides on 二次办理. */
  askReopen?: string
  withdrawn?: boolean
}

/** The work on a message is done: its answer stands from here on. Answers with the one that stands. */
export const finishIncoming = command(async (tx, d: Done, { now }): Promise<HotlineReceipt> => {
  await sql`update citizen.hotline_order set last_seq = greatest(last_seq, ${d.seq}), case_id = coalesce(case_id, ${d.caseId}::uuid),
    satisfaction = coalesce(${d.satisfaction ?? null}::text, satisfaction),
    withdrawn_at = case when ${d.withdrawn ?? false} then ${now}::timestamptz else withdrawn_at end
    where system_id = ${d.systemId} and order_no = ${d.orderNo}`.execute(tx)
  await sql`update citizen.hotline_incoming set answer = ${JSON.stringify(d.answer)}::jsonb
    where system_id = ${d.systemId} and order_no = ${d.orderNo} and seq = ${d.seq} and answer is null`.execute(tx)
  if (d.hide) {
    await sql`insert into citizen.private_case (case_id, reason, at) values (${d.caseId}, 'asked', ${now}) on conflict do nothing`.execute(
      tx
    )
  }
  if (d.askReopen !== undefined) {
    await sql`insert into citizen.review (id, kind, case_id, state, words, reason, file_ids, asked_at)
      values (${newId(now.getTime())}, 'reopen', ${d.caseId}, 'open', '{}', ${d.askReopen}, '{}', ${now}) on conflict do nothing`.execute(
      tx
    )
  }
  const { rows } = await sql<{ answer: HotlineReceipt }>`select answer from citizen.hotline_incoming
    where system_id = ${d.systemId} and order_no = ${d.orderNo} and seq = ${d.seq}`.execute(tx)
  return rows[0]!.answer
})

/** What was refused leaves no trace: corrected, it may come again under the same number. */
export const releaseIncoming = command(async (tx, m: Pick<Incoming, 'systemId' | 'orderNo' | 'seq'>) => {
  await sql`delete from citizen.hotline_incoming
    where system_id = ${m.systemId} and order_no = ${m.orderNo} and seq = ${m.seq} and answer is null`.execute(tx)
  await sql`delete from citizen.hotline_order o where o.system_id = ${m.systemId} and o.order_no = ${m.orderNo} and o.case_id is null
    and not exists (select 1 from citizen.hotline_incoming i where i.system_id = o.system_id and i.order_no = o.order_no)`.execute(
    tx
  )
})
