import type { CaseMoved } from '@chengyun/contract/cases'
import { isOpen } from '@chengyun/contract/cases'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { newId } from '../../../platform/ids.ts'
import type { DeliveredEvent } from '../../../platform/module.ts'
import { clip } from '../domain/hotline-order.ts'
import { systemOf } from '../domain/peer-request.ts'
import { publicText } from '../domain/public-text.ts'
import { type SendableCase, sendableCase } from '../queries/peers.ts'
import { peerFault } from './peers.ts'

const SUMMARY = 120
export const summaryOf = (text: string): string => clip(publicText(text).replaceAll(/\s+/g, ' ').trim(), SUMMARY)

interface Queued {
  peerId: string
  record: SendableCase
  serviceCode: string
  byName: string | null
  at: Date
}
/** Puts a case into the queue of a peer, once. False: it stands there. */
async function queueCase(tx: Tx, q: Queued): Promise<boolean> {
  const { record } = q
  const done =
    await sql`insert into citizen.peer_request (id, peer_id, direction, case_id, case_no, service_code, service_name, summary, state, next_at, by_name, at)
    select ${newId(q.at.getTime())}, ${q.peerId}, 'out', ${record.id}, ${record.caseNo}, ${q.serviceCode},
      (select s.service_name from citizen.peer_service s where s.peer_id = ${q.peerId} and s.service_code = ${q.serviceCode}),
      ${summaryOf(record.description)}, 'waiting', ${q.at}, ${q.byName}, ${q.at} on conflict do nothing`.execute(tx)
  return done.numAffectedRows === 1n
}

/** Sends a case to a peer by hand. @throws AppError PEER_CASE_SENT, PEER_CASE_THEIRS, PEER_CASE_PRIVATE, PEER_CASE_ENDED */
export const sendCase = command(
  async (
    tx,
    input: { caseId: string; peer: { id: string; key: string; keyId: string | null }; serviceCode: string },
    { actor, now, audit }
  ): Promise<void> => {
    const { peer, caseId } = input
    const record = (await sendableCase(tx, caseId))!
    if (record.externalSystem === systemOf(peer.key) || (record.keyId !== null && record.keyId === peer.keyId))
      throw peerFault('PEER_CASE_THEIRS')
    if (record.hidden) throw peerFault('PEER_CASE_PRIVATE')
    if (!record.isOpen) throw peerFault('PEER_CASE_ENDED')
    const queued = await queueCase(tx, { peerId: peer.id, record, serviceCode: input.serviceCode, byName: actor.name, at: now })
    if (!queued) throw peerFault('PEER_CASE_SENT')
    audit({
      action: 'citizen.caseSentToPeer',
      objectType: 'case',
      objectId: caseId,
      after: { caseNo: record.caseNo, peer: peer.key, serviceCode: input.serviceCode },
      result: 'ok'
    })
  }
)

/**
 * With the step itself: cases registered here go out where the rules of a peer say so, and who has or sent a case hears of its end and of
 * its being opened again. A rule never passes on what another system sent: it would go round in circles.
 */
export async function queueForPeers(tx: Tx, events: readonly DeliveredEvent[]): Promise<void> {
  const moves = events.map(({ at, payload }) => ({ at, moved: payload as unknown as CaseMoved }))
  const registered = moves.filter((m) => m.moved.op === 'register' && m.moved.status !== 'pending_register')
  const turned = moves.filter(
    (m) =>
      m.moved.op === 'reopen' || (!isOpen(m.moved.status) && m.moved.fromStatus !== m.moved.status && m.moved.fromStatus !== null)
  )
  if (registered.length + turned.length === 0) return
  const { rows } = await sql<{
    auto: boolean
  }>`select exists (select 1 from citizen.peer p where p.enabled and p.direction <> 'pull'
    and p.push_districts <> '{}') as auto`.execute(tx)
  if (rows[0]?.auto) for (const { at, moved } of registered) await queueByRule(tx, moved.caseId, at)
  if (turned.length > 0) await queueUpdates(tx, turned)
}

async function queueByRule(tx: Tx, caseId: string, at: Date): Promise<void> {
  const record = await sendableCase(tx, caseId)
  if (!record?.isOpen || record.hidden || record.keyId !== null || record.externalSystem !== null) return
  const { rows } = await sql<{ peerId: string; serviceCode: string }>`select p.id as "peerId", s.service_code as "serviceCode"
    from citizen.peer p join citizen.peer_service s on s.peer_id = p.id and s.auto and ${`${record.kind}:${record.classCode}`} = any(s.push)
    where p.enabled and p.direction <> 'pull' and p.api_key_enc is not null
      and (${record.districtCode} = any(p.push_districts) or ${record.streetCode} = any(p.push_districts))`.execute(tx)
  for (const { peerId, serviceCode } of rows) await queueCase(tx, { peerId, record, serviceCode, byName: null, at })
}

async function queueUpdates(tx: Tx, turned: readonly { at: Date; moved: CaseMoved }[]): Promise<void> {
  const ids = [...new Set(turned.map((m) => m.moved.caseId))]
  const { rows } = await sql<{ id: string; caseId: string; state: string; tried: boolean }>`
    select r.id, r.case_id as "caseId", r.state, r.first_try_at is not null as tried
    from citizen.peer_request r join citizen.peer p on p.id = r.peer_id
    where r.case_id = any(${ids}::uuid[]) and (r.direction = 'out' or (r.state = 'filed' and p.report_back))`.execute(tx)
  if (rows.length === 0) return
  for (const { at, moved } of turned) {
    const status = isOpen(moved.status) ? 'open' : 'closed'
    for (const r of rows.filter((x) => x.caseId === moved.caseId)) {
      if (r.state === 'waiting' && !r.tried && status === 'closed') {
        await sql`update citizen.peer_request set state = 'skipped', next_at = null, last_error = '发出前案件已结束' where id = ${r.id}
          and state = 'waiting' and first_try_at is null`.execute(tx)
      } else if (r.state !== 'skipped') {
        await sql`insert into citizen.peer_update (request_id, seq, status, at, state, next_at) values (${r.id}, ${moved.seq}, ${status}, ${at},
          'waiting', ${at}) on conflict do nothing`.execute(tx)
      }
    }
  }
}

interface Standing {
  state: string
  direction: 'in' | 'out'
  remoteId: string | null
  uSeq: number | null
}
async function standingOf(tx: Tx, id: string): Promise<Standing> {
  const { rows } = await sql<Standing>`select r.state, r.direction, r.remote_id as "remoteId",
      (select min(u.seq) from citizen.peer_update u where u.request_id = r.id and u.state = 'dead') as "uSeq"
    from citizen.peer_request r where r.id = ${id} for update`.execute(tx)
  if (!rows[0]) throw peerFault('PEER_REQUEST_UNKNOWN')
  return rows[0]
}

/**
 * Again from the start of its tries: a case that was given up, what was rejected or skipped, or the update of a request that stands.
 * `anew`: without asking the other side first whether it has the case. What was clearly refused is put together anew, with what is said of its service now. @throws AppError PEER_REQUEST_UNKNOWN, PEER_REQUEST_STATE
 */
export const retryRequest = command(async (tx, { id, anew }: { id: string; anew: boolean }, { now, audit }) => {
  const { state, direction, uSeq } = await standingOf(tx, id)
  if (['dead', 'rejected', 'skipped', 'waiting', 'held'].includes(state)) {
    const hasBody = sql`(direction = 'out' or body is not null)`
    const done =
      await sql`update citizen.peer_request set state = case when token is not null then 'token' else 'waiting' end, attempts = 0,
      next_at = ${now}, rejected = null, body = case when direction = 'out' and not in_doubt then null else body end, in_doubt = in_doubt and not ${anew} where id = ${id} and ${hasBody}`.execute(
        tx
      )
    if (done.numAffectedRows !== 1n) throw peerFault('PEER_REQUEST_STATE', { state })
  } else if (uSeq !== null) {
    await sql`update citizen.peer_update set state = 'waiting', attempts = 0, next_at = ${now} where request_id = ${id} and seq = ${uSeq}`.execute(
      tx
    )
  } else throw peerFault('PEER_REQUEST_STATE', { state })
  audit({
    action: 'citizen.peerRetried',
    objectType: 'peerRequest',
    objectId: id,
    before: { state, direction },
    after: { anew },
    result: 'ok'
  })
})

/** Leaves out what was given up, held or rejected, or the update of a request that stands. @throws AppError as retryRequest */
export const skipRequest = command(async (tx, { id }: { id: string }, { audit }) => {
  const { state, uSeq } = await standingOf(tx, id)
  if (['dead', 'rejected', 'held', 'token', 'waiting'].includes(state))
    await sql`update citizen.peer_request set state = 'skipped', next_at = null, in_doubt = false where id = ${id}`.execute(tx)
  else if (uSeq !== null)
    await sql`update citizen.peer_update set state = 'skipped', next_at = null where request_id = ${id} and seq = ${uSeq}`.execute(
      tx
    )
  else throw peerFault('PEER_REQUEST_STATE', { state })
  audit({ action: 'citizen.peerSkipped', objectType: 'peerRequest', objectId: id, before: { state }, result: 'ok' })
})
