/** Points of rows that come as binary COPY (row number, class, longitude, latitude), put in the order of their rows. */
export class PointRows {
  readonly #lng: Float64Array
  readonly #lat: Float64Array
  readonly #class: Uint16Array
  readonly #classes: string[] = []
  readonly #known = new Map<string, number>()
  #rest: Buffer = Buffer.alloc(0)
  #isBegun = false

  /** Rows are numbered from 1 to `most`. */
  constructor(most: number) {
    this.#lng = new Float64Array(most + 1)
    this.#lat = new Float64Array(most + 1)
    this.#class = new Uint16Array(most + 1)
  }

  /** The next bytes of the stream, cut anywhere. */
  push(chunk: Buffer): void {
    const all = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    if (!this.#isBegun) {
      if (all.length < HEAD) {
        this.#rest = all
        return
      }
      at = HEAD
      this.#isBegun = true
    }
    for (;;) {
      // Fields: int4, text, float8, float8, each behind its length; −1 columns end the stream.
      if (at + 14 > all.length || all.readInt16BE(at) < 0) break
      const length = all.readInt32BE(at + 10)
      const end = at + 14 + length + 24
      if (end > all.length) break
      this.#add(all, at, length)
      at = end
    }
    this.#rest = at === 0 && all === chunk ? Buffer.from(chunk) : Buffer.from(all.subarray(at))
  }

  #add(all: Buffer, at: number, length: number): void {
    const no = all.readInt32BE(at + 6)
    const name = all.toString('latin1', at + 14, at + 14 + length)
    let cls = this.#known.get(name)
    if (cls === undefined) {
      cls = this.#classes.push(name)
      this.#known.set(name, cls)
    }
    this.#class[no] = cls
    this.#lng[no] = all.readDoubleBE(at + 14 + length + 4)
    this.#lat[no] = all.readDoubleBE(at + 14 + length + 16)
  }

  /** The points in the order of their rows. */
  *[Symbol.iterator](): Generator<{ no: number; classCode: string; lng: number; lat: number }> {
    for (let no = 1; no < this.#class.length; no++) {
      const cls = this.#class[no] as number
      if (cls === 0) continue
      yield { no, classCode: this.#classes[cls - 1] as string, lng: this.#lng[no] as number, lat: this.#lat[no] as number }
    }
  }
}

/** Signature, flags, length of the extension. */
const HEAD = 19
