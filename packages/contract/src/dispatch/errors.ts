/** Everything `dispatch` can refuse: HTTP status and both texts; `{name}` is filled from the details of the error. */
export const DISPATCH_ERRORS = {
  DISPATCH_RULE_NOT_FOUND: { status: 404, zh: '没有这条权责规则', en: 'There is no such responsibility rule' },
  DISPATCH_RULE_STALE: {
    status: 409,
    zh: '权责规则已被他人修改（现为第 {current} 版），请核对后重试',
    en: 'The rule was changed meanwhile (it is at version {current}); check and try again'
  },
  DISPATCH_RULE_ENDED: { status: 409, zh: '权责规则已停用', en: 'The rule has ended' },
  DISPATCH_RULE_TWICE: { status: 422, zh: '同一条规则在变更中出现两次', en: 'The change set names one rule twice' },
  DISPATCH_CLASS_UNKNOWN: {
    status: 422,
    zh: '{standardRef} 中没有类别 {code}',
    en: 'There is no class {code} in {standardRef}'
  },
  DISPATCH_AREA_UNKNOWN: { status: 422, zh: '没有区划或责任网格 {code}', en: 'There is no division or duty grid {code}' },
  DISPATCH_UNIT_UNKNOWN: { status: 422, zh: '没有可派遣的单位 {target}', en: 'There is no unit {target} to dispatch to' },
  DISPATCH_UNIT_INACTIVE: { status: 422, zh: '单位“{name}”已停用', en: 'The unit {name} is no longer active' },
  DISPATCH_VALIDITY: { status: 422, zh: '停用时间须晚于启用时间', en: 'A rule must end after it begins' },
  DISPATCH_DRY_RUN_NOT_FOUND: { status: 404, zh: '没有这次试运行', en: 'There is no such dry run' },
  DISPATCH_DRY_RUN_NOT_DONE: {
    status: 409,
    zh: '试运行尚未完成或已失效',
    en: 'The dry run has not finished, or was used or cancelled'
  },
  DISPATCH_CHANGE_NOT_FOUND: { status: 404, zh: '没有这次变更', en: 'There is no such change' },
  DISPATCH_CHANGE_UNDONE: { status: 409, zh: '这次变更已撤销', en: 'The change was undone already' },
  DISPATCH_CHANGED_SINCE: {
    status: 409,
    zh: '涉及的规则之后又有修改，不能直接撤销',
    en: 'The rules were changed again since; the change cannot be undone'
  }
} as const
export type DispatchErrorCode = keyof typeof DISPATCH_ERRORS
