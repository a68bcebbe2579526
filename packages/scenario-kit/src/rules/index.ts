export { type Areas, makeAreas, type Polygon } from './areas.ts'
export { type Expectation, expectation } from './baseline.ts'
export { checkRule, type RuleFault, type RuleSurroundings } from './check.ts'
export { compile, NEIGHBOURS } from './compile.ts'
export { Engine, SLACK_MS } from './engine.ts'
export {
  BEGAN,
  type Change,
  CLEAR,
  CLIMB,
  DUE,
  INPUT_SLOTS,
  type Input,
  LATE,
  LEVEL,
  NONE,
  type Node,
  type Outcome,
  type Parameter,
  type Program,
  RAISE,
  SEEN,
  SIGNAL
} from './program.ts'
export type { Finding, LateReading, RuleStream } from './rule-stream.ts'
export { dueOf, neighbour, start, step, tick } from './run.ts'
export { freshValue, onCurve } from './signals.ts'
export { profile, type WallClock, wallClock } from './wall-clock.ts'
