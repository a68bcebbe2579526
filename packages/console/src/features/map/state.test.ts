import { describe, expect, it } from 'vitest'
import { choose, filterOf, type MapState, stateFrom, stateTo, tilesOf } from './state.ts'

const FULL: MapState = {
  view: { center: [120.38046, 36.0812], zoom: 14.25, bearing: -20, pitch: 45.5 },
  layers: [
    { id: 'cases', opacity: 100, draw: 'heat', classes: null, statuses: ['open', 'late'] },
    { id: 'reg-component', opacity: 60, draw: 'columns', classes: ['01', '0203'], statuses: null }
  ],
  paint: 'major',
  labels: 2,
  at: '2026-05-01T08:00:00+08:00',
  timeOpen: true,
  step: 'week',
  split: { by: 'time', at: '2026-04-01T08:00:00+08:00', place: 0.4 },
  tool: 'circle',
  drawing: 'circle:500:120.38,36.08',
  pick: { layer: 'reg-component', key: '3702020101000001' },
  panel: 'bookmarks',
  legend: false
}
const through = (state: MapState) => stateFrom(new URLSearchParams(stateTo(state, new URLSearchParams()).toString()))

describe('the address of the map', () => {
  it('gives back all that it was given', () => {
    expect(through(FULL)).toEqual(FULL)
    expect(through({ ...FULL, layers: [], split: { by: 'layer', layer: 'cases', place: 0.5 }, panel: null })).toMatchObject({
      layers: [],
      split: { by: 'layer', layer: 'cases', place: 0.5 },
      panel: null
    })
  })
  it('is empty when nothing was chosen, and leaves alone what is not its own', () => {
    const usual = stateFrom(new URLSearchParams())
    expect(usual).toMatchObject({ view: null, layers: null, paint: 'layer', labels: 1, at: null, panel: 'layers' })
    expect(stateTo(usual, new URLSearchParams('x=1&l=cases')).toString()).toBe('x=1')
  })
  it('refuses what makes no sense', () => {
    const odd = stateFrom(
      new URLSearchParams('c=1,2&l=cases~999~q~c:a%27b,cases,%3Cx%3E&by=age&lb=7&t=yesterday&s=time~x~&tool=saw&o=:1&p=none')
    )
    expect(odd).toEqual({
      view: null,
      layers: [{ ...choose('cases'), classes: [] }],
      paint: 'layer',
      labels: 1,
      at: null,
      timeOpen: true,
      step: 'day',
      split: null,
      tool: null,
      drawing: null,
      pick: null,
      panel: null,
      legend: true
    })
  })
  it('asks the tiles for exactly what is chosen', () => {
    const [heat, columns] = FULL.layers as [ReturnType<typeof choose>, ReturnType<typeof choose>]
    expect(tilesOf('http://x', choose('cases'), null)).toBe('http://x/tiles/cases/{z}/{x}/{y}.mvt')
    expect(tilesOf('http://x', heat, null)).toBe('http://x/tiles/cases/{z}/{x}/{y}.mvt?status=open%2Clate&as=cells')
    expect(tilesOf('', columns, '2026-05-01T00:00:00Z')).toContain('class=01%2C0203&at=2026-05-01T00%3A00%3A00Z&as=hex')
    expect(filterOf({ ...choose('cases'), classes: [] }, null)).toEqual({ class: '-' })
  })
})
