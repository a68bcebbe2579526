import { promisify } from 'node:util'
import { zstdCompress, zstdDecompressSync } from 'node:zlib'
import type { JournalBatch } from '@chengyun/contract/streams'
import { Engine, type Finding, type LateReading, wallClock } from '@chengyun/scenario-kit/rules'
import { SYSTEM } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import type { JournalFollower } from '../../streams/index.ts'
import { applyChanges } from '../commands/apply-changes.ts'
import { writeJudgeState } from '../commands/judge-state.ts'
import { type AlarmChange, ruleInForce } from '../domain/change.ts'
import { packSlots, type SavedSlots, unpackSlots } from '../domain/judge-codec.ts'
import { factsOf } from '../domain/rule-facts.ts'
import { findTimeZone } from '../queries/city.ts'
import { listStanding, readJudgeState } from '../queries/judge-state.ts'
import { findRule, lastWatched, listRules, watchedSince } from '../queries/rules.ts'
import { judgeAgain } from './late.ts'
import { type Ended, JudgeTable } from './table.ts'

const compress = promisify(zstdCompress)
/** A rule and a stream as one number: half a million texts would be a hundred megabytes. */
const keyOf = (rule: number, stream: number): number => rule * 0x1_0000_0000 + stream
/** How often it looks whether rules or registers changed. */
const LOOK_MS = 1000

/**
 * Follows the journal of streams and folds every reading into every rule (ADR 0020). What it finds is written before the next batch is taken; its slots are
 * saved now and then with the number of the batch they hold. After a crash it goes on from there and finds the same again, which is no change.
 */
export class Judge implements JournalFollower {
  readonly name = 'alarms.judge'
  /** Seconds between saves. */
  saveEveryS = 10
  private db: Db
  private engine = new Engine()
  private table: JudgeTable | null = null
  private saved = new Map<number, SavedSlots>()
  private seq = 0
  private at = 0
  private watched = 0
  private generation = 0
  private wholeBytes = 0
  private deltaBytes = 0
  private isWholeWanted = true
  private lookedAt = 0
  private late: LateReading[] = []
  private isSaveWanted = false
  private isBegun = false

  constructor(db: Db) {
    this.db = db
  }

  /** The table, while this process follows; for explanations. */
  get judging(): JudgeTable | null {
    return this.isBegun ? this.table : null
  }

  async open(db: Db): Promise<number | null> {
    this.db = db
    this.engine = new Engine()
    this.table = new JudgeTable(db, this.engine, wallClock(await findTimeZone(db)))
    this.saved = new Map()
    this.isBegun = false
    this.isWholeWanted = true
    this.late = []
    const rows = await readJudgeState(db)
    const last = rows.at(-1)
    this.generation = last?.generation ?? 0
    this.seq = last?.seq ?? 0
    for (const { body } of rows)
      if (body.length > 0)
        for (const entry of unpackSlots(zstdDecompressSync(body))) this.saved.set(keyOf(entry.rule, entry.stream), entry)
    return last?.seq ?? null
  }

  async take(batch: JournalBatch): Promise<void> {
    const changes = await this.look(batch.receivedAt)
    this.seq = batch.seq
    this.at = batch.receivedAt
    changes.push(...this.told(this.engine.take(batch.readings, batch.receivedAt)))
    this.late.push(...this.engine.takeLate())
    await this.write(changes)
  }

  async tick(now: number): Promise<void> {
    const changes = await this.look(now)
    this.at = Math.max(this.at, now)
    changes.push(...this.told(this.engine.tick(now)))
    await this.write(changes)
    await this.settleLate()
  }

  async save(seq: number): Promise<void> {
    await this.settleLate()
    const dirty = this.engine.takeDirty()
    const whole = this.isWholeWanted || this.deltaBytes > this.wholeBytes
    const parts = packSlots(this.entries(whole ? this.engine.all() : dirty))
    const packed = await Promise.all(parts.map((p) => compress(p)))
    const bytes = packed.reduce((sum, p) => sum + p.length, 0)
    if (whole) this.generation += 1
    await writeJudgeState(this.db, SYSTEM, { generation: this.generation, seq, watched: this.watched, parts: packed, whole })
    this.deltaBytes = whole ? 0 : this.deltaBytes + bytes
    if (whole) this.wholeBytes = Math.max(bytes, 65_536)
    this.isWholeWanted = false
    this.isSaveWanted = false
  }

  wantsSave(): boolean {
    return this.isSaveWanted
  }

  close(): Promise<void> {
    this.isBegun = false
    return Promise.resolve()
  }

  /** Nothing of what came late waits any more. */
  async settleLate(): Promise<void> {
    const { late, table } = this
    if (late.length === 0 || !table) return
    this.late = []
    await this.write(await judgeAgain(this.db, table, late, { at: this.at, seq: this.seq }))
  }

  private *entries(of: Iterable<number>): Generator<SavedSlots> {
    for (const n of of) {
      const rule = this.table!.ruleOf(n)
      yield { rule: rule.no, fingerprint: rule.fingerprint, stream: this.engine.streamOf(n), slots: this.engine.slotsOf(n) }
    }
  }

  /** Hold rules and streams against the database: all at first, then what changed. Answers with what ended because of it. */
  private async look(at: number): Promise<AlarmChange[]> {
    const now = performance.now()
    if (this.isBegun && now - this.lookedAt < LOOK_MS) return []
    this.lookedAt = now
    if (!this.isBegun) return this.begin(at)
    const moved = await watchedSince(this.db, this.watched)
    if (moved.length === 0) return []
    const began = performance.now()
    const ended = await this.table!.refresh(await listRules(this.db), at, new Set(moved.map((m) => m.type_id)))
    this.watched = moved.at(-1)!.version
    // A register under constant change must not keep it from judging: at most a tenth of its time goes into looking.
    this.lookedAt = performance.now() + (performance.now() - began) * 9
    // What was judged by the old rules must not be judged again by the new ones.
    this.isWholeWanted = true
    this.isSaveWanted = true
    return ended.map((e) => this.endedChange(e, at))
  }

  private async begin(at: number): Promise<AlarmChange[]> {
    this.watched = await lastWatched(this.db)
    const restored = new Set<number>()
    await this.table!.refresh(await listRules(this.db), at, null, (rule, fingerprint, stream, size) => {
      const key = keyOf(rule, stream)
      const entry = this.saved.get(key)
      if (entry?.fingerprint !== fingerprint || entry.slots.length !== size) return undefined
      restored.add(key)
      return entry.slots
    })
    this.saved.clear()
    this.isBegun = true
    this.isSaveWanted = true
    return this.orphans(restored, at)
  }

  /** Alarms that stand and of which nothing is known any more: rule or stream changed or went while nobody judged. */
  private async orphans(restored: ReadonlySet<number>, at: number): Promise<AlarmChange[]> {
    const out: AlarmChange[] = []
    for (const alarm of await listStanding(this.db)) {
      const rule = this.table!.rules.get(alarm.rule_id)
      if (rule && restored.has(keyOf(rule.no, alarm.stream_id))) continue
      const row = rule ? undefined : await findRule(this.db, alarm.rule_id, true)
      if (!rule && !row) continue
      const inForce = rule?.inForce ?? ruleInForce(row!.id, row!.version, row!.pack, row!.declaration)
      out.push({
        rule: inForce,
        streamId: alarm.stream_id,
        beganAt: alarm.began_at.getTime(),
        kind: 'clear',
        level: alarm.level as 1,
        at,
        value: null,
        seq: this.seq,
        facts: { reason: rule?.streams.has(alarm.stream_id) === false ? 'streamRemoved' : 'ruleChanged' }
      })
    }
    return out
  }

  private endedChange(e: Ended, at: number): AlarmChange {
    return {
      rule: e.rule.inForce,
      streamId: e.stream,
      beganAt: e.began,
      kind: 'clear',
      level: e.level,
      at,
      value: null,
      seq: this.seq,
      facts: { reason: e.reason }
    }
  }

  private told(findings: readonly Finding[]): AlarmChange[] {
    return findings.map((f) => {
      const rule = this.table!.ruleOf(f.of)
      const streamId = this.engine.streamOf(f.of)
      const hidden = rule.streams.get(streamId)?.row.hidden === true
      const facts = factsOf(rule.compiled, this.engine.slots, this.engine.offsetOf(f.of), f, hidden)
      return {
        rule: rule.inForce,
        streamId,
        beganAt: f.began,
        kind: f.kind,
        level: f.level,
        at: f.at,
        value: hidden || !Number.isFinite(f.value) ? null : f.value,
        seq: this.seq,
        facts: f.kind === 'clear' ? { ...facts, reason: 'recovered' } : facts
      }
    })
  }

  private async write(changes: readonly AlarmChange[]): Promise<void> {
    if (changes.length > 0) await applyChanges(this.db, SYSTEM, changes)
  }
}

const judges = new WeakMap<Db, Judge>()

/** The judge of a database handle. */
export function judgeOf(db: Db): Judge {
  const judge = judges.get(db) ?? new Judge(db)
  judges.set(db, judge)
  return judge
}
