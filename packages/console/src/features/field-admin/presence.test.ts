import { expect, test } from 'vitest'
import { attentionOf, lampOf, needsLook, viewOf } from './presence.ts'

const now = new Date('2026-09-04T02:00:00Z')
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString()
const fine = { lastAt: ago(2), since: ago(120), outOfGrid: false, stayStill: false, driftMs: 900 }

test('nothing to say of who moves in his grid', () => {
  expect(attentionOf(fine, now)).toEqual([])
  expect(lampOf(fine, now)).toBe('ok')
})

test('silent from the last place, or from clocking in', () => {
  expect(attentionOf({ ...fine, lastAt: ago(31) }, now)).toEqual(['silent'])
  expect(attentionOf({ ...fine, lastAt: null, since: ago(29) }, now)).toEqual([])
  expect(lampOf({ ...fine, lastAt: null }, now)).toBe('paused')
})

test('the gravest first; a wrong clock alone calls nobody', () => {
  const all = { lastAt: ago(40), since: ago(200), outOfGrid: true, stayStill: true, driftMs: -600_000 }
  expect(attentionOf(all, now)).toEqual(['silent', 'outOfGrid', 'still', 'drift'])
  expect(needsLook({ ...fine, driftMs: 600_000 }, now)).toBe(false)
  expect(lampOf({ ...fine, outOfGrid: true, stayStill: true }, now)).toBe('late')
})

test('a view with everybody in it, never closer than streets', () => {
  const at = (lng: number, lat: number) => ({ id: `${lng}`, location: [lng, lat] as [number, number], lamp: 'ok' as const })
  expect(viewOf([])).toBeUndefined()
  expect(viewOf([at(120, 36)])).toEqual({ center: [120, 36], zoom: 14 })
  expect(viewOf([at(120, 36), at(120.5, 36.2)])).toEqual({ center: [120.25, 36.1], zoom: Math.log2(720) })
})
