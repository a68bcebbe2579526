import type { CrsSuspicion } from '@chengyun/contract/registry'
import { toCgcs2000 } from '../../../geo/index.ts'

type Pair = readonly [number, number]

/** Where a place lies: the code of its unit grid, or of its district where there is none; null outside the city. */
export type Locate = (lng: number, lat: number) => string | null

/** So many rows are compared; they say enough. */
const ENOUGH = 5000
const LEAST = 20
const OTHERS = ['GCJ-02', 'BD-09'] as const

/**
 * Whether places declared as CGCS2000 or WGS-84 are really in one of the shifted systems: each row that claims a grid, a community or a street is
 * held against where it lies as declared and where it would lie after conversion. Rows without a claim only say whether they lie in the city.
 */
export class CrsWatch {
  readonly #locate: Locate
  #compared = 0
  #agree = 0
  readonly #agreeAs = [0, 0]
  #unclaimed = 0
  #inside = 0
  readonly #insideAs = [0, 0]

  constructor(locate: Locate) {
    this.#locate = locate
  }

  /** Whether more rows would still say something. */
  get wants(): boolean {
    return this.#compared < ENOUGH && this.#unclaimed < ENOUGH
  }

  add(at: Pair, claim: string | null, located: string | null): void {
    const claimed = claim !== null && claim.length >= 9 ? claim : null
    const fits = (code: string | null): boolean => code !== null && (claimed === null || code.startsWith(claimed))
    const as = OTHERS.map((crs) => {
      const [lng, lat] = toCgcs2000(at, crs)
      return fits(this.#locate(lng, lat))
    })
    if (claimed === null) {
      this.#unclaimed += 1
      if (fits(located)) this.#inside += 1
      as.forEach((yes, i) => {
        if (yes) this.#insideAs[i] = (this.#insideAs[i] as number) + 1
      })
      return
    }
    this.#compared += 1
    if (fits(located)) this.#agree += 1
    as.forEach((yes, i) => {
      if (yes) this.#agreeAs[i] = (this.#agreeAs[i] as number) + 1
    })
  }

  /** What is suspected of a file; null when nothing is. */
  verdict(file: number, declared: string): CrsSuspicion | null {
    const claims = this.#compared >= LEAST
    const compared = claims ? this.#compared : this.#unclaimed
    const agree = claims ? this.#agree : this.#inside
    const as = claims ? this.#agreeAs : this.#insideAs
    const best = (as[0] as number) >= (as[1] as number) ? 0 : 1
    const likely = as[best] as number
    // Half of the rows at least must speak for the other system, and clearly more than for the declared one.
    if (compared < LEAST || likely < compared * 0.5 || likely - agree < compared * 0.2) return null
    const crs = OTHERS[best] as string
    const share = (n: number): string => `${((100 * n) / compared).toFixed(1)}%`
    const [zh, en] = claims
      ? ['落在所报的网格（社区、街道）内', 'lie in the grid, community or street they claim']
      : ['落在本市范围内', 'lie in the city']
    return {
      file,
      declared,
      likely: crs,
      compared,
      agreeDeclared: agree,
      agreeLikely: likely,
      sentence: {
        zh: `坐标疑为 ${crs}：比对 ${compared} 行，按申报的 ${declared} 有 ${share(agree)} ${zh}，按 ${crs} 换算后有 ${share(likely)}`,
        en: `The coordinates are probably ${crs}: of ${compared} rows ${share(agree)} ${en} as ${declared}, and ${share(likely)} after conversion from ${crs}`
      }
    }
  }
}
