import type { CountingFacts } from '@chengyun/contract/cases'
import {
  dayAt,
  holds,
  type InstantExpr,
  instantOf,
  KEPT_MEASURES,
  measureOf,
  monthOf,
  weightOf
} from '@chengyun/contract/indicators'
import type { Dimension, Grain } from '../tables.ts'

/** The whole city, and cases that lie in no district. */
export const CITY = '*'
export const NO_DISTRICT = '-'

/** What is to be added to one row of `indicators.tally`; `counts` in the order of KEPT_MEASURES. */
export interface TallyRow {
  dimension: Dimension
  grain: Grain
  startsOn: string
  area: string
  key: string
  counts: number[]
}

interface Counted {
  day: string
  weight: number
}

/** Measures by the instant they count on: each instant is read once a case. */
const BY_INSTANT = [
  ...Map.groupBy(
    KEPT_MEASURES.map((key, index) => ({ index, ...measureOf(key) })),
    (m) => JSON.stringify(m.on)
  ).values()
].map((group) => ({
  on: group[0]!.on as InstantExpr,
  measures: group
}))

function countedOf(facts: CountingFacts, timeZone: string): (Counted | undefined)[] {
  const out = new Array<Counted | undefined>(KEPT_MEASURES.length)
  for (const { on, measures } of BY_INSTANT) {
    const at = instantOf(on, facts, 0)
    if (at === null) continue
    const day = dayAt(at, timeZone)
    for (const m of measures) {
      const weight = weightOf(m.weight, facts)
      if (weight !== 0 && holds(m.where, facts, 0) === true) out[m.index] = { day, weight }
    }
  }
  return out
}

type Place = readonly (readonly [dimension: Dimension, area: string, key: string])[]

/** The rows a case is counted in, apart from the day. */
function placesOf(f: CountingFacts): Place {
  const area = f.districtCode ?? NO_DISTRICT
  const out: [Dimension, string, string][] = [
    ['total', CITY, ''],
    ['total', area, ''],
    ['source', CITY, f.sourceType],
    ['source', area, f.sourceType],
    ['major', CITY, f.majorCode],
    ['major', area, f.majorCode]
  ]
  if (f.streetCode !== null) out.push(['street', area, f.streetCode])
  if (f.unitId !== null) out.push(['unit', area, f.unitId])
  return out
}

const samePlace = (a: CountingFacts, b: CountingFacts): boolean =>
  a.districtCode === b.districtCode &&
  a.streetCode === b.streetCode &&
  a.unitId === b.unitId &&
  a.sourceType === b.sourceType &&
  a.majorCode === b.majorCode

/** Differences that moves of cases make, gathered over a batch: after − before, so that any order of batches ends in the same sums. */
export class TallyBook {
  readonly #rows = new Map<string, TallyRow>()
  readonly #timeZone: string

  constructor(timeZone: string) {
    this.#timeZone = timeZone
  }

  /** Take a move in; `sign` −1 takes it out again. */
  move(before: CountingFacts | null, after: CountingFacts | null, sign: 1 | -1 = 1): void {
    const old = before ? countedOf(before, this.#timeZone) : []
    const fresh = after ? countedOf(after, this.#timeZone) : []
    const unmoved = before !== null && after !== null && samePlace(before, after)
    const oldPlaces = before ? placesOf(before) : []
    const newPlaces = unmoved ? oldPlaces : after ? placesOf(after) : []
    for (let i = 0; i < KEPT_MEASURES.length; i++) {
      const a = old[i]
      const b = fresh[i]
      // Most steps of a case leave most of its counts where they are.
      if (unmoved && a?.day === b?.day && a?.weight === b?.weight) continue
      if (a) this.#add(oldPlaces, a.day, i, -sign * a.weight)
      if (b) this.#add(newPlaces, b.day, i, sign * b.weight)
    }
  }

  #add(places: Place, day: string, index: number, n: number): void {
    for (const [dimension, area, key] of places) {
      this.#row(dimension, 'd', day, area, key).counts[index]! += n
      this.#row(dimension, 'm', monthOf(day), area, key).counts[index]! += n
    }
  }

  #row(dimension: Dimension, grain: Grain, startsOn: string, area: string, key: string): TallyRow {
    const id = `${dimension} ${grain} ${startsOn} ${area} ${key}`
    let row = this.#rows.get(id)
    if (!row) {
      row = { dimension, grain, startsOn, area, key, counts: new Array<number>(KEPT_MEASURES.length).fill(0) }
      this.#rows.set(id, row)
    }
    return row
  }

  /** What is left after everything cancelled out, in the order of the table's key. */
  rows(): TallyRow[] {
    return [...this.#rows.entries()]
      .filter(([, row]) => row.counts.some((n) => n !== 0))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, row]) => row)
  }
}
