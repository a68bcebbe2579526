import { expect, test } from 'vitest'
import { alarmFilters, askedOf } from '../../api/alarms.ts'
import { alarmsOfDay, doorAddress } from './doors.ts'

test('a figure opens the list its rows are on', () => {
  const door = { of: '', filter: { pack: 'gas', level: '1,2' }, count: 3 }
  expect(doorAddress('gas', { ...door, list: 'alarms' })).toBe('/alarms?pack=gas&level=1%2C2')
  expect(doorAddress('gas', { ...door, list: 'items', of: 'gas-node', filter: {} })).toBe('/registers/list/gas-node')
  expect(doorAddress('gas', { ...door, list: 'rows', of: 'cold', filter: { whole: 'true' } })).toBe(
    '/scenarios/gas/figures/cold?whole=true'
  )
})

test('a cell of a heat calendar opens the alarms it counts: a day of the city, or an hour of it', () => {
  const asked = (address: string) => askedOf(alarmFilters(new URL(address, 'http://city').searchParams))
  expect(asked(alarmsOfDay('gas', '2026-11-22', null, 'Asia/Shanghai'))).toEqual({
    sort: '-raisedAt',
    pack: 'gas',
    from: '2026-11-21T16:00:00.000Z',
    to: '2026-11-22T16:00:00.000Z'
  })
  expect(asked(alarmsOfDay('gas', '2026-11-22', 7, 'Asia/Shanghai'))).toMatchObject({
    from: '2026-11-21T23:00:00.000Z',
    to: '2026-11-22T00:00:00.000Z'
  })
  // A day on which the clocks change has 25 hours.
  expect(asked(alarmsOfDay('gas', '2026-10-25', null, 'Europe/Berlin'))).toMatchObject({
    from: '2026-10-24T22:00:00.000Z',
    to: '2026-10-25T23:00:00.000Z'
  })
})
