/** The demo generator: cuts streets inside real district outlines and communities inside the streets, seamless and the same for
 *  the same seed. Names and codes are real; the inner borders are invented and marked so wherever they are shown. */
import { balancedClusters, type Site } from './clusters.ts'
import { metresPerDegree } from './ellipsoid.ts'
import { insideShape } from './inside.ts'
import { interiorPointOf, type Line, nodeLines, polygonize, voronoiCells } from './jts.ts'
import { eachSegment, segmentKey } from './lattice.ts'
import { randomOf } from './random.ts'
import { boxOf, type Polygon, planarArea, type Shape, toDegrees } from './shape.ts'

export interface DemoStreet {
  code: string
  communityCodes: readonly string[]
}
export interface DemoDistrict {
  code: string
  shape: Shape
  streets: readonly DemoStreet[]
}
export interface DemoBorder {
  districtCode: string
  line: readonly number[]
}
export interface DemoCity {
  /** Shapes of communities by 12-digit code. */
  communities: Map<string, Shape>
  /** Inner borders between communities, in units, meeting at their ends: roads run along them. */
  borders: DemoBorder[]
}

/** Voronoi cells that a community is made of: more give more natural borders and more vertices. */
const CELLS_PER_COMMUNITY = 6

interface LabelledSite {
  at: Site
  community: string
}

/** A jittered hexagonal spread of about `wanted` points inside the shape, in units with x squeezed to metric proportion. */
function spreadSites(shape: Shape, wanted: number, squeeze: number, random: () => number): Site[] {
  const [w, s, e, n] = boxOf(shape)
  let spacing = Math.sqrt((planarArea(shape) * squeeze) / wanted)
  for (let attempt = 0; attempt < 8; attempt++, spacing *= 0.94) {
    const sites: Site[] = []
    const rise = spacing * 0.866
    for (let row = 0, y = s + rise / 2; y < n; row++, y += rise) {
      for (let x = w * squeeze + (row % 2 ? spacing / 2 : 0); x < e * squeeze; x += spacing) {
        const px = x + (random() - 0.5) * 0.75 * spacing
        const py = y + (random() - 0.5) * 0.75 * spacing
        if (insideShape(shape, px / squeeze, py)) sites.push([px, py])
      }
    }
    if (sites.length >= wanted * 0.8) return sites
  }
  throw new RangeError('the district is too narrow to spread its communities')
}

function labelSites(district: DemoDistrict, squeeze: number, seed: string): LabelledSite[] {
  const random = randomOf(`${seed}:${district.code}`)
  const streets = district.streets.filter((street) => street.communityCodes.length > 0)
  const wanted = streets.reduce((sum, street) => sum + street.communityCodes.length, 0) * CELLS_PER_COMMUNITY
  const sites = spreadSites(district.shape, wanted, squeeze, random)
  const sizes = streets.map((street) => street.communityCodes.length)
  const streetOf = balancedClusters(sites, sizes, random, sizes)
  return streets.flatMap((street, i) => {
    const own = sites.filter((_, at) => streetOf[at] === i)
    const communityOf = balancedClusters(
      own,
      street.communityCodes.map(() => 1),
      random
    )
    return own.map((at, j) => ({ at, community: street.communityCodes[communityOf[j] as number] as string }))
  })
}

/** The Voronoi edges between sites of different communities, in units. */
function borderEdges(sites: readonly LabelledSite[], squeeze: number): Line[] {
  const communityAt = new Map(sites.map(({ at, community }) => [at.join(), community]))
  const seen = new Map<string, { community: string; line: [number, number, number, number] }>()
  const out: Line[] = []
  for (const { site, ring } of voronoiCells(sites.map(({ at }) => at))) {
    const community = communityAt.get(site.join())
    if (community === undefined) continue
    for (let i = 1; i < ring.length; i++) {
      const [a, b] = [ring[i - 1], ring[i]] as [[number, number], [number, number]]
      const line: [number, number, number, number] = [
        Math.round(a[0] / squeeze),
        Math.round(a[1]),
        Math.round(b[0] / squeeze),
        Math.round(b[1])
      ]
      if (line[0] === line[2] && line[1] === line[3]) continue
      const key = segmentKey(...line)
      const other = seen.get(key)
      if (other === undefined) seen.set(key, { community, line })
      else if (other.community !== community) out.push(line)
    }
  }
  return out
}

/** District outlines and inner borders as one arrangement: shared outline segments once, tagged with every district they bound,
 *  so that a new vertex on a shared outline appears on both sides. */
function arrange(districts: readonly DemoDistrict[], inner: ReadonlyMap<string, readonly Line[]>) {
  const outline = new Map<string, { line: Line; tag: { districts: string[]; isInner: boolean } }>()
  for (const district of districts) {
    for (const ring of district.shape.flat()) {
      eachSegment(ring, (ax, ay, bx, by) => {
        const key = segmentKey(ax, ay, bx, by)
        const known = outline.get(key)
        if (known) known.tag.districts.push(district.code)
        else outline.set(key, { line: [ax, ay, bx, by], tag: { districts: [district.code], isInner: false } })
      })
    }
  }
  const borders = [...inner].flatMap(([code, lines]) =>
    lines.map((line) => ({ line, tag: { districts: [code], isInner: true } }))
  )
  return nodeLines([...outline.values(), ...borders])
}

/** Cuts the whole city in one go. Streets without communities get no area. */
export function cutDemoCity(districts: readonly DemoDistrict[], seed: string): DemoCity {
  const middle =
    districts.map((district) => boxOf(district.shape)).reduce((sum, box) => sum + (box[1] + box[3]) / 2, 0) / districts.length
  const metres = metresPerDegree(toDegrees(middle))
  const squeeze = metres.lng / metres.lat
  const sites = new Map(districts.map((district) => [district.code, labelSites(district, squeeze, seed)]))
  const inner = new Map([...sites].map(([code, own]) => [code, borderEdges(own, squeeze)]))

  const shapeOf = new Map(districts.map((district) => [district.code, district.shape]))
  const linesOf = new Map<string, Map<string, readonly number[]>>(districts.map((district) => [district.code, new Map()]))
  const borders: DemoBorder[] = []
  for (const { line, tag } of arrange(districts, inner)) {
    for (const piece of splitPiece(line)) {
      for (const code of tag.districts) {
        const isOutside =
          tag.isInner && !insideShape(shapeOf.get(code) ?? [], (piece[0] + piece[2]) / 2, (piece[1] + piece[3]) / 2)
        const own = linesOf.get(code)
        const key = segmentKey(...piece)
        if (isOutside || !own || own.has(key)) continue
        own.set(key, piece)
        if (tag.isInner) borders.push({ districtCode: code, line: piece })
      }
    }
  }
  const communities = new Map<string, Polygon[]>()
  for (const district of districts) {
    const own = sites.get(district.code) ?? []
    for (const face of polygonize(linesOf.get(district.code)?.values() ?? [])) {
      const [x, y] = interiorPointOf([face])
      if (!insideShape(district.shape, x, y)) continue
      const code = nearestSite(own, x * squeeze, y).community
      communities.set(code, [...(communities.get(code) ?? []), face])
    }
  }
  return { communities, borders }
}

function splitPiece(line: readonly number[]): [number, number, number, number][] {
  const out: [number, number, number, number][] = []
  for (let i = 2; i < line.length; i += 2) {
    const piece = line.slice(i - 2, i + 2) as [number, number, number, number]
    if (piece[0] !== piece[2] || piece[1] !== piece[3]) out.push(piece)
  }
  return out
}

function nearestSite(sites: readonly LabelledSite[], x: number, y: number): LabelledSite {
  return sites.reduce((best, site) =>
    (site.at[0] - x) ** 2 + (site.at[1] - y) ** 2 < (best.at[0] - x) ** 2 + (best.at[1] - y) ** 2 ? site : best
  )
}
