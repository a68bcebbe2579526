import { expect, test } from 'vitest'
import { failureOf } from './failure.ts'

test.each([
  ['timeout', 'timeout'],
  ['fetch failed: ECONNREFUSED', 'unreachable'],
  ['fetch failed: other side closed', 'unreachable'],
  ['fetch failed: ENOTFOUND', 'unknownHost'],
  ['fetch failed: unable to verify the first certificate', 'tls'],
  ['fetch failed: unexpected redirect', 'redirect'],
  ['HTTP 401 signature', 'signature'],
  ['HTTP 422 order', 'refused'],
  ['HTTP 500 down for maintenance', 'server'],
  ['the answer is not {orders: [{orderNo}]}', 'format'],
  ['something else', 'other']
])('%s', (text, key) => {
  expect(failureOf(text).key).toBe(key)
})
