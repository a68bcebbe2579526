import { expect, test } from 'vitest'
import { readRoster } from './roster.ts'

test('reads shifts by comma or tab, with head line, role by key or name', () => {
  const { rows, faults } = readRoster(
    [
      '\uFEFFusername,role,unit,begin,end,grids',
      'collector,collector,city,2026-06-01 08:00,2026-06-01 18:00,3702020010002;3702020010003',
      '',
      'handler\thandler\tcity.cg\t2026-06-01 20:00\t2026-06-02 08:00'
    ].join('\n')
  )
  expect(faults).toEqual([])
  expect(rows).toHaveLength(2)
  expect(rows[0]).toMatchObject({ username: 'collector', role: 'collector', dutyGridCodes: ['3702020010002', '3702020010003'] })
  expect(rows[1]).toMatchObject({ unitKey: 'city.cg' })
  expect(rows[1]).not.toHaveProperty('dutyGridCodes')
  expect(rows[0]?.startsAt).toMatch(/^2026-06-01T08:00:00/)
})

test('names the line and the reason of what it cannot read', () => {
  const { rows, faults } = readRoster(
    [
      'a,collector,city',
      'a,nobody,city,2026-06-01 08:00,2026-06-01 18:00',
      'a,collector,city,2026-06-01 18:00,2026-06-01 08:00'
    ].join('\n')
  )
  expect(rows).toEqual([])
  expect(faults).toEqual([
    { line: 1, reason: 'columns' },
    { line: 2, reason: 'role' },
    { line: 3, reason: 'time' }
  ])
})
