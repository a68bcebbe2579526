import {
  conflictingRoles,
  effectiveMatrix,
  PERMISSIONS,
  type Permission,
  ROLE_FACTS,
  ROLE_PERMISSIONS,
  ROLES,
  type RoleKey,
  readsCaseContent,
  SEPARATED_ROLES,
  separationFaults
} from '@chengyun/contract/org'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Actor, type Grant, may, SYSTEM } from '../../platform/actor.ts'
import { inScope, reachesNothing, type ScopedRow, scopeOf } from './policy.ts'

const UNIT = 'unit-1'
const BELOW = 'unit-2'
const ME = 'person-1'

/** A person with one post of the role in 市南区 (370202), in one unit with one below it, on one duty grid. */
function personAs(
  role: RoleKey,
  permissions: readonly Permission[] = ROLE_PERMISSIONS[role],
  change: Partial<Grant> = {}
): Actor {
  const grant: Grant = {
    role,
    unitId: UNIT,
    unitIds: [UNIT, BELOW],
    regionCodes: ['370202'],
    dutyGridCodes: ['370202001-D1'],
    permissions: new Set(permissions),
    ...change
  }
  return { id: ME, name: '张三', username: 'zhangsan', unitId: UNIT, unitName: '', grants: [grant], sessionId: null, ip: null }
}

const row = (change: Partial<ScopedRow> = {}): ScopedRow => ({
  districtCode: '370203',
  streetCode: '370203005',
  dutyGridCode: '370203005-D9',
  unitIds: ['unit-9'],
  personIds: ['person-9'],
  ...change
})

/** For each kind of reach: a row that lies inside it and in nothing else. */
const INSIDE: Record<string, ScopedRow | null> = {
  none: null,
  region: row({ districtCode: '370202', streetCode: '370202001' }),
  unit: row({ unitIds: [BELOW] }),
  dutyGrid: row({ dutyGridCode: '370202001-D1' }),
  own: row({ personIds: [ME] })
}

test('every role × every permission × inside and outside its scope', () => {
  let asked = 0
  for (const role of ROLES) {
    const actor = personAs(role)
    for (const permission of PERMISSIONS) {
      const held = ROLE_PERMISSIONS[role].includes(permission)
      expect(may(actor, permission), `${role} ${permission}`).toBe(held)
      const scope = scopeOf(actor, permission)
      for (const [kind, inside] of Object.entries(INSIDE)) {
        if (inside === null) continue
        const reach = ROLE_FACTS[role].scope
        // People who act for a unit or walk a grid also see what is their very own.
        const expected = held && (kind === reach || (kind === 'own' && (reach === 'unit' || reach === 'dutyGrid')))
        expect(inScope(scope, actor.id, inside), `${role} ${permission} inside ${kind}`).toBe(expected)
        asked += 1
      }
      expect(inScope(scope, actor.id, row()), `${role} ${permission} outside`).toBe(false)
      asked += 1
    }
  }
  expect(asked).toBe(ROLES.length * PERMISSIONS.length * 5)
})

test('the matrix is the one written down in docs/permissions.md', async () => {
  const name = (role: RoleKey) => ROLE_FACTS[role].zh
  const lines = [
    '# Permissions',
    '',
    'Written by `packages/server/src/modules/org/policy.test.ts` from `packages/contract/src/org/permissions.ts` (`vitest -u` after a',
    'deliberate change); the test fails when the two differ. ● may. Scope says which rows: `region` the divisions of the post, `unit`',
    'what is or was with the unit and those below, `dutyGrid` the duty grids of the post, `own` what the person reported or holds.',
    '',
    `| | ${ROLES.map(name).join(' | ')} |`,
    `|---|${ROLES.map(() => '---|').join('')}`,
    `| role | ${ROLES.join(' | ')} |`,
    `| scope | ${ROLES.map((r) => ROLE_FACTS[r].scope).join(' | ')} |`,
    ...PERMISSIONS.map((p) => `| ${p} | ${ROLES.map((r) => (ROLE_PERMISSIONS[r].includes(p) ? '●' : ' ')).join(' | ')} |`),
    ''
  ]
  await expect(lines.join('\n')).toMatchFileSnapshot('../../../../../docs/permissions.md')
})

test('three separated administrators: none reads case content, none holds another one’s power', () => {
  expect(separationFaults(ROLE_PERMISSIONS)).toEqual([])
  for (const role of [...SEPARATED_ROLES, 'dataAdmin'] as const)
    expect(ROLE_PERMISSIONS[role].filter(readsCaseContent)).toEqual([])
  expect(conflictingRoles(['systemAdmin', 'auditAdmin'])).toEqual(['systemAdmin', 'auditAdmin'])
  expect(conflictingRoles(['securityAdmin', 'acceptor'])).toEqual(['securityAdmin', 'acceptor'])
  expect(conflictingRoles(['acceptor', 'dispatcher', 'acceptor'])).toBeUndefined()
  expect(conflictingRoles(['auditAdmin', 'auditAdmin'])).toBeUndefined()
})

test('an override that breaks the separation is found, whichever cell it is', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ROLES), fc.constantFrom(...PERMISSIONS), (role, permission) => {
      const faults = separationFaults(effectiveMatrix([{ role, permission, allowed: true }]))
      const separated = (SEPARATED_ROLES as readonly RoleKey[]).includes(role)
      if ((separated || role === 'dataAdmin') && readsCaseContent(permission)) expect(faults).not.toEqual([])
      if (!separated && permission.startsWith('audit:')) expect(faults).toEqual([{ role, permission, why: 'guarded' }])
      for (const f of faults) expect(f).toMatchObject({ role, permission })
    })
  )
})

test('overrides add and take single cells', () => {
  const matrix = effectiveMatrix([
    { role: 'collector', permission: 'cases:export', allowed: true },
    { role: 'dept', permission: 'cases:appeal', allowed: false }
  ])
  expect(matrix.collector).toContain('cases:export')
  expect(matrix.dept).not.toContain('cases:appeal')
  expect(matrix.acceptor).toHaveLength(new Set(ROLE_PERMISSIONS.acceptor).size)
})

test('scope is the union of the posts that carry the permission, and closed by default', () => {
  const dispatcher = personAs('dispatcher').grants[0]!
  const dept = personAs('dept', ROLE_PERMISSIONS.dept, { unitIds: ['unit-7'] }).grants[0]!
  const both: Actor = { ...personAs('dispatcher'), grants: [dispatcher, dept] }
  expect(scopeOf(both, 'cases:read')).toEqual({ all: false, regions: ['370202'], unitIds: ['unit-7'], dutyGrids: [], own: true })
  expect(scopeOf(both, 'cases:dispatch')).toEqual({ all: false, regions: ['370202'], unitIds: [], dutyGrids: [], own: false })
  expect(reachesNothing(scopeOf(both, 'audit:read'))).toBe(true)
  expect(scopeOf({ ...both, grants: [] }, 'cases:read')).toEqual({
    all: false,
    regions: [],
    unitIds: [],
    dutyGrids: [],
    own: false
  })
  expect(scopeOf(SYSTEM, 'cases:read')).toEqual({ all: true })
  expect(scopeOf(personAs('leader', ROLE_PERMISSIONS.leader, { regionCodes: null }), 'cases:read')).toEqual({ all: true })
  const nested = personAs('leader', ROLE_PERMISSIONS.leader, { regionCodes: ['370202001', '370202', '370203'] })
  expect(scopeOf(nested, 'cases:read')).toMatchObject({ regions: ['370202', '370203'] })
})

test('a row without a place is nobody’s region', () => {
  expect(inScope(scopeOf(personAs('acceptor'), 'cases:read'), ME, row({ districtCode: null, streetCode: null }))).toBe(false)
  expect(inScope(scopeOf(personAs('acceptor'), 'cases:read'), ME, row({ districtCode: '370202', streetCode: null }))).toBe(true)
})
