import type * as GeoJSON from 'geojson'

/** What an expression yields. `any` is a value whose kind is known only when it is read: `result`, members of `properties`. */
export type Kind = 'bool' | 'number' | 'text' | 'time' | 'date' | 'duration' | 'geo' | 'any'

/** A literal; times are epoch ms, durations ms, days `YYYY-MM-DD`. */
export type Literal =
  | { node: 'literal'; kind: 'bool'; value: boolean }
  | { node: 'literal'; kind: 'number' | 'time' | 'duration'; value: number }
  | { node: 'literal'; kind: 'text' | 'date'; value: string }
  | { node: 'literal'; kind: 'geo'; value: GeoJSON.Geometry }
  | { node: 'literal'; kind: 'any'; value: null }

/** `Datastreams/Thing/properties/owner`: names as written. */
export interface Path {
  node: 'path'
  names: readonly string[]
}

/** An operator or a function with its operands. */
export interface Call {
  node: 'call'
  op: string
  args: readonly Expression[]
}

export type Expression = Literal | Path | Call

export const OPERATORS = {
  compare: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  logic: ['and', 'or', 'not'],
  reckon: ['add', 'sub', 'mul', 'div', 'mod']
} as const
export const isComparison = (op: string): boolean => (OPERATORS.compare as readonly string[]).includes(op)
export const isArithmetic = (op: string): boolean => (OPERATORS.reckon as readonly string[]).includes(op)

/** Functions: kinds of the arguments and of the answer (SensorThings 1.1, 9.3.3.5.2). `time` takes intervals too, by their beginning. */
export const FUNCTIONS: Readonly<Record<string, { takes: readonly Kind[]; least?: number; gives: Kind }>> = {
  substringof: { takes: ['text', 'text'], gives: 'bool' },
  contains: { takes: ['text', 'text'], gives: 'bool' },
  endswith: { takes: ['text', 'text'], gives: 'bool' },
  startswith: { takes: ['text', 'text'], gives: 'bool' },
  length: { takes: ['text'], gives: 'number' },
  indexof: { takes: ['text', 'text'], gives: 'number' },
  substring: { takes: ['text', 'number', 'number'], least: 2, gives: 'text' },
  tolower: { takes: ['text'], gives: 'text' },
  toupper: { takes: ['text'], gives: 'text' },
  trim: { takes: ['text'], gives: 'text' },
  concat: { takes: ['text', 'text'], gives: 'text' },
  year: { takes: ['time'], gives: 'number' },
  month: { takes: ['time'], gives: 'number' },
  day: { takes: ['time'], gives: 'number' },
  hour: { takes: ['time'], gives: 'number' },
  minute: { takes: ['time'], gives: 'number' },
  second: { takes: ['time'], gives: 'number' },
  fractionalseconds: { takes: ['time'], gives: 'number' },
  date: { takes: ['time'], gives: 'date' },
  time: { takes: ['time'], gives: 'text' },
  totaloffsetminutes: { takes: ['time'], gives: 'number' },
  now: { takes: [], gives: 'time' },
  mindatetime: { takes: [], gives: 'time' },
  maxdatetime: { takes: [], gives: 'time' },
  round: { takes: ['number'], gives: 'number' },
  floor: { takes: ['number'], gives: 'number' },
  ceiling: { takes: ['number'], gives: 'number' },
  'geo.distance': { takes: ['geo', 'geo'], gives: 'number' },
  'geo.length': { takes: ['geo'], gives: 'number' },
  'geo.intersects': { takes: ['geo', 'geo'], gives: 'bool' },
  st_equals: { takes: ['geo', 'geo'], gives: 'bool' },
  st_disjoint: { takes: ['geo', 'geo'], gives: 'bool' },
  st_touches: { takes: ['geo', 'geo'], gives: 'bool' },
  st_within: { takes: ['geo', 'geo'], gives: 'bool' },
  st_overlaps: { takes: ['geo', 'geo'], gives: 'bool' },
  st_crosses: { takes: ['geo', 'geo'], gives: 'bool' },
  st_intersects: { takes: ['geo', 'geo'], gives: 'bool' },
  st_contains: { takes: ['geo', 'geo'], gives: 'bool' },
  st_relate: { takes: ['geo', 'geo', 'text'], gives: 'bool' }
}

/** `mindatetime` and `maxdatetime`: years 1 and 9999. */
export const MIN_TIME = -62_135_596_800_000
export const MAX_TIME = 253_402_300_799_999
