import type { LayerSpecification } from 'maplibre-gl'
import { expect, it } from 'vitest'
import { type LayerMap, syncLayers } from './sync.ts'

/** Notes what a map is told, in order. */
function listener(ids: string[]): { map: LayerMap; told: string[] } {
  const told: string[] = []
  const has = new Set(ids)
  const note =
    (what: string) =>
    (...args: unknown[]) => {
      told.push(
        [
          what,
          ...args.map((a) => (typeof a === 'object' ? ((a as { id?: string } | null)?.id ?? JSON.stringify(a)) : String(a)))
        ].join(' ')
      )
    }
  const map = {
    getLayer: (id: string) => has.has(id),
    addLayer: (layer: { id: string }, before?: string) => {
      has.add(layer.id)
      note('add')(layer.id, before ?? '-')
    },
    removeLayer: (id: string) => {
      has.delete(id)
      note('remove')(id)
    },
    moveLayer: note('move'),
    setFilter: note('filter'),
    setLayoutProperty: note('layout'),
    setPaintProperty: note('paint'),
    setLayerZoomRange: note('zoom')
  }
  return { map: map as unknown as LayerMap, told }
}

const circle = (id: string, opacity = 1): LayerSpecification => ({
  id,
  type: 'circle',
  source: 's',
  paint: { 'circle-opacity': opacity, 'circle-radius': 3 }
})

it('tells only what differs', () => {
  const { map, told } = listener(['a', 'b'])
  syncLayers(map, [circle('a'), circle('b')], [circle('a', 0.5), circle('b')], 'top')
  expect(told).toEqual(['paint a circle-opacity 0.5'])
})
it('adds below the anchor, removes what is gone, makes anew what changed its type', () => {
  const { map, told } = listener(['a', 'b'])
  const heat: LayerSpecification = { id: 'b', type: 'heatmap', source: 's' }
  syncLayers(map, [circle('a'), circle('b')], [heat, circle('c')], 'top')
  expect(told.filter((t) => !t.startsWith('move'))).toEqual(['remove a', 'remove b', 'add b top', 'add c top'])
})
it('puts layers into a new order', () => {
  const { map, told } = listener(['a', 'b'])
  syncLayers(map, [circle('a'), circle('b')], [circle('b'), circle('a')], 'top')
  expect(told).toEqual(['move b top', 'move a top'])
})
it('a filter that goes is taken away', () => {
  const { map, told } = listener(['a'])
  syncLayers(map, [{ ...circle('a'), filter: ['has', 'n'] } as LayerSpecification], [circle('a')])
  expect(told).toEqual(['filter a null'])
})
