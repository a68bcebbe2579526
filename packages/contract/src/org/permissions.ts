// Who may do what, as data: a test compares this table with docs/permissions.md, the server enforces it, the console shows it.
import { OPERATION_KEYS, type OperationKey, permissionOf } from '../cases/flow.ts'
import { ROLES, type RoleKey, SEPARATED_ROLES, type SeparatedRole } from './roles.ts'

/** Everything else that is guarded, a word per act. */
const OTHER_PERMISSIONS = [
  'cases:read',
  'cases:export',
  'cases:config',
  'cases:import',
  'dispatch:read',
  'dispatch:config',
  'geo:read',
  'geo:config',
  'media:read',
  'media:write',
  'media:original',
  'indicators:read',
  'indicators:config',
  'live:read',
  'org:read',
  'org:units',
  'org:users',
  'org:posts',
  'org:roles',
  'org:lockouts',
  'org:duty',
  'org:delegate',
  'pii:view',
  'pii:policy',
  'audit:read',
  'audit:verify',
  'audit:export',
  'system:settings',
  'system:backup',
  'demo:control',
  'field:work',
  'field:watch',
  'public:review',
  'public:config',
  'registry:read',
  'registry:edit',
  'registry:review',
  'registry:config',
  'registry:restricted',
  'streams:read',
  'streams:write',
  'streams:config',
  'alarms:read',
  'alarms:handle',
  'alarms:actuate',
  'alarms:config',
  'scenarios:read',
  'scenarios:config'
] as const

/** Every permission there is; a route naming another fails at start. */
export type Permission = `cases:${OperationKey}` | (typeof OTHER_PERMISSIONS)[number]
export const PERMISSIONS: readonly Permission[] = [...OPERATION_KEYS.map(permissionOf), ...OTHER_PERMISSIONS]

/** What everybody who works with cases needs besides the operations of the role. */
const CASE_WORK = [
  'cases:read',
  'media:read',
  'geo:read',
  'org:read',
  'live:read',
  'registry:read'
] as const satisfies readonly Permission[]
const DESK = [
  ...CASE_WORK,
  'media:write',
  'cases:export',
  'indicators:read',
  'dispatch:read',
  'streams:read',
  'alarms:read',
  'scenarios:read'
] as const satisfies readonly Permission[]

/**
 * Permissions of each role (operations × roles of the supervision platform: CJJ/T 312; separation: GB/T 22239-2019 8.1.4.2).
 * This is the delivered state; the security administrator may override single cells within {@link separationFaults}.
 */
export const ROLE_PERMISSIONS: Record<RoleKey, readonly Permission[]> = {
  collector: [
    ...CASE_WORK,
    'media:write',
    'field:work',
    'cases:report',
    'cases:selfHandle',
    'cases:submitVerify',
    'cases:submitCheck'
  ],
  handler: [
    ...CASE_WORK,
    'media:write',
    'field:work',
    // Receives what waits at the unit, for himself or a colleague; taking it back from another stays with the unit's desk.
    'cases:assign',
    'cases:handlerReturn',
    'cases:submitHandle',
    'cases:applyExtend',
    'cases:applySuspend'
  ],
  acceptor: [
    ...DESK,
    'public:review',
    'media:original',
    'cases:report',
    'cases:accept',
    'cases:sendVerify',
    'cases:register',
    'cases:notRegister',
    'cases:cancel',
    'cases:sendCheck',
    'cases:close',
    'cases:checkFailRework',
    'cases:merge',
    'cases:link',
    'cases:urge',
    'cases:reviewAppeal'
  ],
  shiftLeader: [
    ...DESK,
    'pii:view',
    'media:original',
    'org:duty',
    'org:delegate',
    'demo:control',
    'field:watch',
    'public:review',
    'registry:review',
    'registry:restricted',
    'alarms:handle',
    'alarms:actuate',
    'cases:report',
    'cases:accept',
    'cases:sendVerify',
    'cases:register',
    'cases:notRegister',
    'cases:cancel',
    'cases:dispatch',
    'cases:returnToAcceptor',
    'cases:rework',
    'cases:forward',
    'cases:sendCheck',
    'cases:close',
    'cases:checkFailRework',
    'cases:approveExtend',
    'cases:approveSuspend',
    'cases:resume',
    'cases:reviewAppeal',
    'cases:supervise',
    'cases:urge',
    'cases:applyForceClose',
    'cases:approveForceClose',
    'cases:reopen',
    'cases:merge',
    'cases:link'
  ],
  dispatcher: [
    ...DESK,
    'alarms:handle',
    'cases:dispatch',
    'cases:returnToAcceptor',
    'cases:rework',
    'cases:forward',
    'cases:approveExtend',
    'cases:approveSuspend',
    'cases:resume',
    'cases:reviewAppeal',
    'cases:supervise',
    'cases:urge'
  ],
  dept: [
    ...DESK,
    'registry:edit',
    'alarms:handle',
    'alarms:actuate',
    'cases:assign',
    'cases:revokeAssign',
    'cases:returnToDispatcher',
    'cases:submitHandle',
    'cases:deptReject',
    'cases:deptConfirm',
    'cases:replySupervise',
    'cases:applyExtend',
    'cases:applySuspend',
    'cases:endorse',
    'cases:resume',
    'cases:appeal'
  ],
  inspector: [
    ...DESK,
    'media:original',
    'cases:report',
    'cases:submitVerify',
    'cases:submitCheck',
    'cases:supervise',
    'cases:urge'
  ],
  leader: [
    ...DESK,
    'media:original',
    'org:delegate',
    'registry:restricted',
    'cases:report',
    'cases:supervise',
    'cases:urge',
    'cases:applyForceClose',
    'cases:approveForceClose',
    'cases:reopen'
  ],
  hotlineOperator: [...CASE_WORK, 'media:write', 'pii:view', 'cases:report', 'cases:visit'],
  systemAdmin: ['org:read', 'geo:read', 'org:units', 'org:users', 'system:settings', 'system:backup', 'demo:control'],
  securityAdmin: ['org:read', 'geo:read', 'org:posts', 'org:roles', 'org:lockouts', 'pii:policy'],
  auditAdmin: ['audit:read', 'audit:verify', 'audit:export'],
  dataAdmin: [
    'org:read',
    'org:duty',
    'geo:read',
    'geo:config',
    'cases:config',
    'dispatch:read',
    'dispatch:config',
    'indicators:config',
    'public:config',
    'registry:read',
    'registry:edit',
    'registry:review',
    'registry:config',
    'streams:read',
    'streams:write',
    'streams:config',
    'alarms:config',
    'scenarios:read',
    'scenarios:config'
  ]
}

/** What each of the three separated administrators may hold at most; nobody else may hold any of the guarded ones. */
const SEPARATED_CEILING: Record<SeparatedRole, readonly Permission[]> = {
  systemAdmin: ['org:read', 'geo:read', 'org:units', 'org:users', 'system:settings', 'system:backup', 'demo:control'],
  securityAdmin: ['org:read', 'geo:read', 'org:posts', 'org:roles', 'org:lockouts', 'pii:policy'],
  auditAdmin: ['audit:read', 'audit:verify', 'audit:export', 'org:read']
}

/** Powers that belong to exactly one separated administrator. */
const GUARDED: Partial<Record<Permission, SeparatedRole>> = {
  'org:units': 'systemAdmin',
  'org:users': 'systemAdmin',
  'system:settings': 'systemAdmin',
  'system:backup': 'systemAdmin',
  'org:posts': 'securityAdmin',
  'org:roles': 'securityAdmin',
  'org:lockouts': 'securityAdmin',
  'pii:policy': 'securityAdmin',
  'audit:read': 'auditAdmin',
  'audit:verify': 'auditAdmin',
  'audit:export': 'auditAdmin'
}

/** True for permissions that reach into what a case says or to the person behind it; a data administrator holds none of them. */
export function readsCaseContent(permission: Permission): boolean {
  const [domain, verb] = permission.split(':')
  return (domain === 'cases' && verb !== 'config') || permission === 'pii:view' || domain === 'media' || domain === 'live'
}

export interface SeparationFault {
  role: RoleKey
  permission: Permission
  /** `beyond`: outside what this administrator may hold; `guarded`: belongs to another administrator; `content`: would read cases. */
  why: 'beyond' | 'guarded' | 'content'
}

/** Every cell of a role matrix that breaks the separation of powers; empty means sound. */
export function separationFaults(matrix: Readonly<Record<RoleKey, readonly Permission[]>>): SeparationFault[] {
  const faults: SeparationFault[] = []
  for (const role of ROLES) {
    const separated = SEPARATED_ROLES.find((r) => r === role)
    for (const permission of matrix[role]) {
      const owner = GUARDED[permission]
      if (owner !== undefined && owner !== role) faults.push({ role, permission, why: 'guarded' })
      else if (separated && !SEPARATED_CEILING[separated].includes(permission)) {
        faults.push({ role, permission, why: readsCaseContent(permission) ? 'content' : 'beyond' })
      } else if (role === 'dataAdmin' && readsCaseContent(permission)) faults.push({ role, permission, why: 'content' })
    }
  }
  return faults
}

/** Roles that may not be held together by one person: each separated administrator stands alone. */
export function conflictingRoles(roles: readonly RoleKey[]): [RoleKey, RoleKey] | undefined {
  const distinct = [...new Set(roles)]
  const separated = distinct.find((r) => (SEPARATED_ROLES as readonly RoleKey[]).includes(r))
  const other = separated && distinct.find((r) => r !== separated)
  return separated && other ? [separated, other] : undefined
}

/** A change of one cell of the matrix against {@link ROLE_PERMISSIONS}. */
export interface RoleOverride {
  role: RoleKey
  permission: Permission
  allowed: boolean
}

/** The matrix in force: the delivered one with the overrides of this installation. */
export function effectiveMatrix(overrides: readonly RoleOverride[]): Record<RoleKey, Permission[]> {
  const out = {} as Record<RoleKey, Permission[]>
  for (const role of ROLES) {
    const held = new Set<Permission>(ROLE_PERMISSIONS[role])
    for (const o of overrides) {
      if (o.role !== role) continue
      if (o.allowed) held.add(o.permission)
      else held.delete(o.permission)
    }
    out[role] = PERMISSIONS.filter((p) => held.has(p))
  }
  return out
}
