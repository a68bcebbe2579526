import type { CaseView } from '@chengyun/contract/cases'
import type { CaseBundle } from '@chengyun/contract/history'
import type { OverviewView } from '@chengyun/contract/indicators'
import { verifyBundle } from '@chengyun/verify'
import type { Account } from './account.ts'
import { RefusedError } from './client.ts'
import { FUNNEL_KEYS, Funnel, type FunnelKey, quantile } from './funnel.ts'
import type { Ack } from './journal.ts'

export interface Audit {
  funnel: Funnel
  cases: number
  verified: number
  /** Chains that do not hold, with the first finding. */
  broken: { caseNo: string; finding: string }[]
  steps: number
  acknowledged: number
  /** Acknowledged transitions that the history does not have. */
  lost: { caseNo: string; op: string; version: number }[]
  /** Seconds on the clocks of the stages, as the steps recorded them. */
  clocks: Record<string, { steps: number; p50: number; p95: number; overdue: number }>
}

/** Clocks are read from whole cases, of which a sample is enough to tell their quantiles. */
const CLOCK_SAMPLE = 2000

/** Fetch every case of a replay as its reader could, check its chain, and look for each acknowledged transition. */
export async function auditCases(
  reader: Account,
  acks: ReadonlyMap<string, readonly Ack[]>,
  concurrency: number,
  progress: (done: number) => void
): Promise<Audit> {
  const audit: Audit = {
    funnel: new Funnel(),
    cases: acks.size,
    verified: 0,
    broken: [],
    steps: 0,
    acknowledged: 0,
    lost: [],
    clocks: {}
  }
  const used = new Map<string, { seconds: number[]; overdue: number }>()
  const every = Math.max(1, Math.ceil(acks.size / CLOCK_SAMPLE))
  const queue = [...acks.values()].entries()
  let done = 0
  const worker = async () => {
    for (const [i, list] of queue) {
      await auditOne(reader, list, audit)
      if (i % every === 0) await readClocks(reader, list[0]!.id, used)
      done += 1
      progress(done)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  audit.clocks = Object.fromEntries(
    [...used].map(([stage, { seconds, overdue }]) => [
      stage,
      { steps: seconds.length, p50: quantile(seconds, 0.5), p95: quantile(seconds, 0.95), overdue }
    ])
  )
  return audit
}

async function auditOne(reader: Account, acks: readonly Ack[], audit: Audit): Promise<void> {
  const { id, caseNo } = acks[0]!
  audit.acknowledged += acks.length
  let bundle: CaseBundle
  try {
    bundle = await reader.get<CaseBundle>(`/api/cases/${id}/bundle`)
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    audit.broken.push({ caseNo, finding: error.message })
    audit.lost.push(...acks.map(({ op, version }) => ({ caseNo, op, version })))
    return
  }
  const report = await verifyBundle(bundle)
  if (report.ok) audit.verified += 1
  else audit.broken.push({ caseNo, finding: report.findings[0]?.code ?? 'UNKNOWN' })
  audit.steps += bundle.steps.length
  audit.funnel.add(bundle)
  audit.lost.push(...missingAcks(bundle, acks).map(({ op, version }) => ({ caseNo, op, version })))
}

/**
 * Acknowledged transitions without their step. An answer gives the version after the act; where the platform dispatched in the same
 * breath, the act itself is the step before.
 */
export function missingAcks(
  bundle: Pick<CaseBundle, 'steps'>,
  acks: readonly Pick<Ack, 'op' | 'version'>[]
): Pick<Ack, 'op' | 'version'>[] {
  const opAt = new Map(bundle.steps.map((s) => [s.seq, s.op]))
  return acks.filter(({ op, version }) => {
    const last = opAt.get(version)
    return last !== op && !(last === 'dispatch' && opAt.get(version - 1) === op)
  })
}

async function readClocks(reader: Account, id: string, used: Map<string, { seconds: number[]; overdue: number }>): Promise<void> {
  const view = await reader.get<CaseView>(`/api/cases/${id}`).catch(() => null)
  for (const step of view?.steps ?? []) {
    if (step.stage === null || step.usedS === null) continue
    const entry = used.get(step.stage) ?? { seconds: [], overdue: 0 }
    entry.seconds.push(step.usedS)
    if (step.overdue) entry.overdue += 1
    used.set(step.stage, entry)
  }
}

/** Counts of the overview over days, as the leader sees them. */
export const overviewOf = (reader: Account, fromDay: string, toDay: string): Promise<OverviewView> =>
  reader.get<OverviewView>(`/api/indicators/overview?period=custom&from=${fromDay}&to=${toDay}`)

export const funnelOf = (view: OverviewView): Record<FunnelKey, number> =>
  Object.fromEntries(FUNNEL_KEYS.map((key) => [key, view.funnel.find((f) => f.key === key)?.count ?? 0])) as Record<
    FunnelKey,
    number
  >

/** Stages in which the overview and the funnel of the replay differ, after what stood there before is taken off. */
export function differences(
  funnel: Readonly<Record<FunnelKey, number>>,
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<FunnelKey, number>>
): { key: FunnelKey; replay: number; overview: number }[] {
  return FUNNEL_KEYS.map((key) => ({ key, replay: funnel[key], overview: after[key] - (before[key] ?? 0) })).filter(
    (d) => d.replay !== d.overview
  )
}
