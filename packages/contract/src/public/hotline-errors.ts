/** What the exchange with 12345 hotlines can refuse (standards §7.2). */
export const HOTLINE_ERRORS = {
  HOTLINE_SIGNATURE_MISSING: { status: 401, zh: '缺少签名请求头 {name}', en: 'The signature header {name} is missing' },
  HOTLINE_SIGNATURE_INVALID: { status: 401, zh: '签名不对或系统未登记', en: 'The signature is wrong or the system is not known' },
  HOTLINE_CLOCK: {
    status: 401,
    zh: '时间戳与平台时间相差超过 {limit} 秒，平台时间为 {now}',
    en: 'The timestamp is more than {limit} s off; it is {now} here'
  },
  HOTLINE_NONCE_USED: {
    status: 401,
    zh: '随机串已用过，请换一个重新签名',
    en: 'The nonce was used before; sign again with another'
  },
  HOTLINE_SEQ_REUSED: {
    status: 409,
    zh: '工单 {orderNo} 的序号 {seq} 已用于另一内容',
    en: 'Sequence {seq} of order {orderNo} was used for another content'
  },
  HOTLINE_ORDER_UNKNOWN: { status: 404, zh: '没有工单 {orderNo}', en: 'There is no order {orderNo}' },
  HOTLINE_SYSTEM_UNKNOWN: { status: 404, zh: '没有这个外部系统', en: 'There is no such system' },
  HOTLINE_SYSTEM_EXISTS: { status: 409, zh: '系统代号 {key} 已存在', en: 'A system {key} exists already' },
  HOTLINE_MESSAGE_UNKNOWN: { status: 404, zh: '没有这条消息', en: 'There is no such message' },
  HOTLINE_MESSAGE_STATE: {
    status: 409,
    zh: '消息当前状态为 {state}，不能这样处理',
    en: 'The message is {state}; this cannot be done'
  },
  HOTLINE_CLASS_UNKNOWN: { status: 400, zh: '没有类别 {classCode}', en: 'There is no class {classCode}' },
  HOTLINE_CATEGORY_TWICE: { status: 400, zh: '诉求分类 {category} 重复', en: 'The category {category} is there twice' },
  HOTLINE_NO_LIST: { status: 409, zh: '该系统没有配置对账地址', en: 'The system has no list address to compare with' }
} as const
export type HotlineErrorCode = keyof typeof HOTLINE_ERRORS
