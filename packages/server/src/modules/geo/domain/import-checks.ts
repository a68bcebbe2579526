/** The checks of standards §2.2 on boundaries to be imported. */
import type { ImportRejection } from '@chengyun/contract/geo'
import Flatbush from 'flatbush'
import { parentCodeOf } from './city-plan.ts'
import { areaM2 } from './ellipsoid.ts'
import type { CodedFeature, GeoErrorCode } from './import-features.ts'
import { differenceOf, intersectionOf, unionOf } from './jts.ts'
import { boxOf, type Shape } from './shape.ts'

/** Two areas may share at most this much, in m². */
export const MAX_OVERLAP_M2 = 0.5
/** The grids of a community must cover at least this share of it. */
export const MIN_COVERAGE = 0.999

export interface CheckResult {
  accepted: CodedFeature[]
  rejections: ImportRejection[]
}

const rejection = (feature: CodedFeature, reason: GeoErrorCode, detail: string): ImportRejection => ({
  index: feature.index,
  code: feature.code,
  reason,
  detail
})

const touches = (a: Shape, b: Shape): boolean => {
  const [p, q] = [boxOf(a), boxOf(b)]
  return p[0] <= q[2] && q[0] <= p[2] && p[1] <= q[3] && q[1] <= p[3]
}

/** Overlap of two shapes in m²; Infinity when it cannot be computed. */
export function overlapM2(a: Shape, b: Shape): number {
  if (!touches(a, b)) return 0
  try {
    return areaM2(intersectionOf(a, b))
  } catch {
    return Infinity
  }
}

function boxTree(shapes: readonly Shape[]): Flatbush | null {
  if (shapes.length === 0) return null
  const tree = new Flatbush(shapes.length, 16, Int32Array)
  for (const shape of shapes) tree.add(...boxOf(shape))
  tree.finish()
  return tree
}

/** Refuses what overlaps an earlier feature of the file, or a `kept` area, by more than 0.5 m². Only features with the same
 *  `peerOf` are peers (streets overlap their district, and must). */
function refuseOverlaps(
  features: readonly CodedFeature[],
  kept: readonly { code: string; shape: Shape }[],
  peerOf: (code: string) => string
): CheckResult {
  const accepted: CodedFeature[] = []
  const rejections: ImportRejection[] = []
  const all = [...kept, ...features]
  const tree = boxTree(all.map(({ shape }) => shape))
  const refused = new Set<number>()
  features.forEach((feature, i) => {
    const own = kept.length + i
    const rivals = (tree?.search(...boxOf(feature.shape)) ?? []).filter((at) => {
      const other = all[at] as { code: string }
      return at < own && !refused.has(at) && other.code !== feature.code && peerOf(other.code) === peerOf(feature.code)
    })
    for (const at of rivals.sort((a, b) => a - b)) {
      const other = all[at] as { code: string; shape: Shape }
      const overlap = overlapM2(other.shape, feature.shape)
      if (overlap <= MAX_OVERLAP_M2) continue
      rejections.push(rejection(feature, 'GEO_OVERLAP', `${other.code}: ${overlap.toFixed(1)} m²`))
      refused.add(own)
      return
    }
    accepted.push(feature)
  })
  return { accepted, rejections }
}

/** Divisions: the parent is known (in the database or in the same file) and no two of one level overlap. `kept` are surveyed
 *  divisions that stay; generated ones are no measure and are left out by the caller. */
export function checkDivisions(
  features: readonly CodedFeature[],
  known: ReadonlySet<string>,
  kept: readonly { code: string; shape: Shape }[]
): CheckResult {
  const inFile = new Set(features.map((feature) => feature.code))
  const rejections: ImportRejection[] = []
  const placed = features.filter((feature) => {
    const parent = parentCodeOf(feature.code)
    if (parent === null || known.has(parent) || inFile.has(parent)) return true
    rejections.push(rejection(feature, 'GEO_PARENT_UNKNOWN', parent))
    return false
  })
  const levelOf = (code: string): string => (code.endsWith('00') && code.length === 6 ? 'city' : String(code.length))
  const result = refuseOverlaps(
    placed,
    kept.filter(({ code }) => !inFile.has(code)),
    levelOf
  )
  return { accepted: result.accepted, rejections: [...rejections, ...result.rejections] }
}

/** Unit grids: the community is known, the code not retired, no overlap, inside the community, and each community of the file
 *  covered to 99.9 %. `communities` maps a code to its outline, null where none is known (then inside and coverage cannot be
 *  checked). Grids of other communities are in `kept`. */
export function checkGrids(
  features: readonly CodedFeature[],
  communities: ReadonlyMap<string, Shape | null>,
  retired: ReadonlySet<string>,
  kept: readonly { code: string; shape: Shape }[]
): CheckResult {
  const rejections: ImportRejection[] = []
  const placed = features.filter((feature) => {
    const community = communities.get(feature.code.slice(0, 12))
    if (community === undefined) rejections.push(rejection(feature, 'GEO_PARENT_UNKNOWN', feature.code.slice(0, 12)))
    else if (retired.has(feature.code)) rejections.push(rejection(feature, 'GEO_CODE_RETIRED', feature.code))
    else return isInsideParent(feature, community, rejections)
    return false
  })
  const apart = refuseOverlaps(placed, kept, () => 'grid')
  const covered = refuseThinCover(apart.accepted, communities)
  return { accepted: covered.accepted, rejections: [...rejections, ...apart.rejections, ...covered.rejections] }
}

function isInsideParent(feature: CodedFeature, community: Shape | null, rejections: ImportRejection[]): boolean {
  if (community === null) return true
  let outside: number
  try {
    outside = areaM2(differenceOf(feature.shape, community))
  } catch {
    outside = Infinity
  }
  if (outside <= Math.max(MAX_OVERLAP_M2, (1 - MIN_COVERAGE) * areaM2(feature.shape))) return true
  rejections.push(rejection(feature, 'GEO_OUTSIDE_PARENT', `${outside.toFixed(1)} m²`))
  return false
}

function refuseThinCover(features: readonly CodedFeature[], communities: ReadonlyMap<string, Shape | null>): CheckResult {
  const byCommunity = Map.groupBy(features, (feature) => feature.code.slice(0, 12))
  const accepted: CodedFeature[] = []
  const rejections: ImportRejection[] = []
  for (const [code, own] of byCommunity) {
    const community = communities.get(code) ?? null
    const share =
      community === null
        ? 1
        : coverage(
            own.map((feature) => feature.shape),
            community
          )
    if (share >= MIN_COVERAGE) accepted.push(...own)
    else
      for (const feature of own) rejections.push(rejection(feature, 'GEO_COVERAGE_LOW', `${code}: ${(share * 100).toFixed(2)} %`))
  }
  return { accepted, rejections }
}

/** Share of the community that the union of the grids covers. */
export function coverage(grids: readonly Shape[], community: Shape): number {
  try {
    return 1 - areaM2(differenceOf(community, unionOf(grids))) / areaM2(community)
  } catch {
    return 0
  }
}
