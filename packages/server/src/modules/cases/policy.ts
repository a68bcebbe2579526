import { type OperationKey, operationOf, operationsFrom, permissionOf, QUEUES, type QueueKey } from '@chengyun/contract/cases'
import type { Actor, Grant } from '../../platform/actor.ts'
import { grantsFor } from '../../platform/actor.ts'
import { actsForUnit, inScope, type Scope, scopeOf } from '../org/index.ts'
import type { CaseRecord } from './domain/record.ts'

export const READ = 'cases:read'

/** Scopes are worked out once per person and permission: actors are rebuilt whenever their posts change. */
const scopes = new WeakMap<Actor, Map<string, Scope>>()
export function scopeFor(actor: Actor, permission: string): Scope {
  const mine = scopes.get(actor) ?? new Map<string, Scope>()
  scopes.set(actor, mine)
  const known = mine.get(permission) ?? scopeOf(actor, permission)
  mine.set(permission, known)
  return known
}

const rowOf = (r: CaseRecord) => ({
  districtCode: r.districtCode,
  streetCode: r.streetCode,
  dutyGridCode: r.dutyGridCode,
  unitIds: r.unitIds,
  personIds: [r.reporterId, r.handlerId, r.collectorId].filter((id): id is string => id !== null)
})

const reaches = (actor: Actor, permission: string, r: CaseRecord): boolean =>
  inScope(scopeFor(actor, permission), actor.id, rowOf(r))

/** May this person know that the case exists? If not, it is answered like one that does not. */
export const canSee = (actor: Actor, r: CaseRecord): boolean => reaches(actor, READ, r)

/** May this person do the operation to this case, as far as rights go? Status and guards are looked at elsewhere. */
export function canDo(actor: Actor, op: OperationKey, r: CaseRecord): boolean {
  if (actor.system === true) return true
  const permission = permissionOf(op)
  if (!actor.grants.some((g) => g.permissions.has(permission))) return false
  switch (operationOf(op).holder) {
    case 'task':
      return r.collectorId === actor.id
    case 'handler':
      return r.handlerId === actor.id
    case 'reporter':
      return r.reporterId === actor.id
    case 'unit':
      // The handler it is assigned to speaks for the unit too (§2.14: dept ●, handler ○ apply).
      return r.unitId !== null && (r.handlerId === actor.id || actsForUnit(actor, permission, r.unitId))
    case 'scope':
      return reaches(actor, permission, r)
  }
}

/** The post in whose name the operation is done: what the flow record shows. */
export const grantToDo = (actor: Actor, op: OperationKey, r: CaseRecord): Grant | undefined => {
  const grants = grantsFor(actor, permissionOf(op))
  return grants.find((g) => r.unitId !== null && g.unitIds.includes(r.unitId)) ?? grants[0]
}

export const operationsFor = (actor: Actor, r: CaseRecord): OperationKey[] =>
  operationsFrom(r.status).filter((op) => canDo(actor, op, r))

/** The queues a person's desk shows. */
export const queuesFor = (actor: Actor): QueueKey[] =>
  (Object.keys(QUEUES) as QueueKey[]).filter((key) => {
    const { permission } = QUEUES[key]
    if (!actor.grants.some((g) => g.permissions.has(permission))) return false
    // A collector's own tasks are his queue; the centre watches all of them under "checking".
    return key !== 'myTasks' || actor.grants.some((g) => g.role === 'collector')
  })
