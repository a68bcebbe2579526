/**
 * One JSON text per value, so that equal facts have equal hashes wherever and whenever they are computed: keys sorted by
 * UTF-16 code unit, no white space, numbers and strings as ECMAScript writes them (RFC 8785).
 *
 * Only what survives a round trip through JSON and PostgreSQL `jsonb` is accepted. Everything else (undefined, Date, NaN,
 * bigint, a lone surrogate, U+0000 …) throws `TypeError` naming its path: a value that would be stored differently from how
 * it was hashed must never get into a history.
 */
export function canonical(value: unknown): string {
  return write(value, '$')
}

function write(value: unknown, path: string): string {
  switch (typeof value) {
    case 'string':
      return text(value, path)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${path}: ${value} has no JSON form`)
      return JSON.stringify(value)
    case 'object':
      if (value === null) return 'null'
      if (Array.isArray(value)) return `[${Array.from(value, (item, i) => write(item, `${path}[${i}]`)).join(',')}]`
      return object(value, path)
    default:
      throw new TypeError(`${path}: ${typeof value} has no JSON form`)
  }
}

function object(value: object, path: string): string {
  const proto: unknown = Object.getPrototypeOf(value)
  if (proto !== Object.prototype && proto !== null) throw new TypeError(`${path}: only plain objects have a canonical form`)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${text(key, path)}:${write(item, `${path}.${key}`)}`).join(',')}}`
}

function text(value: string, path: string): string {
  // jsonb refuses both; a hash over them could never be recomputed from the stored row.
  if (!value.isWellFormed() || value.includes('\u0000')) throw new TypeError(`${path}: text cannot be stored`)
  return JSON.stringify(value)
}
