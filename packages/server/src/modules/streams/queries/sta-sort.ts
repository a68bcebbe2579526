/** Readings from rows and packs in an order that neither is kept in. */
import type { Db } from '../../../platform/db.ts'
import { boundPaths } from '../domain/sta/bind.ts'
import { compareValues, compileValue, ofKind } from '../domain/sta/evaluate.ts'
import { StaError } from '../domain/sta/fault.ts'
import { type Observation, readingValue } from '../domain/sta/observation.ts'
import type { SortKey } from '../domain/sta/options.ts'
import { PackedTest } from './sta-facts.ts'
import type { Compiled } from './sta-sql.ts'

export interface Sorted {
  observation: Observation
  keys: readonly { value: unknown; isDescending: boolean }[]
}

/** Puts the keys of an order beside readings. @throws StaError for orders by other entities than the reading itself */
export function sorterOf(order: readonly SortKey[], c: Compiled): (db: Db, found: Observation[]) => Promise<Sorted[]> {
  if (order.some(({ by }) => boundPaths(by).some((p) => p.steps.length > 0)))
    throw new StaError('$orderby: older readings are sorted by what they say themselves')
  const values = order.flatMap(({ by, isDescending }) => {
    const kinds = by.kind === 'any' ? (['number', 'text'] as const) : [by.kind]
    return kinds.map((kind) => ({ kind, isDescending, value: compileValue(by, c.now, kind) }))
  })
  return async (db, found) => {
    const known = new PackedTest(db, c, undefined)
    await known.learn(
      found.map((o) => o.stream),
      { from: 0, to: 0 }
    )
    return found.map((o) => {
      const kind = known.kinds.get(o.stream) ?? 'number'
      const subject = (path: Parameters<typeof readingValue>[2], as: Parameters<typeof readingValue>[3]) =>
        readingValue(o, kind, path, as)
      return {
        observation: o,
        keys: values.map((v) => ({ value: ofKind(v.value(subject), v.kind), isDescending: v.isDescending }))
      }
    })
  }
}

/** What has no value comes last, as in SQL. */
export function compareSorted(a: Sorted, b: Sorted): number {
  for (const [i, { value: x, isDescending }] of a.keys.entries()) {
    const y = b.keys[i]?.value
    if (x === null || y === null) {
      if (x !== y) return x === null ? 1 : -1
      continue
    }
    const by = compareValues(x, y)
    if (by !== 0) return isDescending ? -by : by
  }
  return a.observation.stream - b.observation.stream || a.observation.at - b.observation.at
}
