/** Everything the module `streams` can refuse: HTTP status and both texts; `{name}` is filled from the details of the error. */
export const STREAMS_ERRORS = {
  STREAMS_NOT_FOUND: { status: 404, zh: '没有找到感知流 {stream}', en: 'There is no stream {stream}' },
  STREAMS_TOO_MANY: {
    status: 503,
    zh: '接收队列已满，请稍后重发',
    en: 'The intake is full; send it again in a moment'
  }
} as const
