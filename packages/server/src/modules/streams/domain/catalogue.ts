/** What a process knows of every stream and thing without asking: what the intake checks, and who may read it. */
import { STREAM_KINDS, type StreamKind, staleAfter } from '@chengyun/contract/streams'
import { grown, roomFor } from './columns.ts'
import type { StateLimits } from './latest.ts'

/** A thing with the facts of its item that decide who reads it and where it is drawn. */
export interface ThingFacts {
  id: number
  item_id: string
  type_id: string
  code: string
  name: string
  class_code: string | null
  lng: number | null
  lat: number | null
  grid_code: string | null
  authority_id: string | null
  owner_id: string | null
  maintainer_id: string | null
}

export interface StreamFacts {
  id: number
  thing_id: number
  key: string
  kind: StreamKind
  low: number | null
  high: number | null
  interval_s: number | null
  stale_after_s: number | null
  stuck_after_s: number | null
  /** Single values are shown to nobody. */
  hidden: boolean
  /** Epoch ms; null when it is not being worked on. */
  maintenance_until: number | null
  is_removed: boolean
}

export class Catalogue {
  readonly things = new Map<number, ThingFacts>()
  /** Registers that only some may know. */
  restricted: ReadonlySet<string> = new Set()
  readonly thingOfItem = new Map<string, number>()
  /** Streams of a thing, by number. */
  readonly streamsOfThing = new Map<number, number[]>()
  /** 0: no such stream; otherwise 1 + its kind. */
  known = new Uint8Array(0)
  thingIds = new Int32Array(0)
  low = new Float64Array(0)
  high = new Float64Array(0)
  intervalS = new Int32Array(0)
  staleS = new Int32Array(0)
  stuckS = new Int32Array(0)
  maintenanceUntil = new Float64Array(0)
  hidden = new Uint8Array(0)
  readonly #keys: (string | undefined)[] = []
  readonly #words = new Map<string, string>()
  highest = 0
  /** Grows with every change. */
  version = 0

  has(streamId: number): boolean {
    return streamId > 0 && streamId < this.known.length && this.known[streamId] !== 0
  }

  kindOf(streamId: number): StreamKind {
    return STREAM_KINDS[this.known[streamId]! - 1] ?? 'number'
  }

  keyOf(streamId: number): string {
    return this.#keys[streamId] ?? ''
  }

  thingOf(streamId: number): ThingFacts | undefined {
    return this.has(streamId) ? this.things.get(this.thingIds[streamId]!) : undefined
  }

  limitsOf(streamId: number): StateLimits {
    return { staleAfterS: this.staleS[streamId]!, stuckAfterS: this.stuckS[streamId]! }
  }

  /** Numbers of the streams of an item, or of one key of it. */
  streamsOfItem(itemId: string, key?: string): number[] {
    const thing = this.thingOfItem.get(itemId)
    const all = (thing === undefined ? undefined : this.streamsOfThing.get(thing)) ?? []
    return key === undefined ? [...all] : all.filter((id) => this.#keys[id] === key)
  }

  putThing(thing: ThingFacts): void {
    const before = this.things.get(thing.id)
    if (before && before.item_id !== thing.item_id) this.thingOfItem.delete(before.item_id)
    // A few words stand in tens of thousands of rows: one text for all of them.
    thing.type_id = this.#shared(thing.type_id)
    if (thing.grid_code !== null) thing.grid_code = this.#shared(thing.grid_code)
    if (thing.class_code !== null) thing.class_code = this.#shared(thing.class_code)
    this.things.set(thing.id, thing)
    this.thingOfItem.set(thing.item_id, thing.id)
    this.version += 1
  }

  dropThing(id: number): void {
    const thing = this.things.get(id)
    if (!thing) return
    this.things.delete(id)
    this.thingOfItem.delete(thing.item_id)
    this.version += 1
  }

  putStream(s: StreamFacts): void {
    this.#reserve(s.id)
    this.version += 1
    const wasThing = this.known[s.id] === 0 ? undefined : this.thingIds[s.id]
    if (s.is_removed || (wasThing !== undefined && wasThing !== s.thing_id)) this.#unlink(s.id, wasThing)
    if (s.is_removed) {
      this.known[s.id] = 0
      return
    }
    this.known[s.id] = 1 + STREAM_KINDS.indexOf(s.kind)
    this.thingIds[s.id] = s.thing_id
    this.low[s.id] = s.low ?? Number.NEGATIVE_INFINITY
    this.high[s.id] = s.high ?? Number.POSITIVE_INFINITY
    this.intervalS[s.id] = s.interval_s ?? 0
    this.staleS[s.id] = staleAfter({ staleAfterS: s.stale_after_s, intervalS: s.interval_s }) ?? 0
    this.stuckS[s.id] = s.stuck_after_s ?? 0
    this.maintenanceUntil[s.id] = s.maintenance_until ?? 0
    this.hidden[s.id] = s.hidden ? 1 : 0
    this.#keys[s.id] = this.#shared(s.key)
    if (s.id > this.highest) this.highest = s.id
    const siblings = this.streamsOfThing.get(s.thing_id)
    if (!siblings) this.streamsOfThing.set(s.thing_id, [s.id])
    else if (!siblings.includes(s.id)) siblings.push(s.id)
  }

  #unlink(id: number, thing: number | undefined): void {
    const siblings = thing === undefined ? undefined : this.streamsOfThing.get(thing)
    const at = siblings?.indexOf(id) ?? -1
    if (at >= 0) siblings!.splice(at, 1)
  }

  #shared(text: string): string {
    const known = this.#words.get(text)
    if (known !== undefined) return known
    this.#words.set(text, text)
    return text
  }

  #reserve(id: number): void {
    if (id < this.known.length) return
    const size = roomFor(id)
    this.known = grown(this.known, new Uint8Array(size))
    this.thingIds = grown(this.thingIds, new Int32Array(size))
    this.low = grown(this.low, new Float64Array(size))
    this.high = grown(this.high, new Float64Array(size))
    this.intervalS = grown(this.intervalS, new Int32Array(size))
    this.staleS = grown(this.staleS, new Int32Array(size))
    this.stuckS = grown(this.stuckS, new Int32Array(size))
    this.maintenanceUntil = grown(this.maintenanceUntil, new Float64Array(size))
    this.hidden = grown(this.hidden, new Uint8Array(size))
  }
}
