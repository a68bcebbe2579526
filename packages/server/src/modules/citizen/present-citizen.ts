import type { CitizenCase, CitizenCaseLine, SimilarReport } from '@chengyun/contract/public'
import type { CaseEnv, CaseRecord } from '../cases/index.ts'
import { isSensitive, shownPlace } from './domain/citizen-privacy.ts'
import { progressOf, stepsOf } from './domain/citizen-progress.ts'
import { publicClassName, publicText } from './domain/public-text.ts'
import type { LineRow, PageFacts, ReportRow } from './queries/citizen-reports.ts'

/** How long the address of a private report's photo is good. */
const SIGNED_MS = 3_600_000

const signature = (env: CaseEnv, id: string, until: number): string => env.blindIndex(`citizen.photo:${id}:${until}`)
/** Where a released photo is; of a private report with a signature that ends. */
export function photoUrl(env: CaseEnv, id: string, open: boolean, now: Date): string {
  if (open) return `/api/public/photos/${id}`
  const until = now.getTime() + SIGNED_MS
  return `/api/public/photos/${id}?until=${until}&sig=${signature(env, id, until)}`
}
export const photoSigned = (env: CaseEnv, id: string, until: number | undefined, sig: string | undefined, now: Date): boolean =>
  until !== undefined && sig !== undefined && until > now.getTime() && sig === signature(env, id, until)

/** What a class is called before the public. */
export const classNameOf = (env: CaseEnv, c: { standardRef: string; kind: string; classCode: string }): string =>
  publicClassName(
    env.reference.findClass(c.standardRef as CaseRecord['standardRef'], c.kind as CaseRecord['kind'], c.classCode)?.name ??
      c.classCode
  )

/** Classed by nobody yet: it still stands under 其他事项. */
export const unclassed = (r: { classCode: string; unclassified?: boolean | null }): boolean =>
  r.unclassified === true && r.classCode === '10999'

/** Of a public report that does not lead to a home; of official cases, which nobody meant to publish, none. */
const publicAddress = (row: LineRow): string | null =>
  row.unclassified === null || isSensitive(row.classCode) ? null : publicText(row.address)

/** A line of a list. `open`: its photo needs no signature. */
export const presentLine = (env: CaseEnv, row: LineRow, open: boolean, mine: boolean, now: Date): CitizenCaseLine => ({
  caseNo: row.caseNo,
  className: unclassed(row) ? null : classNameOf(env, row),
  address: mine ? row.address : publicAddress(row),
  progress: progressOf(row),
  reportedAt: row.reportedAt.toISOString(),
  promisedAt: row.promisedAt?.toISOString() ?? null,
  photoUrl: row.photoId ? photoUrl(env, row.photoId, open, now) : null,
  toRate: mine && (row.status === 'closed' || row.status === 'forced_close') && !row.rated
})

export function presentSimilar(env: CaseEnv, row: LineRow, distanceM: number, now: Date): SimilarReport {
  return {
    caseNo: row.caseNo,
    className: classNameOf(env, row),
    location: shownPlace(row.lng, row.lat, row.classCode).location,
    distanceM: Math.round(distanceM),
    progress: progressOf(row),
    reportedAt: row.reportedAt.toISOString(),
    promisedAt: row.promisedAt?.toISOString() ?? null,
    photoUrl: row.photoId ? photoUrl(env, row.photoId, true, now) : null,
    meToo: row.meToo
  }
}

export interface Page {
  record: CaseRecord
  /** Where a merged case goes on. */
  lead: CaseRecord
  report: ReportRow | undefined
  facts: PageFacts
  access: 'mine' | 'report' | 'facts'
  signedIn: boolean
}

/** A case as a citizen sees it: never a person of the staff, never the reporter. */
export function presentCitizenCase(env: CaseEnv, page: Page, now: Date): CitizenCase {
  const { record, lead, report, facts, access } = page
  const mine = access === 'mine'
  const open = report?.visibility !== 'private' && !facts.hidden
  const shown = mine
    ? { location: [record.lng, record.lat] as [number, number], rounded: false }
    : shownPlace(record.lng, record.lat, record.classCode)
  const progress = progressOf(lead)
  const merged = lead.id !== record.id
  const steps = stepsOf(merged ? { ...lead, reportedAt: record.reportedAt } : lead)
  const promised = lead.totalDeadlineAt ?? lead.handleDeadlineAt ?? lead.dueAt
  const closed = lead.status === 'closed'
  // A case closed by decree can be judged like any other; only opening it again is not in the flow.
  const done = closed || lead.status === 'forced_close'
  return {
    caseNo: record.caseNo,
    className: unclassed({ classCode: record.classCode, unclassified: report?.unclassified ?? false })
      ? null
      : classNameOf(env, record),
    text: access === 'facts' ? null : mine ? record.description : publicText(record.description),
    address: mine ? record.address : access === 'report' && !shown.rounded ? publicText(record.address) : null,
    ...shown,
    visibility: report?.visibility ?? 'public',
    held: report?.held ?? false,
    progress,
    steps:
      merged && record.cancelledAt
        ? [...steps, { key: 'merged' as const, at: record.cancelledAt }].sort((a, b) => (a.at < b.at ? -1 : 1))
        : steps,
    reportedAt: record.reportedAt,
    promisedAt: promised,
    late: lead.isOpen && promised !== null && Date.parse(promised) < now.getTime(),
    closedAt: lead.closedAt,
    agency: env.reference.unitName(lead.unitId),
    reason: mine && progress === 'notTaken' ? facts.reason : null,
    photos: facts.photos.map(({ id, phase }) => ({
      id,
      side: phase === 'after' || phase === 'check' ? ('after' as const) : ('before' as const),
      url: photoUrl(env, id, open, now)
    })),
    photosInReview: mine ? facts.inReview : 0,
    meToo: facts.meToo,
    mine,
    following: facts.following,
    rating: facts.rating && {
      ...facts.rating,
      text: mine ? facts.rating.text : publicText(facts.rating.text),
      at: new Date(facts.rating.at).toISOString()
    },
    reopen: mine && facts.reopen ? { ...facts.reopen, at: new Date(facts.reopen.at).toISOString() } : null,
    can: [
      ...(mine && done && !facts.rating ? (['rate'] as const) : []),
      ...(mine && closed && facts.reopen?.state !== 'open' ? (['reopen'] as const) : []),
      ...(page.signedIn && !facts.following ? (['follow'] as const) : []),
      ...(!mine && lead.isOpen && !facts.mine ? (['meToo'] as const) : [])
    ]
  }
}
