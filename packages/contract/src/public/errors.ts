/** Everything the module `citizen` can refuse: HTTP status and both texts; `{name}` is filled from the details of the error. */
export const PUBLIC_ERRORS = {
  OPEN311_KEY_NOT_FOUND: { status: 404, zh: '没有这个接口密钥', en: 'There is no such API key' },
  OPEN311_KEY_REVOKED: { status: 409, zh: '接口密钥已吊销', en: 'The API key was revoked already' }
} as const
export type PublicErrorCode = keyof typeof PUBLIC_ERRORS
