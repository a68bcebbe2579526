import pg from 'pg'

/** bigint: a number while it is exact, a BigInt beyond 2^53, never a string that sorts and adds wrongly. */
const toInteger = (text: string): number | bigint => {
  const n = Number(text)
  return Number.isSafeInteger(n) ? n : BigInt(text)
}

/** PostgreSQL type ids whose text becomes something else than `pg` would make of it. */
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  20: toInteger, // int8
  1700: Number, // numeric
  1082: (text) => text, // date stays YYYY-MM-DD: a calendar day has no time zone
  1016: arrayOf(toInteger),
  1231: arrayOf(Number),
  1182: arrayOf((text) => text)
}

/** For `new pg.Pool({ types })`: our readings, and those of `pg` for all else. Timestamps with zone become Date. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && PARSERS[id]) || pg.types.getTypeParser(id, format as 'text')) as typeof pg.types.getTypeParser
}

/** As columnTypes, but an instant is text as ISO 8601 writes it, in UTC with milliseconds. Sessions of ours are in UTC. */
export const instantsAsText: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format?: 'text' | 'binary') =>
    id === 1184 && format !== 'binary'
      ? instantText
      : columnTypes.getTypeParser(id, format as 'text')) as typeof pg.types.getTypeParser
}

/** `2026-11-22 09:42:57.25+00` → `2026-11-22T09:42:57.250Z`. */
export function instantText(text: string): string {
  if (!text.endsWith('+00') || text[10] !== ' ') return new Date(text).toISOString()
  const fraction = text.slice(20, -3)
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.length > 3 ? fraction.slice(0, 3) : fraction.padEnd(3, '0')}Z`
}

/** Reads a one-dimensional array of values that need no quoting. */
function arrayOf(read: (text: string) => unknown): (text: string) => unknown[] {
  return (text) => {
    const inner = text.slice(1, -1)
    return inner === '' ? [] : inner.split(',').map((item) => (item === 'NULL' ? null : read(item)))
  }
}
