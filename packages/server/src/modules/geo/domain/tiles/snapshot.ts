/** A layer as it stood at one moment: columns in Z-order in shared memory, built once, never changed (ADR 0018). */
import { type ColumnArray, type ColumnPlaces, columnIn, Dictionary, Growing, Layout, Texts, widthFor } from './columns.ts'
import { gathered, type Keys, KeysBuilder, positionOf } from './keys.ts'
import { latOf, lngOf, projectX, projectY } from './mercator.ts'
import { type Level, layOutPyramid, levelIn } from './pyramid.ts'
import { zOrder } from './sort.ts'

/** No instant: an object that has not ended, a clock that does not run. Other instants are whole seconds since 1970. */
export const NEVER = 0xffffffff

/** One object as a source gives it. */
export interface LayerRow {
  /** What tells it apart in its layer. */
  key: string
  /** Degrees, CGCS2000. */
  lng: number
  lat: number
  class: string
  status: string
  /** Division or grid code, whose beginnings are the regions it lies in; behind a bar the duty grid, where one is known: `370202001|370202001001`. */
  place: string
  /** Ids of the units it belongs to, with commas; behind a semicolon those of at most three people: `u1,u2;p1`. */
  parties: string
  label: string
  /** Published attributes as a JSON array, in the order of the layer's fields; empty for none. */
  extra: string
  /** When it began and ended; NEVER for the end of what lasts. */
  starts: number
  ends: number
  /** When its clock turns yellow and red; NEVER when none runs. */
  soon: number
  due: number
}

export const streetOf = (place: string): string => {
  const bar = place.indexOf('|')
  return place.slice(0, bar === -1 ? 9 : Math.min(9, bar))
}

/** What a snapshot says of itself: stands before the block in its file. */
export interface SnapshotHeader {
  n: number
  columns: ColumnPlaces
  levels: number[]
  classes: string[]
  statuses: string[]
  streets: string[]
  places: string[]
  parties: string[]
  /** Person 0 is nobody. Empty when the layer knows no people. */
  persons: string[]
  hasTimes: boolean
}

/** Takes objects one by one; `finish` sorts them. */
export class SnapshotBuilder {
  readonly #x = new Growing()
  readonly #y = new Growing()
  readonly #group = new Growing()
  readonly #place = new Growing()
  readonly #party = new Growing()
  readonly #person = [new Growing(), new Growing(), new Growing()] as const
  readonly #label = new Growing()
  readonly #extra = new Growing()
  readonly #times: readonly [Growing, Growing, Growing, Growing] | null
  readonly #keys = new KeysBuilder()
  readonly #classes = new Dictionary()
  readonly #statuses = new Dictionary()
  readonly #streets = new Dictionary()
  readonly #places = new Dictionary()
  readonly #placeStreet: number[] = []
  readonly #parties = new Dictionary()
  readonly #persons = new Dictionary()
  readonly #labels = new Texts()
  readonly #extras = new Texts()
  readonly #groups = new Map<number, number>()
  readonly #groupParts: number[] = []

  constructor(options: { times: boolean }) {
    this.#persons.idOf('')
    this.#times = options.times ? [new Growing(), new Growing(), new Growing(), new Growing()] : null
  }

  get size(): number {
    return this.#x.length
  }

  add(row: LayerRow): void {
    this.#x.push(projectX(row.lng))
    this.#y.push(projectY(row.lat))
    const place = this.#places.idOf(row.place)
    this.#placeStreet[place] ??= this.#streets.idOf(streetOf(row.place))
    this.#group.push(this.#groupOf(this.#placeStreet[place]!, this.#classes.idOf(row.class), this.#statuses.idOf(row.status)))
    this.#place.push(place)
    this.#addParties(row.parties)
    this.#label.push(this.#labels.add(row.label))
    this.#extra.push(this.#extras.add(row.extra))
    this.#keys.push(row.key)
    if (this.#times) {
      this.#times[0].push(row.starts)
      this.#times[1].push(row.ends)
      this.#times[2].push(row.soon)
      this.#times[3].push(row.due)
    }
  }

  #addParties(parties: string): void {
    const mark = parties.indexOf(';')
    this.#party.push(this.#parties.idOf(mark === -1 ? parties : parties.slice(0, mark)))
    const people = mark === -1 ? [] : parties.slice(mark + 1).split(',')
    for (const [i, column] of this.#person.entries()) column.push(this.#persons.idOf(people[i] ?? ''))
  }

  #groupOf(street: number, classId: number, status: number): number {
    const parts = (street * 65_536 + classId) * 1024 + status
    let group = this.#groups.get(parts)
    if (group === undefined) {
      group = this.#groups.size
      this.#groups.set(parts, group)
      this.#groupParts.push(street, classId, status)
    }
    return group
  }

  finish(): Snapshot {
    const n = this.size
    const order = zOrder(asInt32(this.#x), asInt32(this.#y), n)
    const layout = new Layout()
    const put = (name: string, column: Growing, below: number): void =>
      layout.add(name, below === 0 ? 'i32' : widthFor(below), n, (to) => {
        const { values } = column
        for (let i = 0; i < n; i++) to[i] = values[order[i]!]!
      })
    put('x', this.#x, 0)
    put('y', this.#y, 0)
    const groups = this.#groups.size
    put('group', this.#group, groups)
    put('place', this.#place, this.#places.words.length)
    put('party', this.#party, this.#parties.words.length)
    const hasPeople = this.#persons.words.length > 1
    if (hasPeople) for (const [i, column] of this.#person.entries()) put(`person${i}`, column, this.#persons.words.length)
    this.#putTexts(layout, 'label', this.#label, this.#labels, put)
    this.#putTexts(layout, 'extra', this.#extra, this.#extras, put)
    if (this.#times) for (const [i, name] of TIMES.entries()) put(name, this.#times[i]!, 2 ** 32)
    this.#keys.layOut(layout, order)
    for (const [i, name] of ['groupStreet', 'groupClass', 'groupStatus'].entries())
      layout.add(name, 'u32', groups, (to) => {
        for (let g = 0; g < groups; g++) to[g] = this.#groupParts[3 * g + i]!
      })
    const [xs, ys] = [asInt32Of(gathered(this.#x, order)), asInt32Of(gathered(this.#y, order))]
    const levels = layOutPyramid(layout, xs, ys, gathered(this.#group, order), groups)
    const block = layout.finish()
    return new Snapshot(block, {
      n,
      columns: layout.places,
      levels,
      classes: this.#classes.words,
      statuses: this.#statuses.words,
      streets: this.#streets.words,
      places: this.#places.words,
      parties: this.#parties.words,
      persons: hasPeople ? this.#persons.words : [],
      hasTimes: this.#times !== null
    })
  }

  #putTexts(
    layout: Layout,
    name: string,
    ids: Growing,
    texts: Texts,
    put: (name: string, c: Growing, below: number) => void
  ): void {
    const { offsets, bytes } = texts
    // A layer without such texts has no column of them.
    if (offsets.length <= 2) return
    put(name, ids, offsets.length)
    layout.add(`${name}Offsets`, 'u32', offsets.length, (to) => to.set(offsets.values.subarray(0, offsets.length)))
    layout.add(`${name}Bytes`, 'u8', bytes.length, (to) => to.set(bytes))
  }
}

const TIMES = ['starts', 'ends', 'soon', 'due'] as const
const asInt32 = (column: Growing): Int32Array => new Int32Array(column.values.buffer, 0, column.length)
const asInt32Of = (values: Uint32Array): Int32Array => new Int32Array(values.buffer)

/** Texts of a snapshot: the bytes of each stand between two offsets. */
export interface TextColumn {
  ids: ColumnArray
  offsets: ColumnArray
  bytes: Uint8Array
}

export const textAt = (column: TextColumn | null, i: number): string => {
  if (!column) return ''
  const id = column.ids[i]!
  const from = column.offsets[id]!
  return Buffer.from(column.bytes.buffer, column.bytes.byteOffset + from, column.offsets[id + 1]! - from).toString()
}

export class Snapshot {
  readonly block: SharedArrayBuffer
  readonly header: SnapshotHeader
  readonly n: number
  readonly xs: Int32Array
  readonly ys: Int32Array
  /** Street × class × status of each point, as a number into the three columns below. */
  readonly group: ColumnArray
  readonly groupStreet: ColumnArray
  readonly groupClass: ColumnArray
  readonly groupStatus: ColumnArray
  readonly place: ColumnArray
  readonly party: ColumnArray
  /** Three columns, or none where the layer knows no people. */
  readonly persons: readonly ColumnArray[]
  readonly labels: TextColumn | null
  readonly extras: TextColumn | null
  readonly times: { starts: ColumnArray; ends: ColumnArray; soon: ColumnArray; due: ColumnArray } | null
  readonly keys: Keys
  /** Finest first. */
  readonly levels: readonly Level[]
  readonly #table: ColumnArray

  constructor(block: SharedArrayBuffer, header: SnapshotHeader) {
    this.block = block
    this.header = header
    this.n = header.n
    const column = (name: string): ColumnArray => columnIn(block, header.columns[name]!)
    const texts = (name: string): TextColumn | null =>
      header.columns[name]
        ? { ids: column(name), offsets: column(`${name}Offsets`), bytes: column(`${name}Bytes`) as Uint8Array }
        : null
    this.xs = column('x') as Int32Array
    this.ys = column('y') as Int32Array
    this.group = column('group')
    this.groupStreet = column('groupStreet')
    this.groupClass = column('groupClass')
    this.groupStatus = column('groupStatus')
    this.place = column('place')
    this.party = column('party')
    this.persons = header.persons.length > 0 ? [0, 1, 2].map((i) => column(`person${i}`)) : []
    this.labels = texts('label')
    this.extras = texts('extra')
    this.times = header.hasTimes
      ? { starts: column('starts'), ends: column('ends'), soon: column('soon'), due: column('due') }
      : null
    this.keys = header.columns.keyHi
      ? { kind: 'number', hi: column('keyHi'), lo: column('keyLo') }
      : header.columns.keyOffsets
        ? { kind: 'text', offsets: column('keyOffsets'), bytes: column('keyBytes') }
        : { kind: 'number', hi: NONE, lo: NONE }
    this.#table = column('keyTable')
    this.levels = header.levels.map((level) => levelIn(block, header.columns, level))
  }

  get groups(): number {
    return this.groupStreet.length
  }

  /** Position of an object; -1 when it is not here. */
  find(key: string): number {
    return positionOf(this.keys, this.#table, key)
  }

  /** Degrees, CGCS2000: less than 1 cm from where the source said. */
  lngLatAt(i: number): { lng: number; lat: number } {
    return { lng: lngOf(this.xs[i]!), lat: latOf(this.ys[i]!) }
  }

  /** Units and people as a row has them. */
  partiesAt(i: number): string {
    const units = this.header.parties[this.party[i]!]!
    const people = this.persons.map((column) => this.header.persons[column[i]!]!).filter((id) => id !== '')
    return people.length > 0 ? `${units};${people.join(',')}` : units
  }

  classAt = (i: number): string => this.header.classes[this.groupClass[this.group[i]!]!]!
  statusAt = (i: number): string => this.header.statuses[this.groupStatus[this.group[i]!]!]!
}
const NONE = new Uint32Array(0)

/** A snapshot of rows at hand. */
export function snapshotOf(rows: Iterable<LayerRow>, options: { times: boolean }): Snapshot {
  const builder = new SnapshotBuilder(options)
  for (const row of rows) builder.add(row)
  return builder.finish()
}
