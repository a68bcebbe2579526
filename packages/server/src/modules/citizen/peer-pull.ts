import { createHash } from 'node:crypto'
import { SYSTEM } from '../../platform/actor.ts'
import { keepPulled, type Pulled } from './commands/peer-exchange.ts'
import { summaryOf } from './commands/peer-queue.ts'
import { isObject, keepable, textOf } from './domain/peer-document.ts'
import { isRejected, type Remote, readRemote } from './domain/peer-request.ts'
import type { Exchange } from './peer-exchange.ts'
import { observe } from './peer-sync.ts'
import { knownAmong, type PeerRow } from './queries/peers.ts'

const DAY_MS = 86_400_000
/** GeoReport lets a question span 90 days; the overlap is part of it. */
const WINDOW_MS = 80 * DAY_MS
/** Every run reads the last day again: a request may become visible later than it was made. */
const OVERLAP_MS = DAY_MS
const SHORTEST_MS = 60_000
/** Nobody cuts lists off shorter than this. */
const SHORT_PAGE = 20
const MOST_PAGES = 10
/** Lists of exactly so many are likely to be cut off, where a server knows no pages. */
const ROUND = new Set([20, 25, 50, 100, 200, 250, 500, 1000])
const CHANGED_BACK_MS = 10 * 60_000

/**
 * Reads what is new, window by window from where the last run ended, each kept together with how far it reached. Servers that tell what
 * changed are asked that as well. @throws PeerFailure
 */
export async function pull(x: Exchange): Promise<void> {
  const { peer, now } = x
  let from = new Date(Math.max(peer.pullSince.getTime(), (peer.pulledTo?.getTime() ?? 0) - (peer.pulledTo ? OVERLAP_MS : 0)))
  let span = WINDOW_MS
  while (from < now) {
    if (!x.goesOn()) {
      x.run.more = true
      return
    }
    const to = new Date(Math.min(now.getTime(), from.getTime() + span))
    const { rows, full } = await readWindow(x, { start_date: from.toISOString(), end_date: to.toISOString() })
    if (full && to.getTime() - from.getTime() > SHORTEST_MS) {
      span = Math.max(SHORTEST_MS, Math.floor((to.getTime() - from.getTime()) / 2))
      continue
    }
    await keep(x, rows, to)
    from = to
    span = Math.min(WINDOW_MS, span * 2)
  }
  if (peer.abilities.updatedAfter !== true || peer.lastOkAt === null || !x.goesOn()) return
  const { rows } = await readWindow(x, {
    start_date: new Date(now.getTime() - 89 * DAY_MS).toISOString(),
    end_date: now.toISOString(),
    updated_after: new Date(peer.lastOkAt.getTime() - CHANGED_BACK_MS).toISOString()
  })
  await keep(
    x,
    rows.filter((row) => !before(row, peer)),
    null
  )
}

const before = (row: unknown, peer: PeerRow): boolean => {
  const remote = readRemote(row)
  return !isRejected(remote) && remote.requestedAt !== undefined && remote.requestedAt < peer.pullSince
}

/** All rows of a question, page by page where the server knows pages. `full`: the list may have been cut off. */
async function readWindow(x: Exchange, params: Record<string, string>): Promise<{ rows: unknown[]; full: boolean }> {
  const rows = await x.client.rows('requests', params)
  const seen = new Set(rows.map(idOf))
  if (rows.length < SHORT_PAGE) return { rows, full: false }
  if (x.peer.abilities.paging === false) return { rows, full: ROUND.has(rows.length) || rows.length > 1000 }
  for (let page = 2; page <= MOST_PAGES; page += 1) {
    const more = await x.client.rows('requests', { ...params, page: String(page) })
    const fresh = more.filter((row) => !seen.has(idOf(row)))
    // The same once more: it knows no pages.
    if (more.length > 0 && fresh.length === 0) return { rows, full: page === 2 && (ROUND.has(rows.length) || rows.length > 1000) }
    for (const row of fresh) seen.add(idOf(row))
    rows.push(...fresh)
    if (more.length < SHORT_PAGE) return { rows, full: false }
  }
  return { rows, full: true }
}
const idOf = (row: unknown): string => (isObject(row) ? textOf(row.service_request_id) : undefined) ?? hashOf(row)
const hashOf = (row: unknown): string =>
  `~${createHash('sha256')
    .update(JSON.stringify(row) ?? '')
    .digest('hex')
    .slice(0, 32)}`

async function keep(x: Exchange, rows: readonly unknown[], pulledTo: Date | null): Promise<void> {
  x.run.read += rows.length
  const judged = new Map<string, { row: unknown; remote: ReturnType<typeof readRemote> }>()
  for (const row of rows) {
    const remote = readRemote(row)
    // A number sent twice in one list counts once, the later one as the newer.
    judged.set(isRejected(remote) ? hashOf(row) : remote.id, { row, remote })
  }
  const known = new Map((await knownAmong(x.env.db, x.peer.id, [...judged.keys()])).map((k) => [k.remoteId!, k]))
  const fresh = [...judged].filter(([id]) => !known.has(id) || known.get(id)!.state === 'rejected')
  const pulled = fresh.map(([id, { row, remote }]) => pulledOf(id, row, remote, x.peer))
  await keepPulled(x.env.db, SYSTEM, { peerId: x.peer.id, rows: pulled, pulledTo }, x.now)
  x.run.rejected += pulled.filter((p) => p.rejected !== null && !known.has(p.remoteId)).length
  for (const [id, { remote }] of judged) {
    const row = known.get(id)
    if (!row || isRejected(remote) || row.caseId === null) continue
    // Of what we sent a server with updates tells by them.
    if (row.direction === 'out' && x.peer.abilities.updates === true) continue
    await observe(x, row, { status: remote.status, notes: remote.notes ?? null, updatedAt: remote.updatedAt ?? null, key: null })
  }
}

function pulledOf(id: string, row: unknown, remote: ReturnType<typeof readRemote>, peer: PeerRow): Pulled {
  const body = keepable(row)
  if (isRejected(remote)) {
    const words = isObject(row) ? (textOf(row.description) ?? textOf(row.service_name) ?? '') : (textOf(row) ?? '')
    const none = { serviceCode: null, serviceName: null, status: 'open' as const, notes: null, updatedAt: null }
    return { remoteId: id, summary: summaryOf(words), rejected: remote.rejected, reason: remote.reason, body, ...none }
  }
  const closed = remote.status === 'closed' && !peer.pullClosed
  return {
    remoteId: id,
    serviceCode: remote.serviceCode ?? null,
    serviceName: remote.serviceName ?? null,
    summary: summaryOf(wordsOf(remote)),
    rejected: closed ? 'closed' : null,
    reason: closed ? '到来时对方已办结' : null,
    body,
    status: remote.status,
    notes: remote.notes ?? null,
    updatedAt: remote.updatedAt ?? null
  }
}
const wordsOf = (remote: Remote): string => remote.description ?? remote.serviceName ?? remote.notes ?? ''
