import { PUBLIC_ERRORS } from '@chengyun/contract/public'
import { type AppError, thrower } from '../../../platform/errors.ts'

export const refusal = thrower(PUBLIC_ERRORS)

/** Several faults of one request; GeoReport lists them all. */
export class Refusals extends Error {
  readonly list: readonly AppError[]
  constructor(list: readonly AppError[]) {
    super(list.map((e) => e.message).join('; '))
    this.name = 'Refusals'
    this.list = list
  }
}

/** Arguments by name, whichever way they came: address, form, JSON, multipart. An empty one counts as absent. */
export class Args {
  readonly #values = new Map<string, string[]>()

  add(name: string, value: unknown): void {
    if (Array.isArray(value)) {
      for (const v of value) this.add(name, v)
      return
    }
    if (typeof value === 'object' && value !== null) {
      for (const [k, v] of Object.entries(value)) this.add(`${name}[${k}]`, v)
      return
    }
    const text = value === undefined || value === null ? '' : String(value).trim()
    if (text === '') return
    if (text.includes('\0') || !text.isWellFormed()) throw invalid(name, 'UTF-8 text')
    const key = name.endsWith('[]') ? name.slice(0, -2) : name
    this.#values.set(key, [...(this.#values.get(key) ?? []), text])
  }

  static of(entries: Iterable<[string, unknown]>): Args {
    const args = new Args()
    for (const [name, value] of entries) args.add(name, value)
    return args
  }

  text(name: string, max = 1000): string | undefined {
    const value = this.#values.get(name)?.[0]
    if (value !== undefined && value.length > max) throw invalid(name, `at most ${max} characters`)
    return value
  }

  /** A comma list; the argument may also be repeated. */
  list(name: string, max = 1000): string[] | undefined {
    const values = this.#values.get(name)?.flatMap((v) => v.split(',').map((t) => t.trim()))
    const given = values?.filter((t) => t !== '')
    if (given && given.length > max) throw invalid(name, `at most ${max} values`)
    return given && given.length > 0 ? [...new Set(given)] : undefined
  }

  number(name: string, min: number, max: number): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = Number(text)
    if (!Number.isFinite(value) || value < min || value > max) throw invalid(name, `a number from ${min} to ${max}`)
    return value
  }

  whole(name: string, min: number, max: number): number | undefined {
    const value = this.number(name, min, max)
    if (value !== undefined && !Number.isInteger(value)) throw invalid(name, `a whole number from ${min} to ${max}`)
    return value
  }

  /** A W3C date-time with its time zone. A plus sign that was not escaped in an address arrives as a blank. */
  instant(name: string): Date | undefined {
    const text = this.text(name)?.replace(/ (?=\d\d:?\d\d$)/, '+')
    if (text === undefined) return undefined
    const at = W3C.test(text) ? new Date(text) : undefined
    if (!at || Number.isNaN(at.getTime()) || !sameDay(text))
      throw invalid(name, 'a W3C date-time with time zone, e.g. 2026-11-22T08:00:00+08:00')
    return at
  }

  /** attribute[code]=v, each with all its values. */
  attributes(): Map<string, string[]> {
    const found = new Map<string, string[]>()
    for (const [name, values] of this.#values) {
      const code = /^attribute\[([\w.:-]{1,60})\]/.exec(name)?.[1]
      if (code !== undefined) found.set(code, values)
    }
    return found
  }
}

const W3C = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/
/** Date rolls 31 February over into March; such a day is no day. */
const sameDay = (text: string): boolean => {
  const [y, m, d] = [text.slice(0, 4), text.slice(5, 7), text.slice(8, 10)].map(Number) as [number, number, number]
  return new Date(Date.UTC(y, m - 1, d)).getUTCDate() === d
}

export const invalid = (name: string, expected: string): AppError => refusal('OPEN311_ARGUMENT_INVALID', { name, expected })
