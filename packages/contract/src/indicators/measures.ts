import { OPEN_STATUSES } from '../cases/index.ts'
import type { Condition, InstantExpr, Weight } from './expression.ts'

/**
 * One thing that is counted. A kept measure counts a case on the day of `on` (wall clock of the city) while `where` holds; a live one
 * (`on: null`) counts what holds at this moment and is asked of open cases only.
 */
export interface Measure {
  zh: string
  en: string
  on: InstantExpr | null
  where: Condition
  weight: Weight
  /** What it means, for tooltips and the documentation. */
  noteZh: string
  noteEn: string
}

const at = (column: Extract<InstantExpr, { column: unknown }>['column']): InstantExpr => ({ column })
const all = (...conditions: Condition[]): Condition => ({ all: conditions })
const known = (column: Extract<InstantExpr, { column: unknown }>['column']): Condition => ({ known: at(column) })
const now: InstantExpr = { now: true }

/** Handled on the spot by who found it: counted by itself, outside every rate. */
const ordinary: Condition = { not: { flag: 'self_handled' } }
const neitherCancelledNorSuspended: Condition = { not: { status: ['cancelled', 'suspended'] } }
const exempt: Condition = { flag: 'timeout_exempt' }

/** A case is due for handling on the day of its deadline, or when it was finished before that: on the day it was finished. */
const handleDueDay: InstantExpr = { least: [at('disposed_at'), at('handle_deadline_at')] }
const handleDue = all(ordinary, known('handle_deadline_at'), neitherCancelledNorSuspended)
const disposedInTime: Condition = { any: [exempt, { atMost: [at('disposed_at'), at('handle_deadline_at')] }] }
const closeDue = all(ordinary, known('total_deadline_at'), neitherCancelledNorSuspended)
const closedInTime: Condition = { any: [exempt, { atMost: [at('closed_at'), at('total_deadline_at')] }] }

const measure = (
  zh: string,
  en: string,
  on: InstantExpr | null,
  where: Condition,
  noteZh: string,
  noteEn: string,
  weight: Weight = 1
): Measure => ({
  zh,
  en,
  on,
  where,
  weight,
  noteZh,
  noteEn
})

/** Everything that is counted (standards §2.16.2); names are those in use for evaluation (§2.16.2, last list). */
export const MEASURES = {
  report: measure('上报数', 'Reported', at('reported_at'), all(), '上报时间在期内', 'Reported in the period'),
  ordinaryReport: measure(
    '上报数（不含自行处置）',
    'Reported, not self-handled',
    at('reported_at'),
    ordinary,
    '上报时间在期内，不含自行处置',
    'Reported in the period and not handled on the spot'
  ),
  selfHandled: measure(
    '自行处置数',
    'Self-handled',
    at('reported_at'),
    { flag: 'self_handled' },
    '采集员当场处置；不计入各项比率',
    'Handled on the spot by who found it; outside every rate'
  ),
  validReport: measure(
    '有效上报数',
    'Valid reports',
    at('reported_at'),
    all(ordinary, known('registered_at')),
    '期内上报且已立案',
    'Reported in the period and registered since'
  ),
  unclosed: measure(
    '未结案数',
    'Not yet closed',
    at('reported_at'),
    all(ordinary, { status: OPEN_STATUSES }),
    '期内上报、尚未办结',
    'Reported in the period and still open'
  ),
  accept: measure('受理数', 'Accepted', at('accepted_at'), ordinary, '受理时间在期内', 'Accepted in the period'),
  register: measure(
    '立案数',
    'Registered',
    at('registered_at'),
    all(ordinary, { not: { status: ['cancelled'] } }),
    '立案时间在期内且未作废',
    'Registered in the period and not cancelled'
  ),
  notRegister: measure(
    '不予立案数',
    'Not registered',
    at('cancelled_at'),
    all(ordinary, { status: ['not_registered'] }),
    '期内决定不予立案',
    'Refused registration in the period'
  ),
  cancel: measure(
    '作废数',
    'Cancelled',
    at('cancelled_at'),
    all(ordinary, { status: ['cancelled'] }),
    '期内作废（含并案）',
    'Cancelled or merged into another case in the period'
  ),
  needDispatch: measure(
    '应派遣数',
    'Due for dispatch',
    at('registered_at'),
    ordinary,
    '立案时间在期内',
    'Registered in the period'
  ),
  dispatch: measure('派遣数', 'Dispatched', at('dispatched_at'), ordinary, '派遣时间在期内', 'Dispatched in the period'),
  accurDispatch: measure(
    '准确派遣数',
    'Dispatched rightly',
    at('registered_at'),
    all(ordinary, known('dispatched_at'), { not: { some: 'return_count' } }),
    '应派遣案件中已派遣且未被退回',
    'Of those due for dispatch: dispatched and never returned'
  ),
  needDispose: measure(
    '应处置数',
    'Due for handling',
    handleDueDay,
    handleDue,
    '处置时限在期内，或提前于期内处置完成；不含作废、挂账',
    'Handling deadline in the period, or finished in it before the deadline; neither cancelled nor suspended'
  ),
  dispose: measure(
    '处置数',
    'Handled of those due',
    handleDueDay,
    all(handleDue, known('disposed_at')),
    '应处置案件中已处置完成',
    'Of those due for handling: finished'
  ),
  inTimeDispose: measure(
    '按期处置数',
    'Handled in time',
    handleDueDay,
    all(handleDue, known('disposed_at'), disposedInTime),
    '应处置案件中于时限内处置完成（或经申诉免责）',
    'Of those due for handling: finished by the deadline, or exempted on appeal'
  ),
  overtimeDispose: measure(
    '超期处置数',
    'Handled late',
    handleDueDay,
    all(handleDue, known('disposed_at'), { not: disposedInTime }),
    '应处置案件中超过时限处置完成',
    'Of those due for handling: finished after the deadline'
  ),
  disposed: measure(
    '处置完成数',
    'Handling finished',
    at('disposed_at'),
    ordinary,
    '处置完成时间在期内',
    'Handling finished in the period'
  ),
  needClose: measure(
    '应结案数',
    'Due for closing',
    at('total_deadline_at'),
    closeDue,
    '结案时限在期内；不含作废、挂账',
    'Closing deadline in the period; neither cancelled nor suspended'
  ),
  close: measure(
    '结案数',
    'Closed of those due',
    at('total_deadline_at'),
    all(closeDue, known('closed_at')),
    '应结案案件中已结案',
    'Of those due for closing: closed'
  ),
  inTimeClose: measure(
    '按期结案数',
    'Closed in time',
    at('total_deadline_at'),
    all(closeDue, known('closed_at'), closedInTime),
    '应结案案件中于时限内结案（或经申诉免责）',
    'Of those due for closing: closed by the deadline, or exempted on appeal'
  ),
  overtimeClose: measure(
    '超期结案数',
    'Closed late',
    at('total_deadline_at'),
    all(closeDue, known('closed_at'), { not: closedInTime }),
    '应结案案件中超过时限结案',
    'Of those due for closing: closed after the deadline'
  ),
  closed: measure(
    '结案完成数',
    'Closing finished',
    at('closed_at'),
    ordinary,
    '结案时间在期内（含强制结案）',
    'Closed in the period, forced closing included'
  ),
  rework: measure(
    '返工次数',
    'Reworks',
    handleDueDay,
    handleDue,
    '应处置案件的返工次数合计',
    'Reworks of the cases due for handling',
    'rework_count'
  ),
  reworkCase: measure(
    '返工案件数',
    'Reworked cases',
    handleDueDay,
    all(handleDue, { some: 'rework_count' }),
    '应处置案件中发生过返工的案件',
    'Cases due for handling that were reworked'
  ),
  return: measure(
    '退回次数',
    'Returns',
    at('dispatched_at'),
    ordinary,
    '期内派遣案件的退回次数合计',
    'Returns of the cases dispatched in the period',
    'return_count'
  ),
  returnCase: measure(
    '退回案件数',
    'Returned cases',
    at('dispatched_at'),
    all(ordinary, { some: 'return_count' }),
    '期内派遣案件中发生过退回的案件',
    'Cases dispatched in the period that were returned'
  ),
  open: measure('在办数', 'Open', null, { flag: 'is_open' }, '此刻尚未办结', 'Not over at this moment'),
  late: measure(
    '超期在办数',
    'Open and late',
    null,
    all({ flag: 'is_open' }, { before: [at('due_at'), now] }),
    '此刻尚未办结且当前环节已超期',
    'Not over, and the present stage is past its deadline'
  ),
  overtimeToDispose: measure(
    '超期未处置数',
    'Handling overdue',
    null,
    all(
      { flag: 'is_open' },
      ordinary,
      neitherCancelledNorSuspended,
      { not: known('disposed_at') },
      { before: [at('handle_deadline_at'), now] }
    ),
    '此刻已过处置时限而未处置完成',
    'Past the handling deadline and not finished'
  )
} as const satisfies Record<string, Measure>

export type MeasureKey = keyof typeof MEASURES
export const MEASURE_KEYS = Object.keys(MEASURES) as MeasureKey[]
export const measureOf = (key: MeasureKey): Measure => MEASURES[key]
export const isMeasureKey = (key: string): key is MeasureKey => Object.hasOwn(MEASURES, key)

/** Measures kept by day in the roll-ups, in the order of their columns. */
export const KEPT_MEASURES = MEASURE_KEYS.filter((key) => measureOf(key).on !== null)
/** Measures of this moment. */
export const LIVE_MEASURES = MEASURE_KEYS.filter((key) => measureOf(key).on === null)
/** A measure that sums a number carried by cases opens the list of cases that carry any. */
export const ROWS_OF: Partial<Record<MeasureKey, MeasureKey>> = { rework: 'reworkCase', return: 'returnCase' }
