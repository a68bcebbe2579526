import type { PeerReject } from '@chengyun/contract/public'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { newId } from '../../../platform/ids.ts'

/** A request of a peer as it was read. */
export interface Pulled {
  remoteId: string
  serviceCode: string | null
  serviceName: string | null
  summary: string
  rejected: PeerReject | null
  reason: string | null
  body: unknown
  status: 'open' | 'closed'
  notes: string | null
  updatedAt: Date | null
}

/**
 * What a window of requests held, and that it was read, in one commit: after a kill the window is read again or was kept whole. A number
 * that is known changes nothing, unless it was rejected and says something else now: then it is judged again. Answers how many are new.
 */
export const keepPulled = command(
  async (tx, { peerId, rows, pulledTo }: { peerId: string; rows: readonly Pulled[]; pulledTo: Date | null }, { now }) => {
    const values = rows.map((r) => ({ ...r, id: newId(now.getTime()), updatedAt: r.updatedAt?.toISOString() ?? null }))
    const done =
      await sql`insert into citizen.peer_request (id, peer_id, direction, remote_id, service_code, service_name, summary, state, rejected,
        last_error, body, at, remote_status, remote_notes, remote_updated_at)
      select v.id, ${peerId}, 'in', v."remoteId", v."serviceCode", v."serviceName", v.summary,
        case when v.rejected is null then 'waiting' else 'rejected' end, v.rejected, v.reason, v.body, ${now}, v.status, v.notes, v."updatedAt"
      from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) v(id uuid, "remoteId" text, "serviceCode" text, "serviceName" text, summary text,
        rejected text, reason text, body jsonb, status text, notes text, "updatedAt" timestamptz)
      on conflict (peer_id, remote_id) do update set service_code = excluded.service_code, service_name = excluded.service_name,
        summary = excluded.summary, state = excluded.state, rejected = excluded.rejected, last_error = excluded.last_error, body = excluded.body,
        remote_status = excluded.remote_status, remote_notes = excluded.remote_notes, remote_updated_at = excluded.remote_updated_at
        where peer_request.direction = 'in' and peer_request.state = 'rejected' and peer_request.body is distinct from excluded.body`.execute(
        tx
      )
    if (pulledTo)
      await sql`update citizen.peer set pulled_to = greatest(pulled_to, ${pulledTo}::timestamptz) where id = ${peerId}`.execute(
        tx
      )
    return Number(done.numAffectedRows ?? 0n)
  }
)

/** It is a case here. */
export const keepFiled = command(async (tx, r: { id: string; caseId: string; caseNo: string }, { now }) => {
  await sql`update citizen.peer_request set state = 'filed', case_id = ${r.caseId}, case_no = ${r.caseNo}, body = null, done_at = ${now},
    next_at = null, last_error = null where id = ${r.id} and state in ('waiting', 'held')`.execute(tx)
})

/** It is none, and why. */
export const keepRejected = command(async (tx, r: { id: string; rejected: PeerReject; reason: string }) => {
  await sql`update citizen.peer_request set state = 'rejected', rejected = ${r.rejected}, last_error = ${r.reason}, next_at = null
    where id = ${r.id} and state in ('waiting', 'held')`.execute(tx)
})

/** It may be one of ours coming back: until ours is answered it is no case. */
export const keepHeld = command(async (tx, r: { id: string; reason: string; nextAt: Date }) => {
  await sql`update citizen.peer_request set state = 'held', last_error = ${r.reason}, next_at = ${r.nextAt}
    where id = ${r.id} and state in ('waiting', 'held')`.execute(tx)
})

/** Before a case is sent: whatever happens from here on, the other side may have it. The text stays as it is first put together. */
export const beginTry = command(async (tx, r: { id: string; body: unknown }, { now }) => {
  await sql`update citizen.peer_request set in_doubt = true, first_try_at = coalesce(first_try_at, ${now}::timestamptz),
    body = coalesce(body, ${JSON.stringify(r.body)}::jsonb) where id = ${r.id} and state = 'waiting'`.execute(tx)
})

/**
 * The other side has it: under a number, or a token for one, or neither. Had its number been read meanwhile as a request of its own that
 * is no case yet, it is one no more.
 */
export const keepSent = command(
  async (tx, r: { id: string; peerId: string; remoteId: string | null; token: string | null }, { now }) => {
    const { remoteId, token } = r
    if (remoteId !== null)
      await sql`delete from citizen.peer_request where peer_id = ${r.peerId} and remote_id = ${remoteId} and id <> ${r.id} and direction = 'in'
      and state in ('waiting', 'held', 'rejected')`.execute(tx)
    const taken =
      remoteId !== null &&
      (
        await sql`select 1 from citizen.peer_request where peer_id = ${r.peerId} and remote_id = ${remoteId}
      and id <> ${r.id}`.execute(tx)
      ).rows.length > 0
    const state = remoteId === null && token !== null ? 'token' : 'sent'
    await sql`update citizen.peer_request set state = ${state}, remote_id = coalesce(remote_id, ${taken ? null : remoteId}), token = coalesce(${token}, token),
    in_doubt = false, attempts = ${state === 'token' ? 0 : sql`attempts`}, next_at = ${state === 'token' ? now : null}, done_at = ${now},
    last_error = ${taken ? `对方编号 ${remoteId} 已对应另一件案件` : null}, remote_status = coalesce(remote_status, 'open')
    where id = ${r.id} and state in ('waiting', 'token', 'dead', 'sent')`.execute(tx)
  }
)

export interface PeerAttempt {
  id: string
  error: string
  /** Null: given up. */
  nextAt: Date | null
  inDoubt: boolean
  /** False: it was not this request that failed. */
  counts?: boolean
}
/** A try that did not come through. What a person did meanwhile stays. */
export const keepFailure = command(async (tx, r: PeerAttempt) => {
  await sql`update citizen.peer_request set attempts = attempts + ${r.counts === false ? 0 : 1}, last_error = ${r.error}, next_at = ${r.nextAt}, in_doubt = ${r.inDoubt},
    state = case when ${r.nextAt === null} then 'dead' else state end where id = ${r.id} and state in ('waiting', 'token', 'held')`.execute(
    tx
  )
})

/** Where it stands on the other side. */
export const keepSeen = command(
  async (tx, r: { id: string; status: 'open' | 'closed'; notes: string | null; updatedAt: Date | null }, { now }) => {
    await sql`update citizen.peer_request set remote_status = ${r.status}, remote_notes = ${r.notes}, checked_at = ${now},
    remote_updated_at = greatest(remote_updated_at, ${r.updatedAt}::timestamptz) where id = ${r.id}`.execute(tx)
  }
)
export const keepChecked = command(async (tx, { ids }: { ids: readonly string[] }, { now }) => {
  await sql`update citizen.peer_request set checked_at = ${now} where id = any(${ids}::uuid[])`.execute(tx)
})

/** The text of an update before it is first sent: from here on it does not change. */
export const freezeUpdate = command(async (tx, u: { requestId: string; seq: number; body: string }): Promise<string> => {
  const { rows } = await sql<{ body: string }>`update citizen.peer_update set body = coalesce(body, ${u.body})
    where request_id = ${u.requestId} and seq = ${u.seq} returning body`.execute(tx)
  return rows[0]!.body
})
export interface UpdateAttempt {
  requestId: string
  seq: number
  state: 'delivered' | 'waiting' | 'dead' | 'skipped'
  error: string | null
  nextAt: Date | null
  /** False: it was not this update that failed. */
  counts?: boolean
}
export const keepUpdateAttempt = command(async (tx, u: UpdateAttempt, { now }) => {
  await sql`update citizen.peer_update set state = ${u.state}, attempts = attempts + ${u.state === 'skipped' || u.counts === false ? 0 : 1}, last_error = ${u.error},
    next_at = ${u.nextAt}, delivered_at = ${u.state === 'delivered' ? now : null}
    where request_id = ${u.requestId} and seq = ${u.seq} and state = 'waiting'`.execute(tx)
})

/** It does not take our api_key: nothing goes out until somebody acts. What waits keeps its tries. */
export const pausePeer = command(async (tx, { peerId, reason }: { peerId: string; reason: string }, { now, audit }) => {
  await sql`update citizen.peer set paused_at = ${now}, pause_reason = ${reason} where id = ${peerId}`.execute(tx)
  audit({ action: 'citizen.peerPaused', objectType: 'peer', objectId: peerId, after: { reason }, result: 'ok' })
})

/** A person wants it tried again. */
export const resumePeer = command(async (tx, { peerId }: { peerId: string }, { audit }) => {
  const done =
    await sql`update citizen.peer set paused_at = null, pause_reason = null where id = ${peerId} and paused_at is not null`.execute(
      tx
    )
  if (done.numAffectedRows === 1n) audit({ action: 'citizen.peerResumed', objectType: 'peer', objectId: peerId, result: 'ok' })
})

/** The other side asked for a pause: nothing of its queue goes out before. */
export const postponeAll = command(async (tx, { peerId, until }: { peerId: string; until: Date }) => {
  await sql`update citizen.peer_request set next_at = greatest(next_at, ${until}::timestamptz)
    where peer_id = ${peerId} and direction = 'out' and state in ('waiting', 'token')`.execute(tx)
  await sql`update citizen.peer_update u set next_at = greatest(u.next_at, ${until}::timestamptz) from citizen.peer_request r
    where r.id = u.request_id and r.peer_id = ${peerId} and u.state = 'waiting'`.execute(tx)
})
