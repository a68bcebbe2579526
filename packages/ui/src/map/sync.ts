import type { LayerSpecification, Map as MapLibre } from 'maplibre-gl'

/** The part of a map that {@link syncLayers} needs. */
export type LayerMap = Pick<
  MapLibre,
  | 'addLayer'
  | 'removeLayer'
  | 'moveLayer'
  | 'getLayer'
  | 'setFilter'
  | 'setLayoutProperty'
  | 'setPaintProperty'
  | 'setLayerZoomRange'
>

/**
 * Makes the layers `before` into the layers `now`, in this order below the layer `anchor`: only what differs is told to the map, so that
 * a moved slider repaints and does not build tiles anew.
 */
export function syncLayers(
  map: LayerMap,
  before: readonly LayerSpecification[],
  now: readonly LayerSpecification[],
  anchor?: string
): void {
  const old = new Map(before.map((l) => [l.id, l]))
  const kept = new Set(now.map((l) => l.id))
  for (const l of before) if (!kept.has(l.id) && map.getLayer(l.id)) map.removeLayer(l.id)
  const order = before.filter((l) => kept.has(l.id)).map((l) => l.id)
  for (const [i, layer] of now.entries()) {
    const was = old.get(layer.id)
    if (!was || was.type !== layer.type || !map.getLayer(layer.id)) {
      if (map.getLayer(layer.id)) map.removeLayer(layer.id)
      map.addLayer(layer, anchor)
    } else change(map, was, layer)
    if (order[i] === layer.id && order.length === now.length) continue
    map.moveLayer(layer.id, anchor)
  }
}

type Values = Record<string, unknown>

function change(map: LayerMap, was: LayerSpecification, now: LayerSpecification): void {
  const filterOf = (l: LayerSpecification) => ('filter' in l ? l.filter : undefined)
  if (!same(filterOf(was), filterOf(now))) map.setFilter(now.id, filterOf(now) ?? null)
  if (was.minzoom !== now.minzoom || was.maxzoom !== now.maxzoom)
    map.setLayerZoomRange(now.id, now.minzoom ?? 0, now.maxzoom ?? 24)
  differ((was.paint ?? {}) as Values, (now.paint ?? {}) as Values, (key, value) =>
    map.setPaintProperty(now.id, key as never, value as never)
  )
  differ((was.layout ?? {}) as Values, (now.layout ?? {}) as Values, (key, value) =>
    map.setLayoutProperty(now.id, key as never, value as never)
  )
}

function differ(was: Values, now: Values, tell: (key: string, value: unknown) => void): void {
  for (const key of new Set([...Object.keys(was), ...Object.keys(now)])) if (!same(was[key], now[key])) tell(key, now[key])
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
