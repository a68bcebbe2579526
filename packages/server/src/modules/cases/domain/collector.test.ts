import { expect, test } from 'vitest'
import { chooseCollector, type OnDuty } from './collector.ts'

const at = { lng: 120.3, lat: 36.06, streetCode: '370202001' }
const one = (id: string, some: Partial<OnDuty>): OnDuty => ({
  id,
  name: id,
  holds: null,
  streetCode: null,
  position: null,
  openTasks: 0,
  ...some
})
const chosen = (...candidates: OnDuty[]): string | undefined => chooseCollector(candidates, at)?.id

test('the main duty grid comes before others, others before nearness; among equals whoever has less to do', () => {
  const near = one('near', { position: at })
  const second = one('second', { holds: 'second' })
  const busy = one('busy', { holds: 'main', openTasks: 9 })
  expect(chosen(near, second, busy)).toBe('busy')
  expect(chosen(near, second)).toBe('second')
  expect(chosen(busy, one('idle', { holds: 'main', openTasks: 1 }))).toBe('idle')
  expect(chosen(one('street', { streetCode: '370202001' }), near)).toBe('near')
})

test('who is named is sent when on duty, else nobody', () => {
  const busy = one('busy', { holds: 'main' })
  expect(chooseCollector([busy, one('far', {})], at, 'far')?.id).toBe('far')
  expect(chooseCollector([busy], at, 'away')).toBeNull()
  expect(chooseCollector([], at)).toBeNull()
})
