/** Everything the module `citizen` can refuse: HTTP status and both texts; `{name}` is filled from the details of the error. */
export const PUBLIC_ERRORS = {
  OPEN311_KEY_NOT_FOUND: { status: 404, zh: '没有这个接口密钥', en: 'There is no such API key' },
  OPEN311_KEY_REVOKED: { status: 409, zh: '接口密钥已吊销', en: 'The API key was revoked already' },
  OPEN311_KEY_INVALID: { status: 403, zh: 'api_key 缺失或无效', en: 'Missing or invalid api_key' },
  OPEN311_JURISDICTION_UNKNOWN: { status: 404, zh: '没有 jurisdiction_id {id}', en: 'jurisdiction_id {id} was not found' },
  OPEN311_SERVICE_UNKNOWN: { status: 404, zh: '没有 service_code {code}', en: 'service_code {code} was not found' },
  OPEN311_REQUEST_UNKNOWN: { status: 404, zh: '没有 service_request_id {id}', en: 'service_request_id {id} was not found' },
  OPEN311_TOKEN_UNKNOWN: { status: 404, zh: '没有这个 token', en: 'The token was not found' },
  OPEN311_RESOURCE_UNKNOWN: { status: 404, zh: '没有这个资源', en: 'There is no such resource' },
  OPEN311_ARGUMENT_MISSING: { status: 400, zh: '缺少参数 {name}', en: '{name} was not provided' },
  OPEN311_ARGUMENT_INVALID: {
    status: 400,
    zh: '参数 {name} 不对，应为：{expected}',
    en: '{name} is not valid; expected {expected}'
  },
  OPEN311_SPAN_TOO_LONG: {
    status: 400,
    zh: 'start_date 与 end_date 相距不得超过 90 天',
    en: 'start_date and end_date may not span more than 90 days'
  },
  OPEN311_PAGE_TOO_DEEP: {
    status: 400,
    zh: '页数过深（至多 {max} 条），请缩小 start_date 与 end_date',
    en: 'Pages end after {max} requests; narrow start_date and end_date'
  },
  OPEN311_ADDRESS_UNKNOWN: {
    status: 400,
    zh: '无法定位 {name}，请给出 lat 和 long',
    en: '{name} cannot be located; give lat and long'
  },
  OPEN311_REQUEST_CLOSED: { status: 400, zh: '该问题已办结，不能再补充', en: 'The request is closed and takes no more updates' }
} as const
export type PublicErrorCode = keyof typeof PUBLIC_ERRORS
