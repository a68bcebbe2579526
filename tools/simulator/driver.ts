import type { CaseRowView, CaseView } from '@chengyun/contract/cases'
import { type Arrival, Arrivals, SimClock } from './arrivals.ts'
import { BACKLOG_CASES, backlogOf, hurriedTo } from './backlog.ts'
import { type Client, Refusal } from './client.ts'
import type { Desk } from './desk.ts'
import { EventMemory } from './event-memory.ts'
import { delayOf, nextStep, PLAIN, type Step } from './people.ts'
import { closedCases, openCases } from './queues.ts'
import { chanceOf } from './random.ts'
import type { Staff } from './staff.ts'
import { handleDeadline, standingOf, storyNow } from './standing.ts'
import { labelOf, type TruthFile } from './truth.ts'
import { MINUTE_MS, type SimEvent, type World } from './world.ts'

export interface DriverOptions {
  world: World
  client: Client
  desk: Desk
  staff: Staff
  /** Cases in a usual hour, until the console says otherwise. */
  rate: number
  /** Simulated seconds per second. */
  speed: number
  truth: TruthFile | null
  say: (message: string) => void
}

/** A case the driver keeps an eye on. */
interface Entry {
  id: string
  version: number
  /** When somebody acts on it, or (step null) when it is looked at for the first time. Wall clock, milliseconds. */
  dueAt: number
  step: Step['op'] | null
  status: string
  left: boolean
  /** Status the backlog rushes it to; null once it is there. */
  rushTo: string | null
}

const TICK_MS = 500
const LIST_MS = 30_000
const CONTROL_MS = 5000
const OVERSEE_MS = 4 * MINUTE_MS
const SYSTEM_ID = '00000000-0000-7000-8000-000000000000'
/** Hands off what a person has just touched. */
const HUMAN_MS = 2 * MINUTE_MS
/** At most so many cases of one status are left waiting for people. */
const LEFT_PER_STATUS = 15

/** Lets the staff work: looks at what lies in the queues, waits as long as people would, acts; and reports what the world brings. */
export class Driver {
  readonly #o: DriverOptions
  readonly #entries = new Map<string, Entry>()
  readonly #clock: SimClock
  readonly #arrivals: Arrivals
  readonly #memory: EventMemory
  readonly #mine = new Map<string, number>()
  #rate: number
  #paused = false
  #due = { list: 0, control: 0, oversee: 0 }
  #troubledUntil = 0
  readonly counts = { reported: 0, steps: 0, conflicts: 0, refused: 0 }

  constructor(options: DriverOptions, now: number) {
    this.#o = options
    this.#rate = options.rate
    this.#clock = new SimClock(now, options.speed)
    this.#arrivals = new Arrivals(options.world, this.#clock)
    this.#memory = new EventMemory(options.world)
    this.#due.oversee = now + OVERSEE_MS / options.speed
  }

  /** Somebody stopped the demonstration from the console. */
  get paused(): boolean {
    return this.#paused
  }

  /** Fill an empty city with what the last hours would have brought, so that every queue has something in it. */
  async fill(now: number): Promise<void> {
    const { count } = await this.#o.client.get<{ count: number }>(this.#o.staff.reader, '/api/cases/count')
    if (count >= BACKLOG_CASES / 5) return
    const backlog = backlogOf(this.#o.world, now)
    this.#o.say(`an empty city: ${backlog.length} cases of the last hours first`)
    this.#arrivals.addBacklog(backlog, now)
  }

  /** Work until the signal says stop. */
  async run(stop: AbortSignal, until: number): Promise<void> {
    while (!stop.aborted && Date.now() < until) {
      const now = Date.now()
      try {
        if (now >= this.#troubledUntil) {
          await this.#tick(now)
          this.#troubledUntil = 0
        }
      } catch (error) {
        if (stop.aborted) return
        if (!(error instanceof Refusal)) throw error
        // Said once, however long it lasts.
        if (this.#troubledUntil === 0) this.#o.say(`waiting for the server: ${error.message}`)
        this.#troubledUntil = now + 5000
      }
      await new Promise((resolve) => setTimeout(resolve, TICK_MS))
    }
  }

  async #tick(now: number): Promise<void> {
    if (now >= this.#due.control) {
      this.#due.control = now + CONTROL_MS
      await this.#readControl()
    }
    if (this.#paused) {
      this.#arrivals.skip(now)
      return
    }
    if (now >= this.#due.list) {
      this.#due.list = now + LIST_MS
      await this.#readQueues(now)
    }
    this.#arrivals.advance(now, this.#rate)
    const hands = this.#arrivals.count > 20 || [...this.#entries.values()].some((e) => e.rushTo !== null) ? 4 : 2
    const arrival = this.#arrivals.take(now)
    const due = [...this.#entries.values()].filter((e) => e.dueAt <= now).sort((a, b) => a.dueAt - b.dueAt)
    await Promise.all([arrival && this.#reportOrKeep(arrival), ...due.slice(0, hands).map((e) => this.#act(e))])
    if (now >= this.#due.oversee) {
      this.#due.oversee = now + OVERSEE_MS / this.#o.speed
      await this.#oversee(now)
    }
  }

  async #readControl(): Promise<void> {
    try {
      const demo = await this.#o.client.get<{ state: string; rate: number | null }>(this.#o.staff.reader, '/api/demo')
      this.#paused = demo.state !== 'running'
      this.#rate = demo.rate ?? this.#o.rate
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 404) throw error
    }
  }

  /** A report that found no server waits for it: its key makes sure that it arrives once. */
  async #reportOrKeep(arrival: Arrival): Promise<void> {
    try {
      await this.#report(arrival.event, arrival.rushTo)
    } catch (error) {
      this.#arrivals.putBack(arrival)
      throw error
    }
  }

  async #report(event: SimEvent, rushTo: string | null): Promise<void> {
    const { desk, world, truth } = this.#o
    await this.#careful(`report ${event.id}`, async () => {
      const view = await desk.report(event, world.seed, new Date(Math.min(Date.now(), this.#clock.wallAt(event.at))))
      this.counts.reported += 1
      this.#memory.keep(event, view.caseNo)
      this.#schedule(view, event, Date.now(), rushTo)
      if (!truth) return
      const unit = await desk.responsible(view, event.matter.code, event.matter.kind)
      const first = event.duplicateOf === null ? null : this.#memory.caseNoOf(event.duplicateOf)
      truth.write(labelOf(world.seed, event, view, { id: unit.unitId, name: unit.unitName }, first))
    })
  }

  /** Look through all open cases: new ones are taken up, changed ones thought over again, finished ones let go. */
  async #readQueues(now: number): Promise<void> {
    const { client, staff } = this.#o
    const seen = new Set<string>()
    for await (const row of openCases(client, staff.reader)) {
      seen.add(row.id)
      const entry = this.#entries.get(row.id)
      if (!entry || entry.version < row.version) this.#watch(row, entry ? now + HUMAN_MS : now + this.#entries.size * 120)
    }
    for (const row of await closedCases(client, staff.reader)) {
      seen.add(row.id)
      if (!this.#entries.has(row.id)) this.#watch(row, now + 1000)
    }
    for (const [id, entry] of this.#entries) if (!seen.has(id) && entry.rushTo === null && entry.dueAt < now) this.#forget(id)
  }

  #watch(row: CaseRowView, dueAt: number): void {
    this.#entries.set(row.id, {
      id: row.id,
      version: row.version,
      dueAt,
      step: null,
      status: row.status,
      left: false,
      rushTo: null
    })
  }

  #forget(id: string): void {
    this.#entries.delete(id)
    this.#mine.delete(id)
  }

  /** Decide what happens next to a case and when. */
  #schedule(view: CaseView, event: SimEvent | null, now: number, rushTo: string | null): void {
    const story = storyNow(event?.story ?? PLAIN, view, new Date(now))
    const step = nextStep(standingOf(view), story)
    if (step === null) {
      this.#forget(view.id)
      return
    }
    const chance = chanceOf(`${this.#o.world.seed}/${view.location.join()}/${view.version}`)
    const rushing = rushTo !== null && !hurriedTo(view, rushTo)
    const waiting = [...this.#entries.values()].filter((e) => e.left && e.status === view.status).length
    const { minutes, left } = delayOf(chance, step, !rushing && waiting < LEFT_PER_STATUS)
    let dueAt = now + (rushing ? chance.int(300, 2500) : (minutes * MINUTE_MS) / this.#o.speed)
    const deadline = handleDeadline(view)
    if (step.afterDeadline && !rushing && deadline !== null)
      dueAt = Math.max(dueAt, deadline + (chance.around(25, 0.7) * MINUTE_MS) / this.#o.speed)
    this.#entries.set(view.id, {
      id: view.id,
      version: view.version,
      dueAt,
      step: step.op,
      status: view.status,
      left,
      rushTo: rushing ? rushTo : null
    })
  }

  /** The time has come for a case: look at it afresh, and act unless a person has just been at it. */
  async #act(entry: Entry): Promise<void> {
    const { desk } = this.#o
    await this.#careful(`case ${entry.id}`, async () => {
      const now = Date.now()
      // Until this ends well it is not due again.
      entry.dueAt = now + MINUTE_MS
      const view = await desk.view(entry.id)
      const event = this.#memory.eventOf(view)
      const touched = this.#touchedByOthers(view)
      if (now - touched < HUMAN_MS) {
        entry.dueAt = touched + HUMAN_MS
        return
      }
      const step = nextStep(standingOf(view), storyNow(event?.story ?? PLAIN, view, new Date(now)))
      if (step === null || entry.step !== step.op) {
        this.#schedule(view, event, now, entry.rushTo)
        return
      }
      await this.#perform(step, view, event, new Date(now), entry.rushTo)
    })
  }

  async #perform(step: Step, view: CaseView, event: SimEvent | null, at: Date, rushTo: string | null): Promise<void> {
    const { desk } = this.#o
    const after = await desk.perform(step, view, event, await desk.actorFor(step, view, at), at)
    this.counts.steps += 1
    this.#mine.set(view.id, after.version)
    this.#schedule(after, event, Date.now(), rushTo)
  }

  /** When somebody who is neither we nor the platform last did something to the case. */
  #touchedByOthers(view: CaseView): number {
    const last = view.steps.at(-1)
    const known = this.#mine.get(view.id) ?? (this.#memory.isOurs(view) ? 1 : 0)
    return !last || last.actorId === SYSTEM_ID || view.version <= known ? 0 : Date.parse(last.at)
  }

  /** Inspectors and dispatchers look at what is late. */
  async #oversee(now: number): Promise<void> {
    const { client, staff, desk } = this.#o
    const { items } = await client.get<{ items: CaseRowView[] }>(staff.reader, '/api/cases?late=late&sort=due&limit=30')
    const chance = chanceOf(`${this.#o.world.seed}/oversee/${Math.floor(now / MINUTE_MS)}`)
    const row = items.length > 0 ? chance.pick(items) : null
    if (!row || row.supervised) return
    const supervises = row.unitId !== null && ['pending_handle', 'handling', 'handle_finished'].includes(row.status)
    const step: Step = supervises
      ? { op: 'supervise', role: chance.pick(['inspector', 'leader'] as const), minutes: 0, spread: 0 }
      : { op: 'urge', role: 'dispatcher', minutes: 0, spread: 0 }
    await this.#careful(`oversee ${row.caseNo}`, async () => {
      const view = await desk.view(row.id)
      if (now - this.#touchedByOthers(view) < HUMAN_MS || view.steps.at(-1)?.op === step.op) return
      await this.#perform(step, view, this.#memory.eventOf(view), new Date(now), null)
    })
  }

  /** One refused act is a fact of life — somebody was quicker, the rules say no; an unreachable server is a reason to wait. */
  async #careful(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (error instanceof Refusal && (error.status === 0 || error.status >= 500 || error.status === 401)) throw error
      if (error instanceof Refusal && error.code === 'CASE_VERSION_STALE') {
        this.counts.conflicts += 1
        return
      }
      this.counts.refused += 1
      this.#o.say(`${what}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
