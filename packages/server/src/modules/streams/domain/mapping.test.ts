import type { PayloadMapping } from '@chengyun/contract/streams'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePath, valueAt } from './json-path.ts'
import { compileMapping, type PayloadContext, readPayload } from './mapping.ts'
import { filterCovers, filterMatches, isFilter, isTopic, TopicTree } from './mqtt-topic.ts'
import { storeResult } from './result.ts'
import { WallClock } from './wall-clock.ts'

const NOW = Date.UTC(2026, 0, 15, 4)
const context: PayloadContext = { receivedAt: NOW, wall: new WallClock('Asia/Shanghai'), account: 'box-1', topicDevice: 'D7' }
const base = { key: 'test', name: { zh: '测试', en: 'test' } } as const
const read = (d: Partial<PayloadMapping>, payload: unknown) => {
  const { mapping, faults } = compileMapping({ ...base, device: { from: 'account' }, ...d } as PayloadMapping)
  expect(faults).toEqual([])
  return readPayload(mapping!, payload, context)
}

describe('payloads of makers', () => {
  test('a flat object with the time of the wall clock, scaled, with a word for quality', () => {
    const got = read(
      {
        device: { from: 'path', path: 'devEui', by: 'account' },
        time: { path: 'time', as: 'text', format: 'yyyy/MM/dd HH:mm:ss' },
        quality: { path: 'state', words: { OK: 'good', CAL: 'calibration' } },
        values: [
          { path: 'data.t', stream: 'supplyC', scale: 0.1, offset: -40 },
          { path: 'data.p', stream: 'pressure', invalid: [-9999] }
        ]
      },
      { devEui: 'A1', time: '2026/01/15 12:00:00', state: 'CAL', data: { t: 985, p: -9999 } }
    )
    expect(got.faults).toEqual([])
    expect(got.values).toEqual([
      { device: 'A1', by: 'account', stream: 'supplyC', at: NOW, result: 58.5, quality: 'calibration' }
    ])
  })

  test('a list of names and values, each with the device of the topic', () => {
    const got = read(
      {
        topic: 'plant/{device}/+/data',
        device: { from: 'topic' },
        time: { path: 'ts', as: 's' },
        named: { path: 'd', nameAt: 'k', valueAt: 'v', streams: { TT01: { stream: 'supplyC' } }, only: true }
      },
      { ts: NOW / 1000, d: [{ k: 'TT01', v: 61.2 }, { k: 'XX', v: 1 }, { k: 'TT01' }] }
    )
    expect(got.values).toEqual([{ device: 'D7', by: 'code', stream: 'supplyC', at: NOW, result: 61.2, quality: 'good' }])
  })

  test('an object of values under a list of records, as NB-IoT platforms push them', () => {
    const got = read(
      {
        each: 'notifications',
        device: { from: 'path', path: 'deviceId' },
        time: { path: 'eventTime', as: 'iso' },
        named: { path: "services[0]['data']" }
      },
      {
        notifications: [
          { deviceId: 'n1', eventTime: '2026-01-15T12:00:00+08:00', services: [{ data: { level: 1.5, battery: null } }] },
          { deviceId: 'n2', eventTime: '2026-01-15 12:00', services: [{ data: { level: 2 } }] },
          { eventTime: '2026-01-15T12:00:00Z' }
        ]
      }
    )
    expect(got.values.map((v) => [v.device, v.stream, v.at, v.result])).toEqual([['n1', 'level', NOW, 1.5]])
    expect(got.faults.map((f) => f.code)).toEqual(['PAYLOAD_NO_TIME', 'PAYLOAD_NO_DEVICE'])
  })

  test('microseconds, and no time at all', () => {
    expect(
      read({ time: { path: 't', as: 'us' }, values: [{ path: 'v', stream: 'x' }] }, { t: NOW * 1000, v: 1 }).values[0]?.at
    ).toBe(NOW)
    expect(read({ values: [{ path: '$', stream: 'x' }] }, 5).values).toMatchObject([{ at: NOW, result: 5, device: 'box-1' }])
  })

  test('a declaration that cannot be is refused with every fault', () => {
    const { faults } = compileMapping({
      ...base,
      topic: 'a/#/b',
      device: { from: 'topic' },
      time: { path: 'a..b', as: 'text', format: 'MM-dd' },
      values: [{ path: 'a[', stream: 'x' }]
    })
    expect(faults.map((f) => f.code)).toEqual([
      'MAPPING_DEVICE',
      'MAPPING_TOPIC',
      'MAPPING_FORMAT',
      'MAPPING_PATH',
      'MAPPING_PATH'
    ])
  })

  test('whatever comes, nothing is thrown and no prototype is read', () => {
    const { mapping } = compileMapping({
      ...base,
      each: 'a',
      device: { from: 'path', path: 'b' },
      named: { path: 'constructor' }
    })
    fc.assert(fc.property(fc.jsonValue(), (payload) => void readPayload(mapping!, payload, context)))
    expect(valueAt({}, parsePath('constructor.name'))).toBeUndefined()
  })
})

test('results by kind', () => {
  expect(storeResult('number', '21.5')).toMatchObject({ value: 21.5 })
  expect(storeResult('number', 'hot')).toBeNull()
  expect(storeResult('number', Number.POSITIVE_INFINITY)).toBeNull()
  expect(storeResult('count', 1.5)).toMatchObject({ value: 1.5 })
  expect(storeResult('truth', '开')).toMatchObject({ value: 1 })
  expect(storeResult('truth', false)).toMatchObject({ value: 0 })
  expect(storeResult('position', [120.3, 36.1])).toEqual({ value: 120.3, value2: 36.1 })
  expect(storeResult('position', { type: 'Point', coordinates: [120.3, 36.1] })).toEqual({ value: 120.3, value2: 36.1 })
  expect(storeResult('position', [36.1, 120.3])).toBeNull()
  expect(storeResult('category', 'auto')).toMatchObject({ result: 'auto' })
  expect(storeResult('category', null)).toBeNull()
})

describe('topics', () => {
  test('what is one, and what is a filter', () => {
    expect(['a/b', '/', 'a b'].every(isTopic)).toBe(true)
    expect(['', 'a/+', '#', '$SYS/x', 'a\0'].some(isTopic)).toBe(false)
    expect(['#', '+/+', 'a/#', 'a//b'].every(isFilter)).toBe(true)
    expect(['', 'a#', 'a/#/b', 'a+/b'].some(isFilter)).toBe(false)
  })

  test('the tree finds what a plain comparison finds', () => {
    const level = fc.constantFrom('a', 'b', '')
    const filter = fc
      .array(fc.constantFrom('a', 'b', '', '+'), { minLength: 1, maxLength: 4 })
      .chain((levels) => fc.boolean().map((all) => (all ? [...levels, '#'] : levels).join('/')))
    fc.assert(
      fc.property(
        fc.array(filter, { maxLength: 12 }),
        fc.array(level, { minLength: 1, maxLength: 5 }),
        fc.nat(11),
        (filters, levels, gone) => {
          const topic = levels.join('/')
          const tree = new TopicTree<number>()
          for (const [i, f] of filters.entries()) tree.add(f, i)
          const out = gone % (filters.length + 1)
          if (filters[out] !== undefined) tree.remove(filters[out]!, out)
          const want = filters.flatMap((f, i) => (i !== out && filterMatches(f, topic) ? [i] : []))
          expect([...tree.match(topic)].sort((x, y) => x - y)).toEqual(want)
        }
      )
    )
  })

  test('a right covers only what lies within it', () => {
    expect(filterCovers('city/#', 'city/a/+')).toBe(true)
    expect(filterCovers('city/+/x', 'city/a/x')).toBe(true)
    expect(filterCovers('city/+/x', 'city/+/x')).toBe(true)
    expect(filterCovers('city/a/x', 'city/+/x')).toBe(false)
    expect(filterCovers('city/a', 'city/#')).toBe(false)
    expect(filterCovers('+/+', '#')).toBe(false)
  })
})
