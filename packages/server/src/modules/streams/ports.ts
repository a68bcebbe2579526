import type { JournalBatch, ReadingBatch } from '@chengyun/contract/streams'
import type { Db } from '../../platform/db.ts'

/** What became of a batch. Indexes are those of the batch. */
export interface Receipt {
  /** Readings that are new. */
  stored: number
  /** Readings that had come before: same stream, same instant. */
  repeated: number
  /** Readings older than the latest of their stream, stored all the same. */
  late: number
  /** Readings that were not taken, and why: a code of STREAMS_ERRORS. */
  refused: { index: number; code: string }[]
}

/** The one way in for every gateway (ADR 0019). */
export interface Intake {
  /** Stores the readings and resolves after their commit. Throws STREAMS_TOO_MANY when more waits than memory is given for. */
  submit(readings: ReadingBatch): Promise<Receipt>
}

/**
 * Whoever keeps state about streams and must take every batch exactly once: one process at a time follows for a name. `take` and `tick` are called one
 * after another, never together.
 */
export interface JournalFollower {
  name: string
  /** Read the saved state; answers with the number of the last batch it holds, or null where there is none yet. */
  open(db: Db): Promise<number | null>
  /** A batch that was committed, in order. */
  take(batch: JournalBatch): Promise<void>
  /** Called once a second while nothing comes; `now` (epoch ms of the database) never falls, and no batch that is taken later was received before it. */
  tick?(now: number): Promise<void>
  /** Save the state as it is after batch `seq`. The journal is kept until then. */
  save(seq: number): Promise<void>
  /** How often its state is saved, in seconds; 10 when it does not say. What was taken since is taken again after a crash. */
  saveEveryS?: number
  /** Whether it wants its state saved now. */
  wantsSave?(): boolean
  /** Another process follows from now on, or this one ends. */
  close?(): Promise<void>
}

const followers: ((db: Db) => JournalFollower)[] = []

/** Modules after this one offer a follower; every database of a process gets one of its own. */
export function offerFollower(make: (db: Db) => JournalFollower): void {
  if (!followers.includes(make)) followers.push(make)
}

export const offeredFollowers = (): readonly ((db: Db) => JournalFollower)[] => followers
