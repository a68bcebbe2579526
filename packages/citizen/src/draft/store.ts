import type { CitizenSession, Visibility } from '@chengyun/contract/public'
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'

/** A photo, recording or film that waits in the browser; its bytes stand in the store `bytes` under the same id. */
export interface DraftFile {
  id: string
  kind: 'image' | 'audio' | 'video'
  name: string
  type: string
  size: number
  /** Set when the server has it; then it is not sent again. */
  uploadedId?: string
}

export interface DraftPlace {
  lng: number
  lat: number
  crs: 'CGCS2000' | 'WGS84'
  accuracyM?: number
  address?: string
}

/**
 * `editing`: the person is at it. `waiting`: everything is said, it goes by itself as soon as the network allows. `refused`: the server
 * said no and the person must change something or answer a captcha.
 */
export type DraftState = 'editing' | 'waiting' | 'refused'

/** A report before it is filed. `id` makes a repeated send the same report. */
export interface Draft {
  id: string
  state: DraftState
  startedAt: string
  foundAt: string
  files: DraftFile[]
  place?: DraftPlace
  text: string
  classCode?: string
  className?: string
  /** The component whose plate began the report, with its class: it counts as long as that class is kept. */
  component?: { code: string; classCode: string }
  visibility: Visibility
  /** File under the telephone number that is signed in, if any. */
  isContact: boolean
  consent: string
  problem?: { code: string; message: string }
}

/** A report that was filed from this device, with the only key to it. */
export interface Kept {
  caseNo: string
  trackingCode: string
  reportedAt: string
  promisedAt: string | null
  text: string
  address: string
  draftId: string
  thumb?: Blob
}

interface Schema extends DBSchema {
  drafts: { key: string; value: Draft }
  bytes: { key: string; value: { id: string; draftId: string; blob: Blob }; indexes: { draftId: string } }
  kept: { key: string; value: Kept }
  settings: { key: string; value: { key: string; value: unknown } }
}

let opened: Promise<IDBPDatabase<Schema>> | undefined

function db(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('chengyun-citizen', 1, {
    upgrade(at) {
      at.createObjectStore('drafts', { keyPath: 'id' })
      at.createObjectStore('bytes', { keyPath: 'id' }).createIndex('draftId', 'draftId')
      at.createObjectStore('kept', { keyPath: 'caseNo' })
      at.createObjectStore('settings', { keyPath: 'key' })
    },
    terminated() {
      opened = undefined
    }
  })
  return opened
}

/** Random, free of hints about person or device; matches `DeviceId` and `draftId` of the contract. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('')
}

/** All drafts, the oldest first. */
export async function listDrafts(): Promise<Draft[]> {
  return (await (await db()).getAll('drafts')).sort((a, b) => a.startedAt.localeCompare(b.startedAt))
}

export async function getDraft(id: string): Promise<Draft | undefined> {
  return (await db()).get('drafts', id)
}

export async function saveDraft(draft: Draft): Promise<void> {
  await (await db()).put('drafts', draft)
}

/** Keeps the bytes of a file; throws `QuotaExceededError` when the device is full. */
export async function saveBytes(draftId: string, id: string, blob: Blob): Promise<void> {
  await (await db()).put('bytes', { id, draftId, blob })
}

export async function readBytes(id: string): Promise<Blob | undefined> {
  return (await (await db()).get('bytes', id))?.blob
}

export async function dropBytes(id: string): Promise<void> {
  await (await db()).delete('bytes', id)
}

/** Removes a draft with its files. */
export async function dropDraft(id: string): Promise<void> {
  const tx = (await db()).transaction(['drafts', 'bytes'], 'readwrite')
  await tx.objectStore('drafts').delete(id)
  for (const key of await tx.objectStore('bytes').index('draftId').getAllKeys(id)) await tx.objectStore('bytes').delete(key)
  await tx.done
}

/** Turns a draft into a filed report in one transaction: neither both nor none can remain. */
export async function keepFiled(draftId: string, kept: Kept): Promise<void> {
  const tx = (await db()).transaction(['drafts', 'bytes', 'kept'], 'readwrite')
  await tx.objectStore('kept').put(kept)
  await tx.objectStore('drafts').delete(draftId)
  for (const key of await tx.objectStore('bytes').index('draftId').getAllKeys(draftId)) await tx.objectStore('bytes').delete(key)
  await tx.done
}

/** Reports filed from this device, the newest first. */
export async function listKept(): Promise<Kept[]> {
  return (await (await db()).getAll('kept')).sort((a, b) => b.reportedAt.localeCompare(a.reportedAt))
}

export async function getKept(caseNo: string): Promise<Kept | undefined> {
  return (await db()).get('kept', caseNo)
}

export async function saveKept(kept: Kept): Promise<void> {
  await (await db()).put('kept', kept)
}

async function setting<T>(key: string): Promise<T | undefined> {
  return (await (await db()).get('settings', key))?.value as T | undefined
}

/** This installation's own random word, made once. */
export async function deviceId(): Promise<string> {
  const known = await setting<string>('deviceId')
  if (known) return known
  const made = newId()
  await (await db()).put('settings', { key: 'deviceId', value: made })
  return made
}

/** The session of the telephone number that is signed in, while it lasts. */
export async function readSession(): Promise<CitizenSession | undefined> {
  const session = await setting<CitizenSession>('session')
  return session && new Date(session.expiresAt).getTime() > Date.now() ? session : undefined
}

export async function saveSession(session: CitizenSession | null): Promise<void> {
  if (session) await (await db()).put('settings', { key: 'session', value: session })
  else await (await db()).delete('settings', 'session')
}

/** How followed reports and areas looked when they were last looked at, by the id of the follow. */
export async function readSeen(): Promise<Record<string, string>> {
  return (await setting<Record<string, string>>('seen')) ?? {}
}

export async function saveSeen(seen: Record<string, string>): Promise<void> {
  await (await db()).put('settings', { key: 'seen', value: seen })
}

/** Forgets everything this app keeps on the device. */
export async function forgetAll(): Promise<void> {
  const at = await db()
  for (const store of ['drafts', 'bytes', 'kept', 'settings'] as const) await at.clear(store)
}
