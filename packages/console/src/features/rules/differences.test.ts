import { expect, test } from 'vitest'
import { differences } from './differences.ts'

test('versions differ value by value, under the paths of their JSON', () => {
  const before = { key: 'a', condition: { levels: [{ level: 3, above: 70 }] } }
  const after = { key: 'a', condition: { levels: [{ level: 3, above: 75, forS: 60 }] } }
  expect(differences(before, after)).toEqual([
    { path: 'condition.levels[0].above', before: '70', after: '75' },
    { path: 'condition.levels[0].forS', before: null, after: '60' }
  ])
  expect(differences(after, after)).toEqual([])
  expect(differences(null, { key: 'a' })).toEqual([{ path: 'key', before: null, after: '"a"' }])
})
