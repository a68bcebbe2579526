import type { Client } from './client.ts'
import { matterOf } from './matters.ts'
import { chanceOf } from './random.ts'
import type { City, Street } from './world.ts'

interface Division {
  code: string
  level: string
  regionClass: 'A' | 'B' | 'C'
  gridCount: number
}
interface Road {
  properties: { code: string; name: string }
  geometry: { coordinates: [number, number][] }
}

/** Streets taken of each district: enough for variety, few enough to keep in memory. */
const STREETS_PER_DISTRICT = 100
/** Points kept of a street's line. */
const POINTS_PER_STREET = 20
const LIVELINESS = { A: 4, B: 2, C: 1 } as const
const STANDARD = 'GB/T 47678.5-2026'
const WHOLE_WORLD = '-180,-90,180,90'

/** Read what the simulator must know of the city: where its roads are and what it registers. Through the public API, as `reader`. */
export async function readCity(client: Client, reader: string, timeZone: string, now: Date): Promise<City> {
  const divisions = await client.get<Division[]>(reader, '/api/geo/divisions')
  const streets: Street[] = []
  for (const district of divisions.filter((d) => d.level === 'district')) {
    const { features } = await client.get<{ features: Road[] }>(
      reader,
      `/api/geo/roads?bbox=${WHOLE_WORLD}&within=${district.code}`
    )
    streets.push(...streetsOf(district, features))
  }
  const { conditions } = await client.get<{ conditions: { standardRef: string; kind: string; code: string; active: boolean }[] }>(
    reader,
    `/api/cases/config/conditions?standardRef=${encodeURIComponent(STANDARD)}`
  )
  const classes = new Set(conditions.filter((c) => c.active && matterOf(c.kind, c.code)).map((c) => `${c.kind}/${c.code}`))
  const { classes: codes } = await client.get<{
    classes: { standardRef: string; kind: string; code: string; active: boolean; selfHandle: boolean }[]
  }>(reader, '/api/cases/config/classes')
  const selfHandled = new Set(codes.filter((c) => c.standardRef === STANDARD && c.selfHandle).map((c) => `${c.kind}/${c.code}`))
  return { streets, classes, selfHandled, utcOffsetMin: utcOffsetMin(timeZone, now) }
}

/** A sample of a district's roads, the same every time, weighted by how lively the district is. */
function streetsOf(district: Division, roads: readonly Road[]): Street[] {
  const usable = roads.filter((road) => road.geometry.coordinates.length > 1)
  const rank = new Map(usable.map((road) => [road, chanceOf(road.properties.code).next()]))
  const chosen = usable.sort((a, b) => (rank.get(a) as number) - (rank.get(b) as number)).slice(0, STREETS_PER_DISTRICT)
  const weight = (Math.sqrt(district.gridCount + 1) * LIVELINESS[district.regionClass]) / Math.max(1, chosen.length)
  return chosen.map(({ properties, geometry }) => ({
    name: properties.name,
    districtCode: district.code,
    weight,
    line: thinned(geometry.coordinates)
  }))
}

function thinned(line: readonly [number, number][]): [number, number][] {
  const every = Math.ceil(line.length / POINTS_PER_STREET)
  return line.filter((_, i) => i % every === 0 || i === line.length - 1)
}

/** Minutes a zone's wall clock is ahead of UTC at an instant. */
export function utcOffsetMin(timeZone: string, at: Date): number {
  const text =
    new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
      .formatToParts(at)
      .find((p) => p.type === 'timeZoneName')?.value ?? ''
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(text)
  return match ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) : 0
}
