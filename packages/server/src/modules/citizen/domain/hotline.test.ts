import type { HotlineOrder } from '@chengyun/contract/public'
import { describe, expect, it } from 'vitest'
import { canonical, classOfCategory, descriptionOf, noteOf, reporterOf } from './hotline-order.ts'
import { clockFits, signatureFits, signatureOf } from './hotline-signature.ts'
import { backoffMs, orderStateOf } from './hotline-status.ts'

const ORDER: HotlineOrder = { orderNo: 'GD-1', seq: 1, appealType: '投诉', appealSubject: '垃圾', content: '三天无人清理' }

describe('signature', () => {
  // printf '%s\n%s\n%s' 1767225600 4f1c0a9be2d37586 '…' | openssl dgst -sha256 -hmac s3cret-of-the-exchange
  const signed = {
    timestamp: '1767225600',
    nonce: '4f1c0a9be2d37586',
    body: '{"orderNo":"GD2026-00001","seq":2,"content":"已三天"}'
  }
  const secret = 's3cret-of-the-exchange'
  const wanted = '7299016479614bd402e5558eb89521eab7f558c65d395b5c69bcf2fcbf85a371'

  it('is what openssl says', () => {
    expect(signatureOf(secret, signed)).toBe(wanted)
    expect(signatureFits(secret, signed, wanted.toUpperCase())).toBe(true)
    expect(signatureFits(secret, { ...signed, body: `${signed.body} ` }, wanted)).toBe(false)
    expect(signatureFits(secret, signed, '')).toBe(false)
  })

  it('may be five minutes off and not a second more', () => {
    expect([-301, -300, 0, 300, 301].map((off) => clockFits(String(1000 + off), 1000))).toEqual([false, true, true, true, false])
    expect(clockFits('1e3', 1000)).toBe(false)
  })
})

describe('order', () => {
  it('finds a class by the deepest level named, a path before a word', () => {
    const table = new Map([
      ['噪音扰民', '06028'],
      ['施工/噪音扰民', '08001'],
      ['市容环境', '06012']
    ])
    expect(classOfCategory(['施工', '噪音扰民'], table)).toBe('08001')
    expect(classOfCategory(['生活', '噪音扰民'], table)).toBe('06028')
    expect(classOfCategory(['市容环境', '没有的'], table)).toBe('06012')
    expect(classOfCategory(['没有的'], table)).toBeUndefined()
    expect(classOfCategory(undefined, table)).toBeUndefined()
  })

  it('says its words once and never more than a note takes', () => {
    expect(descriptionOf(ORDER)).toBe('垃圾：三天无人清理')
    expect(descriptionOf({ appealSubject: '垃圾', content: '垃圾三天' })).toBe('垃圾三天')
    expect([...noteOf({ ...ORDER, remark: '长'.repeat(500) })]).toHaveLength(500)
  })

  it('names nobody who asked for confidentiality, and keeps no number that is none', () => {
    const caller = { callerName: '王小明', contactPhone: '13800001234' }
    expect(reporterOf({ ...ORDER, ...caller })).toEqual({ name: '王小明', phone: '13800001234' })
    expect(reporterOf({ ...ORDER, ...caller, confidential: true })).toBeUndefined()
    expect(reporterOf({ ...ORDER, contactPhone: '不详' })).toBeUndefined()
  })

  it('is the same whatever the order of its fields', () => {
    expect(canonical({ b: [{ d: 1, c: 2 }], a: 1 })).toBe(canonical({ a: 1, b: [{ c: 2, d: 1 }] }))
    expect(canonical({ a: [1, 2] })).not.toBe(canonical({ a: [2, 1] }))
  })
})

describe('course', () => {
  it('is told in the words of the standard', () => {
    const plain = { accepted: true, merged: false, visited: false, withdrawn: false }
    expect(orderStateOf({ ...plain, status: 'reported', accepted: false })).toBe('waiting')
    expect(orderStateOf({ ...plain, status: 'pending_verify', accepted: false })).toBe('waiting')
    expect(orderStateOf({ ...plain, status: 'pending_register' })).toBe('signed')
    expect(orderStateOf({ ...plain, status: 'checking' })).toBe('processing')
    expect(orderStateOf({ ...plain, status: 'suspended' })).toBe('extended')
    expect(orderStateOf({ ...plain, status: 'cancelled' })).toBe('returned')
    expect(orderStateOf({ ...plain, status: 'cancelled', withdrawn: true })).toBe('withdrawn')
    expect(orderStateOf({ ...plain, status: 'cancelled', merged: true })).toBe('processing')
    expect(orderStateOf({ ...plain, status: 'closed', visited: true })).toBe('visited')
  })

  it('waits longer after each failure, never over an hour, never all at once', () => {
    expect([1, 2, 3].map((n) => backoffMs(n, 1))).toEqual([10_000, 20_000, 40_000])
    expect(backoffMs(1, 0)).toBe(5_000)
    expect(backoffMs(50, 1)).toBe(3_600_000)
  })
})
