/** Everything the module `streams` can refuse: HTTP status and both texts; `{name}` is filled from the details of the error. */
export const STREAMS_ERRORS = {
  STREAMS_NOT_FOUND: { status: 404, zh: '没有找到感知流 {stream}', en: 'There is no stream {stream}' },
  STREAMS_THING_NOT_FOUND: { status: 404, zh: '没有找到对象 {thing}', en: 'There is no thing {thing}' },
  STREAMS_TEMPLATE_NOT_FOUND: { status: 404, zh: '台账 {type} 没有感知项 {key}', en: 'Register {type} has no template {key}' },
  STREAMS_READING_NOT_FOUND: { status: 404, zh: '该时刻没有读数', en: 'There is no reading of that instant' },
  STREAMS_TOO_MANY: {
    status: 503,
    zh: '接收队列已满，请稍后重发',
    en: 'The intake is full; send it again in a moment'
  },
  STREAMS_VALUE_INVALID: { status: 422, zh: '读数的值无效', en: 'The value of the reading is not one' },
  STREAMS_TOO_OLD: { status: 422, zh: '读数早于保存期限', en: 'The reading is older than what is kept' },
  STREAMS_IN_FUTURE: { status: 422, zh: '读数时间在未来', en: 'The reading lies in the future' },
  STREAMS_HIDDEN: {
    status: 403,
    zh: '单次读数属个人信息，仅供规则与统计使用',
    en: 'Single readings are personal; only rules and figures read them'
  },
  STREAMS_KEY_TAKEN: { status: 409, zh: '该对象已有感知流 {key}', en: 'The thing already has a stream {key}' },
  STREAMS_VERSION_CONFLICT: {
    status: 409,
    zh: '已被他人修改，当前版本 {current}',
    en: 'Somebody else changed it; it is now version {current}'
  },
  STREAMS_RANGE_INVALID: { status: 400, zh: '时间范围无效', en: 'The span of time is not one' },
  STREAMS_RANGE_TOO_LONG: { status: 422, zh: '范围内读数超过 {limit} 条', en: 'There are more than {limit} readings in the span' }
} as const
