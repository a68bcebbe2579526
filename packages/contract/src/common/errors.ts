/** Errors any request can meet, whatever module answers it. */
export const COMMON_ERRORS = {
  INVALID_REQUEST: { status: 400, zh: '请求内容有误：{summary}', en: 'The request is not valid: {summary}' },
  UNAUTHENTICATED: { status: 401, zh: '请先登录', en: 'Please sign in' },
  FORBIDDEN: { status: 403, zh: '您没有进行此操作的权限', en: 'You may not do this' },
  CSRF_REQUIRED: { status: 403, zh: '页面已过期，请刷新后重试', en: 'This page is out of date; reload it and try again' },
  NOT_FOUND: { status: 404, zh: '没有找到', en: 'Not found' },
  METHOD_NOT_ALLOWED: { status: 405, zh: '不支持该请求方式', en: 'Method not allowed' },
  BODY_TOO_LARGE: { status: 413, zh: '内容过大，最多 {limit}', en: 'The body is too large; at most {limit}' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, zh: '不支持的内容类型', en: 'Unsupported content type' },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    zh: '该请求编号已用于另一请求',
    en: 'This Idempotency-Key was used for another request'
  },
  RATE_LIMITED: { status: 429, zh: '请求过于频繁，请 {after} 后再试', en: 'Too many requests; try again in {after}' },
  INTERNAL: {
    status: 500,
    zh: '服务处理失败，已记录编号 {requestId}，请稍后重试或告知管理员',
    en: 'The server failed; it is recorded as {requestId}. Try again later or tell the administrator'
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    zh: '服务正在启动或停止，请稍后',
    en: 'The server is starting or stopping; try again shortly'
  }
} as const
