import { addDays, dayAt } from '@chengyun/contract/indicators'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { SYSTEM } from '../../../platform/actor.ts'
import type { Settings } from '../../../platform/settings.ts'
import type { CaseEnv } from '../../cases/index.ts'
import {
  enabledSystems,
  type HotlineSystemRow,
  listReconciliations,
  ordersAmong,
  ordersOfDay,
  type ReconciliationRow
} from '../queries/hotline.ts'
import type { HotlineSettings } from '../settings-hotline.ts'
import { failureOf, signedHeaders } from './hotline-delivery.ts'
import { keepReconciliation } from './hotline-outgoing.ts'

/** What the other side lists; it may say more of each order. */
const PeerList = Type.Object({
  orders: Type.Array(Type.Object({ orderNo: Type.String({ maxLength: 80 }) }), { maxItems: 100_000 })
})
/** How many numbers of a difference are kept. */
const MOST = 1000

/** Compares yesterday with every system that has a list, once; a comparison that failed is tried again at the next run. */
export async function reconcileAll(env: CaseEnv, settings: Settings, now: Date): Promise<void> {
  const day = addDays(dayAt(now.getTime(), env.timeZone), -1)
  for (const system of (await enabledSystems(env.db)).filter((s) => s.listUrl !== null)) {
    const done = (await listReconciliations(env.db, system.id, 7)).find((r) => r.day === day)
    if (!done || done.state === 'failed') await reconcileDay(env, settings, system, day, now)
  }
}

/**
 * GET <listUrl>?day=YYYY-MM-DD, signed. What they list and we have of no day is missing here; what they sent on that day and do not list is
 * missing there. Differences are kept for people to look at: nothing is made or closed by a comparison.
 */
export async function reconcileDay(
  env: CaseEnv,
  settings: Settings,
  system: HotlineSystemRow,
  day: string,
  now: Date
): Promise<ReconciliationRow> {
  const ours = await ordersOfDay(env.db, system.id, day)
  const base = { systemId: system.id, day, at: now, ours: ours.length }
  let row: ReconciliationRow
  try {
    const theirs = await peerOrders(env, settings, system, day)
    const here = new Set(await ordersAmong(env.db, system.id, theirs))
    const there = new Set(theirs)
    const missingHere = theirs.filter((no) => !here.has(no)).slice(0, MOST)
    const missingThere = ours.filter((no) => !there.has(no)).slice(0, MOST)
    const state = missingHere.length + missingThere.length === 0 ? 'same' : 'different'
    row = { ...base, state, theirs: theirs.length, missingHere, missingThere, error: null }
  } catch (error) {
    row = { ...base, state: 'failed', theirs: null, missingHere: [], missingThere: [], error: failureOf(error) }
  }
  await keepReconciliation(env.db, SYSTEM, row, now)
  return row
}

async function peerOrders(env: CaseEnv, settings: Settings, system: HotlineSystemRow, day: string): Promise<string[]> {
  const { CHENGYUN_HOTLINE_TIMEOUT_MS: timeoutMs } = settings as Settings & HotlineSettings
  const url = new URL(system.listUrl!)
  url.searchParams.set('day', day)
  const answer = await fetch(url, {
    headers: signedHeaders(env, system, `${url.pathname}${url.search}`),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs)
  })
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`)
  const list: unknown = await answer.json()
  if (!Value.Check(PeerList, list)) throw new Error('the answer is not {orders: [{orderNo}]}')
  return [...new Set(list.orders.map((o) => o.orderNo))]
}
