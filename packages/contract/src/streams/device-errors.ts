/** What devices, mappings and gateways can refuse. */
export const DEVICE_ERRORS = {
  STREAMS_DEVICE_NOT_FOUND: { status: 404, zh: '没有找到设备 {device}', en: 'There is no device {device}' },
  STREAMS_DEVICE_ITEM: { status: 404, zh: '台账 {register} 中没有 {code}', en: 'Register {register} has no item {code}' },
  STREAMS_DEVICE_EXISTS: { status: 409, zh: '设备 {code} 已接入', en: 'The device {code} is already connected' },
  STREAMS_ACCOUNT_TAKEN: { status: 409, zh: '账号 {account} 已被使用', en: 'The account {account} is taken' },
  STREAMS_MN_TAKEN: { status: 409, zh: '设备唯一标识 {mn} 已被使用', en: 'The identification {mn} is taken' },
  STREAMS_DEVICE_CONFLICT: {
    status: 409,
    zh: '设备已被他人修改，当前版本 {current}',
    en: 'Somebody else changed the device; it is now version {current}'
  },
  STREAMS_DEVICE_CONFIG: { status: 422, zh: '设备配置有误：{why}', en: 'The configuration is wrong: {why}' },
  STREAMS_DEVICE_TOPIC: { status: 422, zh: '主题 {topic} 无效', en: 'The topic {topic} is not one' },
  STREAMS_DEVICE_NO_COMMANDS: { status: 422, zh: '该设备不接受指令', en: 'The device takes no commands' },
  STREAMS_MAPPING_NOT_FOUND: { status: 404, zh: '没有找到报文映射 {key}', en: 'There is no mapping {key}' },
  STREAMS_MAPPING_CONFLICT: {
    status: 409,
    zh: '报文映射已存在或已被他人修改，当前版本 {current}',
    en: 'The mapping exists or somebody else changed it; it is now version {current}'
  },
  STREAMS_MAPPING_INVALID: { status: 422, zh: '报文映射有误：{summary}', en: 'The mapping is wrong: {summary}' },
  STREAMS_PUSH_REFUSED: { status: 401, zh: '推送凭证或签名无效', en: 'Credentials or signature are not valid' },
  STREAMS_PUSH_CLOCK: {
    status: 401,
    zh: '时间戳与服务器相差超过 {limit} 秒（服务器时间 {now}）',
    en: 'The timestamp differs by more than {limit} s (server time {now})'
  },
  STREAMS_PUSH_NOTHING: { status: 422, zh: '报文中没有可接收的读数', en: 'Nothing of the payload could be taken' },
  STREAMS_PUSH_NONCE: { status: 409, zh: '该请求已经收到过', en: 'This request was received before' },
  STREAMS_PROVISION_FILE: { status: 422, zh: '文件无法读取：{why}', en: 'The file cannot be read: {why}' }
} as const

/** What can be wrong with what a device sent; shown with the device, counted, never an answer of its own. */
export const DEVICE_FAULTS = {
  PAYLOAD_NOT_JSON: { zh: '报文不是 JSON', en: 'The payload is not JSON' },
  PAYLOAD_SHAPE: { zh: '报文结构不符合约定', en: 'The payload has not the shape it should' },
  PAYLOAD_NO_LIST: { zh: '报文中没有列表', en: 'The payload has no list there' },
  PAYLOAD_NO_DEVICE: { zh: '报文中没有设备标识', en: 'The payload names no device' },
  PAYLOAD_NO_TIME: { zh: '报文中没有可用的时间', en: 'The payload has no usable time' },
  PAYLOAD_NO_VALUES: { zh: '报文中没有数值', en: 'The payload has no values there' },
  PAYLOAD_TOO_MANY: { zh: '一条报文中的读数过多', en: 'Too many readings in one payload' },
  DEVICE_UNKNOWN: { zh: '没有这个设备', en: 'There is no such device' },
  STREAM_UNKNOWN: { zh: '该设备没有这个感知流', en: 'The device has no such stream' },
  RESULT_INVALID: { zh: '数值与感知流的类型不符', en: 'The value is none of the kind of the stream' },
  READING_REFUSED: { zh: '读数未被接收', en: 'The reading was not taken' },
  NOT_ALLOWED: { zh: '账号无权发布该主题', en: 'The account may not publish there' },
  PASSWORD_WRONG: { zh: '密码错误', en: 'The password is wrong' },
  FRAME_CRC: { zh: 'CRC 校验失败', en: 'The CRC is wrong' },
  FRAME_BROKEN: { zh: '数据帧不完整', en: 'The frame is broken' },
  MESSAGE_BROKEN: { zh: '数据段有误', en: 'The data segment is wrong' },
  FACTOR_UNKNOWN: { zh: '因子没有对应的感知流', en: 'No stream belongs to the factor' },
  MODBUS_SILENT: { zh: '设备未应答', en: 'The device does not answer' },
  MODBUS_REFUSED: { zh: '设备拒绝了读取', en: 'The device refused to be read' }
} as const
export type DeviceFaultCode = keyof typeof DEVICE_FAULTS

/** What can be wrong with the declaration of a mapping; the detail says where. */
export const MAPPING_FAULTS = {
  MAPPING_EMPTY: { zh: '还没有指定数值', en: 'No value is named yet' },
  MAPPING_PATH: { zh: '位置写得不对', en: 'A place is not written as one' },
  MAPPING_DEVICE: { zh: '没有说明设备标识在哪里', en: 'It does not say where the device is named' },
  MAPPING_TOPIC: { zh: '主题不符', en: 'The topic does not fit' },
  MAPPING_FORMAT: { zh: '时间格式读不懂', en: 'The format of the time is not understood' }
} as const
