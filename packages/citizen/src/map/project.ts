/** Web Mercator in pixels of a world of 256·2^zoom; enough for a map of one city, exact to less than a pixel. */
export interface View {
  lng: number
  lat: number
  zoom: number
}

const TILE = 256

/** Pixels from the world's north-west corner. */
export function project(lng: number, lat: number, zoom: number): [number, number] {
  const size = TILE * 2 ** zoom
  const sin = Math.sin((lat * Math.PI) / 180)
  return [((lng + 180) / 360) * size, (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * size]
}

/** The inverse of {@link project}. */
export function unproject(x: number, y: number, zoom: number): [number, number] {
  const size = TILE * 2 ** zoom
  const n = Math.PI - (2 * Math.PI * y) / size
  return [(x / size) * 360 - 180, (180 / Math.PI) * Math.atan(0.5 * (Math.exp(n) - Math.exp(-n)))]
}

/** The window of a map of `width` × `height` pixels as [west, south, east, north]. */
export function boundsOf(view: View, width: number, height: number): [number, number, number, number] {
  const [x, y] = project(view.lng, view.lat, view.zoom)
  const [w, n] = unproject(x - width / 2, y - height / 2, view.zoom)
  const [e, s] = unproject(x + width / 2, y + height / 2, view.zoom)
  return [w, s, e, n]
}

/** The view moved by pixels of the screen. */
export function moved(view: View, dx: number, dy: number): View {
  const [x, y] = project(view.lng, view.lat, view.zoom)
  const [lng, lat] = unproject(x + dx, y + dy, view.zoom)
  return { ...view, lng, lat }
}

/** The view nearer or farther, with the point under (px, py) from the middle staying where it is. */
export function zoomed(view: View, by: number, px: number, py: number, min = 10, max = 18): View {
  const zoom = Math.min(max, Math.max(min, view.zoom + by))
  const factor = 2 ** (zoom - view.zoom)
  const [x, y] = project(view.lng, view.lat, view.zoom)
  const [lng, lat] = unproject((x + px) * factor - px, (y + py) * factor - py, zoom)
  return { lng, lat, zoom }
}

/** Metres between two points, good to 0.5 % within a city. */
export function metresBetween(a: readonly [number, number], b: readonly [number, number]): number {
  const lat = ((a[1] + b[1]) / 2) * (Math.PI / 180)
  return Math.hypot((b[0] - a[0]) * 111_320 * Math.cos(lat), (b[1] - a[1]) * 110_950)
}
