// The roles of the platform. One list, shared by the permission matrix, the duty roster, the case flow and the consoles.

/** Every role a post can carry (CJJ/T 312 platform posts; the last four administer and read no case content). */
export const ROLES = [
  'collector',
  'handler',
  'acceptor',
  'shiftLeader',
  'dispatcher',
  'dept',
  'inspector',
  'leader',
  'hotlineOperator',
  'systemAdmin',
  'securityAdmin',
  'auditAdmin',
  'dataAdmin'
] as const
export type RoleKey = (typeof ROLES)[number]

/** GB/T 22239-2019 8.1.4.2: system, security and audit administration are three persons (三权分立). */
export const SEPARATED_ROLES = ['systemAdmin', 'securityAdmin', 'auditAdmin'] as const satisfies readonly RoleKey[]
export type SeparatedRole = (typeof SEPARATED_ROLES)[number]

/** Roles whose sessions idle out sooner and for which a second factor is demanded (GB/T 22239-2019 8.1.4.1). */
export const ADMIN_ROLES = [...SEPARATED_ROLES, 'dataAdmin'] as const satisfies readonly RoleKey[]

/**
 * What bounds the rows a role reaches: `none` reaches no case at all, `region` the divisions of the post, `unit` what is or was
 * with the unit or its subtree, `dutyGrid` the duty grids of the post and what the person did, `own` only what is assigned to or
 * was reported by the person.
 */
export type ScopeKind = 'none' | 'region' | 'unit' | 'dutyGrid' | 'own'

export interface RoleFact {
  zh: string
  en: string
  scope: ScopeKind
  /** Kinds of unit a post of this role may sit in; empty means any. */
  unitKinds: readonly string[]
}

/** Facts of each role: names in both languages and the reach of its data. */
export const ROLE_FACTS: Record<RoleKey, RoleFact> = {
  collector: {
    zh: '采集员',
    en: 'Collector',
    scope: 'dutyGrid',
    unitKinds: ['city_center', 'district_center', 'street_station']
  },
  // Wider than the person's own of the national table: who may receive what waits at his unit has to see it.
  handler: { zh: '处置人员', en: 'Handler', scope: 'unit', unitKinds: [] },
  acceptor: { zh: '受理员', en: 'Acceptor', scope: 'region', unitKinds: ['city_center', 'district_center'] },
  shiftLeader: { zh: '值班长', en: 'Shift leader', scope: 'region', unitKinds: ['city_center', 'district_center'] },
  dispatcher: { zh: '派遣员', en: 'Dispatcher', scope: 'region', unitKinds: ['city_center', 'district_center'] },
  dept: { zh: '部门经办', en: 'Department officer', scope: 'unit', unitKinds: [] },
  inspector: { zh: '督查员', en: 'Inspector', scope: 'region', unitKinds: [] },
  leader: { zh: '领导', en: 'Leader', scope: 'region', unitKinds: [] },
  hotlineOperator: { zh: '话务员', en: 'Hotline operator', scope: 'region', unitKinds: ['city_center', 'district_center'] },
  systemAdmin: { zh: '系统管理员', en: 'System administrator', scope: 'none', unitKinds: [] },
  securityAdmin: { zh: '安全管理员', en: 'Security administrator', scope: 'none', unitKinds: [] },
  auditAdmin: { zh: '审计管理员', en: 'Audit administrator', scope: 'none', unitKinds: [] },
  dataAdmin: { zh: '平台业务管理员', en: 'Data administrator', scope: 'none', unitKinds: [] }
}

/** Kinds of unit in the organisation tree, from the top down. */
export const UNIT_KINDS = [
  'city_center',
  'district_center',
  'city_department',
  'enterprise',
  'district_department',
  'street_station',
  'base_unit'
] as const
export type UnitKind = (typeof UNIT_KINDS)[number]

/** Names of the kinds of unit in both languages. */
export const UNIT_KIND_NAMES: Record<UnitKind, { zh: string; en: string }> = {
  city_center: { zh: '市级中心', en: 'City centre' },
  district_center: { zh: '区（市）中心', en: 'District centre' },
  city_department: { zh: '市直部门', en: 'City department' },
  enterprise: { zh: '市属企业', en: 'Enterprise' },
  district_department: { zh: '区（市）部门', en: 'District department' },
  street_station: { zh: '街镇工作站', en: 'Street station' },
  base_unit: { zh: '基层作业单位', en: 'Base unit' }
}

/** Which kinds of unit may hang directly under which; the city centre has no parent. */
export const UNIT_PARENTS: Record<UnitKind, readonly UnitKind[]> = {
  city_center: [],
  district_center: ['city_center'],
  city_department: ['city_center'],
  enterprise: ['city_center'],
  district_department: ['district_center'],
  street_station: ['district_center'],
  base_unit: ['district_center', 'city_department', 'enterprise', 'district_department', 'street_station', 'base_unit']
}
