/** Everything the module `alarms` can refuse: HTTP status and both texts; `{name}` is filled from the details of the error. */
export const ALARMS_ERRORS = {
  ALARMS_NOT_FOUND: { status: 404, zh: '没有找到报警', en: 'There is no such alarm' },
  ALARMS_RULE_NOT_FOUND: { status: 404, zh: '没有规则“{rule}”', en: 'There is no rule "{rule}"' }
} as const
