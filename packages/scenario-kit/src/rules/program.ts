import type { AlarmLevel, ConditionKind, Rule } from '@chengyun/contract/alarms'
import type { WallClock } from './wall-clock.ts'

/** Slots every node begins with. Instants are epoch ms, NaN is "none". */
export const LEVEL = 0 // 0: nothing stands; 1..4
export const BEGAN = 1 // when what stands began
export const SEEN = 2 // up to where was judged: evaluation never goes back
export const CALM = 3 // since when it could be cleared
export const DUE = 4 // next timer, Infinity where none
export const SIGNAL = 5 // the last signal
/** How long the last reading was under way, ms: timers wait so much longer, for the readings that are still coming. */
export const LAG = 6
export const RUNGS = 7 // since when each rung holds, lightest rung first

/** Slots of an input: instant and number of its last reading. */
export const INPUT_SLOTS = 2

/** What a step or tick did. */
export const NONE = 0
export const RAISE = 1
export const CLIMB = 2
export const CLEAR = 3
/** The reading is older than one of its input that was judged: nothing was done. */
export const LATE = 4
export type Outcome = typeof NONE | typeof RAISE | typeof CLIMB | typeof CLEAR | typeof LATE

/** Where a rule's program takes readings from. Input 0 is the stream it watches. */
export interface Input {
  /** Null: the stream watched. */
  stream: string | null
  /** Relation of the item to the other thing; null: the same thing. */
  relation: string | null
  freshMs: number
}

/** A condition, ready to be evaluated. One shape for all kinds, so that the hot path stays monomorphic. */
export interface Node {
  kind: ConditionKind
  /** Where its slots begin, counted from the first slot of the program. */
  at: number
  /** Input it judges. */
  input: number
  /** Bit n: quality n is judged. */
  accept: number
  /** Second input (difference, setPoint, compensation); −1: none. */
  other: number
  otherFreshMs: number
  /** Rungs from the lightest to the gravest. A rung holds where signal ≥ hi or signal ≤ lo. */
  rungs: number
  levels: Uint8Array
  hi: Float64Array
  lo: Float64Array
  forMs: Float64Array
  /** Calm where calmLo ≤ signal ≤ calmHi. */
  calmHi: number
  calmLo: number
  calmMs: number
  /** Repetition: 0 where there is none. */
  times: number
  timesMs: number
  /** Where the instants of repetitions begin. */
  timesAt: number
  /** Where the kind's own slots begin. */
  own: number
  size: number
  /** Numbers and switches of the kind. */
  windowMs: number
  direction: number
  relative: boolean
  absolute: boolean
  mode: number
  count: number
  limit: number
  hysteresis: number
  except: Float64Array
  curveX: Float64Array
  curveY: Float64Array
  from: number
  to: number
  /** Cells of a season, and how long the first learning and half of a memory last. */
  cells: number
  learnMs: number
  halfLifeMs: number
  /** First slot filled from outside, −1: none. */
  param: number
  parts: readonly Node[]
}

export interface Program {
  rule: Rule
  /** Slots a rule-stream takes. */
  size: number
  inputs: readonly Input[]
  root: Node
  /** Bit n: quality n is a value that other readings may be compared with. */
  accept: number
  /** Bit n: quality n counts as having been heard (silence rules). */
  heard: number
  /** Null: at all times. */
  active: ((at: number) => boolean) | null
  clock: WallClock
  lateMs: number
  /** How far back readings matter: what has to be run again to know what a reading within would have done. */
  horizonMs: number
  /** Slots that are filled from outside: attributes of the item, limits of a stream. */
  parameters: readonly Parameter[]
}

export interface Parameter {
  slot: number
  /** Attribute of the item, or a limit of the stream of `input`. */
  what: { attribute: string } | { limit: 'low' | 'high' }
  input: number
}

/** A change of what stands for a rule-stream. */
export interface Change {
  kind: 'raise' | 'level' | 'clear'
  level: AlarmLevel
  /** When it began. */
  began: number
  /** When it was found: instant of the reading or of the timer. */
  at: number
  /** Last reading of the stream watched. */
  value: number
  signal: number
}
