/** A draft of unit grids worked out: what comes of its steps, what is wrong, whom it concerns. Writes nothing. */
import {
  REGRID_ERRORS,
  type RegridCell,
  type RegridEffect,
  type RegridFault,
  type RegridPreview,
  type RegridState,
  type RegridStep,
  type TouchedDutyGrid
} from '@chengyun/contract/geo'
import type { Db, Tx } from '../../platform/db.ts'
import { thrower } from '../../platform/errors.ts'
import { areaM2, smallAreaM2 } from './domain/ellipsoid.ts'
import { buildLocator } from './domain/locator.ts'
import { applySteps, type Cell, nodeCells, StepRefused } from './domain/regrid/cells.ts'
import { giveCodes, inOrder } from './domain/regrid/codes.ts'
import { coverageFault, coverageOf, faultsOf } from './domain/regrid/faults.ts'
import { inheritDuty } from './domain/regrid/inherit.ts'
import { boxOf, decodeShape, type Shape, shapeToGeoJson, toDegrees } from './domain/shape.ts'
import { dutyRules, type GridFollower, gridFollowers } from './followers.ts'
import { presentRegrids } from './present-regrid.ts'
import {
  countMembers,
  everGiven,
  findCommunity,
  fingerprintOf,
  listAround,
  listCollectorPosts,
  listCommunityGrids,
  listMemberships,
  type Membership,
  type UnitGridRow
} from './queries/regrid.ts'

const fail = thrower(REGRID_ERRORS)
/** Rows looked at before applying, per kind; afterwards all are. */
const MOST_LOOKED = 20_000
const PAGE = 1000
const SAMPLE = 50
/** Unit grids of other communities within about this are drawn and guarded. */
const AROUND_DEG = 0.004

/** A community as it stands, on the table. */
export interface Table {
  communityCode: string
  name: string
  path: string
  rows: UnitGridRow[]
  cells: Cell[]
  outline: Shape | null
  others: { code: string; shape: Shape }[]
  state: string
  memberships: Membership[]
}

/** Reads a community for editing. Throws REGRID_COMMUNITY_EMPTY. */
export async function layTable(db: Db | Tx, communityCode: string): Promise<Table> {
  const community = await findCommunity(db, communityCode)
  const rows = community ? await listCommunityGrids(db, communityCode) : []
  if (!community || rows.length === 0) throw fail('REGRID_COMMUNITY_EMPTY', { code: communityCode })
  const cells = nodeCells(rows.map(({ code, shape }) => ({ key: code, code, shape: decodeShape(shape), from: [code] })))
  // A generated outline says nothing about surveyed unit grids.
  const isMeasure = community.shape !== null && (!community.generated || rows.every((row) => row.generated))
  const [w, s, e, n] = boxOf(cells.flatMap((cell) => cell.shape))
  const others = await listAround(db, communityCode, [
    toDegrees(w) - AROUND_DEG,
    toDegrees(s) - AROUND_DEG,
    toDegrees(e) + AROUND_DEG,
    toDegrees(n) + AROUND_DEG
  ])
  return {
    communityCode,
    name: community.name,
    path: community.path,
    rows,
    cells,
    outline: isMeasure && community.shape ? decodeShape(community.shape) : null,
    others: others.map(({ code, shape }) => ({ code, shape: decodeShape(shape) })),
    state: fingerprintOf(rows),
    memberships: await listMemberships(
      db,
      rows.map((row) => row.code)
    )
  }
}

/** What comes of the steps. */
export interface Worked {
  after: Cell[]
  retired: string[]
  /** Cells that keep their code and change their shape. */
  altered: Cell[]
  fresh: Cell[]
  /** Codes of the fresh cells by key; null when the community has no numbers left. */
  codes: Map<string, string> | null
  duty: { key: string; dutyGridCode: string }[]
  faults: RegridFault[]
  coverage: number | null
}

/** Works the steps out on a table. Throws the refusal of a step that cannot be done. */
export async function workOut(db: Db | Tx, table: Table, steps: readonly RegridStep[]): Promise<Worked> {
  let after: Cell[]
  try {
    after = applySteps(table.cells, steps)
  } catch (error) {
    if (error instanceof StepRefused) throw fail(error.code, error.details)
    throw error
  }
  const was = new Map(table.cells.map((cell) => [cell.code, cell]))
  const fresh = inOrder(after.filter((cell) => cell.code === null))
  const kept = new Set(after.map((cell) => cell.code))
  const coverage = coverageOf(after, table.outline)
  const worse = coverage !== null && coverage < (coverageOf(table.cells, table.outline) ?? 0)
  return {
    after,
    retired: table.cells.flatMap((cell) => (cell.code !== null && !kept.has(cell.code) ? [cell.code] : [])),
    altered: after.filter((cell) => cell.code !== null && was.get(cell.code)?.shape !== cell.shape),
    fresh,
    codes: giveCodes(table.communityCode, after, await everGiven(db, table.communityCode)),
    duty: inheritDuty(table.cells, fresh, table.memberships),
    faults: [
      ...faultsOf({ before: table.cells, after, outline: table.outline, others: table.others }),
      ...(worse ? coverageFault(coverage) : [])
    ],
    coverage
  }
}

const cornersOf = (shape: Shape): string[] =>
  shape.flat().flatMap((ring) => Array.from({ length: ring.length / 2 }, (_, i) => `${ring[2 * i]},${ring[2 * i + 1]}`))

/** A neighbour that only got a new corner on a border it had is as it was, to a reader. */
function isAsBefore(before: Shape | undefined, after: Shape): boolean {
  if (before === undefined || before === after) return before === after
  const now = new Set(cornersOf(after))
  return cornersOf(before).every((at) => now.has(at)) && Math.abs(smallAreaM2(before) - smallAreaM2(after)) < 0.1
}

function presentCells(table: Table, worked: Pick<Worked, 'after' | 'codes' | 'duty'> | null): RegridCell[] {
  const was = new Map(table.cells.map((cell) => [cell.key, cell.shape]))
  return (worked?.after ?? table.cells).map((cell) => ({
    key: cell.key,
    code: cell.code ?? worked?.codes?.get(cell.key) ?? null,
    state:
      cell.code === null
        ? ('new' as const)
        : isAsBefore(was.get(cell.key), cell.shape)
          ? ('kept' as const)
          : ('changed' as const),
    areaM2: Math.round(areaM2(cell.shape) * 10) / 10,
    from: [...cell.from],
    duty:
      cell.code === null
        ? (worked?.duty ?? []).filter((d) => d.key === cell.key).map((d) => d.dutyGridCode)
        : table.memberships.filter((m) => m.grid_code === cell.code).map((m) => m.duty_grid_code),
    geometry: shapeToGeoJson(cell.shape)
  }))
}

/** Everything the editor shows on opening a community. */
export async function regridState(db: Db, communityCode: string): Promise<RegridState> {
  const table = await layTable(db, communityCode)
  const coverage = coverageOf(table.cells, table.outline)
  return {
    communityCode,
    name: table.name,
    path: table.path,
    state: table.state,
    outline: table.outline && shapeToGeoJson(table.outline),
    cells: presentCells(table, null),
    around: table.others.map(({ code, shape }) => ({ code, geometry: shapeToGeoJson(shape) })),
    faults: [
      ...faultsOf({ before: [], after: table.cells, outline: table.outline, others: table.others }),
      ...coverageFault(coverage)
    ],
    coverage,
    history: await presentRegrids(db, communityCode, table.state)
  }
}

/** What a draft would do. `effects`: with everything that would lie elsewhere. */
export async function previewRegrid(
  db: Db,
  communityCode: string,
  steps: readonly RegridStep[],
  effects: boolean
): Promise<RegridPreview> {
  const table = await layTable(db, communityCode)
  const worked = await workOut(db, table, steps)
  if (worked.codes === null) throw fail('REGRID_CODES_EXHAUSTED', { code: communityCode })
  const { codes, altered, retired, faults, coverage } = worked
  const shapes = new Map(table.cells.map((cell) => [cell.key, cell.shape]))
  return {
    cells: presentCells(table, worked),
    retired,
    created: worked.fresh.map((cell) => codes.get(cell.key) as string),
    altered: altered.filter((cell) => !isAsBefore(shapes.get(cell.key), cell.shape)).map((cell) => cell.key),
    faults,
    coverage,
    effects: effects ? await effectsOf(db, worked, codes) : [],
    dutyGrids: effects ? await touchedDutyGrids(db, table, worked) : []
  }
}

async function effectsOf(db: Db, worked: Worked, codes: ReadonlyMap<string, string>): Promise<RegridEffect[]> {
  const concerned = [...worked.retired, ...worked.altered.map((cell) => cell.key)]
  const locator = buildLocator(
    worked.after.map((cell) => ({ code: cell.code ?? (codes.get(cell.key) as string), shape: cell.shape }))
  )
  const where = (lng: number, lat: number): string | null => locator.findNear(lng, lat)?.code ?? null
  return Promise.all(gridFollowers().map((follower) => effectOn(db, follower, concerned, where)))
}

/** Rows of one kind in some unit grids that would lie elsewhere; `where` answers the unit grid of a point. */
export async function effectOn(
  db: Db,
  follower: GridFollower,
  gridCodes: readonly string[],
  where: (lng: number, lat: number, gridCode: string | null) => string | null
): Promise<RegridEffect> {
  const effect: RegridEffect = { follower: follower.id, name: follower.name, looked: 0, moved: 0, more: false, sample: [] }
  for (let after: string | null = null; ; ) {
    const page = await follower.listIn(db, gridCodes, after, PAGE)
    for (const row of page) {
      const to = where(row.lng, row.lat, row.gridCode)
      if (to === row.gridCode) continue
      effect.moved += 1
      if (effect.sample.length < SAMPLE)
        effect.sample.push({ key: row.key, title: row.title, position: [row.lng, row.lat], from: row.gridCode, to })
    }
    effect.looked += page.length
    after = page.at(-1)?.key ?? null
    if (page.length < PAGE) return effect
    if (effect.looked >= MOST_LOOKED) return { ...effect, more: true }
  }
}

async function touchedDutyGrids(db: Db, table: Table, worked: Worked): Promise<TouchedDutyGrid[]> {
  const retired = new Set(worked.retired)
  const lost = table.memberships.filter((m) => retired.has(m.grid_code))
  const named = new Map(table.memberships.map((m) => [m.duty_grid_code, m]))
  const codes = [...new Set([...lost.map((m) => m.duty_grid_code), ...worked.duty.map((d) => d.dutyGridCode)])].sort()
  const counts = await countMembers(db, codes)
  const posts = await listCollectorPosts(db, codes, new Date())
  const collectors = (code: string): string[] => [
    ...new Set(posts.filter((p) => p.duty_grid_codes.includes(code)).map((p) => p.name))
  ]
  const rules = await dutyRules(db, codes)
  return codes.map((code) => {
    const before = counts.get(code) ?? 0
    const less = lost.filter((m) => m.duty_grid_code === code).length
    const more = worked.duty.filter((d) => d.dutyGridCode === code).length
    return {
      code,
      name: named.get(code)?.name ?? code,
      shift: named.get(code)?.shift ?? '',
      before,
      after: before - less + more,
      collectors: collectors(code),
      rules: rules.filter((r) => r.dutyGridCode === code).map((r) => r.rule)
    }
  })
}
