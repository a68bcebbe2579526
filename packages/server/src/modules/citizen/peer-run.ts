import type { PeerCheck, PeerDefinition, PeerRun } from '@chengyun/contract/public'
import { SYSTEM } from '../../platform/actor.ts'
import type { Settings } from '../../platform/settings.ts'
import type { CaseEnv } from '../cases/index.ts'
import type { GeoService } from '../geo/index.ts'
import { apiKeyContext, keepRun, peerFault, withPeerLock } from './commands/peers.ts'
import type { ServiceTable } from './domain/open311-services.ts'
import { readDefinition } from './domain/peer-definition.ts'
import { checkPeer } from './peer-check.ts'
import { GeoReportClient } from './peer-client.ts'
import type { Exchange } from './peer-exchange.ts'
import { fileWaiting } from './peer-filing.ts'
import { PeerFailure } from './peer-http.ts'
import { pull } from './peer-pull.ts'
import { askTokens, push, sendUpdates } from './peer-push.ts'
import { syncStatus } from './peer-sync.ts'
import { findPeer, listPeerServices, type PeerRow } from './queries/peers.ts'
import type { PeerSettings } from './settings-peers.ts'

/** What exchanges with peers need of the running server. */
export interface PeerWorld {
  env: CaseEnv
  geo: GeoService
  settings: Settings
  table: () => ServiceTable
}
let world: PeerWorld | undefined
/** Jobs are declared before the server stands: the routes leave them what they need. */
export const setPeerWorld = (of: PeerWorld): void => {
  world = of
}
export const peerWorld = (): PeerWorld | undefined => world

/** A run takes at most so long and asks at most so often; the next goes on where it ended. */
const RUN_MS = 30_000
const MOST_ASKED = 120

const clientOf = ({ env, settings }: PeerWorld, peer: PeerRow, now: Date): GeoReportClient => {
  const { CHENGYUN_PEER_TIMEOUT_MS: timeoutMs, CHENGYUN_PEER_PRIVATE: allowPrivate } = settings as Settings & PeerSettings
  const apiKey = peer.apiKeyEnc === null ? undefined : env.unseal(peer.apiKeyEnc, apiKeyContext(peer.id))
  return new GeoReportClient(peer, { timeoutMs, allowPrivate, apiKey, now })
}

/** Asks a peer what it is and does. @throws AppError PEER_UNKNOWN, PEER_BUSY */
export async function checkNow(w: PeerWorld, peerId: string, now: Date): Promise<PeerCheck> {
  const done = await withPeerLock(w.env.db, peerId, async () => {
    const peer = await findPeer(w.env.db, peerId)
    if (!peer) throw peerFault('PEER_UNKNOWN')
    return checkPeer(w.env, clientOf(w, peer, now), peer, w.table(), now)
  })
  if (!done) throw peerFault('PEER_BUSY')
  return done
}

/** What a service of a peer asks for, as it says now. @throws AppError PEER_UNKNOWN, PEER_NO_ANSWER */
export async function definitionOf(w: PeerWorld, peerId: string, serviceCode: string, now: Date): Promise<PeerDefinition> {
  const peer = await findPeer(w.env.db, peerId)
  if (!peer) throw peerFault('PEER_UNKNOWN')
  try {
    return readDefinition(await clientOf(w, peer, now).rows(`services/${encodeURIComponent(serviceCode)}`))
  } catch (error) {
    if (!(error instanceof PeerFailure)) throw error
    throw peerFault('PEER_NO_ANSWER', { reason: error.message })
  }
}

/**
 * One exchange with a peer: sends what waits, reads what is new, makes cases of it, and compares where both sides stand. Everything is
 * kept step by step, so that a run may end anywhere. Undefined: another one is under way. `all` false: only what waits to be sent.
 */
export const exchangeWith = (w: PeerWorld, peerId: string, now: Date, all = true): Promise<PeerRun | undefined> =>
  withPeerLock(w.env.db, peerId, async () => {
    const peer = await findPeer(w.env.db, peerId)
    if (!peer) throw peerFault('PEER_UNKNOWN')
    return run(w, peer, now, all)
  })

async function run(w: PeerWorld, peer: PeerRow, now: Date, all: boolean): Promise<PeerRun> {
  const began = performance.now()
  const client = clientOf(w, peer, now)
  const counts = { read: 0, filed: 0, rejected: 0, sent: 0, told: 0, updatesSent: 0, failed: 0, more: false }
  let failure: PeerFailure | null = null
  let keyRefused: PeerFailure | null = null
  let updatesTo: Date | null = null
  const x: Exchange = {
    ...w,
    settings: w.settings as Exchange['settings'],
    peer,
    client,
    table: w.table(),
    now,
    goesOn: () => performance.now() - began < RUN_MS && client.asked < MOST_ASKED,
    run: counts
  }
  const step = async (wanted: boolean, work: () => Promise<void>): Promise<void> => {
    // A server that is not there need not be asked four times.
    if (!wanted || failure !== null) return
    try {
      await work()
    } catch (error) {
      if (!(error instanceof PeerFailure)) throw error
      // Whoever does not take our key can still be read from.
      if (error.kind === 'key') keyRefused = error
      else failure = error
    }
  }
  await step(all ? wantsCheck(peer, now) : peer.abilities.format === null, async () => {
    const found = await checkPeer(w.env, client, peer, x.table, now)
    const wrong = found.findings.find((f) => f.state !== 'ok' && (f.what === 'services' || f.what === 'requests'))
    if (!found.ok) throw new PeerFailure('nonsense', wrong?.detail || '对方不是 GeoReport v2 服务')
    peer.abilities = found.abilities
  })
  const pushes = peer.direction !== 'pull'
  await step(pushes && client.hasKey && peer.pausedAt === null, () => push(x))
  await step(pushes, () => askTokens(x))
  await step(peer.pausedAt === null, () => sendUpdates(x))
  await step(all && peer.direction !== 'push', () => pull(x))
  // What was read before is worked on also while the other side is away.
  if (peer.direction !== 'push' && peer.abilities.format !== null) {
    const services = await listPeerServices(w.env.db, peer.id)
    await fileWaiting(x, new Map(services.map((s) => [s.serviceCode, s.class])))
  }
  await step(all, async () => {
    updatesTo = await syncStatus(x)
  })
  const error = ((failure ?? keyRefused) as PeerFailure | null)?.message ?? null
  const waitMs = Math.max(peer.pollS * 1000, (failure as PeerFailure | null)?.retryAfterMs ?? 0)
  const nextRunAt = !all ? peer.nextRunAt : counts.more && error === null ? now : new Date(now.getTime() + waitMs)
  await keepRun(w.env.db, SYSTEM, { id: peer.id, error, nextRunAt, updatesTo, whole: all && !counts.more }, now)
  return { at: now.toISOString(), ...counts, error }
}

const CHECK_AGAIN_MS = 24 * 3_600_000
/** Asked once, and again each day: what a server can do changes, and of one without requests not all could be told. */
const wantsCheck = ({ abilities }: PeerRow, now: Date): boolean =>
  abilities.format === null || abilities.checkedAt === null || now.getTime() - Date.parse(abilities.checkedAt) > CHECK_AGAIN_MS
