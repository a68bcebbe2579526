import { expect, test } from 'vitest'
import { duePeriods, hourOf, indexInstants, isOver, nextDue } from './report-due.ts'

const ZONE = 'Asia/Shanghai'
const at = (text: string) => Date.parse(`${text}+08:00`)
const daily = { period: 'day', due: { hour: 6 }, timeZone: ZONE } as const
const monthly = { period: 'month', due: { day: 2, hour: 7 }, timeZone: ZONE } as const

test('a day is due at its hour of the next, and only the latest after a standstill', () => {
  expect(duePeriods({ ...daily, last: '2026-07-10' }, at('2026-07-12T05:59:59'))).toEqual([])
  expect(duePeriods({ ...daily, last: '2026-07-10' }, at('2026-07-12T06:00:00'))).toEqual(['2026-07-11'])
  expect(duePeriods({ ...daily, last: '2026-07-01' }, at('2026-07-12T09:00:00'))).toEqual(['2026-07-11'])
  expect(duePeriods({ ...daily, last: null }, at('2026-07-12T05:00:00'))).toEqual(['2026-07-10'])
})

test('months that were missed are made after all, from the last that was made on', () => {
  expect(duePeriods({ ...monthly, last: '2026-05-01' }, at('2026-07-02T06:59:00'))).toEqual([])
  expect(duePeriods({ ...monthly, last: '2026-05-01' }, at('2026-07-02T07:00:00'))).toEqual(['2026-06-01'])
  expect(duePeriods({ ...monthly, last: '2026-03-01' }, at('2026-07-12T07:00:00'))).toEqual([
    '2026-04-01',
    '2026-05-01',
    '2026-06-01'
  ])
  expect(duePeriods({ ...monthly, last: null }, at('2026-01-12T07:00:00'))).toEqual(['2025-12-01'])
  expect(duePeriods({ ...monthly, last: '2020-01-01' }, at('2026-07-12T07:00:00'))).toHaveLength(12)
})

test('when the next comes, and what is over', () => {
  expect(nextDue('day', { hour: 6 }, at('2026-07-12T05:00:00'), ZONE)).toEqual(new Date(at('2026-07-12T06:00:00')))
  expect(nextDue('day', { hour: 6 }, at('2026-07-12T06:00:00'), ZONE)).toEqual(new Date(at('2026-07-13T06:00:00')))
  expect(nextDue('month', { day: 2, hour: 7 }, at('2026-12-12T06:00:00'), ZONE)).toEqual(new Date(at('2027-01-02T07:00:00')))
  expect(isOver('month', '2026-07-03', at('2026-07-31T23:00:00'), ZONE)).toBe(false)
  expect(isOver('day', '2026-07-03', at('2026-07-04T00:00:00'), ZONE)).toBe(true)
})

test('hours stand on the wall, also where the clock is put forward', () => {
  expect(hourOf('2026-03-29', 6, 'Europe/Berlin')).toEqual(new Date('2026-03-29T04:00:00Z'))
  expect(hourOf('2026-03-29', 2, 'Europe/Berlin')).toEqual(new Date('2026-03-29T02:00:00Z'))
  expect(hourOf('2026-10-25', 6, 'Europe/Berlin')).toEqual(new Date('2026-10-25T05:00:00Z'))
  expect(indexInstants([20, 8], at('2026-07-12T12:00:00'), 1, ZONE).map((d) => d.toISOString())).toEqual([
    '2026-07-11T00:00:00.000Z',
    '2026-07-11T12:00:00.000Z',
    '2026-07-12T00:00:00.000Z'
  ])
})
