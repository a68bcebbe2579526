import type { Areas } from './areas.ts'
import type { Change } from './program.ts'

/** A change, and the rule-stream it is of. */
export interface Finding extends Change {
  of: number
}

/** A reading that came after later ones of its stream, and the rule-stream that has to be judged again because of it. */
export interface LateReading {
  of: number
  at: number
}

/** A rule over one stream, to be judged. */
export interface RuleStream {
  program: number
  /** Number of the stream for each input of the program; −1 where the thing has none. */
  streams: readonly number[]
  /** What the program's parameters are, in their order; NaN where not known. */
  parameters: readonly number[]
  areas?: Areas | null
}
