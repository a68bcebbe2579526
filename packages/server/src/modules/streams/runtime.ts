/** Streams of a process: the way in, what is known of every stream, the latest values, the journal and who follows it. One per database handle. */

import type { RegistryChanged } from '@chengyun/contract/registry'
import type { StreamsChanged, StreamsCorrected } from '@chengyun/contract/streams'
import type { Db } from '../../platform/db.ts'
import type { DeliveredEvent } from '../../platform/module.ts'
import { StreamIntake } from './commands/intake.ts'
import { Catalogue } from './domain/catalogue.ts'
import { LatestValues } from './domain/latest.ts'
import { latestCheckpoint } from './jobs/checkpoint.ts'
import { Followers } from './jobs/followers.ts'
import { rollupFollower } from './jobs/rollups.ts'
import { type Intake, offeredFollowers } from './ports.ts'
import { fillCatalogue, refreshAll, refreshItems, refreshStreams, refreshTypes } from './queries/catalogue.ts'
import { eachBatch, Journal, journalMarks } from './queries/journal.ts'
import { readLatest } from './queries/latest.ts'

export interface StreamsOptions {
  /** Readings that may wait. */
  queue: number
  hotDays: number
  rawDays: number
  /** Days for which roll-ups by the minute are kept. */
  minuteDays: number
  /** Says what went wrong in the background. */
  failed(error: unknown, what: string): void
}

export interface Streams {
  readonly intake: Intake & Pick<StreamIntake, 'counts' | 'settle'>
  /** Latest values of all streams: O(1). */
  readonly latest: LatestValues
  /** What is known of all streams and their things. */
  readonly catalogue: Catalogue
  readonly journal: Journal
  readonly followers: Followers
  readonly options: StreamsOptions
  /** Takes what an event says into what this process holds in memory. */
  hear(event: Pick<DeliveredEvent, 'name' | 'payload'>): Promise<void>
  /** Resolves when every reading submitted until now is taken by the followers of this process. */
  settle(): Promise<void>
  /** Saves what followers know and stops. Idempotent. */
  close(): Promise<void>
}

const DEFAULTS: StreamsOptions = { queue: 200_000, hotDays: 3, rawDays: 1100, minuteDays: 60, failed: () => undefined }
const known = new WeakMap<Db, Promise<Streams>>()

/** The streams of a database handle, opened on first use with the options of whoever asks first. */
export function streamsOf(db: Db, options: Partial<StreamsOptions> = {}): Promise<Streams> {
  const there = known.get(db)
  if (there) return there
  const made = open(db, { ...DEFAULTS, ...options })
  known.set(db, made)
  made.catch(() => known.delete(db))
  return made
}

async function open(db: Db, options: StreamsOptions): Promise<Streams> {
  const catalogue = new Catalogue()
  await fillCatalogue(db, catalogue)
  const latest = new LatestValues()
  latest.reserve(catalogue.highest)
  const tail = await loadLatest(db, latest)
  const journal = new Journal(db, tail, {
    failed: (error) => options.failed(error, 'journal'),
    // This process slept for so long that rows it had not seen were removed: the checkpoint holds them.
    lost: () => loadLatest(db, latest)
  })
  journal.each((batch, own) => {
    // One's own were taken when they were committed.
    if (!own) latest.take(batch)
  })
  journal.start()
  const intake = new StreamIntake(db, { catalogue, latest, journal, options })
  const followers = new Followers(db, {
    journal,
    make: () => [latestCheckpoint(latest), rollupFollower(catalogue), ...offeredFollowers()],
    failed: options.failed
  })
  let closing: Promise<void> | undefined
  return {
    intake,
    latest,
    catalogue,
    journal,
    followers,
    options,
    hear: (event) => hear(db, catalogue, latest, event),
    settle: async () => {
      await intake.settle()
      await journal.follow()
      await followers.settle()
    },
    close: () =>
      (closing ??= (async () => {
        await intake.settle()
        await followers.stop()
        await journal.stop()
        known.delete(db)
      })())
  }
}

/** The checkpoint and all that came after it. Read again when rows were removed in between. Answers the last row it holds. */
async function loadLatest(db: Db, latest: LatestValues): Promise<number> {
  for (;;) {
    const saved = await readLatest(db, (row) => latest.restore(row))
    const last = await eachBatch(db, saved, (batch) => latest.take(batch))
    const marks = await journalMarks(db)
    if (marks.trimmed <= saved) return Math.max(last, saved)
  }
}

async function hear(
  db: Db,
  catalogue: Catalogue,
  latest: LatestValues,
  { name, payload }: Pick<DeliveredEvent, 'name' | 'payload'>
): Promise<void> {
  if (name === 'streams.corrected') {
    const { streamId, at, value, quality } = payload as unknown as StreamsCorrected
    latest.correct(streamId, at, value ?? Number.NaN, quality)
  } else if (name === 'streams.changed') {
    const { what, ids } = payload as unknown as StreamsChanged
    if (what === 'stream' && ids.length > 0) await refreshStreams(db, catalogue, ids.map(Number))
    else if (what === 'stream' || what === 'thing') await refreshAll(db, catalogue)
  } else if (name === 'registry.typeChanged') {
    await refreshTypes(db, catalogue)
  } else if (name === 'registry.changed') {
    const { typeId, id } = payload as unknown as RegistryChanged
    if (catalogue.thingOfItem.has(id)) await refreshItems(db, catalogue, typeId, id)
  } else if (name === 'registry.itemsChanged' || name === 'registry.relocated') {
    await refreshItems(db, catalogue, String(payload.typeId), null)
  }
}
