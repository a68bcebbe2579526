import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPrivateAddress, wrongAddress } from '../peer-address.ts'
import { retryAfterMs } from '../peer-http.ts'
import { errorWords, keepable, NotGeoReport, rowsOf } from './peer-document.ts'
import { couldBeOurs, instantOf, isRejected, type Remote, readRemote, type Sent } from './peer-request.ts'

describe('answers', () => {
  it('are read as JSON and XML, wrapped or not, and named when they are neither', () => {
    expect(rowsOf('\uFEFF[{"a":1}]')).toEqual([{ a: 1 }])
    expect(rowsOf('{"service_requests":[{"a":1}]}')).toEqual([{ a: 1 }])
    expect(rowsOf('[]')).toEqual([])
    expect(rowsOf('<?xml version="1.0"?><services></services>')).toEqual([])
    expect(rowsOf('<services><service><a>01</a></service></services>')).toEqual([{ a: '01' }])
    expect(rowsOf('<services><service><a>1</a></service><service><a>2</a></service></services>')).toHaveLength(2)
    for (const [text, words] of [
      ['', '空的'],
      ['<!DOCTYPE html><title>502</title>', '网页，不是 GeoReport 数据（502）'],
      ['<a><b></a>', 'XML 不完整'],
      ['NaN, sorry', '既不是 JSON 也不是 XML'],
      ['"text"', '不是列表']
    ] as const)
      expect(() => rowsOf(text)).toThrow(words)
    expect(errorWords('[{"code":400,"description":"no"},{"description":"key"}]')).toBe('no；key')
    expect(errorWords('<errors><error><code>1</code><description>bad</description></error></errors>')).toBe('bad')
  })

  it('of any kind neither break the reader nor leave what the database cannot keep', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 3 }), (value) => {
        const remote = readRemote(value)
        if (!isRejected(remote)) expect(remote.id.length).toBeLessThanOrEqual(80)
        expect(JSON.stringify(keepable(value) ?? null)).not.toContain('\\u0000')
      })
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          rowsOf(text)
        } catch (error) {
          expect(error).toBeInstanceOf(NotGeoReport)
        }
      })
    )
  })
})

describe('a request', () => {
  it('has only what is true of it', () => {
    const read = (over: object) => readRemote({ service_request_id: 1, ...over }) as Remote
    expect(read({ lat: '36.1', long: 120 })).toMatchObject({ id: '1', point: [120, 36.1], status: 'open' })
    for (const wrong of [{ lat: 0, long: 0 }, { lat: 91, long: 1 }, { lat: '', long: 2 }, { lat: true, long: 2 }, { lat: 3 }])
      expect(read(wrong).point).toBeUndefined()
    expect(read({ status: 'Fixed - Council' }).status).toBe('closed')
    expect(read({ media_url: 'file:///etc/passwd' }).mediaUrl).toBeUndefined()
    expect(readRemote({ token: 'x' })).toMatchObject({ rejected: 'noId' })
    expect(instantOf('2026-11-22T08:00:00+0800')?.toISOString()).toBe('2026-11-22T00:00:00.000Z')
    for (const wrong of ['2026-11-22T08:00:00', 'yesterday', 5, null, '9999-01-01T00:00:00Z'])
      expect(instantOf(wrong)).toBeUndefined()
  })

  it('is known as ours by service, place, time and words', () => {
    const sent: Sent = {
      serviceCode: 'litter',
      point: [120.3, 36.06],
      description: '路口有一堆垃圾，三天无人清理，请尽快处理并安排巡查',
      firstTryAt: new Date('2026-11-22T00:00:00Z'),
      caseNo: '37'
    }
    const same = readRemote({
      service_request_id: 'x',
      service_code: 'litter',
      lat: 36.0601,
      long: 120.3,
      description: '路口有一堆垃圾 三天无人清理 请尽快处理并安排巡查',
      requested_datetime: '2026-11-22T00:00:05Z'
    }) as Remote
    expect(couldBeOurs(sent, same)).toBe(true)
    const not: Partial<Remote>[] = [
      { serviceCode: 'graffiti' },
      { point: [120.32, 36.06] },
      { description: '另一件事' },
      { requestedAt: new Date('2026-11-20T00:00:00Z') },
      { externalId: '38' }
    ]
    for (const over of not) expect(couldBeOurs(sent, { ...same, ...over }), JSON.stringify(over)).toBe(false)
    expect(couldBeOurs(sent, { ...same, description: undefined })).toBe(true)
    expect(couldBeOurs(sent, { ...same, description: undefined, point: [120.302, 36.06] })).toBe(false)
    expect(couldBeOurs({ ...sent, point: null }, { ...same, description: undefined })).toBe(false)
    expect(couldBeOurs(sent, { ...same, externalId: '37', point: [0, 1] })).toBe(true)
  })
})

describe('addresses', () => {
  it('of private networks are known in every spelling', () => {
    const inside = [
      '127.0.0.1',
      '10.1.2.3',
      '172.31.0.1',
      '192.168.0.9',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '224.0.0.1',
      '::1',
      '::',
      'fd00::1',
      'fe80::1',
      '::ffff:10.0.0.1',
      '::ffff:a00:1',
      '64:ff9b::a00:1',
      'no address'
    ]
    expect(inside.filter((a) => !isPrivateAddress(a))).toEqual([])
    const outside = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2001:4860:4860::8888', '::ffff:8.8.8.8']
    expect(outside.filter((a) => isPrivateAddress(a))).toEqual([])
    for (const url of [
      'http://2130706433/',
      'http://0x7f.1/',
      'http://localhost./',
      'http://[::1]/',
      'ftp://example.org/',
      'http://u:p@example.org/',
      'x'
    ])
      expect(wrongAddress(url, false), url).toBeDefined()
    expect(wrongAddress('https://example.org/open311/v2', false)).toBeUndefined()
    expect(wrongAddress('http://10.0.0.1/v2', true)).toBeUndefined()
  })

  it('that ask to wait are waited for, a day at most', () => {
    const now = new Date('2026-11-22T00:00:00Z')
    expect([
      retryAfterMs('120', now),
      retryAfterMs('Sun, 22 Nov 2026 00:01:00 GMT', now),
      retryAfterMs('999999999', now),
      retryAfterMs('soon', now),
      retryAfterMs(undefined, now)
    ]).toEqual([120_000, 60_000, 86_400_000, undefined, undefined])
  })
})
