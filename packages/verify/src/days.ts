import {
  type BundleDay,
  type CaseBundle,
  type ChainStep,
  dayRoot,
  leafHash,
  rootOfProof,
  type Sha256
} from '@chengyun/contract/history'
import type { Finding } from './findings.ts'

/** What the day roots say about a case. */
export interface DaySummary {
  listed: number
  /** Days whose root was proven to hold this case's last step of the day. */
  proven: number
  /** Days whose root equals a published one. */
  published: number
  /** Steps made after the last listed day: nothing but the chain vouches for them yet. */
  stepsNotYetCovered: number
}

/** The day roots: each fits its content, follows from the day before it, equals the published one, and holds this case. */
export function checkDays(
  bundle: CaseBundle,
  sha256: Sha256,
  published: Readonly<Record<string, string>>
): { findings: Finding[]; summary: DaySummary } {
  const { dailyRoots: days, steps } = bundle
  const findings = [...roots(days, sha256, published)]
  const proven = days.filter((day) => {
    const found = proof(day, bundle, sha256)
    findings.push(...found)
    return found.length === 0 && day.proof !== undefined
  })
  const listed = new Set(days.map((day) => day.day))
  const zone = days.at(-1)?.timeZone
  const last = days.at(-1)?.day ?? ''
  const movedOn = zone === undefined ? [] : steps.map((step) => dayOf(step.at, zone))
  // A day of this case that lies before the last listed one has been closed, so its root exists and belongs here.
  for (const day of new Set(movedOn))
    if (day <= last && !listed.has(day)) findings.push({ code: 'DAY_PROOF_MISSING', details: { day } })
  // A published day that the case moved on must be listed, or cutting the roots off would go unseen.
  for (const day of new Set(steps.flatMap((step) => publishedDayOf(step, zone, published)))) {
    if (!listed.has(day)) findings.push({ code: 'DAY_ABSENT', details: { day } })
  }
  const summary = {
    listed: days.length,
    proven: proven.length,
    published: days.filter((day) => published[day.day] === day.root).length,
    stepsNotYetCovered: zone === undefined ? steps.length : movedOn.filter((day) => day > last).length
  }
  return { findings, summary }
}

function roots(days: readonly BundleDay[], sha256: Sha256, published: Readonly<Record<string, string>>): Finding[] {
  const findings: Finding[] = []
  let before: BundleDay | undefined
  for (const entry of days) {
    const { day } = entry
    if (before && (before.day >= day || before.timeZone !== entry.timeZone))
      findings.push({ code: 'DAY_ORDER', details: { day } })
    if (dayRoot(entry, sha256) !== entry.root) findings.push({ code: 'DAY_ROOT', details: { day } })
    if (before && entry.prevRoot !== before.root) findings.push({ code: 'DAY_LINK', details: { day } })
    const known = Object.hasOwn(published, day) ? published[day] : undefined
    if (known !== undefined && known !== entry.root) findings.push({ code: 'DAY_UNPUBLISHED', details: { day } })
    before = entry
  }
  return findings
}

function proof({ day, timeZone, merkle, proof: given }: BundleDay, bundle: CaseBundle, sha256: Sha256): Finding[] {
  const last = bundle.steps.filter((step) => dayOf(step.at, timeZone) === day).at(-1)
  if (given === undefined) return last ? [{ code: 'DAY_PROOF_MISSING', details: { day } }] : []
  if (!last || given.seq !== last.seq) return [{ code: 'DAY_PROOF', details: { day } }]
  const leaf = leafHash({ caseId: bundle.case.id, seq: last.seq, hash: last.hash }, sha256)
  return rootOfProof(leaf, given.path, sha256) === merkle ? [] : [{ code: 'DAY_PROOF', details: { day } }]
}

function publishedDayOf(step: ChainStep, zone: string | undefined, published: Readonly<Record<string, string>>): string[] {
  const day = dayOf(step.at, zone ?? 'Asia/Shanghai')
  return Object.hasOwn(published, day) ? [day] : []
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** The calendar day (`YYYY-MM-DD`) of an instant in a zone. */
export function dayOf(at: string, timeZone: string): string {
  const format =
    formats.get(timeZone) ?? new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  formats.set(timeZone, format)
  const part = Object.fromEntries(format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]))
  return `${part.year}-${part.month}-${part.day}`
}
