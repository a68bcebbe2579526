import { describe, expect, it } from 'vitest'
import { LiveTiles, type StateMap, signsOf, type TileStates } from './live-tiles.ts'

const states = (more: Partial<TileStates> = {}): TileStates => ({
  layer: 'pack-a-b',
  codes: ['x', 'y'],
  points: [120, 36, 121, 37],
  tones: ['ok', 'late'],
  levels: [0, 3],
  labels: ['1 m', '2 m'],
  labelsFrom: 12,
  ...more
})

/** A map that remembers what was said of which object. */
function fakeMap() {
  const said: [string, string][] = []
  const sources = new Map<string, unknown>([['data-pack-a-b', {}]])
  const map = {
    getSource: (id: string) => sources.get(id),
    addSource: (id: string) => void sources.set(id, { setData: () => undefined }),
    addLayer: () => undefined,
    setFeatureState: (at: { id: string }, state: { size: number }) => void said.push([at.id, String(state.size)]),
    removeFeatureState: (at: { id: string }) => void said.push([at.id, 'gone']),
    getBounds: () => ({ contains: () => true }),
    getZoom: () => 14,
    on: () => undefined,
    hasImage: () => true
  }
  return { map: map as unknown as StateMap, said }
}

describe('states of objects in tiles', () => {
  it('only what changed is told to the map, and what is gone is taken back', () => {
    const { map, said } = fakeMap()
    const live = new LiveTiles(map, 'light')
    live.set([states()], (l) => `data-${l}`)
    expect(said.map(([id]) => id)).toEqual(['x', 'y'])
    said.length = 0
    live.set([states({ tones: ['ok', 'grave'] })], (l) => `data-${l}`)
    expect(said.map(([id]) => id)).toEqual(['y'])
    said.length = 0
    live.set([states({ codes: ['y'], tones: ['grave'], points: [121, 37], levels: [3], labels: ['2 m'] })], (l) => `data-${l}`)
    expect(said).toEqual([['x', 'gone']])
    said.length = 0
    live.forget('pack-a-b')
    live.set([states()], (l) => `data-${l}`)
    expect(said.map(([id]) => id)).toEqual(['x', 'y'])
  })

  it('alarms have signs wherever they are, words only what is near and in sight', () => {
    const far = signsOf([states()], 10, () => true).features
    expect(far.map((f) => f.properties)).toEqual([{ lamp: 'level3', rank: 7 }])
    const near = signsOf([states()], 13, (lng) => lng < 120.5).features
    expect(near.map((f) => f.properties)).toEqual([{ text: '1 m' }, { lamp: 'level3', rank: 7 }])
  })
})
