import type { PublicComponent } from '@chengyun/contract/public'
import type { PublicItem, PublicListPage } from '@chengyun/contract/scenarios'
import { findClass } from '../api/services.ts'
import { type Draft, type DraftFile, dropBytes, newId, readSession, saveBytes, saveDraft } from '../draft/store.ts'
import { currentLanguage, t } from '../i18n.ts'
import { PRIVACY } from '../privacy.ts'

/** Larger photos are drawn anew: what a case needs to show fits well below, and a slow network thanks for it. */
const KEEP_BYTES = 2_500_000
const LONG_SIDE = 2560

/** The format of iPhones, which few others can read. Safari hands over JPEG; other browsers hand over what lies in the album. */
class HeicError extends TypeError {}
const isHeic = (file: Blob, name: string): boolean => /hei[cf]/i.test(file.type) || /\.hei[cf]$/i.test(name)

/** Why a file did not get into the report, and what to do instead. */
export function sayFileError(error: unknown): string {
  if (error instanceof DOMException && error.name === 'QuotaExceededError') return t('report.full')
  return t(error instanceof HeicError ? 'report.heic' : 'report.noPhoto')
}

/** The kind of a file by its type; null for what no report takes. */
function kindOf(type: string): DraftFile['kind'] | null {
  if (type.startsWith('image/')) return 'image'
  if (type.startsWith('video/')) return 'video'
  return type.startsWith('audio/') ? 'audio' : null
}

/** A photo of at most {@link LONG_SIDE}; the untouched one where the browser cannot decode it. */
async function fit(file: Blob): Promise<Blob> {
  if (file.size <= KEEP_BYTES && /jpeg|png|webp/.test(file.type)) return file
  try {
    const bitmap = await createImageBitmap(file)
    const scale = Math.min(1, LONG_SIDE / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(bitmap.width * scale)
    canvas.height = Math.round(bitmap.height * scale)
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    bitmap.close()
    const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.86))
    return drawn ?? file
  } catch {
    return file
  }
}

/** A small picture for lists on this device. */
export async function thumbOf(blob: Blob): Promise<Blob | undefined> {
  try {
    const bitmap = await createImageBitmap(blob, { resizeWidth: 200, resizeQuality: 'medium' })
    const canvas = document.createElement('canvas')
    canvas.width = bitmap.width
    canvas.height = bitmap.height
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
    return (await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8))) ?? undefined
  } catch {
    return undefined
  }
}

/** Begins a report; the draft is on the device before the page of the report opens. */
export async function startDraft(photos: readonly File[]): Promise<Draft> {
  const now = new Date().toISOString()
  let draft: Draft = {
    id: newId(),
    state: 'editing',
    startedAt: now,
    foundAt: now,
    files: [],
    text: '',
    visibility: 'public',
    isContact: (await readSession()) !== undefined,
    consent: PRIVACY
  }
  await saveDraft(draft)
  for (const photo of photos) draft = await addFile(draft, photo)
  return draft
}

/** Begins a report of the component whose plate was read: its class and place are known already. */
export async function startAt(c: PublicComponent): Promise<Draft> {
  const [lng, lat] = c.location
  const draft: Draft = {
    ...(await startDraft([])),
    place: { lng, lat, crs: 'CGCS2000' },
    classCode: c.classCode,
    className: currentLanguage() === 'en' ? c.classNameEn : c.className,
    component: { code: c.code, classCode: c.classCode }
  }
  await saveDraft(draft)
  return draft
}

/** Begins a report at a place of a list: its place and name are known, and its class where the list says one. */
export async function startThere(item: PublicItem, list: Pick<PublicListPage, 'reportClass' | 'name'>): Promise<Draft> {
  const [lng, lat] = item.location
  // Without the name of the class the citizen chooses it as always.
  const found = list.reportClass ? await findClass(list.reportClass).catch(() => null) : null
  const draft: Draft = {
    ...(await startDraft([])),
    place: { lng, lat, crs: 'CGCS2000', ...(item.address && { address: item.address }) },
    text: t('services.there', { name: item.name || list.name[currentLanguage()] }),
    ...(found && { classCode: found.code, className: found.name })
  }
  await saveDraft(draft)
  return draft
}

/** Adds a photo, film or recording; throws `QuotaExceededError` when the device is full and a TypeError for what is none of them or cannot be read here. */
export async function addFile(draft: Draft, file: Blob, name = file instanceof File ? file.name : 'note'): Promise<Draft> {
  const heic = isHeic(file, name)
  const kind = heic ? 'image' : kindOf(file.type)
  if (!kind) throw new TypeError('neither photo nor sound nor film')
  const blob = kind === 'image' ? await fit(file) : file
  if (heic && blob === file) throw new HeicError(name)
  const id = newId()
  await saveBytes(draft.id, id, blob)
  const next = { ...draft, files: [...draft.files, { id, kind, name, type: blob.type, size: blob.size }] }
  await saveDraft(next)
  return next
}

/** Takes a file out of a draft. */
export async function removeFile(draft: Draft, id: string): Promise<Draft> {
  const next = { ...draft, files: draft.files.filter((f) => f.id !== id) }
  await saveDraft(next)
  await dropBytes(id)
  return next
}
