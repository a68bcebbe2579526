import { dayAt } from '@chengyun/contract/indicators'
import type { RegisterDeclaration } from '@chengyun/contract/registry'
import type { Db } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import { counterOf } from './commands/codes.ts'
import { uuidBytes } from './domain/batch/copy-rows.ts'
import type { RowContext } from './domain/batch/row.ts'
import { fold } from './domain/batch/values.ts'
import { codeOf, seriesOf, seriesOfCode } from './domain/codes.ts'
import type { RegistryEnv } from './env.ts'
import { classesOf, searchTexts } from './present.ts'
import type { BatchFileRecord, BatchProgress, BatchRecord } from './queries/batches.ts'
import { listUnitWords } from './queries/batches.ts'

/** The offset of a time zone at a moment, like +08:00. */
export function offsetOf(timeZone: string, at: Date): string {
  const part = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find((p) => p.type === 'timeZoneName')
  return part?.value.replace('GMT', '') || '+00:00'
}

/** Units by every word they may be called by; of two with the same name the older. */
export async function unitsByWord(db: Db): Promise<Map<string, string>> {
  const out = new Map<string, string>()
  for (const { id, words } of await listUnitWords(db)) for (const word of words) out.set(fold(word), id)
  return out
}

/** What the rows of a file are held against. `placed` hears of every place that is looked up. */
export function rowContext(
  env: RegistryEnv,
  d: RegisterDeclaration,
  batch: BatchRecord,
  file: BatchFileRecord,
  units: ReadonlyMap<string, string>,
  now: Date,
  placed: (lng: number, lat: number, code: string | null) => void
): RowContext {
  const { geo } = env
  const searched = d.attributes.filter((a) => a.searchable)
  const brief = { ...d, attributes: searched }
  const divisions = new Map<string, string[]>()
  const locate = (lng: number, lat: number): string | null =>
    geo.locate({ lng, lat })?.gridCode ?? geo.districtAt({ lng, lat })?.code ?? null
  return {
    declaration: d,
    columns: file.columns,
    mapping: file.mapping,
    options: batch.options,
    scope: batch.scope,
    crs: file.crs,
    classes: classesOf(d),
    units,
    locate(lng, lat) {
      const code = locate(lng, lat)
      placed(lng, lat, code)
      return code
    },
    addressOf: (lng, lat) => geo.addressOf({ lng, lat }),
    divisionsOf(grid) {
      if (grid === null) return []
      const key = grid.slice(0, 12)
      const known = divisions.get(key)
      if (known) return known
      const made = [6, 9, 12].flatMap((n) => (key.length >= n ? [geo.nameOf(key.slice(0, n)) ?? ''] : []))
      divisions.set(key, made)
      return made
    },
    isCounty: (code) => geo.nameOf(code) !== null,
    searchTexts: (attributes) => (searched.length === 0 ? [] : searchTexts(brief, attributes)),
    today: dayAt(now.getTime(), env.timeZone),
    offset: offsetOf(env.timeZone, now)
  }
}

/** Codes for rows that have none: drafted from where the register stands, taken for good when the batch is published. */
export class Numbering {
  readonly #rule: RegisterDeclaration['code']
  readonly #given: ReadonlyMap<string, number>
  readonly #series: Map<string, [start: number, last: number]>

  constructor(d: RegisterDeclaration, given: ReadonlyMap<string, number>, before: BatchProgress['series'] = {}) {
    this.#rule = d.code
    this.#given = given
    this.#series = new Map(Object.entries(before).map(([prefix, [start, last]]) => [prefix, [start, last]]))
  }

  /** The next code; null when the digits of its series are used up. */
  next(county: string, classCode: string | null): string | null {
    const series = seriesOf(this.#rule, county, classCode)
    if (!series) return null
    const at = this.#of(counterOf(series.prefix))
    at[1] += 1
    return codeOf(series, at[1])
  }

  /** A code that came with the file: numbers drafted later go on after it. */
  saw(code: string): void {
    const own = seriesOfCode(this.#rule, code)
    if (!own) return
    const at = this.#of(counterOf(own.prefix))
    if (own.number > at[1]) at[1] = own.number
  }

  get series(): Record<string, [number, number]> {
    return Object.fromEntries([...this.#series].map(([prefix, [start, last]]) => [prefix, [start, last]]))
  }

  #of(prefix: string): [number, number] {
    const known = this.#series.get(prefix)
    if (known) return known
    const start = this.#given.get(prefix) ?? 0
    const made: [number, number] = [start, start]
    this.#series.set(prefix, made)
    return made
  }
}

/** Ids for many rows: UUIDv7 of the same process one after another, as bytes. */
export class Ids {
  #base = uuidBytes(newId())
  #n = 0

  next(): Uint8Array {
    if (this.#n === 0x1000) {
      this.#base = uuidBytes(newId())
      this.#n = 0
    }
    const id = Uint8Array.from(this.#base)
    // The last 62 bits are random and belong to the base alone: twelve of them count its rows.
    id[14] = (this.#n >> 4) & 0xff
    id[15] = (((this.#n & 0xf) << 4) | ((this.#base[15] as number) & 0xf)) & 0xff
    this.#n += 1
    return id
  }
}
