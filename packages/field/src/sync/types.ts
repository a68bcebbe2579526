import type { CaseView } from '@chengyun/contract/cases'
import type { FieldError, FieldInputs, FieldKind, FieldPackage, FieldResult } from '@chengyun/contract/field'
import type { MediaPhase } from '@chengyun/contract/media'

/**
 * Where an operation stands. `queued`: safe on the device. `uploading`: its photos are on their way. `sent`: handed to the server, the
 * answer is not here yet. `done`: the server has it. `conflict`, `refused`: a person decides.
 */
export type SyncState = 'queued' | 'uploading' | 'sent' | 'done' | 'conflict' | 'refused'

/** Degrees CGCS2000, `[lng, lat]`. */
export type Place = [number, number]

/** A file taken with the device, with what was known at that moment. */
export interface NewPhoto {
  blob: Blob
  phase: MediaPhase
  /** SHA-256 of the bytes at capture, lower-case hex; worked out here when missing. */
  sha256?: string
  /** Device clock, ISO-8601; the moment of the operation when missing. */
  capturedAt?: string
  place?: Place | null
}

/** What is done on the device. */
export interface NewOperation<K extends FieldKind = FieldKind> {
  kind: K
  /** `caseId` of a step may be the key of a report that was not sent yet. */
  input: FieldInputs[K]
  photos?: readonly NewPhoto[]
  place?: Place | null
  accuracyM?: number | null
  /** Version of the case the person saw; steps of cases need it. */
  version?: number
  capturedAt?: string
}

/** An operation as it is kept. */
export interface StoredOperation {
  /** Order of being done. */
  seq: number
  key: string
  kind: FieldKind
  input: Record<string, unknown>
  capturedAt: string
  place: Place | null
  accuracyM: number | null
  version: number | null
  /** Operations of one chain go one after the other: all of one case, all of one's attendance. */
  chain: string | null
  /** Key of the operation of the same case this one was done on top of: its result is the version this one expects. */
  follows: string | null
  photoIds: string[]
  state: SyncState
  attempts: number
  /** Times its photos had to be sent again because the server had lost them. */
  reuploads: number
  /** Not before this moment, device clock, ms. */
  notBefore: number
  error: FieldError | null
  result: FieldResult | null
  current: CaseView | null
  doneAt: string | null
}

/** A photo as it is kept until its operation is done. */
export interface StoredPhoto {
  id: string
  key: string
  phase: MediaPhase
  sha256: string
  blob: Blob
  capturedAt: string
  place: Place | null
  /** An upload was begun: ask for the evidence by hash before beginning another. */
  tried: boolean
  uploadUrl: string | null
  evidenceId: string | null
}

/** How it stands, for the pages. */
export interface SyncStatus {
  sending: boolean
  /** The server could not be reached the last time. */
  offline: boolean
  /** The server wants the person to sign in again; everything waits. */
  signedOut: boolean
  waiting: number
  oldestAt: string | null
  /** Operations that wait for a person. */
  trouble: number
  /** Clock of this device minus clock of the server, ms; null while unknown. */
  driftMs: number | null
  /** Share of the space of this site that is used, 0…1; null while unknown. */
  usedShare: number | null
  freeBytes: number | null
  /** Little space is left: say so before a photo is lost. */
  storageLow: boolean
  /** The last thing done found no room. Many browsers tell a free space that is not the real one: this is how it shows. */
  full: boolean
  /** When the next attempt is made by itself, device clock, ms. */
  nextTryAt: number | null
}

/** All that the pages show, replaced as a whole when anything changes. */
export interface SyncSnapshot {
  status: SyncStatus
  /** In the order of being done; done ones are kept for three days. */
  operations: readonly SyncOperation[]
  package: CachedPackage | null
}

/** An operation with how many of its photos have arrived. */
export interface SyncOperation extends StoredOperation {
  photosSent: number
  /** Waits for another operation of its case that a person has to decide on. */
  blockedBy: string | null
}

/** The last package with all of its parts, put together from the answers that brought them. */
export interface CachedPackage extends Omit<FieldPackage, 'classes' | 'phases' | 'map' | 'cases' | 'components'> {
  /** When it was fetched, device clock. */
  fetchedAt: string
  classes: NonNullable<FieldPackage['classes']['data']>
  phases: NonNullable<FieldPackage['phases']['data']>
  map: NonNullable<FieldPackage['map']['data']>
  cases: NonNullable<FieldPackage['cases']['data']>
  components: NonNullable<FieldPackage['components']['data']>
}

/** What a person decides about a conflict or a refusal: do mine on the case as it is now, let it be, or do something else instead. */
export type Decision = 'mine' | 'theirs' | { input: Record<string, unknown>; photos?: readonly NewPhoto[] }

export interface SyncOptions {
  /** Whose queue it is: people who share a device do not share a queue. */
  userId: string
  deviceId: string
  /** Origin of the server; empty: the origin of the page. */
  baseUrl?: string
  /** Headers of every request: the CSRF token, a language. */
  headers?: () => Record<string, string>
  fetch?: typeof globalThis.fetch
  /** Clock of the device, ms. */
  clock?: () => number
  /** Bytes of one piece of an upload. */
  chunkBytes?: number
  /** Operations of one request, at most. */
  batch?: number
  /** Tries again by itself after a failure; off in programs that call syncNow themselves. */
  automatic?: boolean
}
