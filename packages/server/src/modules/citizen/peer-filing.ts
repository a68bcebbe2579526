import { type Actor, SYSTEM } from '../../platform/actor.ts'
import { AppError } from '../../platform/errors.ts'
import { reportCase } from '../cases/index.ts'
import { needOther, OTHER_CLASS } from './commands/citizen-filing.ts'
import type { Place } from './commands/open311-report.ts'
import { keepFailure, keepFiled, keepHeld, keepRejected, keepSent } from './commands/peer-exchange.ts'
import { backoffMs } from './domain/hotline-status.ts'
import {
  actorNameOf,
  couldBeOurs,
  isRejected,
  type Rejected,
  type Remote,
  readRemote,
  reportOfRemote,
  type Sent
} from './domain/peer-request.ts'
import { type Exchange, GIVE_UP_AFTER } from './peer-exchange.ts'
import { pictureOf } from './peer-media.ts'
import { sentOf } from './peer-push.ts'
import { placeOfOrder } from './queries/hotline-place.ts'
import { dueRequests, nameless, type PeerRequestRow, type PeerRow } from './queries/peers.ts'

const STANDARD = 'GB/T 47678.5-2026'
const PAGE = 100

export const peerActor = (peer: Pick<PeerRow, 'id' | 'key' | 'name'>): Actor => ({
  ...SYSTEM,
  id: peer.id,
  name: peer.name,
  username: actorNameOf(peer.key)
})

/**
 * Makes cases of what was read. A number is a case once: it is the external number of the case, which the database keeps unique, so that
 * a run that was killed between the case and its note finds the case again.
 */
export async function fileWaiting(x: Exchange, classes: ReadonlyMap<string, string | null>): Promise<void> {
  let inARow = 0
  for (;;) {
    const rows = await dueRequests(x.env.db, x.peer.id, { direction: 'in', states: ['waiting', 'held'] }, x.now, PAGE)
    const mine = rows.length === 0 ? [] : await nameless(x.env.db, x.peer.id)
    for (const row of rows) {
      if (!x.goesOn()) {
        x.run.more = true
        return
      }
      try {
        await fileOne(x, row, classes, mine)
        inARow = 0
      } catch (error) {
        if (error instanceof AppError && error.status < 500) {
          await keepRejected(x.env.db, SYSTEM, { id: row.id, ...refusalWords(error) }, x.now)
          x.run.rejected += 1
          continue
        }
        inARow += 1
        const tries = row.attempts + 1
        const nextAt =
          tries >= x.settings.CHENGYUN_PEER_TRIES ? null : new Date(x.now.getTime() + backoffMs(tries, Math.random()))
        const words = error instanceof Error ? error.message.slice(0, 200) : 'failed'
        await keepFailure(x.env.db, SYSTEM, { id: row.id, error: words, nextAt, inDoubt: false }, x.now)
        x.run.failed += 1
        if (inARow >= GIVE_UP_AFTER) return
      }
    }
    if (rows.length < PAGE) return
  }
}

const refusalWords = (error: AppError): Rejected =>
  error.code === 'CASE_OUTSIDE_CITY'
    ? { rejected: 'outside', reason: '位置在本市之外' }
    : { rejected: 'refused', reason: `${error.code} ${error.message}`.slice(0, 300) }

async function fileOne(
  x: Exchange,
  row: PeerRequestRow,
  classes: ReadonlyMap<string, string | null>,
  mine: readonly PeerRequestRow[]
): Promise<void> {
  const { env, peer, now } = x
  const remote = readRemote(row.body)
  const no = isRejected(remote)
    ? remote
    : remote.status === 'closed' && !peer.pullClosed
      ? ({ rejected: 'closed', reason: '到来时对方已办结' } as const)
      : undefined
  if (no || isRejected(remote)) {
    await keepRejected(env.db, SYSTEM, { id: row.id, ...(no as Rejected) }, now)
    x.run.rejected += 1
    return
  }
  if (await isOurs(x, row, remote, mine)) return
  const place = await placeOf(x, remote)
  if ('rejected' in place) {
    await keepRejected(env.db, SYSTEM, { id: row.id, ...place }, now)
    x.run.rejected += 1
    return
  }
  const actor = peerActor(peer)
  const picture = remote.mediaUrl === undefined ? undefined : await pictureOf(x, actor, remote.mediaUrl)
  const report = reportOfRemote(
    remote,
    {
      peer,
      place,
      class: await classOf(x, classes.get(remote.serviceCode ?? '') ?? null),
      evidenceIds: picture && 'id' in picture ? [picture.id] : [],
      missedMedia: picture && 'missed' in picture ? picture.missed : undefined
    },
    now
  )
  const record = await reportCase(env, actor, report, { now, key: `open311:${remote.id}` })
  await keepFiled(env.db, SYSTEM, { id: row.id, caseId: record.id, caseNo: record.caseNo }, now)
  x.run.filed += 1
}

/** One of ours coming back under a number nobody told us: the number is noted where its sending is done, else it waits for its answer. */
async function isOurs(x: Exchange, row: PeerRequestRow, remote: Remote, mine: readonly PeerRequestRow[]): Promise<boolean> {
  const match = mine.find((m) => {
    const sent: Sent | undefined = sentOf(m)
    return sent !== undefined && couldBeOurs(sent, remote)
  })
  if (!match) return false
  if (match.state === 'sent') {
    await keepSent(x.env.db, SYSTEM, { id: match.id, peerId: x.peer.id, remoteId: remote.id, token: null }, x.now)
    return true
  }
  const nextAt = new Date(x.now.getTime() + x.peer.pollS * 1000)
  await keepHeld(x.env.db, SYSTEM, { id: row.id, reason: `可能是本平台转出的案件 ${match.caseNo}，待对方确认`, nextAt }, x.now)
  return true
}

/** As orders of a hotline are placed; what lies outside the city is rejected or known only to the city, as the peer is set. */
async function placeOf(x: Exchange, remote: Remote): Promise<Place | Rejected> {
  const { env, geo, peer } = x
  const address = remote.address
  const areaCode = peer.area ?? undefined
  if (remote.point === undefined)
    return placeOfOrder(env, geo, { ...(address && { incidentAddress: address }), ...(areaCode && { areaCode }) }, peer.crs)
  const [lng, lat] = env.toCgcs2000(remote.point, peer.crs)
  if (env.locate({ lng, lat }) || env.districtAt({ lng, lat }))
    return { location: remote.point, crs: peer.crs, precision: 'exact', ...(address && { address }) }
  if (peer.outside === 'reject') return { rejected: 'outside', reason: `位置在本市之外（${lng.toFixed(5)}, ${lat.toFixed(5)}）` }
  return { ...(await placeOfOrder(env, geo, {}, peer.crs)), ...(address && { address }) }
}

async function classOf(x: Exchange, mapped: string | null): Promise<{ kind: 'component' | 'matter'; code: string }> {
  const [kind, code] = (mapped ?? '').split(':')
  if ((kind === 'component' || kind === 'matter') && code && x.env.reference.findClass(STANDARD, kind, code)?.active)
    return { kind, code }
  await needOther(x.env, x.now)
  return { kind: 'matter', code: OTHER_CLASS }
}
