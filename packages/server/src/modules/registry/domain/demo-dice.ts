/** What the rules of a demonstration's registers are made of. */
import type { ItemGeometry } from '@chengyun/contract/registry'
import type { DemoPlace } from './demo-places.ts'

/** Chance of one item, in words that read well in a rule. */
export class Dice {
  readonly next: () => number
  readonly #today: number
  constructor(next: () => number, now: Date) {
    this.next = next
    this.#today = now.getTime()
  }
  /** A whole number from `from` to `to`. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }
  /** A number between, rounded to `step`. */
  number(from: number, to: number, step: number): number {
    return Number((Math.round((from + this.next() * (to - from)) / step) * step).toFixed(2))
  }
  of<T>(...all: readonly [T, ...T[]]): T {
    return all[Math.floor(this.next() * all.length)] as T
  }
  /** Each with its share; shares need not add up to anything. */
  mostly<T>(...all: readonly [readonly [T, number], ...(readonly [T, number])[]]): T {
    let left = this.next() * all.reduce((sum, [, share]) => sum + share, 0)
    for (const [one, share] of all) {
      left -= share
      if (left < 0) return one
    }
    return all[0][0]
  }
  is(share: number): boolean {
    return this.next() < share
  }
  /** A day so many days from today, YYYY-MM-DD. */
  day(from: number, to: number): string {
    return new Date(this.#today + this.whole(from, to) * 86_400_000).toISOString().slice(0, 10)
  }
  /** Numbers in a block that is given to nobody. */
  phone(): string {
    return `1390000${String(this.whole(0, 9999)).padStart(4, '0')}`
  }
  person(): string {
    return (
      this.of('王', '李', '张', '刘', '陈', '孙', '赵', '于', '姜', '宋') +
      this.of('建国', '秀英', '海燕', '志强', '玉兰', '晓明', '丽华', '德胜', '文静', '春生')
    )
  }
}

/** An item as its rule makes it; code, grid and address are the writer's business. */
export interface DemoFacts {
  classCode: string
  status: string
  name: string
  attributes: Record<string, unknown>
  geometry?: ItemGeometry
}

/** Where an item stands, as far as its name may say. */
export interface DemoWhere extends DemoPlace {
  communityName: string
  districtCode: string
}

export interface DemoRegister {
  type: string
  /** Of a city as large as the delivered demonstration. */
  count: number
  where: 'road' | 'cell' | 'nowhere'
  /** Metres from the middle of the road. */
  offsetM: number
  /** Keys of units, as in demo-rules.ts. */
  authority: string
  owner?: string
  maintainer?: string
  /** The code of the n-th, where owners give codes. */
  code?: (n: number, district: string) => string
  make: (dice: Dice, at: DemoWhere, n: number) => DemoFacts
}

export const padded = (n: number, digits: number): string => String(n).padStart(digits, '0')
export const polygonOf = (ring: [number, number][]): ItemGeometry => ({ type: 'Polygon', coordinates: [ring] })
