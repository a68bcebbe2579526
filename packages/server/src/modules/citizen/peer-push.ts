import { SYSTEM } from '../../platform/actor.ts'
import { fromCgcs2000, type LngLat } from '../geo/index.ts'
import { attachmentsOf } from './commands/hotline-delivery.ts'
import {
  beginTry,
  freezeUpdate,
  keepFailure,
  keepSent,
  keepUpdateAttempt,
  pausePeer,
  postponeAll
} from './commands/peer-exchange.ts'
import { clip } from './domain/hotline-order.ts'
import { backoffMs } from './domain/hotline-status.ts'
import { isObject, textOf } from './domain/peer-document.ts'
import { couldBeOurs, isRejected, type Remote, readRemote, type Sent } from './domain/peer-request.ts'
import { publicText } from './domain/public-text.ts'
import { type Exchange, GIVE_UP_AFTER } from './peer-exchange.ts'
import { PeerFailure } from './peer-http.ts'
import { statusNotes } from './present-open311.ts'
import { resultOf } from './queries/hotline.ts'
import {
  attributesFor,
  dueRequests,
  dueUpdates,
  knownAmong,
  type PeerRequestRow,
  type PeerUpdateRow,
  refusalOf,
  sendableCase
} from './queries/peers.ts'

const PAGE = 100
const DESCRIPTION_LENGTH = 2000
const CLOCKS_APART_MS = 30 * 60_000
const CRS_NAMES = { CGCS2000: 'CGCS2000', WGS84: 'WGS-84', GCJ02: 'GCJ-02', BD09: 'BD-09' } as const

/** The fields of a POST as they are kept and sent; no name, number or address of a person is in them. */
type Fields = Record<string, string>

/** A case of ours as it was sent, to know it again. */
export function sentOf(row: PeerRequestRow): Sent | undefined {
  if (!isObject(row.body) || row.firstTryAt === null || row.serviceCode === null) return undefined
  const f = row.body as Fields
  const point: LngLat | null = f.lat === undefined ? null : [Number(f.long), Number(f.lat)]
  return {
    serviceCode: row.serviceCode,
    point: point && [point[0], point[1]],
    description: f.description ?? '',
    firstTryAt: row.firstTryAt,
    caseNo: row.caseNo ?? ''
  }
}

/**
 * Sends what waits. A case the other side may have already is looked for there before it is sent again.
 * @throws PeerFailure `key`: it does not take our key, and the peer is paused
 */
export async function push(x: Exchange): Promise<void> {
  let inARow = 0
  for (const row of await dueRequests(x.env.db, x.peer.id, { direction: 'out', states: ['waiting'] }, x.now, PAGE)) {
    if (!x.goesOn()) {
      x.run.more = true
      return
    }
    const failure = await attempt(x, row, async () => {
      if (row.inDoubt && (await findThere(x, row))) return
      await post(x, row)
    })
    inARow = failure === null || failure.kind === 'refused' ? 0 : inARow + 1
    if (failure?.retryAfterMs !== undefined || inARow >= GIVE_UP_AFTER) return
  }
}

/** Numbers of what was taken under a token. */
export async function askTokens(x: Exchange): Promise<void> {
  for (const row of await dueRequests(x.env.db, x.peer.id, { direction: 'out', states: ['token'] }, x.now, PAGE)) {
    if (!x.goesOn()) {
      x.run.more = true
      return
    }
    const failure = await attempt(x, row, async () => {
      const remoteId = await numberOfToken(x, row.token!)
      if (remoteId === undefined) throw new PeerFailure('later', '对方尚未编号')
      await keepSent(x.env.db, SYSTEM, { id: row.id, peerId: x.peer.id, remoteId, token: null }, x.now)
    })
    if (failure?.retryAfterMs !== undefined) return
  }
}

async function numberOfToken(x: Exchange, token: string): Promise<string | undefined> {
  try {
    const [row] = await x.client.rows(`tokens/${encodeURIComponent(token)}`)
    return isObject(row) ? textOf(row.service_request_id)?.slice(0, 80) : undefined
  } catch (error) {
    // Many servers answer 404 until there is a number.
    if (error instanceof PeerFailure && error.status === 404) return undefined
    throw error
  }
}

/** Nothing more goes out, and what just did keeps its tries: the key was refused, not the request. */
async function pauseFor(x: Exchange, failure: PeerFailure): Promise<void> {
  await pausePeer(x.env.db, SYSTEM, { peerId: x.peer.id, reason: failure.message }, x.now)
  x.peer.pausedAt = x.now
  x.run.failed += 1
}

/** One try with its outcome kept. Null: it came through. @throws PeerFailure `key` */
async function attempt(x: Exchange, row: PeerRequestRow, work: () => Promise<void>): Promise<PeerFailure | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (!(error instanceof PeerFailure)) throw error
    if (error.kind === 'key') {
      await keepFailure(
        x.env.db,
        SYSTEM,
        { id: row.id, error: error.message, nextAt: x.now, inDoubt: false, counts: false },
        x.now
      )
      await pauseFor(x, error)
      throw error
    }
    const tries = row.attempts + 1
    const over = error.kind === 'refused' || tries >= x.settings.CHENGYUN_PEER_TRIES
    const waitMs = error.retryAfterMs ?? backoffMs(tries, Math.random())
    const nextAt = over ? null : new Date(x.now.getTime() + waitMs)
    const inDoubt = error instanceof Unanswerable || (row.state === 'waiting' && doubtAfter(error, row.inDoubt))
    await keepFailure(x.env.db, SYSTEM, { id: row.id, error: error.message, nextAt, inDoubt }, x.now)
    if (error.retryAfterMs !== undefined)
      await postponeAll(x.env.db, SYSTEM, { peerId: x.peer.id, until: new Date(x.now.getTime() + waitMs) }, x.now)
    x.run.failed += 1
    return error
  }
}

/** What the try leaves behind: an answer that was none leaves a doubt, a clear no ends it; what was not taken changes nothing. */
function doubtAfter(error: PeerFailure, before: boolean): boolean {
  if (error instanceof Searched) return before
  if (error.kind === 'unsure' || error.kind === 'nonsense') return true
  return error.kind === 'refused' ? false : before
}

/** A question before the sending failed: the case itself was not sent. */
class Searched extends PeerFailure {}
/** The doubt can only be ended by a person. */
class Unanswerable extends PeerFailure {}

async function findThere(x: Exchange, row: PeerRequestRow): Promise<boolean> {
  const sent = sentOf(row)!
  const rows = await x.client
    .rows('requests', {
      service_code: sent.serviceCode,
      start_date: new Date(sent.firstTryAt.getTime() - CLOCKS_APART_MS).toISOString(),
      end_date: new Date(x.now.getTime() + CLOCKS_APART_MS).toISOString()
    })
    .catch((error: unknown) => {
      if (!(error instanceof PeerFailure)) throw error
      if (error.kind === 'refused')
        throw new Unanswerable(
          'refused',
          `上次发送没有得到回答，对方又不让查询（${error.message}）：请人工确认后选择重新发送或跳过`
        )
      throw new Searched(error.kind, `查询对方是否已收到时：${error.message}`, { retryAfterMs: error.retryAfterMs })
    })
  const remotes = rows.map(readRemote).filter((r): r is Remote => !isRejected(r))
  const alike = remotes.filter((r) => couldBeOurs(sent, r))
  const others = await knownAmong(
    x.env.db,
    x.peer.id,
    alike.map((r) => r.id)
  )
  // What is linked to another case is not this one; what was read and is no case yet may be.
  const free = alike.filter((r) => !others.some((o) => o.remoteId === r.id && o.caseId !== null))
  if (free.length > 1)
    throw new Unanswerable(
      'refused',
      `对方有 ${free.length} 件相似诉求（${free
        .map((r) => r.id)
        .join('、')
        .slice(0, 120)}），无法判断哪一件是本案：请人工确认`
    )
  if (free.length === 0) return false
  await keepSent(x.env.db, SYSTEM, { id: row.id, peerId: x.peer.id, remoteId: free[0]!.id, token: null }, x.now)
  x.run.sent += 1
  return true
}

async function post(x: Exchange, row: PeerRequestRow): Promise<void> {
  const fields = isObject(row.body) ? (row.body as Fields) : await fieldsOf(x, row)
  // Kept before it goes: after a kill the other side may have it.
  await beginTry(x.env.db, SYSTEM, { id: row.id, body: fields }, x.now)
  const answer = await x.client.post('requests', fields, { 'idempotency-key': row.id })
  const remoteId = textOf(answer.service_request_id)?.slice(0, 80) ?? null
  const token = textOf(answer.token)?.slice(0, 200) ?? null
  const taken = remoteId !== null || token !== null || 'service_notice' in answer || 'account_id' in answer
  if (!taken) throw new PeerFailure('nonsense', '对方收下了请求，但没有给出编号、token 或说明')
  await keepSent(x.env.db, SYSTEM, { id: row.id, peerId: x.peer.id, remoteId, token }, x.now)
  x.run.sent += 1
}

async function fieldsOf(x: Exchange, row: PeerRequestRow): Promise<Fields> {
  const { env, peer, settings, now } = x
  const c = (await sendableCase(env.db, row.caseId!))!
  const address = publicText(c.address).slice(0, 256)
  const known = c.precision === 'exact' || c.precision === 'street' || address === ''
  const [lng, lat] = fromCgcs2000([c.lng, c.lat], CRS_NAMES[peer.crs])
  const media = settings.CHENGYUN_PUBLIC_URL ? (await attachmentsOf(env, c.id, settings, now))[0]?.url : undefined
  const asked = Object.entries(await attributesFor(env.db, peer.id, row.serviceCode!))
  return {
    ...Object.fromEntries(asked.map(([code, value]) => [`attribute[${code}]`, value])),
    service_code: row.serviceCode!,
    // A place that is only guessed is told in words, not as a point.
    ...(known && { lat: lat.toFixed(6), long: lng.toFixed(6) }),
    ...(address && { address_string: address }),
    description: clip(publicText(c.description), DESCRIPTION_LENGTH),
    'attribute[external_id]': c.caseNo,
    ...(media && { media_url: media })
  }
}

/** Tells the other side that a case ended or was opened again, where it takes updates. @throws PeerFailure `key`, as {@link push} */
export async function sendUpdates(x: Exchange): Promise<void> {
  let inARow = 0
  for (const u of await dueUpdates(x.env.db, x.peer.id, x.now, PAGE)) {
    if (!x.goesOn()) {
      x.run.more = true
      return
    }
    const why = whyNot(x, u)
    const none = { requestId: u.requestId, seq: u.seq, nextAt: null }
    if (why !== undefined) {
      await keepUpdateAttempt(x.env.db, SYSTEM, { ...none, state: 'skipped', error: why }, x.now)
      continue
    }
    try {
      const body = u.body ?? (await freezeUpdate(x.env.db, SYSTEM, { ...none, body: JSON.stringify(await updateOf(x, u)) }))
      await x.client.post('servicerequestupdates', JSON.parse(body) as Fields, { 'idempotency-key': `${u.requestId}-${u.seq}` })
      await keepUpdateAttempt(x.env.db, SYSTEM, { ...none, state: 'delivered', error: null }, x.now)
      x.run.updatesSent += 1
      inARow = 0
    } catch (error) {
      if (!(error instanceof PeerFailure)) throw error
      if (error.kind === 'key') {
        const waiting = { ...none, state: 'waiting', nextAt: x.now, error: error.message, counts: false } as const
        await keepUpdateAttempt(x.env.db, SYSTEM, waiting, x.now)
        await pauseFor(x, error)
        throw error
      }
      const tries = u.attempts + 1
      const over = error.kind === 'refused' || tries >= x.settings.CHENGYUN_PEER_TRIES
      const nextAt = over ? null : new Date(x.now.getTime() + (error.retryAfterMs ?? backoffMs(tries, Math.random())))
      await keepUpdateAttempt(
        x.env.db,
        SYSTEM,
        { ...none, state: over ? 'dead' : 'waiting', error: error.message, nextAt },
        x.now
      )
      if (error.retryAfterMs !== undefined && nextAt) {
        await postponeAll(x.env.db, SYSTEM, { peerId: x.peer.id, until: nextAt }, x.now)
        return
      }
      x.run.failed += 1
      inARow = error.kind === 'refused' ? 0 : inARow + 1
      if (inARow >= GIVE_UP_AFTER) return
    }
  }
}

function whyNot(x: Exchange, u: PeerUpdateRow): string | undefined {
  if (x.peer.abilities.updates === false) return '对方不接收进度更新'
  if (!x.client.hasKey) return '没有该平台的 api_key'
  if (u.status === 'closed' && u.remoteStatus === 'closed') return '对方已办结'
  return undefined
}

/** As FixMyStreet posts updates. Of what the other side sent it learns the result; of what it got from us how it ended here. */
async function updateOf(x: Exchange, u: PeerUpdateRow): Promise<Fields> {
  const c = (await sendableCase(x.env.db, u.caseId))!
  const result = u.direction === 'in' ? await resultOf(x.env.db, u.caseId) : null
  const words = u.status === 'open' ? '已重新立案' : (result ?? statusNotes(c.status, null, await refusalOf(x.env.db, u.caseId)))
  return {
    service_request_id: u.remoteId,
    update_id: `${u.caseNo}-${u.seq}`,
    updated_datetime: u.at.toISOString(),
    status: u.status.toUpperCase(),
    description: clip(publicText(`${x.env.divisionName(x.env.adcode) ?? ''}案件 ${u.caseNo}：${words}`), 500)
  }
}
