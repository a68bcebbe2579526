import { expect, test } from 'vitest'
import { buildRoadIndex, houseNumberAt, pointOfHouse } from './roads.ts'
import { normalise, pairsOf, scoreOf, splitDoorplate } from './search-terms.ts'

test('width, case, blanks and punctuation do not matter', () => {
  expect(normalise('ＮＯ．１ 香港中路（东）')).toBe('no1香港中路东')
  expect(pairsOf('香港 中路')).toEqual(['香港', '港中', '中路'])
  expect(pairsOf('路')).toEqual([])
})

test('what is taken for plain is what folding would leave as it is', () => {
  for (let c = 0x21; c < 0xd800; c++) {
    const letter = String.fromCharCode(c)
    const folded = `${letter}Ａ`
      .normalize('NFKC')
      .toLowerCase()
      .slice(0, -1)
      .replace(/[\s\p{P}\p{S}]+/gu, '')
    // One letter more makes the whole text take the long way.
    expect(normalise(letter)).toBe(normalise(`${letter}Ａ`).slice(0, -1))
    expect(normalise(letter)).toBe(folded)
  }
})

test('the whole name wins over a part, a leading part over one inside', () => {
  expect(scoreOf('辽宁路', '辽宁路', 1)).toBe(1)
  expect(scoreOf('辽宁', '辽宁路', 1)).toBeGreaterThan(scoreOf('辽宁', '东辽宁路', 1))
  expect(scoreOf('辽宁路', '辽宁路小学', 1)).toBeGreaterThan(scoreOf('辽宁路', '黄河路', 0))
})

test('door plates are read with and without 号', () => {
  expect(splitDoorplate('市北区 辽宁路 120 号')).toEqual({ road: '市北区辽宁路', houseNumber: 120 })
  expect(splitDoorplate('辽宁路１２')).toEqual({ road: '辽宁路', houseNumber: 12 })
  expect(splitDoorplate('辽宁路')).toBeNull()
})

test('a house number leads to its point and the point back to the number', () => {
  const road = { code: '1', name: '东西路', line: Int32Array.from([1_200_000_000, 360_000_000, 1_200_100_000, 360_000_000]) }
  const roads = buildRoadIndex([road])
  const point = pointOfHouse(road.line, 21)
  expect(point).not.toBeNull()
  const [lng, lat] = point as [number, number]
  expect(roads.nearest(lng, lat + 0.0001, 50)?.houseNumber).toBe(21)
  expect(roads.nearest(lng, lat - 0.0001, 50)?.houseNumber).toBe(22)
  expect(roads.nearest(lng, lat + 0.01, 50)).toBeNull()
  expect(pointOfHouse(road.line, 99_999)).toBeNull()
  expect(houseNumberAt(0, false)).toBe(1)
})
