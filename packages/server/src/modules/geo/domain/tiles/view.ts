/** A layer through one reader's eyes. What he may not see is left out here, before anything is counted, cut or found. */
import type { Layer } from './layer.ts'
import { firstAtLeast } from './mercator.ts'
import { type Level, levelsOf } from './pyramid.ts'
import type { Judge } from './reach.ts'

/** Views of fewer objects than this share are kept as a list of positions. */
const RARE = 1 / 16

/** Finest level of a view's own sums: they are made for whoever looks at a whole city through units, people or moments. */
const OWN_FINEST = 16

/** Positions are handed on in pieces of this many. */
export const CHUNK = 16_384

/**
 * How visibility is decided in the snapshot: by group alone (a byte a group), by a list of the visible positions, or by a bit a position.
 * Only the first can use the pyramid.
 */
export class View {
  readonly layer: Layer
  readonly judge: Judge
  readonly key: string
  /** 1 where every object of the group is seen; only when `byGroup`. */
  readonly groups: Uint8Array
  readonly byGroup: boolean
  /** Objects seen in the snapshot, dead ones among them. */
  readonly seen: number
  /** The same by group. */
  readonly seenByGroup: Int32Array
  #list: Int32Array | null = null
  #bits: Uint8Array | null = null
  #own: Level[] | null = null
  /** Of each slot of the layer's changes: 0 unknown, 1 unseen, 2 seen. */
  #slots = new Uint8Array(64)

  constructor(layer: Layer, judge: Judge, key: string) {
    this.layer = layer
    this.judge = judge
    this.key = key
    const { snapshot, groupCounts } = layer
    const { header } = snapshot
    const byClass = header.classes.map(judge.asksClass)
    const byStatus = header.statuses.map(judge.asksStatus)
    const byStreet = header.streets.map(judge.reachesStreet)
    this.byGroup = !judge.looksCloser && !judge.isTimed
    this.groups = new Uint8Array(snapshot.groups)
    // 2: asked for and reached, 1: asked for, but only some of its objects may be reached.
    for (let g = 0; g < snapshot.groups; g++) {
      if (!byClass[snapshot.groupClass[g]!] || !byStatus[snapshot.groupStatus[g]!]) continue
      this.groups[g] = byStreet[snapshot.groupStreet[g]!] ? 2 : judge.looksCloser ? 1 : 0
    }
    if (this.byGroup) {
      this.groups.forEach((mark, g) => {
        this.groups[g] = mark === 2 ? 1 : 0
      })
      this.seenByGroup = groupCounts.map((count, g) => (this.groups[g] === 1 ? count : 0))
      this.seen = this.seenByGroup.reduce((sum, count) => sum + count, 0)
      if (this.seen < snapshot.n * RARE) this.#list = this.#listOfGroups()
    } else {
      this.seenByGroup = new Int32Array(snapshot.groups)
      this.seen = this.#lookCloser()
    }
  }

  /** Memory it holds. */
  get bytes(): number {
    const own = this.#own?.reduce((sum, l) => sum + l.group.length * 10 + l.first.length * 8, 0) ?? 0
    return this.groups.length * 5 + (this.#list?.byteLength ?? 0) + (this.#bits?.byteLength ?? 0) + own
  }

  #listOfGroups(): Int32Array {
    const { group } = this.layer.snapshot
    const list = new Int32Array(this.seen)
    const { groups } = this
    for (let i = 0, k = 0; k < list.length; i++) if (groups[group[i]!] === 1) list[k++] = i
    return list
  }

  /** Point by point: place, units and time. */
  #lookCloser(): number {
    const { judge, groups, seenByGroup } = this
    const { snapshot } = this.layer
    const { n, group, place, party, persons, times, header } = snapshot
    const byPlace = Uint8Array.from(header.places, (code) => (judge.reachesPlace(code) ? 1 : 0))
    const byParty = Uint8Array.from(header.parties, (ids) => (judge.reachesParties(ids) ? 1 : 0))
    const byPerson = Uint8Array.from(header.persons, (id) => (judge.reachesParties(id) ? 1 : 0))
    const [first, second, third] = byPerson.includes(1) ? persons : []
    const isTheirs = (i: number): boolean =>
      first !== undefined && byPerson[first[i]!]! + byPerson[second![i]!]! + byPerson[third![i]!]! > 0
    const bits = new Uint8Array((n >>> 3) + 1)
    const isTimed = judge.isTimed && times !== null
    let seen = 0
    for (let i = 0; i < n; i++) {
      const g = group[i]!
      const mark = groups[g]!
      if (mark === 0) continue
      if (mark === 1 && byPlace[place[i]!] === 0 && byParty[party[i]!] === 0 && !isTheirs(i)) continue
      if (isTimed && !judge.asksTime(times.starts[i]!, times.ends[i]!)) continue
      bits[i >>> 3]! |= 1 << (i & 7)
      seenByGroup[g]!++
      seen++
    }
    if (seen < n * RARE) {
      const list = new Int32Array(seen)
      for (let i = 0, k = 0; k < seen; i++) if ((bits[i >>> 3]! >>> (i & 7)) & 1) list[k++] = i
      this.#list = list
    } else this.#bits = bits
    return seen
  }

  /**
   * Writes the visible positions of [from, to) to `out`, dead ones left out, and answers how many. The range may be longer than `out` only
   * if it cannot hold more visible ones; callers go by CHUNK.
   */
  collect(from: number, to: number, out: Int32Array): number {
    const { dead, snapshot } = this.layer
    let k = 0
    if (this.#list) {
      const list = this.#list
      const end = firstAtLeast(list, to)
      for (let at = firstAtLeast(list, from); at < end; at++) {
        const i = list[at]!
        if (dead === null || dead[i] === 0) out[k++] = i
      }
    } else if (this.#bits) {
      const bits = this.#bits
      for (let i = from; i < to; i++) if ((bits[i >>> 3]! >>> (i & 7)) & 1 && (dead === null || dead[i] === 0)) out[k++] = i
    } else {
      const { groups } = this
      const { group } = snapshot
      for (let i = from; i < to; i++) if (groups[group[i]!] === 1 && (dead === null || dead[i] === 0)) out[k++] = i
    }
    return k
  }

  /** Sums by cell that serve this view, dead objects among them; null where points are to be read. */
  sumsAt(level: number): { level: Level; groups: Uint8Array | null } | null {
    const { snapshot } = this.layer
    if (this.#list) return null
    if (this.byGroup) {
      const found = snapshot.levels.find((l) => l.level === level)
      return found ? { level: found, groups: this.groups } : null
    }
    if (level > OWN_FINEST) return null
    const bits = this.#bits!
    const { xs, ys, group, groupClass, header } = snapshot
    this.#own ??= levelsOf(
      xs,
      ys,
      (i) => ((bits[i >>> 3]! >>> (i & 7)) & 1) === 1,
      (i) => groupClass[group[i]!]!,
      header.classes.length,
      OWN_FINEST
    )
    const found = this.#own.find((l) => l.level === level)
    return found ? { level: found, groups: null } : null
  }

  /** Whether few enough are seen that a piece of the range need not be gone through point by point. */
  get isList(): boolean {
    return this.#list !== null
  }

  /** Whether the list has a position in [from, to). */
  listHas(from: number, to: number): boolean {
    const list = this.#list!
    const at = firstAtLeast(list, from)
    return at < list.length && list[at]! < to
  }

  /** Whether a position of the snapshot is seen, dead or not. */
  sees(i: number): boolean {
    if (this.#bits) return ((this.#bits[i >>> 3]! >>> (i & 7)) & 1) === 1
    if (this.byGroup) return this.groups[this.layer.snapshot.group[i]!] === 1
    const list = this.#list!
    return list[firstAtLeast(list, i)] === i
  }

  /** Whether the object in a slot of the changes is there and seen. */
  seesSlot(slot: number): boolean {
    const row = this.layer.rows[slot]
    if (!row) return false
    if (slot >= this.#slots.length) {
      const wider = new Uint8Array(Math.max(this.#slots.length * 2, slot + 1))
      wider.set(this.#slots)
      this.#slots = wider
    }
    if (this.#slots[slot] === 0) {
      const { judge } = this
      const isSeen =
        judge.asksClass(row.class) &&
        judge.asksStatus(row.status) &&
        judge.asksTime(row.starts, row.ends) &&
        (judge.reachesPlace(row.place) || judge.reachesParties(row.parties))
      this.#slots[slot] = isSeen ? 2 : 1
    }
    return this.#slots[slot] === 2
  }

  /** Objects seen now, by class and by status. */
  counts(): { total: number; byClass: Map<string, number>; byStatus: Map<string, number> } {
    const { layer } = this
    const { snapshot } = layer
    const tally = new Tally()
    this.seenByGroup.forEach((count, g) => {
      if (count > 0)
        tally.add(snapshot.header.classes[snapshot.groupClass[g]!]!, snapshot.header.statuses[snapshot.groupStatus[g]!]!, count)
    })
    for (const i of layer.deadList) if (this.sees(i)) tally.add(snapshot.classAt(i), snapshot.statusAt(i), -1)
    layer.rows.forEach((row, slot) => {
      if (row && this.seesSlot(slot)) tally.add(row.class, row.status, 1)
    })
    return tally
  }
}

/** Numbers by class and by status. */
export class Tally {
  total = 0
  readonly byClass = new Map<string, number>()
  readonly byStatus = new Map<string, number>()

  add(classCode: string, status: string, count: number): void {
    this.total += count
    this.byClass.set(classCode, (this.byClass.get(classCode) ?? 0) + count)
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + count)
  }
}
