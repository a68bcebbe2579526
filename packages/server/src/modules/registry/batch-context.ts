import { dayAt } from '@chengyun/contract/indicators'
import type { RegisterDeclaration } from '@chengyun/contract/registry'
import type { Db } from '../../platform/db.ts'
import { counterOf } from './commands/codes.ts'
import type { FileTask } from './domain/batch/block.ts'
import { fold } from './domain/batch/values.ts'
import type { RegistryEnv } from './env.ts'
import { classesOf } from './present.ts'
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

/** What the rows of a file are held against. */
export const fileTask = (
  env: RegistryEnv,
  d: RegisterDeclaration,
  batch: BatchRecord,
  file: BatchFileRecord,
  units: ReadonlyMap<string, string>,
  now: Date
): FileTask => ({
  declaration: d,
  columns: file.columns,
  mapping: file.mapping,
  options: batch.options,
  scope: batch.scope,
  crs: file.crs,
  classes: classesOf(d),
  units,
  today: dayAt(now.getTime(), env.timeZone),
  offset: offsetOf(env.timeZone, now)
})

/** Codes for rows that have none: drafted from where the register stands, taken for good when the batch is published. */
export class Numbering {
  readonly #given: ReadonlyMap<string, number>
  readonly #series: Map<string, [start: number, last: number]>

  constructor(given: ReadonlyMap<string, number>, before: BatchProgress['series'] = {}) {
    this.#given = given
    this.#series = new Map(Object.entries(before).map(([prefix, [start, last]]) => [prefix, [start, last]]))
  }

  /** The next number under a prefix; null when its digits are used up. */
  next(prefix: string, digits: number): number | null {
    const at = this.#of(counterOf(prefix))
    if (at[1] + 1 >= 10 ** digits) return null
    at[1] += 1
    return at[1]
  }

  /** A number that came with the file: those drafted later go on after it. */
  saw(prefix: string, number: number): void {
    const at = this.#of(counterOf(prefix))
    if (number > at[1]) at[1] = number
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
