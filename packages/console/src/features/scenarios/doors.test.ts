import { expect, test } from 'vitest'
import { doorAddress } from './doors.ts'

test('a figure opens the list its rows are on', () => {
  const door = { of: '', filter: { pack: 'gas', level: '1,2' }, count: 3 }
  expect(doorAddress('gas', { ...door, list: 'alarms' })).toBe('/alarms?pack=gas&level=1%2C2')
  expect(doorAddress('gas', { ...door, list: 'items', of: 'gas-node', filter: {} })).toBe('/registers/list/gas-node')
  expect(doorAddress('gas', { ...door, list: 'rows', of: 'cold', filter: { whole: 'true' } })).toBe(
    '/scenarios/gas/figures/cold?whole=true'
  )
})
