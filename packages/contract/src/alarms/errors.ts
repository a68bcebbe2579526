/** Everything the module `alarms` can refuse: HTTP status and both texts; `{name}` is filled from the details of the error. */
export const ALARMS_ERRORS = {
  ALARMS_NOT_FOUND: { status: 404, zh: '没有找到报警', en: 'There is no such alarm' },
  ALARMS_INCIDENT_NOT_FOUND: { status: 404, zh: '没有找到事件', en: 'There is no such incident' },
  ALARMS_RULE_NOT_FOUND: { status: 404, zh: '没有规则“{rule}”', en: 'There is no rule "{rule}"' },
  ALARMS_RULE_EXISTS: { status: 409, zh: '已有规则“{rule}”', en: 'There is a rule "{rule}" already' },
  ALARMS_RULE_STALE: {
    status: 409,
    zh: '规则已改为第 {version} 版，请查看后再改',
    en: 'The rule is at version {version} by now; look again before you change it'
  },
  ALARMS_RULE_INVALID: { status: 422, zh: '规则“{rule}”有误：{why}', en: 'The rule "{rule}" is not valid: {whyEn}' },
  ALARMS_RULE_KEY_FIXED: { status: 422, zh: '规则标识“{rule}”不能更改', en: 'The key "{rule}" of a rule stays' },
  ALARMS_RULE_OF_PACK: {
    status: 409,
    zh: '规则属于场景包“{pack}”，只能停用，或随场景包卸载',
    en: 'The rule is of the pack "{pack}": switch it off, or uninstall the pack'
  },
  ALARMS_RULE_COUNTED: {
    status: 409,
    zh: '规则“{by}”正在统计“{rule}”，请先修改它',
    en: 'The rule "{by}" counts "{rule}"; change that one first'
  },
  ALARMS_DRY_RUN_NOT_FOUND: { status: 404, zh: '没有找到试运行', en: 'There is no such dry run' },
  ALARMS_DRY_RUN_SPAN: {
    status: 422,
    zh: '试运行的时段须在 {days} 天以内，且结束晚于开始',
    en: 'A dry run covers at most {days} days and ends after it begins'
  },
  ALARMS_DRY_RUN_HIDDEN: {
    status: 422,
    zh: '这条规则只读取受保护的读数，不能试运行：反复改变阈值就能推算出某一户的读数。请到报警统计查看规则启用后的报警数和误报率',
    en: 'This rule reads protected readings only and cannot be tried: changing its threshold again and again would give away what a household used. Statistics of alarms show how many it raises in force, and how many were false'
  },
  ALARMS_STREAM_NOT_FOUND: { status: 404, zh: '没有找到感知流 {stream}', en: 'There is no stream {stream}' },
  ALARMS_VERSION_STALE: {
    status: 409,
    zh: '报警已有新变化（{act}），请查看后再操作',
    en: 'The alarm has moved since ({act}); look again before you act'
  },
  ALARMS_ACT_NOT_POSSIBLE: {
    status: 409,
    zh: '报警当前状态不能进行“{act}”',
    en: 'The alarm does not take "{act}" as it stands'
  },
  ALARMS_ACT_INCOMPLETE: { status: 422, zh: '请填写：{field}', en: 'Missing: {field}' },
  ALARMS_PERSON_UNKNOWN: { status: 422, zh: '该人员不能处理此报警', en: 'That person cannot handle this alarm' },
  ALARMS_UNIT_UNKNOWN: { status: 422, zh: '没有该单位，或已停用', en: 'There is no such unit, or it is closed' },
  ALARMS_EVIDENCE_UNKNOWN: { status: 422, zh: '没有找到所附文件', en: 'The files are unknown' },
  ALARMS_CASE_UNKNOWN: { status: 422, zh: '没有找到案件 {caseNo}', en: 'There is no case {caseNo}' },
  ALARMS_QUERY_INVALID: { status: 400, zh: '筛选条件“{field}”有误', en: 'The filter "{field}" is not valid' },
  ALARMS_SUPPRESSION_NOT_FOUND: { status: 404, zh: '没有找到屏蔽时段', en: 'There is no such suppression' },
  ALARMS_SUPPRESSION_INVALID: { status: 422, zh: '屏蔽时段有误：{why}', en: 'The suppression is not valid: {whyEn}' },
  ALARMS_RESPONSE_INVALID: { status: 422, zh: '响应流程有误：{why}', en: 'The response is not valid: {whyEn}' },
  ALARMS_RESPONSE_NOT_FOUND: { status: 404, zh: '没有响应流程“{key}”', en: 'There is no response "{key}"' },
  ALARMS_WEBHOOK_NOT_FOUND: { status: 404, zh: '没有找到推送地址', en: 'There is no such webhook' },
  ALARMS_MESSAGE_NOT_FOUND: { status: 404, zh: '没有找到消息', en: 'There is no such message' },
  ALARMS_ACTUATOR_NOT_FOUND: { status: 404, zh: '该对象没有执行器“{actuator}”', en: 'It has no actuator "{actuator}"' },
  ALARMS_COMMAND_UNKNOWN: { status: 422, zh: '执行器不支持指令“{command}”', en: 'The actuator does not know "{command}"' },
  ALARMS_CONFIRMATION_WRONG: {
    status: 422,
    zh: '请准确输入对象编码“{code}”以确认',
    en: 'Type the code "{code}" of the item to confirm'
  },
  ALARMS_TASK_NOT_FOUND: { status: 404, zh: '没有找到指令', en: 'There is no such task' },
  ALARMS_TASK_OPEN: { status: 409, zh: '该执行器还有未完成的指令', en: 'The actuator has a task that is not over' },
  ALARMS_TASK_ENDED: { status: 409, zh: '指令已结束', en: 'The task is over' },
  ALARMS_AUTOMATIC_NOT_ALLOWED: {
    status: 422,
    zh: '该执行器不允许自动动作',
    en: 'The actuator may not be used without a person'
  }
} as const
