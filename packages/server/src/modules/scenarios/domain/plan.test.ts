import type { Pack } from '@chengyun/scenario-kit/packs'
import { expect, test } from 'vitest'
import { objectsOf, stepsBetween } from './plan.ts'

const both = (zh: string) => ({ zh, en: zh })
const unit = { symbol: 'm', name: both('米') }
const stream = (key: string, high: number) => ({
  key,
  name: both(key),
  kind: 'number' as const,
  unit,
  high,
  decimals: 1,
  intervalS: 60,
  staleAfterS: 600
})

function pack(version: string, streams: ReturnType<typeof stream>[], upgrades?: Pack['scenario']['upgrades']): Pack {
  return {
    scenario: {
      id: 'wells',
      version,
      name: both('井'),
      description: both('井'),
      kind: 'safety',
      owners: ['city'],
      requires: { platform: '^0.1.0', modules: [] },
      standards: ['CJJ 6'],
      ...(upgrades && { upgrades })
    },
    registers: {},
    things: { things: [{ register: 'well', streams }] },
    classes: [],
    rules: [],
    responses: [],
    indicators: [],
    layers: [],
    pages: [],
    correlations: [],
    public: [],
    quality: { tier: 'bronze' },
    demo: null,
    tests: new Map(),
    readme: ''
  }
}
const told = (steps: ReturnType<typeof stepsBetween>) =>
  steps.map((s) => `${s.act} ${s.kind} ${s.from ? `${s.from} → ` : ''}${s.key}`)

test('nothing to something is additions in order, something to nothing removals backwards', () => {
  const p = pack('1.0.0', [stream('level', 10), stream('gas', 100)])
  expect(told(stepsBetween(null, p))).toEqual(['add stream well/level', 'add stream well/gas'])
  expect(told(stepsBetween(p, null))).toEqual(['remove stream well/gas', 'remove stream well/level'])
  expect(stepsBetween(p, p)).toEqual([])
  expect(objectsOf(p)).toHaveLength(2)
})

test('an upgrade changes what differs, renames what it declares, removes what is gone', () => {
  const before = pack('1.0.0', [stream('level', 10), stream('gas', 100), stream('door', 1)])
  const next = pack('1.2.0', [stream('level', 12), stream('methane', 100)], {
    '0.9.0': [{ rename: 'stream', of: 'well', from: 'old', to: 'level' }],
    '1.1.0': [{ rename: 'stream', of: 'well', from: 'gas', to: 'methane' }]
  })
  expect(told(stepsBetween(before, next))).toEqual([
    'change stream well/level',
    'rename stream well/gas → well/methane',
    'remove stream well/door'
  ])
})
