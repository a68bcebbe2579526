import { createHash } from 'node:crypto'
import { SYSTEM } from '../../platform/actor.ts'
import { AppError } from '../../platform/errors.ts'
import { getVisibleCase, moveCase } from '../cases/index.ts'
import { keepChecked, keepSeen } from './commands/peer-exchange.ts'
import { isObject, textOf } from './domain/peer-document.ts'
import { instantOf, isRejected, readRemote, toldText } from './domain/peer-request.ts'
import type { Exchange } from './peer-exchange.ts'
import { peerActor } from './peer-filing.ts'
import { knownAmong, type PeerRequestRow, toCheck } from './queries/peers.ts'

const CHUNK = 50
const MOST_CHECKED = 200
const BACK_MS = 5 * 60_000
const DAY_MS = 86_400_000
const LONGEST_MS = 80 * DAY_MS
const MOST_ATTEMPTS = 4
const MOST_PAGES = 10
const PAGE = 1000

/** What the other side says of a request now. `key`: its own number of the saying, null where it has none. */
export interface Seen {
  status: 'open' | 'closed'
  notes: string | null
  updatedAt: Date | null
  key: string | null
}

/**
 * A change on the other side goes on the record of our case as an urging (催办), once; the case is never closed by it. After the end of
 * the case, and for what only says the same again, nothing is put on record.
 */
export async function observe(x: Exchange, row: PeerRequestRow, seen: Seen): Promise<void> {
  const same = seen.status === row.remoteStatus && (seen.notes ?? null) === (row.remoteNotes ?? null)
  const older = row.remoteUpdatedAt !== null && seen.updatedAt !== null && seen.updatedAt < row.remoteUpdatedAt
  if (same || older) return
  const key = seen.key ?? [seen.status, seen.notes, seen.updatedAt?.toISOString()].join('\n')
  const digest = createHash('sha256').update(`${row.remoteId}\n${key}`).digest('hex').slice(0, 32)
  if (row.remoteStatus !== null && (await tell(x, row.caseId!, toldText(x.peer.name, seen), `open311:${digest}`))) x.run.told += 1
  await keepSeen(x.env.db, SYSTEM, { id: row.id, ...seen }, x.now)
  Object.assign(row, {
    remoteStatus: seen.status,
    remoteNotes: seen.notes,
    remoteUpdatedAt: seen.updatedAt ?? row.remoteUpdatedAt
  })
}

async function tell(x: Exchange, caseId: string, opinion: string, key: string): Promise<boolean> {
  const actor = peerActor(x.peer)
  for (let n = 0; ; n += 1) {
    const record = await getVisibleCase(x.env.db, actor, caseId)
    try {
      // No case stands at version 0: the first time this asks only whether it was told before.
      await moveCase(x.env, actor, caseId, 'urge', { version: n === 0 ? 0 : record.version, opinion }, { now: x.now, key })
      return n > 0
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error
      if (error.code === 'CASE_VERSION_STALE' && n < MOST_ATTEMPTS) continue
      if (error.code === 'CASE_VERSION_STALE') throw error
      return false
    }
  }
}

/**
 * Where our cases stand there and theirs: by servicerequestupdates for what we sent where the server has them, by asking for the numbers
 * for the rest. Answers up to when updates were read. @throws PeerFailure
 */
export async function syncStatus(x: Exchange): Promise<Date | null> {
  const byUpdates = x.peer.abilities.updates === true && x.client.hasKey
  const upTo = byUpdates && x.peer.direction !== 'pull' ? await readUpdates(x) : null
  const since = new Date(x.now.getTime() - Math.max(60, x.peer.pollS / 2) * 1000)
  const rows = await toCheck(x.env.db, x.peer.id, byUpdates ? ['in'] : ['in', 'out'], since, MOST_CHECKED)
  for (let i = 0; i < rows.length; i += CHUNK) {
    if (!x.goesOn()) {
      x.run.more = true
      break
    }
    const chunk = rows.slice(i, i + CHUNK)
    const answered = await x.client.rows('requests', { service_request_id: chunk.map((r) => r.remoteId).join(',') })
    for (const each of answered) {
      const remote = readRemote(each)
      const row = isRejected(remote) ? undefined : chunk.find((r) => r.remoteId === remote.id)
      if (!row || isRejected(remote)) continue
      await observe(x, row, {
        status: remote.status,
        notes: remote.notes ?? null,
        updatedAt: remote.updatedAt ?? null,
        key: null
      })
    }
    await keepChecked(x.env.db, SYSTEM, { ids: chunk.map((r) => r.id) }, x.now)
  }
  return upTo
}

interface Update {
  remoteId: string
  seen: Seen
  at: Date
}

async function readUpdates(x: Exchange): Promise<Date | null> {
  let from = new Date((x.peer.updatesTo ?? x.peer.createdAt).getTime() - BACK_MS)
  let upTo: Date | null = null
  while (from < x.now) {
    if (!x.goesOn()) {
      x.run.more = true
      return upTo
    }
    const to = new Date(Math.min(x.now.getTime(), from.getTime() + LONGEST_MS))
    await takeUpdates(x, await pagesOf(x, { start_date: from.toISOString(), end_date: to.toISOString() }))
    upTo = to
    from = to
  }
  return upTo
}

async function pagesOf(x: Exchange, span: Record<string, string>): Promise<unknown[]> {
  const rows = await x.client.rows('servicerequestupdates', span, true)
  let last = rows.length
  for (let page = 2; last >= PAGE && page <= MOST_PAGES; page += 1) {
    const more = await x.client.rows('servicerequestupdates', { ...span, page: String(page) }, true)
    last = more.length
    rows.push(...more)
  }
  return rows
}

async function takeUpdates(x: Exchange, rows: readonly unknown[]): Promise<void> {
  const updates = rows.flatMap((row) => updateOf(row)).sort((a, b) => a.at.getTime() - b.at.getTime())
  const known = await knownAmong(x.env.db, x.peer.id, [...new Set(updates.map((u) => u.remoteId))])
  const mine = new Map(known.filter((k) => k.direction === 'out' && k.caseId !== null).map((k) => [k.remoteId!, k]))
  for (const update of updates) {
    const row = mine.get(update.remoteId)
    if (row) await observe(x, row, update.seen)
  }
}

function updateOf(row: unknown): Update[] {
  if (!isObject(row)) return []
  const [remoteId, at] = [textOf(row.service_request_id), instantOf(row.updated_datetime)]
  // That it was taken is no news to who sent it.
  if (remoteId === undefined || at === undefined || textOf(row.external_status_code) === 'reported') return []
  const status = /^(closed|fixed|resolved|completed?|duplicate|no_further_action|not_councils_responsibility)/i.test(
    textOf(row.status) ?? ''
  )
    ? 'closed'
    : 'open'
  const notes = textOf(row.description)?.slice(0, 400) ?? null
  return [{ remoteId, at, seen: { status, notes, updatedAt: at, key: textOf(row.update_id) ?? null } }]
}
