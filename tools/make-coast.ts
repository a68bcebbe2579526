/** Makes cities/<id>/coast.json: the land in and around a city, for the base map. Land is Natural Earth 1:10m (public domain) from the
 *  npm package `world-atlas`, joined with the city's own district outlines, whose coast is finer. The package and mapshaper are
 *  installed into a cache directory; neither is a dependency of the product. Run by a maintainer after outlines changed:
 *  `node tools/make-coast.ts [cacheDir]`. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGES = { 'world-atlas': '2.0.2', mapshaper: '0.7.70' } as const
const CITIES = ['qingdao', 'haikou', 'new-york'] as const
/** Degrees of land and sea kept around the outlines: a wide screen that shows a whole city sees this much beside it. */
const MARGIN = { lng: 5, lat: 3 } as const
/** Strips of Natural Earth land narrower than twice this, in metres, between a district's coast and the sea are its coarseness. */
const SLIVER_M = 1000
/** Joined land smaller than this beside a district is coarseness too, in square metres. */
const PATCH_M2 = 30e6
/** Ponds smaller than this are not drawn. */
const POND_M2 = 0.5e6
/** Coordinates in the file, per degree (about one metre). */
const SCALE = 1e5
const M_PER_DEG = 111_320

type Position = [number, number]
interface Geometry {
  type: 'Polygon' | 'MultiPolygon'
  coordinates: Position[][] | Position[][][]
}
/** The little of JSTS that is used here: its own declarations are mostly `any`. */
interface Area {
  getNumGeometries(): number
  getGeometryN(i: number): Area
  getGeometryType(): string
  getExteriorRing(): Area
  getNumInteriorRing(): number
  getInteriorRingN(i: number): Area
  getCoordinates(): { x: number; y: number }[]
  getArea(): number
  isEmpty(): boolean
}
type Overlay = (a: Area, b: Area) => Area

const root = fileURLToPath(new URL('../', import.meta.url))
const cache = process.argv[2] ?? join(tmpdir(), 'chengyun-coast')
const need = createRequire(new URL('../packages/server/package.json', import.meta.url))
const jts = <T>(path: string): T => {
  const loaded = need(`jsts/org/locationtech/jts/${path}.js`) as { default: T }
  return loaded.default
}
const Coordinate = jts<new (x: number, y: number) => object>('geom/Coordinate')
const GeometryFactory =
  jts<
    new () => {
      createLinearRing(points: object[]): Area
      createPolygon(shell: Area, holes: Area[]): Area
      createMultiPolygon(parts: Area[]): Area
    }
  >('geom/GeometryFactory')
const OverlayOp = jts<Record<'difference' | 'intersection', Overlay>>('operation/overlay/OverlayOp')
const BufferOp = jts<{ bufferOp(area: Area, distance: number, quadrantSegments: number): Area }>('operation/buffer/BufferOp')
const DistanceOp = jts<{ distance(a: Area, b: Area): number }>('operation/distance/DistanceOp')
const factory = new GeometryFactory()

/** Reads polygons in degrees into a plane in metres around a latitude. */
function toPlane(geometries: readonly Geometry[], k: number): Area[] {
  const ring = (points: Position[]) =>
    factory.createLinearRing(points.map(([x, y]) => new Coordinate(x * k * M_PER_DEG, y * M_PER_DEG)))
  return geometries.flatMap(({ type, coordinates }) =>
    ((type === 'Polygon' ? [coordinates] : coordinates) as Position[][][]).map(([shell = [], ...holes]) =>
      factory.createPolygon(ring(shell), holes.map(ring))
    )
  )
}

const partsOf = (area: Area): Area[] =>
  Array.from({ length: area.getNumGeometries() }, (_, i) => area.getGeometryN(i)).filter(
    (part) => part.getGeometryType() === 'Polygon' && !part.isEmpty()
  )
const joined = (parts: readonly Area[]): Area => BufferOp.bufferOp(factory.createMultiPolygon([...parts]), 0, 8)
const touches = (a: Area, b: Area): boolean => DistanceOp.distance(a, b) < 1

/** Natural Earth land and districts as one: what of the coarse land hangs over the finer coast is taken off. */
function reconcile(coarse: Area, districts: Area, frame: Area): Area {
  const sea = OverlayOp.difference(frame, coarse)
  const kept: Area[] = []
  for (const part of partsOf(OverlayOp.difference(coarse, districts))) {
    if (!touches(part, districts)) {
      kept.push(part)
      continue
    }
    const opened = BufferOp.bufferOp(BufferOp.bufferOp(part, -SLIVER_M, 8), SLIVER_M * 1.02, 8)
    const core = OverlayOp.intersection(part, opened)
    for (const piece of partsOf(core)) if (piece.getArea() >= PATCH_M2) kept.push(piece)
    // A notch between two districts is narrow as well, but it does not lie at the sea.
    for (const piece of partsOf(OverlayOp.difference(part, core)))
      if (!touches(piece, sea) || !touches(piece, districts)) kept.push(piece)
  }
  return joined([districts, ...kept])
}

/** Polygons as differences of whole numbers: x, y, then steps. */
function pack(land: Area, k: number): number[][][] {
  const ring = (area: Area): number[] => {
    const out: number[] = []
    let [px, py] = [0, 0]
    for (const at of area.getCoordinates().slice(0, -1)) {
      const [x, y] = [Math.round((at.x / (k * M_PER_DEG)) * SCALE), Math.round((at.y / M_PER_DEG) * SCALE)]
      if (out.length === 0 || x !== px || y !== py) out.push(x - px, y - py)
      px = x
      py = y
    }
    return out
  }
  return partsOf(land).map((part) => {
    const holes = Array.from({ length: part.getNumInteriorRing() }, (_, i) => part.getInteriorRingN(i))
    const ponds = holes.filter((hole) => factory.createPolygon(hole, []).getArea() >= POND_M2)
    return [part.getExteriorRing(), ...ponds].map(ring).filter((r) => r.length >= 6)
  })
}

function installPackages(): void {
  mkdirSync(cache, { recursive: true })
  if (!existsSync(join(cache, 'package.json'))) writeFileSync(join(cache, 'package.json'), '{"private":true}')
  const wanted = Object.entries(PACKAGES).filter(([name]) => !existsSync(join(cache, 'node_modules', name)))
  if (wanted.length === 0) return
  const names = wanted.map(([name, version]) => `${name}@${version}`)
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...names], { cwd: cache, stdio: 'inherit' })
}

/** Natural Earth land inside a box, in degrees. */
function readLand(box: readonly number[], name: string): Geometry[] {
  const to = join(cache, `${name}.json`)
  const mapshaper = join(cache, 'node_modules/mapshaper/bin/mapshaper')
  const from = join(cache, 'node_modules/world-atlas/land-10m.json')
  const steps = [
    '-i',
    from,
    '-clip',
    `bbox=${box.join(',')}`,
    '-simplify',
    'visvalingam',
    'interval=300',
    'keep-shapes',
    '-clean',
    '-explode',
    '-o',
    to,
    'format=geojson',
    'precision=0.00001',
    'force'
  ]
  execFileSync(process.execPath, [mapshaper, ...steps], { stdio: 'inherit' })
  const read = JSON.parse(readFileSync(to, 'utf8')) as { geometries?: Geometry[]; features?: { geometry: Geometry }[] }
  return read.geometries ?? read.features?.map((f) => f.geometry) ?? []
}

installPackages()
for (const id of CITIES) {
  const folder = join(root, 'cities', id)
  const outlines = (
    JSON.parse(readFileSync(join(folder, 'outlines.json'), 'utf8')) as { features: { geometry: Geometry }[] }
  ).features.map((f) => f.geometry)
  const points = outlines.flatMap((g) => (g.coordinates as Position[][]).flat(g.type === 'Polygon' ? 1 : 2) as Position[])
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])]
  const extent = [
    Math.floor(Math.min(...xs) - MARGIN.lng),
    Math.floor(Math.min(...ys) - MARGIN.lat),
    Math.ceil(Math.max(...xs) + MARGIN.lng),
    Math.ceil(Math.max(...ys) + MARGIN.lat)
  ] as const
  const [w, s, e, n] = extent
  const k = Math.cos((((Math.min(...ys) + Math.max(...ys)) / 2) * Math.PI) / 180)
  const frame: Geometry = { type: 'Polygon', coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]]] } // biome-ignore format: a box
  const coarse = joined(toPlane(readLand(extent, id), k))
  const land = reconcile(coarse, joined(toPlane(outlines, k)), joined(toPlane([frame], k)))
  const polygons = pack(land, k)
  const head = {
    origin: 'Natural Earth 1:10m land, npm world-atlas@2.0.2, joined with outlines.json',
    licence: 'public domain (Natural Earth), ISC (package); outlines.json as its own notice says',
    crs: 'CGCS2000',
    extent,
    scale: SCALE
  }
  const body = polygons.map((polygon) => JSON.stringify(polygon)).join(',\n')
  writeFileSync(join(folder, 'coast.json'), `${JSON.stringify(head).slice(0, -1)},"land":[\n${body}\n]}\n`)
  console.log(`${id}: ${polygons.length} pieces of land, ${polygons.flat(2).length / 2} points`)
}
