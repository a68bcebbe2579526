/** Bytes that grow, and numbers as few of them as they need. Whole numbers up to 2^53. */
export class Bytes {
  #bytes: Uint8Array
  #at = 0

  constructor(room: number) {
    this.#bytes = new Uint8Array(room)
  }

  byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#at++] = value
  }

  /** Seven bits a byte, the lowest first. */
  unsigned(value: number): void {
    this.#room(9)
    let rest = value
    while (rest >= 128) {
      const high = Math.floor(rest / 128)
      this.#bytes[this.#at++] = rest - high * 128 + 128
      rest = high
    }
    this.#bytes[this.#at++] = rest
  }

  /** 0, −1, 1, −2, … as 0, 1, 2, 3, …: for numbers below 2^52. */
  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value)
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  #room(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const wider = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more))
    wider.set(this.#bytes)
    this.#bytes = wider
  }
}

/** Reads what Bytes wrote. Throws at the end of the bytes. */
export class ByteReader {
  readonly #bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  byte(): number {
    const value = this.#bytes[this.at++]
    if (value === undefined) throw new Error('the bytes end in the middle')
    return value
  }

  unsigned(): number {
    let byte = this.byte()
    if (byte < 128) return byte
    let [value, weight] = [0, 1]
    while (byte >= 128) {
      value += (byte - 128) * weight
      weight *= 128
      byte = this.byte()
    }
    return value + byte * weight
  }

  signed(): number {
    const value = this.unsigned()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  raw(length: number): Uint8Array {
    if (this.at + length > this.#bytes.length) throw new Error('the bytes end in the middle')
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }
}
