import type { PlaceLookup } from '../../../geo/index.ts'
import { faultOf } from '../check-item.ts'
import { seriesOf, seriesOfCode } from '../codes.ts'
import { searchTextsOf } from '../search-texts.ts'
import { uuidBytes } from './copy-rows.ts'
import type { RawGeometry } from './geometry.ts'
import { compileRows, type RowContext, type TakenRow } from './row.ts'
import type { RowFault } from './row-faults.ts'
import { StageRows } from './stage.ts'

/** What the rows of one file are held against, as another thread can be given it. */
export type FileTask = Pick<
  RowContext,
  'declaration' | 'columns' | 'mapping' | 'options' | 'scope' | 'crs' | 'classes' | 'units' | 'today' | 'offset'
>

/** Which rows of the file a block holds, and what is wanted of them. */
export interface BlockOrder {
  /** Rows read before it: in this file, and through all files. */
  fileRows: number
  rows: number
  /** So many rows at its beginning are on the stage already: they are only watched. */
  skip: number
  /** Whether the places of its rows are told. */
  watched: boolean
  /** Whether refused rows are kept, or only counted. */
  kept: boolean
}

/** A row that was refused, as it stood in the file. */
export interface Refused {
  rowNo: number
  fileRow: number
  code: string | null
  reasons: readonly RowFault[]
  fields: Record<string, string>
}

/** A place as the file gives it: where it was looked up, what its row claims, where it lies. */
export type Watched = [lng: number, lat: number, claim: string | null, code: string | null]

/** What came of a block. */
export interface BlockResult {
  /** Rows for the stage. Those without a code have zeros in its place. */
  packed: Uint8Array<ArrayBuffer>
  taken: number
  blanked: number
  outside: number
  rejected: number
  /** Refused rows by `rule|field`. */
  by: Record<string, number>
  refused: Refused[]
  /** The highest number that came with the file under each prefix. */
  highest: [prefix: string, number: number][]
  /** Series from which codes are wanted, and which rows want one: DRAFT numbers each. */
  series: { prefix: string; digits: number }[]
  drafts: Int32Array<ArrayBuffer>
  watched: Watched[]
}

/** Of a row without a code: its position in the block, where it lies in `packed`, where the digits of its code begin, its series. */
export const DRAFT = 5
const REASONS = 20
const CELL = 300

/** Takes the rows of a file block by block, in whatever thread. */
export class BlockReader {
  readonly #task: FileTask
  readonly #read: ReturnType<typeof compileRows>
  readonly #place: { at: [number, number, string | null] | null } = { at: null }
  readonly #columnOf: { code: number; claim: number }
  readonly #newId: () => Uint8Array
  readonly #rows = new StageRows()
  #order: BlockOrder = { fileRows: 0, rows: 0, skip: 0, watched: false, kept: true }
  #n = 0
  #out = none()
  #highest = new Map<string, number>()
  #series = new Map<string, number>()
  #drafts: number[] = []

  /** `newId` answers sixteen bytes that nobody else has. Throws RangeError for a coordinate system that is not known. */
  constructor(task: FileTask, places: PlaceLookup, newId: () => Uint8Array) {
    this.#task = task
    this.#newId = newId
    this.#read = compileRows(
      rowContext(task, places, (lng, lat, code) => {
        this.#place.at = [lng, lat, code]
      })
    )
    const columnOf = (to: string) => task.columns.indexOf(task.mapping.columns.find((c) => c.to === to)?.column ?? '\0')
    this.#columnOf = { code: columnOf('code'), claim: columnOf('declaredGrid') }
  }

  begin(order: BlockOrder): void {
    this.#order = order
    this.#n = 0
    this.#out = none()
    this.#highest = new Map()
    this.#series = new Map()
    this.#drafts = []
  }

  /** The next row. `geometry` undefined: the file has none of its own. */
  add(cells: readonly string[], geometry: RawGeometry | null | undefined): void {
    const i = this.#n++
    const { skip, watched } = this.#order
    if (i < skip && !watched) return
    this.#place.at = null
    const row = this.#read(cells, geometry)
    const { at } = this.#place
    if (watched && at !== null) {
      const { claim } = this.#columnOf
      this.#out.watched.push([at[0], at[1], claim < 0 ? null : (cells[claim] ?? '').trim(), at[2]])
    }
    if (i < skip) return
    const faults = Array.isArray(row) ? row : this.#keep(row, i)
    if (faults) this.#refuse(faults, cells, i)
  }

  end(): BlockResult {
    return {
      ...this.#out,
      packed: this.#rows.take(),
      highest: [...this.#highest],
      series: [...this.#series.keys()].map((key) => {
        const [digits = '', prefix = ''] = key.split(/:(.*)/s)
        return { prefix, digits: Number(digits) }
      }),
      drafts: Int32Array.from(this.#drafts)
    }
  }

  #keep(row: TakenRow, i: number): RowFault[] | null {
    const { code: rule } = this.#task.declaration
    const rowNo = this.#order.rows + i - this.#order.skip + 1
    if (row.code !== null) {
      const own = seriesOfCode(rule, row.code)
      if (own && own.number > (this.#highest.get(own.prefix) ?? 0)) this.#highest.set(own.prefix, own.number)
      this.#rows.add(row, this.#newId(), row.code, rowNo)
    } else {
      const series = seriesOf(rule, row.grid_code?.slice(0, 6) ?? '', row.class_code)
      if (!series) return [NO_CODE]
      const { prefix, digits } = series
      const { from, to, codeAt } = this.#rows.add(row, this.#newId(), prefix + '0'.repeat(digits), rowNo)
      const key = `${digits}:${prefix}`
      const known = this.#series.get(key) ?? this.#series.size
      this.#series.set(key, known)
      this.#drafts.push(i, from, to, codeAt + Buffer.byteLength(prefix), known)
    }
    this.#out.taken += 1
    this.#out.blanked += row.blanked
    if (row.lng !== null && row.grid_code === null) this.#out.outside += 1
    return null
  }

  #refuse(faults: readonly RowFault[], cells: readonly string[], i: number): void {
    const out = this.#out
    out.rejected += 1
    countFaults(out.by, faults)
    if (this.#order.kept) out.refused.push(refusedRow(this.#task.columns, this.#order, i, faults, cells, this.#columnOf.code))
  }
}

const none = () => ({
  taken: 0,
  blanked: 0,
  outside: 0,
  rejected: 0,
  by: {} as Record<string, number>,
  refused: [] as Refused[],
  watched: [] as Watched[]
})

/** No number is left for the code of a row. */
export const NO_CODE: RowFault = faultOf('code', { zh: '编码', en: 'The code' }, 'code')

/** Counts what is wrong with a row by rule and field. */
export function countFaults(by: Record<string, number>, faults: readonly RowFault[]): void {
  for (const { rule, field } of faults) by[`${rule}|${field}`] = (by[`${rule}|${field}`] ?? 0) + 1
}

/** A refused row of a block as it is kept; `codeAt` is the column of its code, −1 where there is none. */
export function refusedRow(
  columns: readonly string[],
  order: BlockOrder,
  i: number,
  faults: readonly RowFault[],
  cells: readonly string[],
  codeAt: number
): Refused {
  const code = codeAt < 0 ? '' : (cells[codeAt] ?? '')
  return {
    rowNo: order.rows + i - order.skip + 1,
    fileRow: order.fileRows + i + 1,
    code: code === '' ? null : code,
    reasons: faults.slice(0, REASONS),
    fields: Object.fromEntries(columns.map((c, k) => [c, (cells[k] ?? '').slice(0, CELL)]))
  }
}

/** `placed` hears of every place that is looked up. */
function rowContext(
  task: FileTask,
  places: PlaceLookup,
  placed: (lng: number, lat: number, code: string | null) => void
): RowContext {
  const divisions = new Map<string, string[]>()
  return {
    ...task,
    locate(lng, lat) {
      const code = places.gridAt({ lng, lat })
      placed(lng, lat, code)
      return code
    },
    addressOf: (grid, lng, lat) => (grid === null ? '' : places.addressIn(grid, { lng, lat })),
    divisionsOf(grid) {
      if (grid === null) return []
      const key = grid.slice(0, 12)
      const known = divisions.get(key)
      if (known) return known
      const made = [6, 9, 12].flatMap((n) => (key.length >= n ? [places.nameOf(key.slice(0, n)) ?? ''] : []))
      divisions.set(key, made)
      return made
    },
    isCounty: (code) => places.nameOf(code) !== null,
    searchTexts: searchTextsOf(task.declaration)
  }
}

/** Ids for many rows: UUIDv7 one after another, as bytes. `newBase` answers a new one as text. */
export function idSeries(newBase: () => string): () => Uint8Array {
  let base = uuidBytes(newBase())
  let n = 0
  return () => {
    if (n === 0x1000) {
      base = uuidBytes(newBase())
      n = 0
    }
    const id = Uint8Array.from(base)
    // The last 62 bits are random and belong to the base alone: twelve of them count its rows.
    id[14] = (n >> 4) & 0xff
    id[15] = ((n & 0xf) << 4) | ((base[15] as number) & 0xf)
    n += 1
    return id
  }
}
