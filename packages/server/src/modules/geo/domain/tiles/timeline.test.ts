import fc from 'fast-check'
import { expect, test } from 'vitest'
import { areaNear } from './area.ts'
import { Layer } from './layer.ts'
import { EVERYTHING } from './reach.ts'
import { type LayerRow, NEVER, snapshotOf } from './snapshot.ts'
import { countOverTime } from './timeline.ts'
import { countWithin } from './within.ts'

const row = (n: number, starts: number, ends: number): LayerRow => ({
  key: `k${n}`,
  lng: 120.3 + (n % 40) / 1000,
  lat: 36 + (n % 7) / 1000,
  class: n % 3 === 0 ? '01001' : '02001',
  status: 'open',
  place: '370202001001001',
  parties: '',
  label: '',
  extra: '',
  starts,
  ends,
  soon: NEVER,
  due: NEVER
})
const lifetime = fc.tuple(fc.integer({ min: 0, max: 500 }), fc.option(fc.integer({ min: 0, max: 300 }), { nil: null }))

test('counts over time are those of each moment asked for alone, changes since the snapshot among them', () => {
  fc.assert(
    fc.property(
      fc.array(lifetime, { minLength: 1, maxLength: 120 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      fc.constantFrom([], ['01']),
      (lives, asked, isWhole, classes) => {
        const rows = lives.map(([starts, length], n) => row(n, starts, length === null ? NEVER : starts + length))
        const layer = new Layer(snapshotOf(rows, { times: true }))
        for (const one of rows.filter((_, n) => n % 5 === 0)) layer.apply(one.key, { ...one, ends: one.starts + 40 })
        const moments = asked.sort((a, b) => a - b)
        const area = areaNear([[120.31, 36.003]], 1500)
        const view = layer.view(EVERYTHING, { classes, statuses: [], at: 'ever' })
        const everywhere = areaNear([[120.32, 36.003]], 50_000)
        const wanted = moments.map((at) => {
          const alone = layer.view(EVERYTHING, { classes, statuses: [], at })
          return countWithin(layer, alone, isWhole ? everywhere : area).total
        })
        expect(countOverTime(layer, view, isWhole ? null : area, moments)).toEqual(wanted)
      }
    ),
    { numRuns: 200 }
  )
})
