import type { CaptchaAnswer, CitizenReceipt, CitizenReport, CitizenUpload } from '@chengyun/contract/public'
import { ApiError, query, send } from '../api/client.ts'
import {
  type Draft,
  type DraftFile,
  deviceId,
  dropDraft,
  getDraft,
  type Kept,
  keepFiled,
  listDrafts,
  readBytes,
  readSession,
  saveDraft
} from './store.ts'

/** What became of one attempt to file a draft. */
export type Outcome =
  | { kind: 'filed'; kept: Kept; held: boolean }
  | { kind: 'waiting' }
  | { kind: 'refused'; code: string; message: string }
  | { kind: 'gone' }

/** Headers of a signed-in person; none for an anonymous one. */
export async function authorization(): Promise<Record<string, string>> {
  const session = await readSession()
  return session ? { authorization: `Bearer ${session.token}` } : {}
}

const PHASES = { image: 'near', audio: 'audio', video: 'video' } as const

/** Sends one file with when and where it was made; what was sent is remembered in the draft and not sent again. */
async function uploadFile(draft: Draft, file: DraftFile, blob: Blob, language?: string): Promise<CitizenUpload> {
  const form = new FormData()
  // The fields stand before the file: the server reads the form as it streams in.
  form.set('phase', PHASES[file.kind])
  form.set('capturedAt', draft.foundAt)
  form.set('file', blob, file.name)
  const path = `/public/media${query({ deviceId: await deviceId() })}`
  return send<CitizenUpload>(path, { body: form, ...(language ? { language } : {}) })
}

async function uploadAll(draft: Draft, language?: string): Promise<Draft> {
  let now = draft
  for (const file of draft.files) {
    if (file.uploadedId) continue
    const blob = await readBytes(file.id)
    if (!blob) continue
    const { id } = await uploadFile(now, file, blob, language)
    // Kept after every file: a cut-off costs one file and not all of them.
    now = { ...now, files: now.files.map((f) => (f.id === file.id ? { ...f, uploadedId: id } : f)) }
    await saveDraft(now)
  }
  return now
}

function reportOf(draft: Draft, device: string, captcha?: CaptchaAnswer): CitizenReport {
  const place = draft.place as NonNullable<Draft['place']>
  const text = draft.text.trim()
  return {
    draftId: draft.id,
    deviceId: device,
    location: [place.lng, place.lat],
    crs: place.crs,
    ...(place.accuracyM === undefined ? {} : { accuracyM: Math.min(100_000, Math.round(place.accuracyM)) }),
    ...(place.address ? { address: place.address } : {}),
    ...(text ? { text } : {}),
    ...(draft.classCode ? { classCode: draft.classCode } : {}),
    ...(draft.component && draft.component.classCode === draft.classCode ? { componentId: draft.component.code } : {}),
    evidenceIds: draft.files.flatMap((f) => (f.uploadedId ? [f.uploadedId] : [])),
    visibility: draft.visibility,
    foundAt: draft.foundAt,
    consent: draft.consent,
    ...(captcha ? { captcha } : {})
  }
}

async function attempt(id: string, captcha?: CaptchaAnswer, thumb?: Blob, language?: string): Promise<Outcome> {
  const draft = await getDraft(id)
  if (!draft?.place) return { kind: 'gone' }
  try {
    // Filing it as nobody would take it from the person who meant to file it under a number.
    if (draft.isContact && !(await readSession())) throw new ApiError(401, { code: 'PUBLIC_SIGN_IN_AGAIN' })
    const whole = await uploadAll(draft, language)
    const receipt = await send<CitizenReceipt>('/public/reports', {
      body: reportOf(whole, await deviceId(), captcha),
      headers: draft.isContact ? await authorization() : {},
      ...(language ? { language } : {})
    })
    const kept: Kept = {
      caseNo: receipt.caseNo,
      trackingCode: receipt.trackingCode,
      reportedAt: receipt.reportedAt,
      promisedAt: receipt.promisedAt,
      text: draft.text.trim() || (draft.className ?? ''),
      address: draft.place.address ?? '',
      draftId: draft.id,
      ...(thumb ? { thumb } : {})
    }
    await keepFiled(draft.id, kept)
    return { kind: 'filed', kept, held: receipt.held }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.isPassing && error.code !== 'PUBLIC_CAPTCHA_REQUIRED') return { kind: 'waiting' }
    const problem = { code: error.code, message: error.message }
    const now = (await getDraft(id)) ?? draft
    // An upload the server no longer knows (they are purged after two days) is sent again with the next attempt.
    const files = /EVIDENCE|MEDIA/.test(error.code) ? now.files.map(({ uploadedId: _, ...file }) => file) : now.files
    await saveDraft({ ...now, files, state: 'refused', problem })
    return { kind: 'refused', ...problem }
  }
}

/**
 * Files one draft. Page and service worker may both try: a lock of the browser lets one of them at a time, and the draft's id makes a
 * repeated send the same report on the server.
 */
export async function fileDraft(
  id: string,
  more: { captcha?: CaptchaAnswer; thumb?: Blob; language?: string } = {}
): Promise<Outcome> {
  const run = () => attempt(id, more.captcha, more.thumb, more.language)
  const locks = (globalThis.navigator as Navigator | undefined)?.locks
  return locks ? locks.request('chengyun-citizen-file', run) : run()
}

/** Files every draft that waits; stops at the first that the network does not let through. */
export async function fileWaiting(language?: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const draft of await listDrafts()) {
    if (draft.state !== 'waiting') continue
    const outcome = await fileDraft(draft.id, language ? { language } : {})
    outcomes.push(outcome)
    if (outcome.kind === 'waiting') break
  }
  return outcomes
}

/** Throws a draft away. */
export const discard = dropDraft
