/** Everything the case module may refuse, with what to do about it. Never reuse a code. */
export const CASE_ERRORS = {
  CASE_NOT_FOUND: { status: 404, zh: '没有这件案件，或您无权查看', en: 'There is no such case, or it is not yours to see' },
  CASE_OPERATION_NOT_ALLOWED: { status: 409, zh: '案件处于“{status}”，不能执行“{op}”', en: 'A case in {status} cannot {op}' },
  CASE_VERSION_STALE: {
    status: 409,
    zh: '案件已被他人更新（{latestOp}），请查看变化后再操作',
    en: 'Someone changed this case meanwhile ({latestOp}); look at it again'
  },
  CASE_FIELD_REQUIRED: { status: 422, zh: '请填写：{fields}', en: 'Required: {fields}' },
  CASE_FIELD_UNEXPECTED: { status: 422, zh: '此操作不接受：{fields}', en: 'This operation does not take: {fields}' },
  CASE_FIELD_INVALID: { status: 422, zh: '“{field}”取值不对', en: '{field} is not valid' },
  CASE_COMPONENT_NONE: {
    status: 422,
    zh: '该案件没有关联部件，不能反馈部件变更',
    en: 'The case is about no component: nothing of it can be reported'
  },
  CASE_CLASS_UNKNOWN: { status: 422, zh: '没有类别 {classCode}（{standardRef}）', en: 'No class {classCode} in {standardRef}' },
  CASE_CONDITION_UNKNOWN: {
    status: 422,
    zh: '立案条件不存在或不属于该类别',
    en: 'That condition does not exist or belongs to another class'
  },
  CASE_UNIT_UNKNOWN: { status: 422, zh: '处置单位不存在或已停用', en: 'No such unit, or it is no longer active' },
  CASE_HANDLER_UNKNOWN: { status: 422, zh: '处置人员不属于本单位或不在岗', en: 'That person is not a handler of this unit' },
  CASE_COLLECTOR_NONE: { status: 409, zh: '附近没有当班采集员，请指定人员', en: 'No collector is on duty near here; name one' },
  CASE_OUTSIDE_CITY: { status: 422, zh: '位置不在本市范围内', en: 'The place is outside the city' },
  CASE_NOT_PLACED: {
    status: 409,
    zh: '案件还没有确定到单元网格，不能立案',
    en: 'The case has no unit grid yet and cannot be registered'
  },
  CASE_TIME_IN_FUTURE: { status: 422, zh: '时间 {at} 晚于当前时间', en: 'The time {at} lies in the future' },
  CASE_EVIDENCE_REQUIRED: { status: 422, zh: '请附照片：{phases}', en: 'Photos required: {phases}' },
  CASE_EVIDENCE_UNKNOWN: {
    status: 422,
    zh: '附件不存在、不是您上传的或已用于其他案件',
    en: 'That file does not exist, is not yours or belongs to another case'
  },
  CASE_OVERDUE: { status: 409, zh: '已超期，不能申请延期', en: 'It is overdue: no extension can be asked for' },
  CASE_REQUEST_PENDING: { status: 409, zh: '已有申请在审批中', en: 'A request is waiting for a decision already' },
  CASE_NO_REQUEST: { status: 409, zh: '没有待审批的申请', en: 'There is no request to decide on' },
  CASE_EXTEND_LIMIT: { status: 409, zh: '最多延期 {max} 次', en: 'At most {max} extensions' },
  CASE_RETURN_TOO_LATE: { status: 409, zh: '已超过退回时限（{limit}）', en: 'The time for returns ({limit}) is over' },
  CASE_PUSH_AFTER_RETURN: { status: 409, zh: '退回后不能直接执行“{op}”', en: 'After a return {op} is not possible at once' },
  CASE_ASSIGNED: { status: 409, zh: '请先撤销指派', en: 'Revoke the assignment first' },
  CASE_CHECK_NOT_PASSED: { status: 409, zh: '核查没有通过，不能结案', en: 'The check has not passed: it cannot be closed' },
  CASE_UNTIL_INVALID: { status: 422, zh: '挂账日期须晚于今天且不超过一年', en: 'The date must be after today and within a year' },
  CASE_NOT_APPEALABLE: { status: 409, zh: '没有超期或已申诉过', en: 'It was not overdue, or an appeal was made already' },
  CASE_NOT_REOPENABLE: {
    status: 409,
    zh: '超过 {days} 天或已并案，不能重新立案',
    en: 'Closed more than {days} days ago, or merged: it cannot be reopened'
  },
  CASE_NOT_MERGEABLE: {
    status: 409,
    zh: '只能并入同类、50 米内、24 小时内的在办案件',
    en: 'Only cases of one class, within 50 m and 24 h, can be merged'
  },
  CASE_SECOND_PERSON: { status: 409, zh: '须由另一人审批', en: 'Another person has to decide' },
  CASE_NOT_VISITABLE: { status: 409, zh: '没有需要回访的上报人', en: 'There is no reporter to visit' },
  CASE_NOT_SUPERVISED: { status: 409, zh: '案件没有待回复的督办', en: 'No supervision waits for a reply' },
  CASE_NOT_LINKABLE: { status: 422, zh: '不能关联到该案件', en: 'It cannot be linked to that case' },
  CASE_SELF_HANDLE_CLASS: { status: 422, zh: '该类别不允许自行处置', en: 'This class cannot be handled on the spot' },
  CASE_BULK_NOT_ALLOWED: { status: 422, zh: '“{op}”不能批量执行', en: '{op} cannot be done in bulk' },
  CASE_QUERY_INVALID: { status: 400, zh: '查询条件有误：{field}', en: 'The query is wrong: {field}' },
  CASE_EXPORT_TOO_LARGE: {
    status: 422,
    zh: '一次最多导出 {max} 行，请缩小范围',
    en: 'At most {max} rows at once; narrow the range'
  },
  CASE_CONFIG_INVALID: { status: 422, zh: '配置有误：{reason}', en: 'The configuration is wrong: {reason}' },
  CASE_CALENDAR_UNKNOWN: { status: 500, zh: '没有生效的工作日历', en: 'No working calendar is in force' }
} as const
export type CaseErrorCode = keyof typeof CASE_ERRORS
