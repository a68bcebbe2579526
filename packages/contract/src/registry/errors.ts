/** Everything the module `registry` can refuse: HTTP status and both texts; `{name}` is filled from the details of the error. */
export const REGISTRY_ERRORS = {
  REGISTRY_TYPE_NOT_FOUND: { status: 404, zh: '没有台账“{type}”', en: 'There is no register "{type}"' },
  REGISTRY_TYPE_EXISTS: { status: 409, zh: '台账“{type}”已存在', en: 'The register "{type}" exists already' },
  REGISTRY_TYPE_RETIRED: { status: 409, zh: '台账“{type}”已停用', en: 'The register "{type}" is retired' },
  REGISTRY_TYPE_IN_USE: {
    status: 409,
    zh: '台账“{type}”还有 {count} 条在用，不能停用',
    en: 'The register "{type}" still has {count} items and cannot be retired'
  },
  REGISTRY_DECLARATION_FAULTY: {
    status: 422,
    zh: '台账定义有 {count} 处问题：{summary}',
    en: 'The declaration has {count} faults: {summaryEn}'
  },
  REGISTRY_DECLARATION_AFFECTS: {
    status: 409,
    zh: '有 {items} 条现有记录不符合新定义，请先改正',
    en: '{items} items do not meet the new declaration; correct them first'
  },
  REGISTRY_ITEM_NOT_FOUND: { status: 404, zh: '没有找到编码 {code}', en: 'No item with the code {code}' },
  REGISTRY_ITEM_INVALID: { status: 422, zh: '填写有误：{summary}', en: 'Not valid: {summaryEn}' },
  REGISTRY_VERSION_CONFLICT: {
    status: 409,
    zh: '该记录已被 {by} 修改（版本 {current}），请刷新后再改',
    en: 'The item was changed meanwhile by {by} (version {current}); load it again'
  },
  REGISTRY_CODE_TAKEN: {
    status: 409,
    zh: '编码 {code} 已用过，编码不重复使用',
    en: 'The code {code} was used before; codes are never given twice'
  },
  REGISTRY_CODES_EXHAUSTED: {
    status: 409,
    zh: '前缀 {prefix} 下的编码已用完',
    en: 'No number is left under the prefix {prefix}'
  },
  REGISTRY_REMOVED: { status: 409, zh: '{code} 已移除，先恢复再修改', en: '{code} is removed; restore it before changing it' },
  REGISTRY_NOT_REMOVED: { status: 409, zh: '{code} 在用，无需恢复', en: '{code} is in use; there is nothing to restore' },
  REGISTRY_NOT_YOURS: {
    status: 403,
    zh: '只能修改本单位主管、权属或养护的记录',
    en: 'Only items that your unit oversees, owns or maintains can be changed'
  },
  REGISTRY_NOTHING_CHANGED: { status: 422, zh: '没有任何改动', en: 'Nothing was changed' },
  REGISTRY_NOTHING_MASKED: { status: 422, zh: '没有脱敏的内容', en: 'Nothing is masked here' },
  REGISTRY_QUERY_INVALID: { status: 400, zh: '查询条件 {field} 不对', en: 'The filter {field} is not valid' },
  REGISTRY_REQUEST_NOT_FOUND: { status: 404, zh: '没有找到该变更申请', en: 'No such request' },
  REGISTRY_REQUEST_DECIDED: { status: 409, zh: '该变更申请已由 {by} 处理', en: 'The request was decided by {by} already' },
  REGISTRY_BULK_TOO_MANY: {
    status: 422,
    zh: '一次批量修改最多 {limit} 条，所选 {count} 条',
    en: 'A bulk edit takes at most {limit} items; {count} were chosen'
  },
  REGISTRY_BATCH_NOT_FOUND: { status: 404, zh: '没有找到该批次', en: 'No such batch' },
  REGISTRY_BULK_NOT_UNDOABLE: {
    status: 409,
    zh: '该批次（{state}）不能撤销',
    en: 'The batch ({state}) cannot be undone'
  },
  REGISTRY_COMPONENT_UNKNOWN: {
    status: 422,
    zh: '部件台账中没有 {code}',
    en: 'The register has no component {code}'
  },
  REGISTRY_CLASS_NOT_UPGRADED: {
    status: 422,
    zh: '2013 年小类 {classCode} 在 2026 年标准中没有对应小类',
    en: 'The 2013 class {classCode} has no class in the 2026 tables'
  }
} as const
export type RegistryErrorCode = keyof typeof REGISTRY_ERRORS

/** What can be wrong with one field of an item, in sentences; `{name}` values come from the fault. */
export const ITEM_FAULTS = {
  required: { zh: '必填', en: 'is required' },
  type: { zh: '应为{expected}', en: 'must be {expected}' },
  unknown: { zh: '台账没有这个字段', en: 'is no field of this register' },
  minimum: { zh: '不能小于 {limit}', en: 'must be at least {limit}' },
  maximum: { zh: '不能大于 {limit}', en: 'must be at most {limit}' },
  maxLength: { zh: '最多 {limit} 个字', en: 'takes at most {limit} characters' },
  pattern: { zh: '格式不对', en: 'has the wrong form' },
  choice: { zh: '“{value}”不在可选值内', en: 'cannot be "{value}"' },
  date: { zh: '不是存在的日期', en: 'is no day that exists' },
  uscc: { zh: '统一社会信用代码校验不通过', en: 'fails the check of the unified social credit code' },
  class: { zh: '没有小类 {value}', en: 'there is no class {value}' },
  state: { zh: '没有状态 {value}', en: 'there is no state {value}' },
  ends: { zh: '移除请用“移除”操作', en: 'is set by removing the item' },
  unit: { zh: '没有这个单位', en: 'there is no such unit' },
  unitKind: { zh: '此台账不记这类单位', en: 'is no unit of this register' },
  place: { zh: '不在本市范围内', en: 'lies outside the city' },
  geometry: { zh: '应为{expected}', en: 'must be {expected}' },
  fixed: { zh: '编码含小类，不能改；请移除后按新小类新增', en: 'is part of the code; remove the item and add it anew' },
  code: { zh: '编码格式不对', en: 'has not the form of a code' },
  given: { zh: '编码由系统编排，不可填写', en: 'is given by the system' },
  relation: { zh: '“{value}”在关联台账中不存在', en: 'names {value}, which is not in the other register' },
  accuracy: { zh: '坐标超出范围', en: 'is no coordinate' }
} as const
export type ItemFaultRule = keyof typeof ITEM_FAULTS
