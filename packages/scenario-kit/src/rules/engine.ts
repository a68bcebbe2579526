import type { AlarmLevel } from '@chengyun/contract/alarms'
import type { ReadingBatch } from '@chengyun/contract/streams'
import type { Areas } from './areas.ts'
import { bigger, Listeners } from './listeners.ts'
import { Neighbours, settleNeighbours } from './neighbours.ts'
import { inOrder } from './order.ts'
import { BEGAN, CLEAR, DUE, LAG, LATE, LEVEL, NONE, type Outcome, type Program, RAISE, SEEN, SIGNAL } from './program.ts'
import type { Finding, LateReading, RuleStream } from './rule-stream.ts'
import { dueOf, neighbour, start, step, tick } from './run.ts'
import { SlotSpace } from './slot-space.ts'
import { Timers } from './timers.ts'

/** How far the clock of {@link Engine.tick} stays behind, so that readings under way are not overtaken by timers. */
export const SLACK_MS = 2000

/**
 * Many rules over many streams: the slots of all rule-streams in one typed array, who listens to which stream, and the timers. Pure: time comes in with
 * batches and ticks. The same batches and ticks give the same findings, wherever state was saved and restored in between.
 */
export class Engine {
  readonly programs: (Program | null)[] = []
  private readonly space = new SlotSpace()
  private program = new Int32Array(1024)
  private offset = new Int32Array(1024)
  private stream = new Int32Array(1024)
  private queued = new Float64Array(1024)
  private dirtyFlag = new Uint8Array(1024)
  private dirty: number[] = []
  private count = 0
  private readonly spare: number[] = []
  private readonly listeners = new Listeners()
  /** Streams of rule-streams with more than one input. */
  private readonly inputs = new Map<number, readonly number[]>()
  private readonly timers = new Timers()
  private readonly areas = new Map<number, Areas>()
  private readonly neighbours = new Neighbours()
  private receivedAt = Number.NEGATIVE_INFINITY
  private findings: Finding[] = []
  private lates: LateReading[] = []

  /** The slots of all rule-streams. */
  get slots(): Float64Array<ArrayBuffer> {
    return this.space.slots
  }

  /** Rule-streams there are, and bytes they take: slots, tables and timers. */
  get size(): { ruleStreams: number; bytes: number } {
    const tables = this.count * (4 + 4 + 4 + 8 + 1) + this.listeners.bytes + this.timers.length * 12
    return { ruleStreams: this.count - this.spare.length, bytes: this.space.used * 8 + tables }
  }

  addProgram(p: Program): number {
    this.programs.push(p)
    return this.programs.length - 1
  }

  /** Watch a stream under a rule from `at` on, or with the slots it had. Answers with its number. */
  add(rs: RuleStream, at: number, slots?: Float64Array): number {
    const p = this.programs[rs.program]!
    const of = this.spare.pop() ?? this.grown()
    const o = this.space.take(p.size)
    this.program[of] = rs.program
    this.offset[of] = o
    this.stream[of] = rs.streams[0]!
    this.queued[of] = Infinity
    if (slots) this.slots.set(slots, o)
    else start(p, this.slots, o, at)
    this.set(of, rs.parameters, rs.areas ?? null)
    // A spatial count hears of its neighbours, not of readings; it is entered all the same, to be found.
    const heard = p.root.kind === 'count' ? -1 : 0
    if (rs.streams.length > 1) this.inputs.set(of, rs.streams)
    for (let i = p.inputs.length - 1; i >= 0; i--) if (rs.streams[i]! >= 0) this.listeners.add(rs.streams[i]!, of, i + heard)
    this.queue(p, of, o)
    this.mark(of)
    return of
  }

  /** Parameters and areas changed. */
  set(of: number, parameters: readonly number[], areas: Areas | null): void {
    const p = this.programs[this.program[of]!]!
    for (const [i, { slot }] of p.parameters.entries()) this.slots[this.offset[of]! + slot] = parameters[i] ?? Number.NaN
    if (areas) this.areas.set(of, areas)
    else this.areas.delete(of)
  }

  /**
   * The neighbours of a spatial count, its own thing first; −1 where one has no such rule-stream. They are taken as they stand, and counted anew at `at`
   * where that changes anything.
   */
  watch(count: number, others: readonly number[], at: number): void {
    const before = this.neighbours.of(count)
    if (before?.join() === others.join()) return
    this.neighbours.set(count, others)
    const p = this.programs[this.program[count]!]!
    const o = this.offset[count]!
    const b = o + p.root.at
    const held = this.slots.subarray(b + p.root.own, b + p.root.size)
    if (!settleNeighbours(held, others, before, (of) => this.standing(of) !== null)) return
    this.slots[b + DUE] = Math.min(this.slots[b + DUE]!, Math.max(at, this.slots[b + SEEN]!))
    this.mark(count)
    this.queue(p, count, o)
  }

  /** Take other slots for a rule-stream: what a second judgement of its readings came to. */
  adopt(of: number, slots: Float64Array): void {
    const o = this.offset[of]!
    this.slots.set(slots, o)
    this.mark(of)
    this.queue(this.programs[this.program[of]!]!, of, o)
  }

  /** Stop watching. What stood is told to nobody: {@link standing} says it before. */
  remove(of: number): void {
    const p = this.programs[this.program[of]!]!
    for (const s of this.inputs.get(of) ?? [this.stream[of]!]) if (s >= 0) this.listeners.remove(s, of)
    this.inputs.delete(of)
    this.space.give(p.size, this.offset[of]!)
    this.offset[of] = -1
    this.queued[of] = Infinity
    this.areas.delete(of)
    this.neighbours.remove(of)
    this.spare.push(of)
  }

  /** The rule-stream of a program and the stream it watches, −1 when there is none. */
  find(program: number, stream: number): number {
    const { of, input, next } = this.listeners
    for (let e = this.listeners.first(stream); e >= 0; e = next[e]!)
      if (input[e]! <= 0 && this.program[of[e]!] === program) return of[e]!
    return -1
  }

  programOf = (of: number): number => this.program[of]!
  streamOf = (of: number): number => this.stream[of]!
  offsetOf = (of: number): number => this.offset[of]!
  areasOf = (of: number): Areas | null => this.areas.get(of) ?? null

  /** What stands for a rule-stream, null when nothing does. */
  standing(of: number): { level: AlarmLevel; began: number; seen: number } | null {
    const o = this.offset[of]! + this.programs[this.program[of]!]!.root.at
    const level = this.slots[o + LEVEL]!
    return level === 0 ? null : { level: level as AlarmLevel, began: this.slots[o + BEGAN]!, seen: this.slots[o + SEEN]! }
  }

  /** Fold a batch received at `receivedAt`: first every timer due before (and its readings' usual delay), then its readings in the order of their instants. */
  take(batch: ReadingBatch, receivedAt: number): Finding[] {
    this.fire(receivedAt)
    this.receivedAt = receivedAt
    const order = inOrder(batch.at, batch.length)
    const { of, input, next } = this.listeners
    const { streams, at, values, values2, quality } = batch
    for (let k = 0; k < batch.length; k++) {
      const i = order === null ? k : order[k]!
      for (let e = this.listeners.first(streams[i]!); e >= 0; e = next[e]!)
        if (input[e]! >= 0)
          this.feed(of[e]!, input[e]!, at[i]!, values[i]!, values2 === null ? Number.NaN : values2[i]!, quality[i]!)
    }
    return this.done()
  }

  /** Time passed: fire what was due by then, staying {@link SLACK_MS} behind. */
  tick(now: number): Finding[] {
    this.fire(now - SLACK_MS)
    return this.done()
  }

  /** Readings that came late since the last call. */
  takeLate(): LateReading[] {
    const out = this.lates
    this.lates = []
    return out
  }

  /** Rule-streams whose slots changed since the last call. */
  takeDirty(): number[] {
    const out = this.dirty
    for (const of of out) this.dirtyFlag[of] = 0
    this.dirty = []
    return out.filter((of) => this.offset[of]! >= 0)
  }

  /** Every rule-stream. */
  *all(): Generator<number> {
    for (let of = 0; of < this.count; of++) if (this.offset[of]! >= 0) yield of
  }

  /** The slots of a rule-stream, as they are. */
  slotsOf(of: number): Float64Array {
    const o = this.offset[of]!
    return this.slots.subarray(o, o + this.programs[this.program[of]!]!.size)
  }

  private feed(of: number, input: number, at: number, v: number, v2: number, quality: number): void {
    const p = this.programs[this.program[of]!]!
    const o = this.offset[of]!
    while (dueOf(p, this.slots, o) < at) this.fireOne(p, of, o)
    const before = this.slots[o + p.root.at + LEVEL]!
    const areas = p.root.kind === 'geofence' ? (this.areas.get(of) ?? null) : null
    const outcome = step(p, this.slots, o, input, at, v, v2, quality, areas)
    if (outcome === LATE) {
      this.lates.push({ of, at })
      return
    }
    this.slots[o + p.root.at + LAG] = this.receivedAt > at ? this.receivedAt - at : 0
    this.mark(of)
    this.queue(p, of, o)
    if (outcome !== NONE) this.found(p, of, o, outcome, before)
  }

  private fire(until: number): void {
    while (this.timers.next < until) {
      const entered = this.timers.next
      for (const of of this.takeDue(entered)) {
        // Another entry for it came earlier meanwhile.
        if (this.queued[of] !== entered) continue
        const p = this.programs[this.program[of]!]!
        const o = this.offset[of]!
        this.queued[of] = Infinity
        const due = this.wake(p, o)
        // The entry may have been put off since: then it goes back in its place.
        if (due < until && due <= this.timers.next) this.fireOne(p, of, o)
        this.queue(p, of, o)
      }
    }
  }

  /**
   * Rule-streams whose timers are entered at an instant, in an order that does not hang on when they were entered: of what is judged late together the
   * earlier comes first, or else a count that was saved and read back would hear of its neighbours in another order.
   */
  private takeDue(entered: number): readonly number[] {
    const first = this.timers.pop()
    if (this.timers.next !== entered) return this.waits(first, entered) ? [first] : []
    const tied = [first]
    while (this.timers.next === entered) tied.push(this.timers.pop())
    const due = (of: number): number => dueOf(this.programs[this.program[of]!]!, this.slots, this.offset[of]!)
    return tied
      .filter((of) => this.waits(of, entered))
      .sort((a, b) => due(a) - due(b) || this.stream[a]! - this.stream[b]! || a - b)
  }

  /** Whether it is still watched, and this is the entry that counts. */
  private waits(of: number, entered: number): boolean {
    return this.offset[of]! >= 0 && this.queued[of] === entered
  }

  private fireOne(p: Program, of: number, o: number): void {
    const before = this.slots[o + p.root.at + LEVEL]!
    const outcome = tick(p, this.slots, o, dueOf(p, this.slots, o))
    this.mark(of)
    if (outcome !== NONE) this.found(p, of, o, outcome, before)
  }

  private found(p: Program, of: number, o: number, outcome: Outcome, before: number): void {
    const s = this.slots
    const b = o + p.root.at
    const at = s[b + SEEN]!
    this.findings.push({
      of,
      kind: outcome === CLEAR ? 'clear' : outcome === RAISE ? 'raise' : 'level',
      level: (outcome === CLEAR ? before : s[b + LEVEL]!) as AlarmLevel,
      began: s[b + BEGAN]!,
      at,
      value: s[o + 1]!,
      signal: s[b + SIGNAL]!
    })
    for (const w of this.neighbours.countsOver(of)) this.tell(w.of, w.i, at, outcome !== CLEAR)
  }

  private tell(of: number, i: number, at: number, stands: boolean): void {
    const p = this.programs[this.program[of]!]!
    const o = this.offset[of]!
    while (dueOf(p, this.slots, o) < at) this.fireOne(p, of, o)
    const before = this.slots[o + p.root.at + LEVEL]!
    const outcome = neighbour(p, this.slots, o, i, at, stands)
    this.mark(of)
    this.queue(p, of, o)
    if (outcome !== NONE) this.found(p, of, o, outcome, before)
  }

  /** When a timer is fired for want of readings: what was so long under way before it came will be again. */
  private wake(p: Program, o: number): number {
    return dueOf(p, this.slots, o) + this.slots[o + p.root.at + LAG]!
  }

  private queue(p: Program, of: number, o: number): void {
    const due = this.wake(p, o)
    if (!(due < this.queued[of]!)) return
    this.queued[of] = due
    this.timers.push(due, of)
  }

  private mark(of: number): void {
    if (this.dirtyFlag[of] === 1) return
    this.dirtyFlag[of] = 1
    this.dirty.push(of)
  }

  private done(): Finding[] {
    const out = this.findings
    this.findings = []
    return out
  }

  private grown(): number {
    if (this.count === this.program.length) {
      this.program = bigger(this.program, Int32Array)
      this.offset = bigger(this.offset, Int32Array)
      this.stream = bigger(this.stream, Int32Array)
      this.queued = bigger(this.queued, Float64Array)
      this.dirtyFlag = bigger(this.dirtyFlag, Uint8Array)
    }
    return this.count++
  }
}
