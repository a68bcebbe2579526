import { ORG_ERRORS, UNIT_KIND_NAMES, UNIT_PARENTS, type UnitKind } from '@chengyun/contract/org'
import { thrower } from '../../../platform/errors.ts'

const fail = thrower(ORG_ERRORS)

export interface TreeNode {
  id: string
  kind: UnitKind
  path: readonly string[]
  active: boolean
}

/**
 * The path a unit gets below this parent.
 * @throws ORG_UNIT_PARENT, ORG_UNIT_CYCLE, ORG_UNIT_INACTIVE
 */
export function pathBelow(unit: { id: string; kind: UnitKind }, parent: TreeNode | undefined): string[] {
  const allowed = UNIT_PARENTS[unit.kind]
  if (parent === undefined ? allowed.length > 0 : !allowed.includes(parent.kind)) {
    throw fail('ORG_UNIT_PARENT', {
      kind: UNIT_KIND_NAMES[unit.kind].zh,
      parentKind: parent ? UNIT_KIND_NAMES[parent.kind].zh : '—'
    })
  }
  if (parent === undefined) return [unit.id]
  if (parent.path.includes(unit.id)) throw fail('ORG_UNIT_CYCLE')
  if (!parent.active) throw fail('ORG_UNIT_INACTIVE')
  return [...parent.path, unit.id]
}

/** Paths of a subtree after its root moved from `oldPath` to `newPath`. */
export function rebase(path: readonly string[], oldPath: readonly string[], newPath: readonly string[]): string[] {
  return [...newPath, ...path.slice(oldPath.length)]
}
