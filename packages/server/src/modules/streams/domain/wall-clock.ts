import { offsetAt } from '@chengyun/contract/clock'

const HOUR = 3_600_000

/** What devices write that know no offset: the city's wall clock. Offsets are asked of the zone once an hour of wall time. */
export class WallClock {
  readonly timeZone: string
  readonly #offsets = new Map<number, number>()

  constructor(timeZone: string) {
    this.timeZone = timeZone
  }

  /** The instant of a wall time given as if it were UTC. Of an hour that comes twice the first is meant; one that is skipped counts on. */
  instantOf(wallMs: number): number {
    const hour = Math.floor(wallMs / HOUR)
    let offset = this.#offsets.get(hour)
    if (offset === undefined) {
      const guess = offsetAt(this.timeZone, wallMs)
      offset = offsetAt(this.timeZone, wallMs - guess)
      if (this.#offsets.size > 1000) this.#offsets.clear()
      this.#offsets.set(hour, offset)
    }
    return wallMs - offset
  }

  /** `yyyyMMddHHmmssSSS` of an instant, as HJ 212 writes its packet numbers. */
  stamp(at: number): string {
    return new Date(at + offsetAt(this.timeZone, at)).toISOString().replace(/\D/g, '')
  }

  /** yyyyMMdd, yyyyMMddHHmm, yyyyMMddHHmmss or yyyyMMddHHmmssSSS; NaN of anything else and of days that do not exist. */
  parseStamp(text: string): number {
    const m = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(?:(\d{2})(\d{3})?)?)?$/.exec(text)
    return m ? this.#compose(m.slice(1)) : Number.NaN
  }

  /** By a format of yyyy MM dd HH mm ss SSS; NaN where the text is not of it. */
  parse(text: string, format: WallFormat): number {
    const m = format.pattern.exec(text)
    if (!m) return Number.NaN
    const parts: (string | undefined)[] = []
    format.fields.forEach((field, i) => {
      parts[field] = m[i + 1]
    })
    return this.#compose(parts)
  }

  #compose(parts: readonly (string | undefined)[]): number {
    const [y = 1970, mo = 1, d = 1, h = 0, mi = 0, s = 0, ms = 0] = Array.from(parts, (p) =>
      p === undefined ? undefined : Number(p)
    )
    const wall = Date.UTC(y, mo - 1, d, h, mi, s, ms)
    const back = new Date(wall)
    const isReal = back.getUTCMonth() === mo - 1 && back.getUTCDate() === d && h < 24 && mi < 60 && s < 60
    return isReal ? this.instantOf(wall) : Number.NaN
  }
}

export interface WallFormat {
  pattern: RegExp
  /** Which part each group is: 0 year … 6 millisecond. */
  fields: readonly number[]
}

const TOKENS: Record<string, [number, string]> = {
  yyyy: [0, '(\\d{4})'],
  MM: [1, '(\\d{1,2})'],
  dd: [2, '(\\d{1,2})'],
  HH: [3, '(\\d{1,2})'],
  mm: [4, '(\\d{1,2})'],
  ss: [5, '(\\d{1,2})'],
  SSS: [6, '(\\d{1,3})']
}

/** `yyyy-MM-dd HH:mm:ss` and the like; null where a year, month or day is missing or a part comes twice. */
export function wallFormat(text: string): WallFormat | null {
  const fields: number[] = []
  const source = text.replace(/yyyy|MM|dd|HH|mm|ss|SSS|[\s\S]/g, (token) => {
    const known = TOKENS[token]
    if (!known) return token.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
    fields.push(known[0])
    return known[1]
  })
  const isWhole = [0, 1, 2].every((f) => fields.includes(f)) && new Set(fields).size === fields.length
  return isWhole ? { pattern: new RegExp(`^${source}$`), fields } : null
}
