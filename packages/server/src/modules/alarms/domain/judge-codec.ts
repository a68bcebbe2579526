/** Slots of one rule-stream as they are saved. */
export interface SavedSlots {
  /** Number of the rule. */
  rule: number
  /** Of what the slots mean: another one makes them useless. */
  fingerprint: number
  stream: number
  slots: Float64Array
}

const HEAD = 16
const PART = 1 << 20

/** Pack saved slots into parts of about a megabyte. */
export function packSlots(entries: Iterable<SavedSlots>): Uint8Array[] {
  const parts: Uint8Array[] = []
  let buffer = Buffer.allocUnsafe(PART)
  let used = 0
  for (const { rule, fingerprint, stream, slots } of entries) {
    const size = HEAD + slots.length * 8
    if (used > 0 && used + size > buffer.length) {
      parts.push(buffer.subarray(0, used))
      buffer = Buffer.allocUnsafe(Math.max(PART, size))
      used = 0
    }
    if (size > buffer.length) buffer = Buffer.allocUnsafe(size)
    buffer.writeInt32LE(rule, used)
    buffer.writeInt32LE(fingerprint, used + 4)
    buffer.writeInt32LE(stream, used + 8)
    buffer.writeInt32LE(slots.length, used + 12)
    for (let i = 0; i < slots.length; i++) buffer.writeDoubleLE(slots[i]!, used + HEAD + i * 8)
    used += size
  }
  if (used > 0) parts.push(buffer.subarray(0, used))
  return parts
}

/** What a part holds; of one stream only when `only` says which. */
export function* unpackSlots(part: Uint8Array, only?: number): Generator<SavedSlots> {
  const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength)
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readInt32LE(at + 12)
    const stream = bytes.readInt32LE(at + 8)
    if (only === undefined || only === stream) {
      const slots = new Float64Array(length)
      for (let i = 0; i < length; i++) slots[i] = bytes.readDoubleLE(at + HEAD + i * 8)
      yield { rule: bytes.readInt32LE(at), fingerprint: bytes.readInt32LE(at + 4), stream, slots }
    }
    at += HEAD + length * 8
  }
}

/** A number for what the slots of a rule mean: condition, qualities, hours and season. Not the key: names may change. */
export function fingerprintOf(parts: unknown): number {
  const text = canonical(parts)
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h | 0
}

/** JSON with the keys in one order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, v]) => v !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join()}}`
}
