import { expect, test } from 'vitest'
import { packComponents, shortAddress } from './pack.ts'

const classOf = (code: string) => ({ code, name: code === '01010' ? '上水井盖' : '路灯', nameEn: code, current: code })
const states = [
  { key: 'intact', zh: '完好', en: 'intact', tone: 'ok' },
  { key: 'lost', zh: '丢失', en: 'lost', tone: 'late' }
]

test('what repeats is written once, places to a tenth of a metre', () => {
  const one = {
    code: '37020201010000001',
    classCode: '01010',
    name: '上水井盖',
    status: 'lost',
    address: '测试路1号',
    unit: '水务'
  }
  const packed = packComponents(
    [
      { ...one, place: [120.3155004, 36.0655] },
      { ...one, code: '37020201010000002', name: '老井', place: [120.315501, 36.065499], unit: null }
    ],
    { states, classOf, total: 2 }
  )
  expect(packed.classes).toEqual([classOf('01010')])
  expect(packed.texts).toEqual(['测试路1号', '水务', '老井'])
  expect(packed.places).toEqual([120315500, 36065500, 1, -1])
  expect(packed.rows).toEqual([
    ['37020201010000001', 0, 1, -1, 0, 1],
    ['37020201010000002', 0, 1, 2, 0, -1]
  ])
})

test('an address without what everybody there knows', () => {
  expect(shortAddress('西区西1街道测试路8号附近', ['西区', '西1街道'])).toBe('测试路8号附近')
  expect(shortAddress('测试路8号', ['西区', ''])).toBe('测试路8号')
})
