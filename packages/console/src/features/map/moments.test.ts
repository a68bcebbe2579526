import { describe, expect, it } from 'vitest'
import { momentsOf, nearestOf } from './moments.ts'

const NOW = new Date('2026-11-22T12:30:00Z')

describe('moments of the time bar', () => {
  it('days end at midnight of the city, the last is now', () => {
    const days = momentsOf('day', NOW, null)
    expect(days.at(-1)).toBeNull()
    expect(days.at(-2)).toBe('2026-11-21T16:00:00.000Z')
    expect(days.at(-3)).toBe('2026-11-20T16:00:00.000Z')
    expect(days).toHaveLength(45)
  })
  it('weeks end before Monday, hours at the full hour', () => {
    expect(momentsOf('week', NOW, null).at(-2)).toBe('2026-11-15T16:00:00.000Z')
    expect(momentsOf('hour', NOW, null).slice(-3)).toEqual(['2026-11-22T11:00:00.000Z', '2026-11-22T12:00:00.000Z', null])
  })
  it('go no further back than the layer', () => {
    expect(momentsOf('day', NOW, '2026-11-20T20:00:00Z')).toEqual(['2026-11-21T16:00:00.000Z', null])
  })
  it('a moment finds the nearest', () => {
    const days = momentsOf('day', NOW, '2026-11-17T00:00:00Z')
    expect(days[nearestOf(days, '2026-11-20T10:00:00Z')]).toBe('2026-11-20T16:00:00.000Z')
    expect(nearestOf(days, null)).toBe(days.length - 1)
  })
})
