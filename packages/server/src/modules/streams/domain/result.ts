import type { STREAM_KINDS } from '@chengyun/contract/streams'

export type StreamKind = (typeof STREAM_KINDS)[number] | 'complex'

/** A result as the columns of a batch keep it. */
export interface StoredResult {
  value: number
  value2: number
  /** What is no number, kept beside it. */
  result?: unknown
}

const YES = new Set(['true', 'on', 'yes', '1', 'open', '是', '开'])
const NO = new Set(['false', 'off', 'no', '0', 'closed', '否', '关'])

const numberOf = (raw: unknown): number => {
  if (typeof raw === 'number') return raw
  if (typeof raw === 'boolean') return raw ? 1 : 0
  return typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : Number.NaN
}

function truthOf(raw: unknown): number {
  if (typeof raw === 'boolean') return raw ? 1 : 0
  if (typeof raw === 'number') return raw === 0 ? 0 : 1
  const word = typeof raw === 'string' ? raw.trim().toLowerCase() : ''
  return YES.has(word) ? 1 : NO.has(word) ? 0 : Number.NaN
}

function placeOf(raw: unknown): [number, number] | null {
  const o = raw as { lng?: unknown; lon?: unknown; lat?: unknown; coordinates?: unknown } | null
  const pair = Array.isArray(raw) ? raw : typeof o !== 'object' || o === null ? null : (o.coordinates ?? [o.lng ?? o.lon, o.lat])
  if (!Array.isArray(pair)) return null
  const [lng, lat] = [numberOf(pair[0]), numberOf(pair[1])]
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90 ? [lng, lat] : null
}

/** What somebody sent as the result of a stream of this kind; null when it is none. Text that reads as a number is a number. */
export function storeResult(kind: StreamKind, raw: unknown): StoredResult | null {
  if (raw === undefined || raw === null) return null
  switch (kind) {
    case 'number':
    case 'count': {
      const value = numberOf(raw)
      return Number.isFinite(value) ? { value, value2: Number.NaN } : null
    }
    case 'truth': {
      const value = truthOf(raw)
      return Number.isNaN(value) ? null : { value, value2: Number.NaN }
    }
    case 'position': {
      const place = placeOf(raw)
      return place && { value: place[0], value2: place[1] }
    }
    case 'category':
      return typeof raw === 'object' ? null : { value: Number.NaN, value2: Number.NaN, result: String(raw).slice(0, 200) }
    case 'complex':
      return { value: typeof raw === 'number' ? raw : Number.NaN, value2: Number.NaN, result: raw }
  }
}
