import { expect, test } from 'vitest'
import { dutyFaults, dutyFeatures, nextCode } from './duty.ts'

test('codes of duty grids go on from the highest', () => {
  expect(nextCode('370202001', [])).toBe('3702020010001')
  expect(nextCode('370202001', [{ code: '3702020010007' }, { code: '3702020010003' }, { code: '370202001900001' }])).toBe(
    '3702020010008'
  )
})

test('unit grids are told apart by whose they are', () => {
  const geometry = { type: 'Polygon' as const, coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] } // biome-ignore format: a triangle
  const grid = (code: string, dutyGridCode: string | null) => ({
    type: 'Feature' as const,
    properties: { code, dutyGridCode },
    geometry
  })
  const all = {
    type: 'FeatureCollection' as const,
    features: [grid('370202001001001', 'a'), grid('370202001001002', 'b'), grid('370202001001003', null)]
  }
  const found = dutyFeatures(all, new Set(['370202001001001']), (code) => `#${code}`).features.filter(
    (f) => f.geometry.type === 'Polygon'
  )
  expect(found.map((f) => [f.properties?.['tone'], f.properties?.['color']])).toEqual([
    ['own', undefined],
    ['other', '#b'],
    ['free', undefined]
  ])
  const faults = dutyFaults(all, { taken: ['370202001001002'], uncovered: ['370202001001003'] })
  expect(faults.features.map((f) => f.properties?.['severity'])).toEqual(['error', 'warning'])
})
