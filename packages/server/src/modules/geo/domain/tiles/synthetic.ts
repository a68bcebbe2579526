/** A made-up city of components for measurements and tests: points along streets, dense in a few centres, classes as uneven as real ones. */
import { randomOf } from '../random.ts'
import { type LayerRow, NEVER } from './snapshot.ts'

export interface SyntheticOptions {
  n: number
  seed?: string
  /** West, south, east, north in degrees. */
  extent?: readonly [number, number, number, number]
  /** Give every object a beginning and an end, like cases. */
  times?: boolean
  /** Streets (9-digit divisions) of the city. */
  streets?: number
}

/** Majors 01–05 in the shares of a real register: pipes and covers most, then traffic, greens. */
const MAJORS: readonly [major: string, classes: number, share: number][] = [
  ['01', 60, 0.45],
  ['02', 25, 0.22],
  ['03', 14, 0.1],
  ['04', 12, 0.2],
  ['05', 4, 0.03]
]
const QINGDAO = [119.9, 35.7, 120.9, 36.7] as const

/** Rows one after another; the same for the same options. */
export function* syntheticRows(options: SyntheticOptions): Generator<LayerRow> {
  const { n, seed = 'tiles', extent = QINGDAO, times = false, streets = 140 } = options
  const [w, s, e, north] = extent
  const random = randomOf(seed)
  const units = Array.from({ length: 60 }, (_, i) => `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`)
  const centres = Array.from({ length: streets }, (_, i) => {
    // Half of the streets lie close together: the old town.
    const spread = i % 2 === 0 ? 0.18 : 1
    return {
      lng: (w + e) / 2 + (random() - 0.5) * (e - w) * spread,
      lat: (s + north) / 2 + (random() - 0.5) * (north - s) * spread,
      code: `3702${String(2 + (i % 10)).padStart(2, '0')}${String(1 + Math.floor(i / 10)).padStart(3, '0')}`
    }
  })
  const roads = Array.from({ length: streets * 30 }, (_, i) => {
    const centre = centres[i % streets]!
    const angle = random() < 0.5 ? random() * 0.2 : Math.PI / 2 + random() * 0.2
    const length = ((0.002 + random() * 0.02) * (e - w)) / 1
    const lng = centre.lng + (random() - 0.5) * 0.03 * (e - w)
    const lat = centre.lat + (random() - 0.5) * 0.025 * (north - s)
    return { lng, lat, dx: Math.cos(angle) * length, dy: Math.sin(angle) * length, code: centre.code }
  })
  const numbers = new Map<string, number>()
  for (let i = 0; i < n; i++) {
    const road = roads[Math.floor(random() ** 1.5 * roads.length)]!
    const along = random()
    const lng = road.lng + road.dx * along + (random() - 0.5) * 0.0003
    const lat = road.lat + road.dy * along + (random() - 0.5) * 0.0002
    let pick = random()
    let [major, classes] = MAJORS[0]!
    for (const [name, size, share] of MAJORS) {
      ;[major, classes] = [name, size]
      pick -= share
      if (pick < 0) break
    }
    const classCode = `${major}${String(1 + Math.floor(random() ** 2.5 * classes)).padStart(3, '0')}`
    const grid = `${road.code}${String(1 + Math.floor(along * 8)).padStart(3, '0')}${String(1 + Math.floor(random() * 10)).padStart(3, '0')}`
    const prefix = `${road.code.slice(0, 6)}${classCode}`
    const number = (numbers.get(prefix) ?? 0) + 1
    numbers.set(prefix, number)
    const starts = 1_700_000_000 + Math.floor(random() * 40_000_000)
    const lasts = random() < 0.02 ? NEVER : starts + Math.floor(random() ** 3 * 4_000_000)
    yield {
      key: `${prefix}${String(number).padStart(6, '0')}`,
      lng: Math.max(w, Math.min(e, lng)),
      lat: Math.max(s, Math.min(north, lat)),
      class: classCode,
      status: random() < 0.97 ? 'normal' : random() < 0.5 ? 'damaged' : 'missing',
      place: grid,
      parties: `${units[Math.floor(random() * 60)]},${units[Math.floor(random() ** 2 * 20)]}`,
      label: '',
      extra: '',
      starts: times ? starts : 0,
      ends: times ? lasts : NEVER,
      soon: times && lasts === NEVER ? starts + 86_400 : NEVER,
      due: times && lasts === NEVER ? starts + 172_800 : NEVER
    }
  }
}
