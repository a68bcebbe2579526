import type { CaseMoved } from '@chengyun/contract/cases'
import type { SentState } from '@chengyun/contract/public'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { newId } from '../../../platform/ids.ts'
import type { DeliveredEvent } from '../../../platform/module.ts'
import { sentStateOf } from '../domain/hotline-status.ts'
import { type MessageFacts, type ReconciliationRow, resultOf } from '../queries/hotline.ts'
import { hotlineFault } from './hotline-systems.ts'

interface Told {
  systemId: string
  orderNo: string
  signed: boolean
  caseNo: string
  /** The order was merged into this case; it learns of its end. */
  merged: boolean
}

/**
 * Queues what the hotline is told of a step of a case: exactly once a step, numbered in the order of the steps (the relay has one writer).
 * Orders merged into the case hear of its end too.
 */
export async function queueStatuses(tx: Tx, events: readonly DeliveredEvent[]): Promise<void> {
  const moves = events.map(({ at, payload }) => ({ at, moved: payload as unknown as CaseMoved }))
  for (const { at, moved } of moves) {
    if (moved.op === 'report' && moved.sourceType === 'hotline') await hideConfidential(tx, moved.caseId, at)
  }
  const telling = moves.flatMap(({ at, moved }) => {
    const state = sentStateOf(moved)
    return state === undefined ? [] : [{ at, moved, state }]
  })
  // Nearly all steps of a city are of cases no hotline waits for: one question for the whole batch tells which are not.
  let awaited = await awaitedOf(tx, telling)
  for (const { at, moved, state } of telling) {
    if (!awaited.has(moved.caseId)) continue
    for (const order of await toldOf(tx, moved.caseId)) {
      // A hotline that withdrew its own order is not told that we return it.
      if (moved.actorId === order.systemId || (order.merged && state !== 'closed')) continue
      await queueOne(tx, moved, state, order, at)
    }
    if (moved.op === 'merge') awaited = await awaitedOf(tx, telling)
  }
}

async function awaitedOf(tx: Tx, telling: readonly { moved: CaseMoved }[]): Promise<Set<string>> {
  if (telling.length === 0) return new Set()
  const ids = [...new Set(telling.map((e) => e.moved.caseId))]
  const { rows } = await sql<{ id: string }>`select c.case_id as id from cases.pub_external c
      join citizen.hotline_system s on s.key = c.external_system where c.case_id = any(${ids}::uuid[])
    union select merged_into from citizen.hotline_order where merged_into = any(${ids}::uuid[])`.execute(tx)
  return new Set(rows.map((r) => r.id))
}

/** What must not be public is marked here too: should the server stop between the case and its order, nothing is shown meanwhile. */
const hideConfidential = (tx: Tx, caseId: string, at: Date) =>
  sql`insert into citizen.private_case (case_id, reason, at) select c.case_id, 'asked', ${at} from cases.pub_external c
    join citizen.hotline_system s on s.key = c.external_system
    join citizen.hotline_order o on o.system_id = s.id and o.order_no = c.external_no and o.confidential
    where c.case_id = ${caseId} on conflict do nothing`.execute(tx)

const toldOf = async (tx: Tx, caseId: string): Promise<Told[]> =>
  (
    await sql<Told>`select o.system_id as "systemId", o.order_no as "orderNo", o.signed, c.case_no as "caseNo", false as merged
        from cases.pub_external c join citizen.hotline_system s on s.key = c.external_system
        join citizen.hotline_order o on o.system_id = s.id and o.order_no = c.external_no where c.case_id = ${caseId}
      union all select o.system_id, o.order_no, o.signed, c.case_no, true
        from citizen.hotline_order o join cases.pub_external c on c.case_id = o.case_id where o.merged_into = ${caseId}`.execute(
      tx
    )
  ).rows

async function queueOne(tx: Tx, moved: CaseMoved, state: SentState, order: Told, at: Date): Promise<void> {
  const facts: MessageFacts = { at: at.toISOString(), caseNo: order.caseNo }
  // A case can be registered or returned without having been accepted by hand; the hotline expects 已签收 first.
  const states: SentState[] = state === 'signed' || order.signed ? [state] : ['signed', state]
  for (const each of states) {
    if (each === 'signed' && order.signed) continue
    const said = each === state ? { ...facts, ...(await detailsOf(tx, moved, state, order)) } : facts
    const { rows } = await sql<{ seq: number }>`update citizen.hotline_order set out_seq = out_seq + 1, signed = true
      where system_id = ${order.systemId} and order_no = ${order.orderNo} returning out_seq as seq`.execute(tx)
    await sql`insert into citizen.hotline_message (id, system_id, order_no, seq, case_id, status, facts, state, queued_at, next_at)
      values (${newId(at.getTime())}, ${order.systemId}, ${order.orderNo}, ${rows[0]!.seq}, ${moved.caseId}, ${each}, ${JSON.stringify(said)}::jsonb,
        'waiting', ${at}, ${at})`.execute(tx)
  }
}

/** Reason of a return, new deadline of an extension, result of an end (returnOrder, applyExtension, submitResult). */
async function detailsOf(tx: Tx, moved: CaseMoved, state: SentState, order: Told): Promise<Partial<MessageFacts>> {
  const opinion = await reasonOf(tx, moved)
  const deadline = moved.facts.after.handleDeadlineAt
  switch (state) {
    case 'returned':
      return { reason: opinion ?? '不属于受理范围' }
    case 'extended':
      return { reason: opinion ?? (moved.op === 'approveSuspend' ? '挂账' : '延期'), ...(deadline && { deadline }) }
    case 'closed':
      return {
        result: (await resultOf(tx, moved.caseId)) ?? '已办结',
        ...(order.merged && { reason: `已并入案件 ${moved.caseNo} 办理` })
      }
    case 'processing':
      if (moved.op === 'merge') return mergedInto(tx, moved.caseId)
      return { ...(moved.op === 'reopen' && { reason: opinion ?? '二次办理' }), ...(deadline && { deadline }) }
    case 'signed':
      return {}
  }
}

/** Words of the step; of a granted request the words it was asked with. */
async function reasonOf(tx: Tx, moved: CaseMoved): Promise<string | null> {
  const asked = moved.op === 'approveExtend' ? 'applyExtend' : moved.op === 'approveSuspend' ? 'applySuspend' : null
  const { rows } = await sql<{
    opinion: string | null
  }>`select opinion from cases.pub_external_step where case_id = ${moved.caseId}
    and seq <= ${moved.seq} and (seq = ${moved.seq} or op = ${asked}) and opinion is not null
    order by (op = ${asked}) desc nulls last, seq desc limit 1`.execute(tx)
  return rows[0]?.opinion ?? null
}

/** From here on the order follows the case it was merged into (重复件). */
async function mergedInto(tx: Tx, caseId: string): Promise<Partial<MessageFacts>> {
  const { rows } = await sql<{ id: string; caseNo: string; orderNo: string | null }>`
    select m.id, m.case_no as "caseNo", (select o.order_no from citizen.hotline_order o join citizen.hotline_order me on me.case_id = ${caseId}
      where o.case_id = m.id and o.system_id = me.system_id) as "orderNo"
    from cases.pub_external c join cases.pub_open311 m on m.id = c.merged_into where c.case_id = ${caseId}`.execute(tx)
  const main = rows[0]
  if (!main) return {}
  await sql`update citizen.hotline_order set merged_into = ${main.id} where case_id = ${caseId}`.execute(tx)
  return { reason: `已并入案件 ${main.caseNo} 办理`, ...(main.orderNo && { repeatOf: main.orderNo }) }
}

/** The text of a message before it is first sent: from here on it does not change. */
export const freezeMessage = command(async (tx, m: { id: string; body: string }): Promise<string> => {
  const { rows } = await sql<{
    body: string
  }>`update citizen.hotline_message set body = coalesce(body, ${m.body}) where id = ${m.id}
    returning body`.execute(tx)
  return rows[0]!.body
})

export interface Attempted {
  id: string
  attempts: number
  /** Null: taken. Otherwise why not, and when next; no next: given up. */
  failure: { error: string; nextAt: Date | null } | null
}
/** How an attempt went. A message a person acted on in the meantime stays as that person left it. */
export const keepAttempt = command(async (tx, a: Attempted, { now }) => {
  if (a.failure === null) {
    await sql`update citizen.hotline_message set state = 'delivered', attempts = ${a.attempts}, delivered_at = ${now}, next_at = null, last_error = null
      where id = ${a.id} and state in ('waiting', 'dead')`.execute(tx)
    return
  }
  const { error, nextAt } = a.failure
  await sql`update citizen.hotline_message set state = ${nextAt === null ? 'dead' : 'waiting'}, attempts = ${a.attempts}, next_at = ${nextAt},
    last_error = ${error} where id = ${a.id} and state = 'waiting'`.execute(tx)
})

/** Sends a message again from the start of its tries. @throws AppError HOTLINE_MESSAGE_UNKNOWN, HOTLINE_MESSAGE_STATE */
export const resendMessage = command(async (tx, { id }: { id: string }, { now, audit }) => {
  const state = await stateOf(tx, id)
  if (state === 'skipped') throw hotlineFault('HOTLINE_MESSAGE_STATE', { state })
  await sql`update citizen.hotline_message set state = 'waiting', attempts = 0, next_at = ${now} where id = ${id}`.execute(tx)
  audit({ action: 'citizen.hotlineResent', objectType: 'hotlineMessage', objectId: id, before: { state }, result: 'ok' })
})

/** Leaves a dead message out, so that those behind it go. @throws AppError HOTLINE_MESSAGE_UNKNOWN, HOTLINE_MESSAGE_STATE */
export const skipMessage = command(async (tx, { id }: { id: string }, { audit }) => {
  const state = await stateOf(tx, id)
  if (state !== 'dead') throw hotlineFault('HOTLINE_MESSAGE_STATE', { state })
  await sql`update citizen.hotline_message set state = 'skipped', next_at = null where id = ${id}`.execute(tx)
  audit({ action: 'citizen.hotlineSkipped', objectType: 'hotlineMessage', objectId: id, before: { state }, result: 'ok' })
})

async function stateOf(tx: Tx, id: string): Promise<string> {
  const { rows } = await sql<{ state: string }>`select state from citizen.hotline_message where id = ${id} for update`.execute(tx)
  if (!rows[0]) throw hotlineFault('HOTLINE_MESSAGE_UNKNOWN')
  return rows[0].state
}

/** What the comparison of a day showed; a later one of the same day replaces it. */
export const keepReconciliation = command(async (tx, r: ReconciliationRow) => {
  await sql`insert into citizen.hotline_reconciliation (system_id, day, at, state, ours, theirs, missing_here, missing_there, error)
    values (${r.systemId}, ${r.day}::date, ${r.at}, ${r.state}, ${r.ours}, ${r.theirs}, ${r.missingHere}, ${r.missingThere}, ${r.error})
    on conflict (system_id, day) do update set at = excluded.at, state = excluded.state, ours = excluded.ours, theirs = excluded.theirs,
      missing_here = excluded.missing_here, missing_there = excluded.missing_there, error = excluded.error`.execute(tx)
})
