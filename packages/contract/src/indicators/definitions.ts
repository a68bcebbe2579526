import type { MeasureKey } from './measures.ts'

/** An indicator: a share of two measures, executable, with where it comes from and how it is to be read. */
export interface Indicator {
  version: number
  zh: string
  en: string
  /** Formula in the standards page of the project and what it rests on. */
  standardRef: string
  numerator: MeasureKey
  denominator: MeasureKey
  /** Which way is better. */
  direction: 'higher' | 'lower'
  unit: 'percent'
  /** The instant that decides into which period a case falls. */
  timeBasis: string
  exclusions: readonly ('selfHandled' | 'cancelled' | 'suspended')[]
}

const REF = 'CJJ/T 106; GB/T 30428.4'
const indicator = (
  zh: string,
  en: string,
  numerator: MeasureKey,
  denominator: MeasureKey,
  direction: Indicator['direction'],
  timeBasis: string,
  exclusions: Indicator['exclusions'] = ['selfHandled']
): Indicator => ({
  version: 1,
  zh,
  en,
  standardRef: REF,
  numerator,
  denominator,
  direction,
  unit: 'percent',
  timeBasis,
  exclusions
})

const DUE: Indicator['exclusions'] = ['selfHandled', 'cancelled', 'suspended']

/** Every rate the counted measures allow (standards §2.16.1). A change of meaning raises `version`; a key is never given again. */
export const INDICATORS = {
  validReportRate: indicator('有效上报率', 'Valid reports', 'validReport', 'ordinaryReport', 'higher', 'reportedAt'),
  registerRate: indicator('立案率', 'Registration rate', 'register', 'accept', 'higher', 'registeredAt / acceptedAt'),
  accurDispatchRate: indicator('准确派遣率', 'Right dispatch rate', 'accurDispatch', 'needDispatch', 'higher', 'registeredAt'),
  disposeRate: indicator('处置率', 'Handling rate', 'dispose', 'needDispose', 'higher', 'handleDeadlineAt, disposedAt', DUE),
  inTimeDisposeRate: indicator(
    '按期处置率',
    'Handled in time',
    'inTimeDispose',
    'needDispose',
    'higher',
    'handleDeadlineAt, disposedAt',
    DUE
  ),
  overtimeDisposeRate: indicator(
    '超期处置率',
    'Handled late',
    'overtimeDispose',
    'needDispose',
    'lower',
    'handleDeadlineAt, disposedAt',
    DUE
  ),
  closeRate: indicator('结案率', 'Closing rate', 'close', 'needClose', 'higher', 'totalDeadlineAt', DUE),
  inTimeCloseRate: indicator('按期结案率', 'Closed in time', 'inTimeClose', 'needClose', 'higher', 'totalDeadlineAt', DUE),
  overtimeCloseRate: indicator('超期结案率', 'Closed late', 'overtimeClose', 'needClose', 'lower', 'totalDeadlineAt', DUE),
  unclosedRate: indicator('未结案率', 'Not yet closed', 'unclosed', 'ordinaryReport', 'lower', 'reportedAt'),
  reworkRate: indicator('返工率', 'Rework rate', 'rework', 'dispose', 'lower', 'handleDeadlineAt, disposedAt', DUE),
  returnRate: indicator('退回率', 'Return rate', 'return', 'dispatch', 'lower', 'dispatchedAt')
} as const satisfies Record<string, Indicator>

export type IndicatorKey = keyof typeof INDICATORS
export const INDICATOR_KEYS = Object.keys(INDICATORS) as IndicatorKey[]
export const indicatorOf = (key: IndicatorKey): Indicator => INDICATORS[key]
export const isIndicatorKey = (key: string): key is IndicatorKey => Object.hasOwn(INDICATORS, key)

/** Counts by measure, as far as they are known. */
export type Counts = Partial<Record<MeasureKey, number>>

/** The rate in percent with two decimals; null (shown as "–") where there is nothing to divide by. */
export function rateOf(key: IndicatorKey, counts: Counts): number | null {
  const { numerator, denominator } = INDICATORS[key]
  const base = counts[denominator] ?? 0
  return base === 0 ? null : percent(counts[numerator] ?? 0, base)
}

/** Rounded half up on whole numbers: 2.345 % is 2.35 whatever binary fractions make of it. */
const percent = (part: number, whole: number): number => Math.floor((part * 20_000 + whole) / (2 * whole)) / 100
