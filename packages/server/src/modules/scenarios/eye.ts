/** What one reader sees of a pack at one moment: things within his reach, from memory. */
import { dayAt, startOfDay } from '@chengyun/contract/indicators'
import type { PackDocument } from '@chengyun/scenario-kit/packs'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { type CountedAlarm, countedAlarms } from '../alarms/index.ts'
import { mayReadRestricted, type Reach, reachOf } from '../registry/index.ts'
import { type Catalogue, reachesThing, type Streams, type ThingFacts } from '../streams/index.ts'
import { cityOf } from './queries/city.ts'
import { countSeen, type SeenItem, seenItems, type Where } from './queries/items.ts'

const DAY = 86_400_000
export type SpanKey = 'now' | 'h24' | 'day' | 'week' | 'month' | 'season' | 'year'

/** Things of each register by code, as long as nothing is declared or changed. */
const sorted = new WeakMap<Catalogue, { version: number; byRegister: Map<string, ThingFacts[]> }>()

function sortedThings(catalogue: Catalogue, register: string): readonly ThingFacts[] {
  let known = sorted.get(catalogue)
  if (known?.version !== catalogue.version) {
    known = { version: catalogue.version, byRegister: Map.groupBy(catalogue.things.values(), (t) => t.type_id) }
    for (const list of known.byRegister.values()) list.sort((a, b) => (a.code < b.code ? -1 : 1))
    sorted.set(catalogue, known)
  }
  return known.byRegister.get(register) ?? []
}

export class Eye {
  readonly db: Db
  readonly streams: Streams
  readonly actor: Actor
  readonly pack: PackDocument
  readonly reach: Reach
  readonly zone: string
  readonly now: number
  readonly #things = new Map<string, ThingFacts[]>()
  #standing: Promise<CountedAlarm[]> | undefined

  constructor(parts: { db: Db; streams: Streams; actor: Actor; pack: PackDocument; reach: Reach; zone: string; now: number }) {
    this.db = parts.db
    this.streams = parts.streams
    this.actor = parts.actor
    this.pack = parts.pack
    this.reach = parts.reach
    this.zone = parts.zone
    this.now = parts.now
  }

  get id(): string {
    return this.pack.scenario.id
  }

  /** Things of a register, by code. */
  things(register: string): ThingFacts[] {
    const known = this.#things.get(register)
    if (known) return known
    const { catalogue } = this.streams
    const out = sortedThings(catalogue, register).filter((thing) => reachesThing(catalogue, this.actor, this.reach, thing))
    this.#things.set(register, out)
    return out
  }

  /** Whether this reader may know of a register at all. */
  knows(register: string): boolean {
    return !this.streams.catalogue.restricted.has(register) || mayReadRestricted(this.actor)
  }

  /** Items of a register within reach, by code. */
  async items(register: string, where?: Where): Promise<SeenItem[]> {
    return this.knows(register) ? seenItems(this.db, register, this.reach, where) : []
  }

  async countItems(register: string): Promise<number> {
    return this.knows(register) ? countSeen(this.db, register, this.reach) : 0
  }

  /** Number of a thing's stream of a key; 0 where it has none. */
  streamOf(thing: ThingFacts, key: string): number {
    const { catalogue } = this.streams
    for (const id of catalogue.streamsOfThing.get(thing.id) ?? []) if (catalogue.keyOf(id) === key) return id
    return 0
  }

  /** Streams of all things by `register/key`, with their things. */
  streamsOf(ref: string): { id: number; thing: ThingFacts }[] {
    const [register = '', key = ''] = ref.split('/')
    return this.things(register).flatMap((thing) => {
      const id = this.streamOf(thing, key)
      return id === 0 ? [] : [{ id, thing }]
    })
  }

  state(id: number): ReturnType<Streams['latest']['stateOf']> {
    const { catalogue, latest } = this.streams
    return id === 0 ? 'noData' : latest.stateOf(id, catalogue.limitsOf(id), this.now)
  }

  /** The latest value of a stream that is heard; null of one that is silent, hidden from people, or says no number. */
  shown(id: number): number | null {
    return id === 0 || this.streams.catalogue.hidden[id] === 1 ? null : this.heard(id)
  }

  /** The word a category said last, where single values may be shown; null where there is none. */
  said(id: number): string | null {
    const { latest, catalogue } = this.streams
    const state = this.state(id)
    if (id === 0 || id >= latest.size || catalogue.hidden[id] === 1 || state === 'noData' || state === 'stale') return null
    const result = latest.get(id)?.extra?.result
    return typeof result === 'string' ? result : null
  }

  /** The same for what is counted, hidden ones too. */
  heard(id: number): number | null {
    const { latest } = this.streams
    const state = this.state(id)
    if (state === 'noData' || state === 'stale' || id >= latest.size) return null
    const value = latest.values[id]!
    return Number.isNaN(value) ? null : value
  }

  /** Standing alarms of the pack, within reach. */
  standing(): Promise<CountedAlarm[]> {
    this.#standing ??= countedAlarms(this.db, this.actor, { pack: this.id, standing: true })
    return this.#standing
  }

  /** Gravest standing level by item. */
  async levels(): Promise<Map<string, number>> {
    const out = new Map<string, number>()
    for (const a of await this.standing()) out.set(a.item_id, Math.min(out.get(a.item_id) ?? 9, a.level))
    return out
  }

  /** The span of the city's wall clock that is running, epoch ms; the season is the last ninety days. */
  span(key: SpanKey): { from: number; to: number } {
    if (key === 'now' || key === 'h24') return { from: this.now - DAY, to: this.now }
    const today = dayAt(this.now, this.zone)
    const at = (day: string) => startOfDay(day, this.zone).getTime()
    if (key === 'season') return { from: at(today) - 90 * DAY, to: this.now }
    const weekday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7
    const begin =
      key === 'week'
        ? new Date(Date.parse(`${today}T00:00:00Z`) - weekday * DAY).toISOString().slice(0, 10)
        : key === 'month'
          ? `${today.slice(0, 7)}-01`
          : key === 'year'
            ? `${today.slice(0, 4)}-01-01`
            : today
    return { from: at(begin), to: this.now }
  }

  /** How a stream is declared by the pack. */
  declared(ref: string) {
    const [register, key] = ref.split('/')
    return this.pack.things.things.find((t) => t.register === register)?.streams.find((s) => s.key === key)
  }
}

/** Opens the eye of a reader on a pack. */
export async function openEye(db: Db, streams: Streams, actor: Actor, pack: PackDocument): Promise<Eye> {
  const [reach, city] = await Promise.all([reachOf(db, actor, 'streams:read'), cityOf(db)])
  return new Eye({ db, streams, actor, pack, reach, zone: city?.timeZone ?? 'Asia/Shanghai', now: Date.now() })
}
