import { expect, test } from 'vitest'
import { formFaults } from './form.ts'
import { Pages } from './pages.ts'
import { Things } from './things.ts'

const name = { zh: '温度', en: 'temperature' }
const en = (faults: { path: string; en: string }[]) => faults.map((f) => `${f.path}: ${f.en}`)

test('a fault is told at the deepest place, of the shape the author meant', () => {
  const pages = {
    pages: [
      {
        key: 'main',
        name,
        theme: 'desk',
        widgets: [{ type: 'kpi', title: name, span: 30, rows: 4, indicators: [], colour: 'red' }]
      }
    ]
  }
  expect(en(formFaults('pages.json', Pages, pages))).toEqual([
    '/pages/0/widgets/0/span: must be <= 24',
    '/pages/0/widgets/0/indicators: needs at least 1',
    '/pages/0/widgets/0/colour: there is no "colour" here; known are type, title, span, rows, indicators'
  ])
})

const unit = { name, symbol: '℃' }

test('what is missing, unknown or of the wrong kind is a sentence each', () => {
  const things = {
    things: [{ register: 'Heat', streams: [{ key: 'temp', name, kind: 'temperature', unit, decimals: 1, intervalS: 60 }] }]
  }
  expect(en(formFaults('things.json', Things, things))).toEqual([
    '/things/0/register: must match pattern "^[a-z][a-z0-9-]{1,39}$"',
    '/things/0/streams/0: lacks "staleAfterS"',
    '/things/0/streams/0/kind: must be one of "number", "count", "truth", "category", "position", "complex"'
  ])
  expect(en(formFaults('things.json', Things, []))).toEqual([': must be an object'])
})

test('a sound document has no faults', () => {
  const streams = [
    { key: 'temp', name, kind: 'number', unit, decimals: 1, intervalS: 60, staleAfterS: 600, where: { kind: ['a', true] } }
  ]
  expect(formFaults('things.json', Things, { things: [{ register: 'heat-station', streams }] })).toEqual([])
})
