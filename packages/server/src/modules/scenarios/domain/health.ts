/** The index of an item: 100, less what its alarms and the nearness of its limits take off. Pure. */
import type { IndexDeclaration } from '@chengyun/scenario-kit/packs'
import type { Said } from './report.ts'

export interface IndexFacts {
  /** Streams of its points, and how many of them spoke. */
  streams: number
  spoken: number
  /** The gravest level of each thing that had an alarm. */
  levels: readonly number[]
  /** The greatest share of its limit any point reached, and which; null where no limit is set. */
  nearest: { share: number; point: string } | null
}
/** What was taken off, and why: kept with the value. */
export interface IndexParts {
  streams: number
  spoken: number
  /** Things by the level of their gravest alarm, 1 to 4, and what they take off together. */
  alarms: readonly { level: number; things: number; off: number }[]
  nearest: { share: number; point: string; off: number } | null
}
export interface IndexValue {
  /** Null: too few of its points spoke, so that it is not known. */
  value: number | null
  /** Number of its class, 0 the best. */
  class: number | null
  parts: IndexParts
}

const LEVELS = [1, 2, 3, 4] as const

export function indexOf(declared: IndexDeclaration, { streams, spoken, levels, nearest }: IndexFacts): IndexValue {
  const alarms = LEVELS.flatMap((level) => {
    const things = levels.filter((l) => l === level).length
    return things === 0 ? [] : [{ level, things, off: round(things * declared.deduct[`${level}`]) }]
  })
  const near =
    declared.limit && nearest ? { ...nearest, share: round(nearest.share, 3), off: nearOff(declared.limit, nearest.share) } : null
  const parts: IndexParts = { streams, spoken, alarms, nearest: near }
  if (streams === 0 || spoken / streams < declared.heard || spoken === 0) return { value: null, class: null, parts }
  const off = alarms.reduce((sum, a) => sum + a.off, 0) + (near?.off ?? 0)
  const value = round(Math.max(0, 100 - off))
  return { value, class: classOf(declared, value), parts }
}

const round = (value: number, decimals = 1): number => Number(value.toFixed(decimals))
const nearOff = ({ from, deduct }: NonNullable<IndexDeclaration['limit']>, share: number): number =>
  round(deduct * Math.min(1, Math.max(0, (share - from) / (1 - from))))

/** Number of the class a value falls into, 0 the best. */
export const classOf = ({ classes }: Pick<IndexDeclaration, 'classes'>, value: number): number =>
  classes.findIndex((c) => value >= c.from)

/** Why it is not 100, in a sentence. */
export function whyOf({ alarms, nearest, spoken, streams }: IndexParts): Said {
  const zh = alarms.map((a) => `${a.level} 级报警 ${a.things} 处（−${a.off}）`)
  const en = alarms.map((a) => `level ${a.level} at ${a.things} (−${a.off})`)
  if (nearest && nearest.off > 0) {
    const share = Math.round(nearest.share * 100)
    zh.push(`${nearest.point} 达限值的 ${share}%（−${nearest.off}）`)
    en.push(`${nearest.point} at ${share} % of its limit (−${nearest.off})`)
  }
  if (spoken < streams) {
    zh.push(`${streams} 个测点项中 ${spoken} 个有数据`)
    en.push(`${spoken} of ${streams} readings heard`)
  }
  return zh.length === 0 ? { zh: '无', en: 'nothing' } : { zh: zh.join('；'), en: en.join('; ') }
}
