/** Rows of COPY … to stdout (format binary), in whatever pieces they come, without objects in between. */

/** Signature, flags and length of the extension. */
const HEAD = 19

/**
 * Finds the rows. Of each it is said where its fields begin (`begins`, −1: null) and end (`ends`) in `bytes`; both arrays are used again for the
 * next row.
 */
export class CopyReader {
  readonly #fields: number
  readonly #each: (bytes: Buffer, begins: Int32Array, ends: Int32Array) => void
  readonly #begins: Int32Array
  readonly #ends: Int32Array
  #rest: Buffer | null = null
  #begun = false
  #ended = false

  constructor(fields: number, each: (bytes: Buffer, begins: Int32Array, ends: Int32Array) => void) {
    this.#fields = fields
    this.#each = each
    this.#begins = new Int32Array(fields)
    this.#ends = new Int32Array(fields)
  }

  /** Takes the next piece. Throws when a row has another number of fields. */
  take(chunk: Buffer): void {
    let bytes = chunk
    if (this.#rest) {
      bytes = Buffer.concat([this.#rest, chunk])
      this.#rest = null
    }
    let at = 0
    if (!this.#begun) {
      at = bytes.length < HEAD ? HEAD : HEAD + bytes.readInt32BE(HEAD - 4)
      if (bytes.length < at) {
        this.#rest = Buffer.from(bytes)
        return
      }
      this.#begun = true
    }
    while (at < bytes.length && !this.#ended) {
      const end = this.#row(bytes, at)
      if (end < 0) break
      at = end
    }
    if (at < bytes.length && !this.#ended) this.#rest = Buffer.from(bytes.subarray(at))
  }

  /** Throws when the rows ended in the middle. */
  finish(): void {
    if (!this.#ended) throw new Error('the stream of rows ended in the middle')
  }

  /** One row from `from`; answers where it ends, −1 when it is not all there yet. */
  #row(bytes: Buffer, from: number): number {
    const size = bytes.length
    if (from + 2 > size) return -1
    const fields = bytes.readInt16BE(from)
    if (fields === -1) {
      this.#ended = true
      return size
    }
    if (fields !== this.#fields) throw new Error(`a row has ${this.#fields} columns, not ${fields}`)
    const [begins, ends] = [this.#begins, this.#ends]
    let at = from + 2
    for (let field = 0; field < fields; field++) {
      if (at + 4 > size) return -1
      const length = bytes.readInt32BE(at)
      at += 4
      begins[field] = length < 0 ? -1 : at
      if (length > 0) at += length
      if (at > size) return -1
      ends[field] = at
    }
    this.#each(bytes, begins, ends)
    return at
  }
}

/** A bigint or an instant in microseconds, as a number. */
export const bigintAt = (bytes: Buffer, at: number): number => bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)
