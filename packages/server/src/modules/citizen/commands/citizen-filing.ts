import { createHash } from 'node:crypto'
import { type CitizenReceipt, type CitizenReport, PRIVACY_VERSION, type ReportWarning } from '@chengyun/contract/public'
import { AppError } from '../../../platform/errors.ts'
import { addClass, type CaseEnv, type CaseRecord, getVisibleCase, reportCase } from '../../cases/index.ts'
import { findEvidence } from '../../media/index.ts'
import { componentOfReport } from '../component-class.ts'
import { blockedIn, trackingCodeOf } from '../domain/citizen-abuse.ts'
import { metres } from '../domain/citizen-privacy.ts'
import { CITIZEN } from '../policy.ts'
import { blockedWords, ownUploads, picturesSeen, type ReportRow, reportByDraft } from '../queries/citizen-reports.ts'
import { admit, fault, type Who } from './citizen-guard.ts'
import { hashOf } from './citizen-people.ts'
import { keepReport } from './citizen-reports.ts'

const STANDARD = 'GB/T 47678.5-2026'
/** 其他事项（自定义）: what nobody has classed yet goes here; the acceptor classes it when it is registered. */
export const OTHER_CLASS = '10999'
/** Days back in which the same picture counts as seen. */
const DAY_MS = 86_400_000
const SEEN_MS = 60 * DAY_MS
/** A photo whose own place or time is farther from the report than this carries a warning: it may still be true. */
const PHOTO_FAR_M = 500
const PHOTO_OLD_DAYS = 7

/** The tracking code of a draft: made from it with the keyring, so that a repeat of the report gets the same one and nothing keeps it. */
const trackingCode = (env: CaseEnv, draftKey: string): string =>
  trackingCodeOf(
    createHash('sha256')
      .update(env.blindIndex(`tracking:${draftKey}`))
      .digest()
  )

/** @throws PUBLIC_CONSENT_OUTDATED */
export function checkConsent(version: string): void {
  if (version !== PRIVACY_VERSION) throw fault('PUBLIC_CONSENT_OUTDATED', { version: PRIVACY_VERSION })
}

/**
 * Files a citizen's report. The same draft of the same device again answers with the same case and tracking code, also when the first
 * answer was lost. Blocked words hold a report back from the public, never from the centre.
 */
export async function fileReport(env: CaseEnv, who: Who, input: CitizenReport, now: Date): Promise<CitizenReceipt> {
  const deviceHash = who.deviceHash!
  const draftKey = hashOf(`${deviceHash}:${input.draftId}`)
  const earlier = await reportByDraft(env.db, draftKey)
  if (earlier) return receipt(env, await getVisibleCase(env.db, CITIZEN, earlier.caseId), earlier)
  checkConsent(input.consent)
  const text = input.text?.trim() ?? ''
  if (text === '' && input.evidenceIds.length === 0) throw fault('PUBLIC_NOTHING_SAID')
  const own = await ownUploads(env.db, deviceHash, input.evidenceIds)
  if (own.length < input.evidenceIds.length) throw fault('PUBLIC_EVIDENCE_UNKNOWN')
  // Counted last of the checks: a mistake that the app can correct does not bring the captcha nearer.
  await admit(env, 'report', who, { captcha: input.captcha })
  // A component that was taken away since its plate was read: what is said of it is filed all the same.
  const component = input.componentId === undefined ? undefined : await componentOfReport(env, input.componentId)
  if (component === undefined && input.classCode === undefined) await needOther(env, now)

  const record = await reportCase(
    env,
    CITIZEN,
    {
      standardRef: STANDARD,
      ...(component
        ? { kind: 'component' as const, classCode: component.classCode, componentId: component.code }
        : { kind: 'matter' as const, classCode: input.classCode ?? OTHER_CLASS }),
      description: text || '（市民拍照上报，未填写文字说明）',
      location: input.location,
      ...(input.crs && { crs: input.crs }),
      ...(input.accuracyM !== undefined && { accuracyM: input.accuracyM }),
      ...(input.address?.trim() && { address: input.address.trim() }),
      sourceType: 'public',
      ...(input.foundAt && { foundAt: input.foundAt }),
      ...(who.contact && { reporter: { phone: who.contact.phone } }),
      evidenceIds: input.evidenceIds
    },
    { now, key: draftKey }
  )
  const words = blockedIn(`${text} ${input.address ?? ''}`, await blockedWords(env.db))
  await keepReport(
    env.db,
    CITIZEN,
    {
      caseId: record.id,
      caseNo: record.caseNo,
      draftKey,
      visibility: input.visibility,
      contactId: who.contact?.id ?? null,
      deviceHash,
      trackingHash: hashOf(trackingCode(env, draftKey)),
      unclassified: component === undefined && input.classCode === undefined,
      words,
      warnings: await warningsFor(env, input, record, words, now),
      consentVersion: input.consent,
      lng: record.lng,
      lat: record.lat,
      streetCode: record.streetCode ?? record.districtCode,
      reportedAt: record.reportedAt
    },
    now
  )
  return receipt(env, record, (await reportByDraft(env.db, draftKey))!)
}

const receipt = (env: CaseEnv, record: CaseRecord, report: ReportRow): CitizenReceipt => ({
  caseNo: record.caseNo,
  trackingCode: trackingCode(env, report.draftKey),
  reportedAt: record.reportedAt,
  // Nothing is promised before it is known whose work it is; the page of the report says so.
  promisedAt: record.handleDeadlineAt,
  held: report.held
})

async function warningsFor(
  env: CaseEnv,
  input: CitizenReport,
  record: CaseRecord,
  words: string[],
  now: Date
): Promise<ReportWarning[]> {
  const out: ReportWarning[] = words.map((word) => ({ kind: 'words', detail: word, caseNo: null }))
  if (record.kind === 'matter' && input.classCode === undefined) out.push({ kind: 'unclassified', detail: '', caseNo: null })
  const seen = await picturesSeen(env.db, input.evidenceIds, new Date(now.getTime() - SEEN_MS))
  for (const { caseNo, same } of seen) out.push({ kind: 'photoSeen', detail: same ? 'same' : 'alike', caseNo })
  for (const file of await findEvidence(env.db, input.evidenceIds, CITIZEN)) {
    const { lng, lat, takenAt } = file.exif
    const awayM = lng === null || lat === null ? 0 : metres([lng, lat], [record.lng, record.lat])
    if (awayM > PHOTO_FAR_M) out.push({ kind: 'photoFar', detail: `${Math.round(awayM)}`, caseNo: null })
    const days = takenAt === null ? 0 : (now.getTime() - Date.parse(takenAt)) / DAY_MS
    if (days > PHOTO_OLD_DAYS) out.push({ kind: 'photoOld', detail: `${Math.floor(days)}`, caseNo: null })
  }
  return out
}

/** The class for what nobody classed yet: a city that has none gets it with the first such report. */
export async function needOther(env: CaseEnv, now: Date): Promise<void> {
  if (env.reference.findClass(STANDARD, 'matter', OTHER_CLASS)) return
  const other = {
    code: OTHER_CLASS,
    majorCode: '10',
    majorName: '其他事项类',
    name: '其他事项（自定义）',
    nameEn: 'other matter (local)'
  }
  await addClass(env.db, CITIZEN, { standardRef: STANDARD, kind: 'matter', version: 'citizen', ...other }, now).catch(
    (error: unknown) => {
      // Another report of the same moment was faster.
      if (!(error instanceof AppError) || error.code !== 'CASE_CONFIG_INVALID') throw error
    }
  )
  await env.reference.reload(env.db)
}
