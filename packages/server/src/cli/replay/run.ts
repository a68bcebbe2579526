import { mkdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isOpen } from '@chengyun/contract/cases'
import { mapFaults } from '../../import/map.ts'
import { readMap } from '../../import/orders.ts'
import { RejectReport } from '../../import/rejects.ts'
import type { FlowConfig } from '../../modules/cases/index.ts'
import { type Audit, auditCases, differences, funnelOf, overviewOf } from './audit.ts'
import { HttpClient, RefusedError } from './client.ts'
import { type City, type ConditionChoice, type DriveOptions, drive, type Order } from './driver.ts'
import type { FunnelKey } from './funnel.ts'
import { Journal } from './journal.ts'
import { type LoadedOrders, loadOrders } from './orders.ts'
import { Staff } from './staff.ts'

export interface ReplayOptions {
  file: string
  map: string
  url: string
  /** Original seconds a real second; Infinity: as fast as the server takes them. */
  speed: number
  limit: number
  concurrency: number
  seed: string
  journal: string
  resume: boolean
  patienceS: number
}

export interface ReplayReport {
  read: number
  rejected: number
  approximate: number
  foreign: number
  failed: { no: string; row: number; code: string; message: string }[]
  interrupted: boolean
  seconds: number
  transitions: number
  requests: number
  retries: number
  audit: Audit
  overview: {
    fromDay: string
    toDay: string
    counts: Record<FunnelKey, number>
    before: Record<string, number>
    differences: ReturnType<typeof differences>
  }
  rejects: string
  journal: string
}

export interface Hooks {
  say(line: string): void
  progress(what: string, done: number, total: number): void
  /** True once somebody asked to stop: nothing new is begun. */
  stopped(): boolean
}

export const defaultJournal = (dataDir: string, file: string, map: string): string =>
  join(
    dataDir,
    'replay',
    `${basename(file)
      .replace(/\.(gz|zip)$/, '')
      .replace(/\.\w+$/, '')}-${basename(map, '.json')}.ndjson`
  )

/** A replay from the first order to the last proof. @throws NoDemoError, DataFileError, ReadFileError, UnreachableError */
export async function replay(options: ReplayOptions, hooks: Hooks): Promise<ReplayReport> {
  const client = new HttpClient(options.url, { concurrency: options.concurrency, patienceS: options.patienceS })
  try {
    const map = await readMap(options.map)
    const staff = await Staff.load(client)
    const city = await openCity(staff)
    const faults = mapFaults(
      map,
      () => true,
      (key) => key === 'street' || key === 'district-center' || staff.unitKeys().has(key) || someDistrictHas(staff, key)
    )
    if (faults.length > 0) throw new Error(`the map does not fit the city of this server: ${faults.slice(0, 5).join('; ')}`)
    mkdirSync(dirname(options.journal), { recursive: true })
    const rejects = new RejectReport(options.journal.replace(/\.ndjson$/, '-rejected.csv'))
    const loaded = await loadOrders(staff.desk('leader'), options.file, map, {
      limit: options.limit,
      seed: options.seed,
      rejects
    })
    hooks.say(
      `${loaded.read} rows read: ${loaded.orders.length} orders, ${loaded.approximate} of them placed approximately, ${loaded.rejected} refused`
    )

    const journal = new Journal(options.journal, options.resume)
    const fromDay = journal.start?.fromDay ?? (await today(staff))
    const before = journal.start?.before ?? funnelOf(await overviewOf(staff.desk('leader'), fromDay, await today(staff)))
    if (journal.start === null)
      journal.begin({
        file: options.file,
        system: map.system,
        seed: options.seed,
        url: options.url,
        startedAt: new Date().toISOString(),
        before,
        fromDay
      })
    const began = performance.now()
    const acksBefore = countOf(journal)
    const worked = await work(city, loaded, options, journal, hooks)
    const seconds = (performance.now() - began) / 1000
    const transitions = countOf(journal) - acksBefore
    journal.close()
    hooks.say(
      `${transitions} transitions in ${seconds.toFixed(1)} s (${(transitions / seconds).toFixed(0)}/s); checking every history`
    )

    const reader = staff.desk('leader')
    const audit = await auditCases(reader, journal.acks, options.concurrency, (done) =>
      hooks.progress('checked', done, journal.acks.size)
    )
    const overview = await compare(staff, audit, fromDay, before)
    return {
      read: loaded.read,
      rejected: loaded.rejected,
      approximate: loaded.approximate,
      ...worked,
      seconds,
      transitions,
      requests: client.requests,
      retries: client.retries,
      audit,
      overview,
      rejects: rejects.path,
      journal: journal.path
    }
  } finally {
    client.close()
  }
}

const countOf = (journal: Journal): number => [...journal.acks.values()].reduce((n, list) => n + list.length, 0)

const someDistrictHas = (staff: Staff, key: string): boolean =>
  key.startsWith('district-') && [...staff.unitKeys()].some((k) => k.startsWith(`${key.slice('district-'.length)}.`))

async function openCity(staff: Staff): Promise<City> {
  const acceptor = staff.desk('acceptor')
  const { config } = await acceptor.get<{ config: FlowConfig }>('/api/cases/config/flow')
  const conditions = new Map<string, Promise<readonly ConditionChoice[]>>()
  return {
    staff,
    handlerPhotos: config.handlerPhotos,
    twoStep: config.twoStep,
    conditionsOf(kind, code) {
      const key = `${kind}:${code}`
      const known = conditions.get(key)
      if (known) return known
      const query = new URLSearchParams({ standardRef: 'GB/T 47678.5-2026', kind, code })
      const asked = acceptor
        .get<{ conditions: (ConditionChoice & { active: boolean })[] }>(`/api/cases/config/conditions?${query}`)
        .then((r) => r.conditions.filter((c) => c.active))
      conditions.set(key, asked)
      return asked
    }
  }
}

/** The city's own today: what the overview calls so. */
async function today(staff: Staff): Promise<string> {
  const { period } = await staff.desk('leader').get<{ period: { to: string } }>('/api/indicators/overview?period=today')
  return period.to
}

async function work(
  city: City,
  loaded: LoadedOrders,
  options: ReplayOptions,
  journal: Journal,
  hooks: Hooks
): Promise<Pick<ReplayReport, 'foreign' | 'failed' | 'interrupted'>> {
  const { orders } = loaded
  const timed = Number.isFinite(options.speed)
  const origin = { real: Date.now(), original: firstOpen(orders, journal)?.draft.reportedAt.getTime() ?? 0 }
  const out = { foreign: 0, failed: [] as ReplayReport['failed'], interrupted: false }
  let done = 0
  const drives: DriveOptions = {
    seed: options.seed,
    journal,
    stopped: hooks.stopped,
    async pace(at) {
      if (!timed) return
      for (let left = dueIn(at); left > 0 && !hooks.stopped(); left = dueIn(at)) await sleep(Math.min(left, 500))
    }
  }
  const dueIn = (at: number): number => (at - origin.original) / options.speed - (Date.now() - origin.real)
  const one = async (order: Order): Promise<void> => {
    try {
      const end = await drive(city, order, drives)
      if (end === 'foreign') out.foreign += 1
      if (end === 'stopped') out.interrupted = true
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      const failure = { no: order.no, row: order.row, code: error.code, message: error.message }
      out.failed.push(failure)
      journal.fail({ ...failure, op: '' })
    }
    done += 1
    hooks.progress('replayed', done, orders.length)
  }
  if (timed) {
    // Each order waits for its own times; only requests are bounded, by the client.
    const running = new Set<Promise<void>>()
    for (const order of orders) {
      await drives.pace(order.draft.reportedAt.getTime())
      if (hooks.stopped()) break
      const run = one(order).finally(() => running.delete(run))
      running.add(run)
    }
    await Promise.all(running)
  } else {
    const queue = orders.values()
    const worker = async () => {
      for (const order of queue) {
        if (hooks.stopped()) break
        await one(order)
      }
    }
    await Promise.all(Array.from({ length: options.concurrency }, worker))
  }
  if (done < orders.length) out.interrupted = true
  return out
}

/** Where the original time begins to run: a resumed replay does not wait through what is over. */
const firstOpen = (orders: readonly Order[], journal: Journal): Order | undefined =>
  orders.find((o) => {
    const last = journal.acks.get(o.no)?.at(-1)
    return last === undefined || isOpen(last.status)
  })

/** The overview is kept by events: it is asked until it has heard them all, or has had time enough. */
const SETTLE_MS = 30_000

async function compare(
  staff: Staff,
  audit: Audit,
  fromDay: string,
  before: Record<string, number>
): Promise<ReplayReport['overview']> {
  const until = Date.now() + SETTLE_MS
  for (;;) {
    const toDay = await today(staff)
    const counts = funnelOf(await overviewOf(staff.desk('leader'), fromDay, toDay))
    const found = differences(audit.funnel.counts, before, counts)
    if (found.length === 0 || Date.now() > until) return { fromDay, toDay, counts, before, differences: found }
    await sleep(500)
  }
}

/** Did the replay prove what it set out to prove? */
export function faultsOf(report: ReplayReport): string[] {
  const { audit, overview, failed } = report
  const { counts, open } = audit.funnel
  const out: string[] = []
  if (failed.length > 0) out.push(`${failed.length} orders stopped where they should not have`)
  if (!report.interrupted && Object.keys(open).length > 0)
    out.push(`${Object.values(open).reduce((a, b) => a + b, 0)} cases are neither closed nor answered`)
  if (audit.lost.length > 0) out.push(`${audit.lost.length} acknowledged transitions are not in the histories`)
  if (audit.broken.length > 0) out.push(`${audit.broken.length} histories do not verify`)
  if (overview.differences.length > 0) out.push('the overview and the funnel differ')
  if (report.read !== report.rejected + report.foreign + counts.report && !report.interrupted)
    out.push(`${report.read} rows read, ${report.rejected + report.foreign + counts.report} accounted for`)
  return out
}
