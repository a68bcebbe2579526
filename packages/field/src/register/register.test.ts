import type { FieldComponents } from '@chengyun/contract/field'
import { expect, test } from 'vitest'
import { moved, type Place } from '../map/project.ts'
import { codesOf, componentsOf, endingWith, fromServer, nearOf, underFinger } from './register.ts'

const HERE: Place = [120.3155, 36.0655]
const east = (m: number): Place => moved(HERE, m, 0)
const fixed = (p: Place): [number, number] => [Math.round(p[0] * 1e6), Math.round(p[1] * 1e6)]

function packed(places: readonly [string, number, Place][]): FieldComponents {
  let last: [number, number] = [0, 0]
  const flat: number[] = []
  for (const [, , place] of places) {
    const now = fixed(place)
    flat.push(now[0] - last[0], now[1] - last[1])
    last = now
  }
  return {
    states: [{ key: 'intact', zh: '完好', en: 'intact', tone: 'ok' }],
    classes: [
      { code: '01010', name: '上水井盖', nameEn: 'Water cover', current: '01010' },
      { code: '0108', name: '路灯', nameEn: 'Lamp', current: '01080' }
    ],
    texts: ['测试路1号', '水务'],
    rows: places.map(([code, cls]) => [code, cls, 0, -1, 0, 1]),
    places: flat,
    total: places.length
  }
}
const LIST = componentsOf(
  packed([
    ['3702020108000001', 1, east(5)],
    ['37020201010000001', 0, east(12)],
    ['37020201010000002', 0, east(30)],
    ['37020201010000003', 0, east(400)]
  ])
)

test('what is unpacked is what was packed, to a tenth of a metre', () => {
  expect(LIST[1]).toMatchObject({
    code: '37020201010000001',
    className: '上水井盖',
    name: null,
    address: '测试路1号',
    unit: '水务'
  })
  expect(LIST[0]!.classCode).toBe('01080')
  expect(fixed(LIST[3]!.place)).toEqual(fixed(east(400)))
})

test('the same class within 15 m stands first, then whatever is nearest; what is far is left out', () => {
  const order = (cls: string | null) => nearOf(LIST, HERE, cls).map((n) => n.item.code.slice(-3) + n.item.className)
  expect(order('01010')).toEqual(['001上水井盖', '001路灯', '002上水井盖'])
  expect(order(null)).toEqual(['001路灯', '001上水井盖', '002上水井盖'])
})

test('the last digits of a code suffice, the nearest first; two digits do not', () => {
  expect(endingWith(LIST, '0001', HERE).map((n) => n.item.code)).toEqual(['3702020108000001', '37020201010000001'])
  expect(endingWith(LIST, '01', HERE)).toEqual([])
})

test('a finger takes the nearest dot within its reach', () => {
  expect(underFinger(LIST, moved(HERE, 10, 0), 8)?.code).toBe('37020201010000001')
  expect(underFinger(LIST, moved(HERE, 100, 0), 8)).toBeNull()
})

test('a component told by the server is filed under its class of today', () => {
  const told = {
    code: '3702020108000001',
    class: { code: '0108', name: '路灯', nameEn: 'Lamp' },
    name: '路灯',
    status: 'intact',
    place: [120.3, 36] as [number, number],
    address: '',
    owner: null,
    maintainer: { name: '城管局' },
    authority: null,
    removedAt: null,
    upgradedCode: '37020201080000001'
  }
  const packed = {
    states: [{ key: 'intact', zh: '完好', en: 'intact', tone: 'ok' }],
    classes: [{ code: '0108', name: '路灯', nameEn: 'Lamp', current: '01080' }]
  }
  expect(fromServer(told, packed)).toMatchObject({ classCode: '01080', name: null, unit: '城管局', status: { zh: '完好' } })
  const { upgradedCode: _, ...listed } = told
  expect(fromServer(listed, packed)?.classCode).toBe('01080')
  expect(fromServer({ ...told, place: null }, packed)).toBeNull()
})

test('a plate of either generation names the same component', () => {
  expect(codesOf('3702020108000001')).toEqual(['3702020108000001', '37020201008000001'])
  expect(codesOf('37020201008000001')).toContain('3702020108000001')
  expect(codesOf('37020201108000001')).toEqual(['37020201108000001'])
})
