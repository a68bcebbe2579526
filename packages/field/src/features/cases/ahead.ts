import { type CanView, OPERATION_FIELDS, type OperationKey, operationOf } from '@chengyun/contract/cases'
import type { FieldCase, FieldMove } from '@chengyun/contract/field'
import type { Outgoing } from '../../app/work.ts'

/** What a handler may do with a case he has just received. */
const RECEIVED = ['submitHandle', 'handlerReturn', 'applyExtend', 'applySuspend'] as const satisfies readonly OperationKey[]

const canOf = (op: OperationKey): CanView => {
  const { needs = [], primary = false } = operationOf(op)
  return { op, primary, needs: needs.map(({ field, required }) => ({ field, type: OPERATION_FIELDS[field], required })) }
}

/**
 * What may be done with a case once my own steps are with the server: without a network a case is received and finished in one go. A
 * step that waits for a decision bars the ones after it.
 */
export function canAhead(item: Pick<FieldCase, 'can'>, mine: readonly Outgoing[], me: string): readonly CanView[] {
  let can: readonly CanView[] = item.can
  for (const step of mine) {
    if (step.state === 'conflict' || step.state === 'refused') return []
    const { op, handlerId } = step.input as FieldMove
    if (op === 'assign') can = handlerId === me ? RECEIVED.map(canOf) : []
    else if (operationOf(op).to !== 'same') can = []
    // One request at a time: another of its kind waits for the answer.
    else can = can.filter((c) => !operationOf(c.op).guards?.includes('noRequest'))
  }
  return can
}
