/** Columns while they grow, tables of texts, and the one block of shared memory they end in. */

export type ColumnArray = Int32Array | Uint32Array | Uint16Array | Uint8Array
export type ColumnType = 'i32' | 'u32' | 'u16' | 'u8'
const ARRAYS = { i32: Int32Array, u32: Uint32Array, u16: Uint16Array, u8: Uint8Array } as const

/** Where a column lies in the block. */
export interface ColumnPlace {
  type: ColumnType
  offset: number
  length: number
}
export type ColumnPlaces = Record<string, ColumnPlace>

/** A column of whole numbers that is written at its end. */
export class Growing {
  values = new Uint32Array(1 << 12)
  length = 0

  push(value: number): void {
    if (this.length === this.values.length) {
      const wider = new Uint32Array(this.length * 2)
      wider.set(this.values)
      this.values = wider
    }
    this.values[this.length++] = value
  }
}

/** Texts that come again and again, each once; ids in the order they came. */
export class Dictionary {
  readonly words: string[] = []
  readonly #ids = new Map<string, number>()

  idOf(word: string): number {
    let id = this.#ids.get(word)
    if (id === undefined) {
      id = this.words.length
      this.words.push(word)
      this.#ids.set(word, id)
    }
    return id
  }

  find(word: string): number | undefined {
    return this.#ids.get(word)
  }
}

/** Above this many different texts they are no longer looked for among those already stored. */
const REMEMBERED = 300_000

/** Texts in UTF-8, one after another. Text 0 is the empty one. */
export class Texts {
  #bytes = Buffer.allocUnsafe(1 << 16)
  #end = 0
  readonly offsets = new Growing()
  readonly #known = new Map<string, number>([['', 0]])

  constructor() {
    this.offsets.push(0)
    this.offsets.push(0)
  }

  add(text: string): number {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const room = text.length * 3
    if (this.#end + room > this.#bytes.length) {
      const wider = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#end + room))
      this.#bytes.copy(wider, 0, 0, this.#end)
      this.#bytes = wider
    }
    this.#end += this.#bytes.write(text, this.#end)
    const id = this.offsets.length - 1
    this.offsets.push(this.#end)
    if (this.#known.size < REMEMBERED) this.#known.set(text, id)
    return id
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#end)
  }
}

/** Columns gathered for one block. `add` takes the narrowest type that holds `below` (values are 0 … below − 1). */
export class Layout {
  readonly places: ColumnPlaces = {}
  readonly #fill: ((block: SharedArrayBuffer) => void)[] = []
  size = 0

  add(name: string, type: ColumnType, length: number, fill: (to: ColumnArray) => void): void {
    const place: ColumnPlace = { type, offset: this.size, length }
    this.places[name] = place
    this.size += Math.ceil((length * ARRAYS[type].BYTES_PER_ELEMENT) / 8) * 8
    this.#fill.push((block) => fill(columnIn(block, place)))
  }

  finish(): SharedArrayBuffer {
    const block = new SharedArrayBuffer(this.size)
    for (const fill of this.#fill) fill(block)
    return block
  }
}

export const widthFor = (below: number): ColumnType => (below <= 0x100 ? 'u8' : below <= 0x10000 ? 'u16' : 'u32')

export const columnIn = (block: SharedArrayBuffer, { type, offset, length }: ColumnPlace): ColumnArray =>
  new (ARRAYS[type] as Uint32ArrayConstructor)(block, offset, length) as ColumnArray
