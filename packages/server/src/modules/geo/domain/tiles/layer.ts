/** A living layer: a snapshot, and beside it what changed since. Snapshots never change, so readers never wait. */
import { Dictionary } from './columns.ts'
import { keyAt } from './keys.ts'
import { latOf, lngOf, projectX, projectY } from './mercator.ts'
import { type Filter, Judge, keyOfFilter, keyOfReach, type Reach } from './reach.ts'
import { type LayerRow, NEVER, type Snapshot, textAt } from './snapshot.ts'
import { View } from './view.ts'

/** Where something changed: a point of the square. */
export interface Touched {
  x: number
  y: number
}

const MAX_VIEWS = 200
const MAX_VIEW_BYTES = 64 * 1024 * 1024

export class Layer {
  readonly snapshot: Snapshot
  /** Class codes by number: those of the snapshot first, new ones behind. */
  readonly classes = new Dictionary()
  /** Objects added or replaced since, by slot; null where one was replaced again or removed. */
  readonly rows: (LayerRow | null)[] = []
  readonly rowX: number[] = []
  readonly rowY: number[] = []
  readonly rowClass: number[] = []
  /** Positions of the snapshot that hold no longer. */
  readonly deadList: number[] = []
  #dead: Uint8Array | null = null
  #deadSorted: Int32Array | null = null
  readonly #slots = new Map<string, number>()
  readonly #views = new Map<string, View>()
  #majors = new Int8Array(0)
  #groupCounts: Int32Array | null = null
  #extent: readonly [number, number, number, number] | null = null

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot
    for (const code of snapshot.header.classes) this.classes.idOf(code)
  }

  /** How much the snapshot has aged: edits since. */
  get age(): number {
    return this.rows.length + this.deadList.length
  }

  /** Objects in the layer. */
  get size(): number {
    return this.snapshot.n - this.deadList.length + this.#slots.size
  }

  isDead(i: number): boolean {
    return this.#dead !== null && this.#dead[i] === 1
  }

  get dead(): Uint8Array | null {
    return this.#dead
  }

  /** Dead positions, ascending. */
  get deadSorted(): Int32Array {
    this.#deadSorted ??= Int32Array.from(this.deadList).sort()
    return this.#deadSorted
  }

  /** Put an object in the place of the one with its key, or remove it (`row` null). Answers where something changed. */
  apply(key: string, row: LayerRow | null): Touched[] {
    const touched: Touched[] = []
    const slot = this.#slots.get(key)
    if (slot !== undefined) {
      touched.push({ x: this.rowX[slot]!, y: this.rowY[slot]! })
      this.rows[slot] = null
      this.#slots.delete(key)
    } else {
      const at = this.snapshot.find(key)
      if (at >= 0 && !this.isDead(at)) {
        touched.push({ x: this.snapshot.xs[at]!, y: this.snapshot.ys[at]! })
        this.#dead ??= new Uint8Array(this.snapshot.n)
        this.#dead[at] = 1
        this.deadList.push(at)
        this.#deadSorted = null
      }
    }
    if (row) {
      const [x, y] = [projectX(row.lng), projectY(row.lat)]
      this.#slots.set(key, this.rows.length)
      this.rows.push(row)
      this.rowX.push(x)
      this.rowY.push(y)
      this.rowClass.push(this.classes.idOf(row.class))
      if (touched[0]?.x !== x || touched[0]?.y !== y) touched.push({ x, y })
    }
    return touched
  }

  /** The object with a key, as it stands now; undefined when there is none. */
  get(key: string): LayerRow | undefined {
    const slot = this.#slots.get(key)
    if (slot !== undefined) return this.rows[slot]!
    const at = this.snapshot.find(key)
    return at < 0 || this.isDead(at) ? undefined : this.rowAt(at)
  }

  /** A position of the snapshot as a row; the place is that of the square, less than 1 cm off. */
  rowAt(i: number): LayerRow {
    const s = this.snapshot
    return {
      key: keyAt(s.keys, i),
      ...this.lngLatAt(i),
      class: s.classAt(i),
      status: s.statusAt(i),
      place: s.header.places[s.place[i]!]!,
      parties: s.partiesAt(i),
      label: textAt(s.labels, i),
      extra: textAt(s.extras, i),
      starts: s.times ? s.times.starts[i]! : 0,
      ends: s.times ? s.times.ends[i]! : NEVER,
      soon: s.times ? s.times.soon[i]! : NEVER,
      due: s.times ? s.times.due[i]! : NEVER
    }
  }

  lngLatAt(i: number): { lng: number; lat: number } {
    return this.snapshot.lngLatAt(i)
  }

  /** West, south, east, north of everything that is or was in it since the snapshot, degrees; null when that is nothing. */
  box(): readonly [number, number, number, number] | null {
    this.#extent ??= extentOf(this.snapshot.xs, this.snapshot.ys)
    const [w, n, e, s] = extentOf(this.rowX, this.rowY, this.#extent)
    if (w > e) return null
    const round = (degrees: number): number => Math.round(degrees * 1e5) / 1e5
    return [round(lngOf(w)), round(latOf(s)), round(lngOf(e)), round(latOf(n))]
  }

  /** What a reader sees under a filter; made once, used by every request of the same kind. */
  view(reach: Reach, filter: Filter): View {
    const key = `${keyOfReach(reach)}\n${keyOfFilter(filter)}`
    let view = this.#views.get(key)
    if (view) this.#views.delete(key)
    else {
      view = new View(this, new Judge(reach, filter, this.snapshot.header.hasTimes), key)
      let bytes = view.bytes
      for (const known of this.#views.values()) bytes += known.bytes
      for (const [oldest, known] of this.#views) {
        if (this.#views.size < MAX_VIEWS && bytes <= MAX_VIEW_BYTES) break
        this.#views.delete(oldest)
        bytes -= known.bytes
      }
    }
    this.#views.set(key, view)
    return view
  }

  /** Objects of the snapshot by group. */
  get groupCounts(): Int32Array {
    if (!this.#groupCounts) {
      const counts = new Int32Array(this.snapshot.groups)
      const { group } = this.snapshot
      for (let i = 0; i < group.length; i++) counts[group[i]!]!++
      this.#groupCounts = counts
    }
    return this.#groupCounts
  }

  /** Major class (0…9 for 01…10) by class number; -1 for codes of no national table. */
  get majors(): Int8Array {
    const { words } = this.classes
    if (this.#majors.length < words.length) this.#majors = Int8Array.from(words, majorOf)
    return this.#majors
  }
}

const majorOf = (code: string): number => (/^(0[1-9]|10)\d{2,3}$/.test(code) ? Number(code.slice(0, 2)) - 1 : -1)

/** Least and greatest column and row: west, north, east, south. */
function extentOf(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  from: readonly [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
): [number, number, number, number] {
  let [w, n, e, s] = from
  for (let i = 0; i < xs.length; i++) {
    const [x, y] = [xs[i]!, ys[i]!]
    if (x < w) w = x
    if (x > e) e = x
    if (y < n) n = y
    if (y > s) s = y
  }
  return [w, n, e, s]
}
