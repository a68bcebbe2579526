/** CRC of HJ 212-2017, appendix A: not Modbus, the high byte is folded in before each shift. Four upper-case hex digits. */
export function crc212(segment: Uint8Array): string {
  let crc = 0xffff
  for (const byte of segment) {
    crc = (crc >> 8) ^ byte
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc.toString(16).toUpperCase().padStart(4, '0')
}

/** A data segment may have four digits of length; what the standard allows is 1024, instruments in the field send more. */
const LONGEST = 9999
const HEAD = 6
const TAIL = 6
const HASH = 0x23

/** What was cut out of the stream of bytes. */
export type Cut = { kind: 'frame'; segment: Buffer } | { kind: 'broken'; why: 'crc' | 'length' | 'tail' | 'noise'; bytes: number }

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39

/**
 * Frames out of a TCP stream: `##`, four digits, the data segment, CRC, CR LF, however the network cut them. Whatever is no frame is passed over
 * up to the next `##` and said once. Holds at most one frame and the chunk it came with.
 */
export class FrameCutter {
  #rest: Buffer = Buffer.alloc(0)
  #noise = 0

  /** Bytes that wait for more. */
  get waiting(): number {
    return this.#rest.length
  }

  push(chunk: Buffer): Cut[] {
    const out: Cut[] = []
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    for (;;) {
      const start = findStart(data)
      if (start > 0) this.#noise += start
      data = data.subarray(start)
      if (data.length < HEAD) break
      const length = lengthOf(data)
      if (length < 0) {
        this.#noise += 1
        data = data.subarray(1)
        continue
      }
      const whole = HEAD + length + TAIL
      if (data.length < whole) {
        // A wrong length must not swallow the frames after it: a new start inside what is still awaited ends this one.
        const next = data.indexOf('##', HEAD)
        if (next < 0 || !startsFrame(data, next)) break
        this.#flushNoise(out)
        out.push({ kind: 'broken', why: 'length', bytes: next })
        data = data.subarray(next)
        continue
      }
      this.#flushNoise(out)
      const cut = judge(data, length)
      out.push(cut)
      // Of a broken frame only the start is passed over: the next one may begin inside what its length claims.
      data = data.subarray(cut.kind === 'frame' ? whole : afterBroken(data, whole))
    }
    if (data.length < HEAD && data.length > 0 && data[0] !== HASH) {
      this.#noise += data.length
      data = data.subarray(data.length)
    }
    this.#rest = Buffer.from(data)
    // Noise is told when a frame ends it, or when there is much of it.
    if (this.#noise > LONGEST) this.#flushNoise(out)
    return out
  }

  #flushNoise(out: Cut[]): void {
    if (this.#noise > 0) out.push({ kind: 'broken', why: 'noise', bytes: this.#noise })
    this.#noise = 0
  }
}

/** Where a frame can begin; the last byte counts when it is a `#`, since the next chunk may continue it. Line ends between frames are none. */
function findStart(data: Buffer): number {
  const at = data.indexOf('##')
  if (at >= 0) return at
  return data.length > 0 && data[data.length - 1] === HASH ? data.length - 1 : data.length
}

const lengthOf = (data: Buffer): number =>
  isDigit(data[2]!) && isDigit(data[3]!) && isDigit(data[4]!) && isDigit(data[5]!) ? Number(data.toString('latin1', 2, HEAD)) : -1

/** Only a start whose digits and first word are there is believed against an awaited length. */
const startsFrame = (data: Buffer, at: number): boolean =>
  data.length >= at + HEAD + 3 &&
  lengthOf(data.subarray(at)) >= 0 &&
  /^(QN|ST|CN|PW|MN|Fl)/.test(data.toString('latin1', at + HEAD, at + HEAD + 2))

function judge(data: Buffer, length: number): Cut {
  const end = HEAD + length
  const segment = Buffer.from(data.subarray(HEAD, end))
  const given = data.toString('latin1', end, end + 4).toUpperCase()
  if (data[end + 4] !== 0x0d || data[end + 5] !== 0x0a) return { kind: 'broken', why: 'tail', bytes: end + TAIL }
  return given === crc212(segment) ? { kind: 'frame', segment } : { kind: 'broken', why: 'crc', bytes: end + TAIL }
}

function afterBroken(data: Buffer, whole: number): number {
  const next = data.indexOf('##', HEAD)
  return next >= 0 && next < whole && startsFrame(data, next) ? next : data[whole - 1] === 0x0a ? whole : HEAD
}

/** A frame around a data segment. */
export function frameOf(segment: string): Buffer {
  const body = Buffer.from(segment, 'utf8')
  if (body.length > LONGEST) throw new RangeError(`a data segment of ${body.length} bytes has no length of four digits`)
  return Buffer.concat([Buffer.from(`##${String(body.length).padStart(4, '0')}`), body, Buffer.from(`${crc212(body)}\r\n`)])
}
