import { type CanView, OPERATION_KEYS, type OperationKey } from '@chengyun/contract/cases'
import type { MediaPhase } from '@chengyun/contract/media'
import type { IconName } from '../../parts/Icon.tsx'

/** A step as it is offered in the field: the operation, what is already decided by the button, and what else it asks for. */
export interface FieldStep {
  op: OperationKey
  result?: 'exists' | 'notExists' | 'cannotFind' | 'pass' | 'fail'
  kind?: 'primary' | 'good' | 'bad'
  icon?: IconName
  /** Photos of which phase belong to it, and how many at least. */
  photos?: { phase: MediaPhase; atLeast: number }
  words: 'none' | 'optional' | 'required'
  /** Field of the operation the words go into. */
  wordsField: 'opinion' | 'reason'
  until?: boolean
  toMyself?: boolean
  /** Asks which colleague of the unit it goes to. */
  toColleague?: boolean
}

const VERIFY: readonly FieldStep[] = [
  step('submitVerify', { result: 'cannotFind', words: 'required', photos: { phase: 'verify', atLeast: 1 }, icon: 'unknown' }),
  step('submitVerify', {
    result: 'notExists',
    words: 'required',
    photos: { phase: 'verify', atLeast: 1 },
    kind: 'bad',
    icon: 'cross'
  }),
  step('submitVerify', { result: 'exists', photos: { phase: 'verify', atLeast: 1 }, kind: 'good', icon: 'check' })
]
const CHECK: readonly FieldStep[] = [
  step('submitCheck', { result: 'fail', words: 'required', photos: { phase: 'check', atLeast: 1 }, kind: 'bad', icon: 'cross' }),
  step('submitCheck', { result: 'pass', photos: { phase: 'check', atLeast: 1 }, kind: 'good', icon: 'check' })
]
const HANDLE = step('submitHandle', {
  words: 'required',
  photos: { phase: 'after', atLeast: 1 },
  kind: 'primary',
  icon: 'camera'
})
const TAKE = step('assign', { kind: 'primary', icon: 'check', toMyself: true })
const GIVE = step('assign', { toColleague: true })
const CONFIRM = step('deptConfirm', { kind: 'primary', icon: 'check' })

/** Operations whose forms this app has, beside the ones with buttons of their own; their needs decide what is asked. */
const FORM_FIELDS = new Set(['opinion', 'reason', 'until', 'evidenceIds'])
const WITH_BUTTON = new Set<OperationKey>(['submitVerify', 'submitCheck', 'submitHandle', 'assign', 'deptConfirm'])
/** Steps of a desk and not of a street: nobody takes them with gloves on. */
const DESK = new Set<OperationKey>(['urge', 'applyForceClose', 'appeal', 'report', 'selfHandle'])

function step(op: OperationKey, more: Partial<FieldStep>): FieldStep {
  return { op, words: 'optional', wordsField: 'opinion', ...more }
}

/** The steps with large buttons at the foot of the case. */
export function mainSteps(item: { can: readonly CanView[] }): FieldStep[] {
  const may = (op: OperationKey) => item.can.some((c) => c.op === op)
  if (may('submitVerify')) return [...VERIFY]
  if (may('submitCheck')) return [...CHECK]
  if (may('submitHandle')) return [HANDLE]
  if (may('assign')) return [TAKE]
  return may('deptConfirm') ? [CONFIRM] : []
}

/** Everything else that may be done with the case and asks only for words, a day or photos. */
export function otherSteps(item: { can: readonly CanView[] }): FieldStep[] {
  const give = item.can.some((c) => c.op === 'assign') ? [GIVE] : []
  const forms = item.can
    .filter(
      (c) =>
        OPERATION_KEYS.includes(c.op) &&
        !WITH_BUTTON.has(c.op) &&
        !DESK.has(c.op) &&
        c.needs.every((n) => FORM_FIELDS.has(n.field) || !n.required)
    )
    .map((c) => {
      const need = (field: string) => c.needs.find((n) => n.field === field)
      const words = need('opinion') ?? need('reason')
      return step(c.op, {
        words: words ? (words.required ? 'required' : 'optional') : 'none',
        wordsField: need('opinion') ? 'opinion' : 'reason',
        ...(need('until') ? { until: true } : {}),
        ...(need('evidenceIds') ? { photos: { phase: 'attachment', atLeast: need('evidenceIds')?.required ? 1 : 0 } } : {})
      })
    })
  return [...give, ...forms]
}
