/** Microseconds between 1970 and 2000, where PostgreSQL begins to count. */
const PG_EPOCH_US = 946_684_800_000_000n

/** Rows for COPY … (format binary), written one after another into one buffer that is used again. */
export class BinaryRows {
  #buffer = Buffer.allocUnsafe(1 << 20)
  #at = 0
  rows = 0

  get bytes(): number {
    return this.#at
  }

  /** What was written since the last call, without head and end. The bytes are a copy in memory of their own. */
  take(): Buffer<ArrayBuffer> {
    const out = Buffer.from(new ArrayBuffer(this.#at))
    this.#buffer.copy(out, 0, 0, this.#at)
    this.#at = 0
    this.rows = 0
    return out
  }

  begin(columns: number): void {
    this.#room(2)
    this.#at = this.#buffer.writeInt16BE(columns, this.#at)
    this.rows += 1
  }

  absent(): void {
    this.#room(4)
    this.#at = this.#buffer.writeInt32BE(-1, this.#at)
  }

  text(value: string | null): void {
    if (value === null) {
      this.absent()
      return
    }
    const length = value.length
    this.#room(4 + length * 3)
    const b = this.#buffer
    const from = this.#at + 4
    // Codes and numbers are plain ASCII: a loop beats the call into native code for short ones.
    if (length < 24) {
      let i = 0
      for (; i < length; i++) {
        const c = value.charCodeAt(i)
        if (c > 127) break
        b[from + i] = c
      }
      if (i === length) {
        b.writeInt32BE(length, this.#at)
        this.#at = from + length
        return
      }
    }
    const written = b.write(value, from)
    b.writeInt32BE(written, this.#at)
    this.#at = from + written
  }

  jsonb(value: string): void {
    this.#room(5 + value.length * 3)
    const from = this.#at + 5
    const written = this.#buffer.write(value, from)
    this.#buffer.writeInt32BE(written + 1, this.#at)
    this.#buffer[this.#at + 4] = 1
    this.#at = from + written
  }

  float8(value: number | null): void {
    if (value === null) {
      this.absent()
      return
    }
    this.#room(12)
    this.#at = this.#buffer.writeInt32BE(8, this.#at)
    this.#at = this.#buffer.writeDoubleBE(value, this.#at)
  }

  int4(value: number): void {
    this.#room(8)
    this.#at = this.#buffer.writeInt32BE(4, this.#at)
    this.#at = this.#buffer.writeInt32BE(value, this.#at)
  }

  bool(value: boolean): void {
    this.#room(5)
    this.#at = this.#buffer.writeInt32BE(1, this.#at)
    this.#buffer[this.#at++] = value ? 1 : 0
  }

  bytea(value: Uint8Array | null): void {
    if (value === null) {
      this.absent()
      return
    }
    this.#room(4 + value.length)
    this.#at = this.#buffer.writeInt32BE(value.length, this.#at)
    this.#buffer.set(value, this.#at)
    this.#at += value.length
  }

  int4s(values: readonly number[]): void {
    const n = values.length
    this.#room(24 + n * 8)
    const b = this.#buffer
    let at = this.#at
    at = b.writeInt32BE(n === 0 ? 12 : 20 + n * 8, at)
    at = b.writeInt32BE(n === 0 ? 0 : 1, at)
    at = b.writeInt32BE(0, at)
    at = b.writeInt32BE(23, at)
    if (n > 0) {
      at = b.writeInt32BE(n, at)
      at = b.writeInt32BE(1, at)
      for (let i = 0; i < n; i++) {
        at = b.writeInt32BE(4, at)
        at = b.writeInt32BE(values[i] as number, at)
      }
    }
    this.#at = at
  }

  /** Milliseconds since 1970. */
  instant(ms: number): void {
    this.#room(12)
    this.#at = this.#buffer.writeInt32BE(8, this.#at)
    this.#at = this.#buffer.writeBigInt64BE(BigInt(ms) * 1000n - PG_EPOCH_US, this.#at)
  }

  uuid(bytes: Uint8Array | null): void {
    this.bytea(bytes)
  }

  #room(more: number): void {
    if (this.#at + more <= this.#buffer.length) return
    const wider = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + more))
    this.#buffer.copy(wider, 0, 0, this.#at)
    this.#buffer = wider
  }
}

/** Signature, flags, no extension. */
export const COPY_HEAD = Buffer.from([0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0])
export const COPY_END = Buffer.from([0xff, 0xff])

/** The bytes of a UUID in text. */
export const uuidBytes = (id: string): Uint8Array => Buffer.from(id.replaceAll('-', ''), 'hex')
