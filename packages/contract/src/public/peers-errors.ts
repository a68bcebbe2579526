/** What the exchange with other GeoReport servers can refuse. */
export const PEER_ERRORS = {
  PEER_UNKNOWN: { status: 404, zh: '没有这个对接平台', en: 'There is no such peer' },
  PEER_EXISTS: { status: 409, zh: '对接平台代号 {key} 已存在', en: 'A peer {key} exists already' },
  PEER_IN_USE: {
    status: 409,
    zh: '已与该平台交换过 {count} 件诉求，不能删除，可以停用',
    en: '{count} requests were exchanged with this peer; it can be disabled, not removed'
  },
  PEER_ADDRESS: { status: 400, zh: '地址不可用：{reason}', en: 'The address cannot be used: {reason}' },
  PEER_BUSY: { status: 409, zh: '正在与该平台交换，请稍后', en: 'An exchange with this peer is under way; try again shortly' },
  PEER_DISABLED: { status: 409, zh: '该平台已停用或不接收转派', en: 'The peer is disabled or takes no cases' },
  PEER_NO_KEY: { status: 409, zh: '该平台还没有配置 api_key', en: 'There is no api_key for this peer yet' },
  PEER_KEY_UNKNOWN: { status: 400, zh: '没有这个接口密钥', en: 'There is no such API key' },
  PEER_SERVICE_TWICE: { status: 400, zh: '服务项 {code} 重复', en: 'The service {code} is there twice' },
  PEER_SERVICE_UNKNOWN: { status: 400, zh: '该平台没有服务项 {code}', en: 'The peer has no service {code}' },
  PEER_NO_ANSWER: { status: 502, zh: '对方没有给出可用的回答：{reason}', en: 'The peer gave no usable answer: {reason}' },
  PEER_CLASS_UNKNOWN: { status: 400, zh: '没有类别 {class}', en: 'There is no class {class}' },
  PEER_CLASS_TWICE: {
    status: 400,
    zh: '类别 {class} 对应了两个服务项',
    en: 'The class {class} goes to two services'
  },
  PEER_SERVICE_UNMAPPED: {
    status: 409,
    zh: '该平台没有与此类别对应的服务项，请选择一个',
    en: 'No service of the peer stands for this class; choose one'
  },
  PEER_REQUEST_UNKNOWN: { status: 404, zh: '没有这条交换记录', en: 'There is no such exchanged request' },
  PEER_REQUEST_STATE: { status: 409, zh: '当前状态为 {state}，不能这样处理', en: 'It is {state}; this cannot be done' },
  PEER_CASE_SENT: { status: 409, zh: '该案件已转给此平台', en: 'The case was sent to this peer before' },
  PEER_CASE_THEIRS: {
    status: 409,
    zh: '该案件来自此平台，不能再转回去',
    en: 'The case came from this peer; it is not sent back'
  },
  PEER_CASE_PRIVATE: {
    status: 409,
    zh: '该案件不对外公开，不能转给其他平台',
    en: 'The case is not public; it is not sent to another platform'
  },
  PEER_CASE_ENDED: { status: 409, zh: '该案件已办结，不能再转出', en: 'The case has ended; it is not sent any more' }
} as const
export type PeerErrorCode = keyof typeof PEER_ERRORS
