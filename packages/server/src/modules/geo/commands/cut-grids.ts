/** Cutting unit grids inside boundaries that are known: after real streets or communities were imported. */

import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { cutDemoCity } from '../domain/demo-city.ts'
import { areaM2 } from '../domain/ellipsoid.ts'
import { latticeAt } from '../domain/lattice.ts'
import { buildLocator } from '../domain/locator.ts'
import { centroidOf, decodeShape, type Shape } from '../domain/shape.ts'
import { type CommunityArea, cutUnitGrids, type UnitGridDraft } from '../domain/unit-grid.ts'
import { listDivisions, listGridCodes, listGridShapes, listShapes } from '../queries.ts'
import { raiseRevision, upsertDivisions, upsertGrids } from './bulk.ts'
import { retireGrids } from './retire.ts'

export interface CutInput {
  /** Streets and communities below these codes are looked at. */
  within: readonly string[]
  /** Wanted cell in metres by district code, and for all others. */
  cellM: Readonly<Record<string, number>>
  defaultCellM: number
  /** Fixes the lattice; always the city's own. */
  referenceLat: number
  seed: string
}
export interface CutReport {
  /** Communities that got new unit grids. */
  communities: number
  grids: number
  retired: number
  /** Communities left alone because their unit grids are surveyed. */
  skipped: number
}

type Division = Awaited<ReturnType<typeof listDivisions>>[number]
interface Planned extends CommunityArea {
  generated: boolean
}

/** Cuts unit grids anew where they are missing or only generated. A community with a surveyed outline is cut along it; those
 *  without, in a street with a surveyed outline, first share the street among them. Surveyed unit grids are never touched. */
export const cutGrids = command(async (tx, input: CutInput, ctx): Promise<CutReport> => {
  const day = ctx.now.toISOString().slice(0, 10)
  const divisions = (await listDivisions(tx)).filter(
    (d) => d.valid_to_on === null && input.within.some((code) => d.code.startsWith(code))
  )
  const communities = divisions.filter((d) => d.level === 'community')
  const surveyed = await surveyedGridCommunities(
    tx,
    communities.map((d) => d.code)
  )
  const open = communities.filter((d) => !surveyed.has(d.code))
  const shapes = await shapesOf(tx, [...open, ...divisions.filter((d) => d.level === 'street')])
  const planned = await planAreas(tx, input, divisions, open, shapes, day)
  const grids = cutUnitGrids(planned, latticeAt(input.referenceLat))
  const generated = new Map(planned.map((area) => [area.code, area.generated]))
  const retired = await replaceGrids(tx, planned, grids, generated, day)
  const displaced = await retireDisplaced(tx, shapes, day)
  await relocatePlaces(tx)
  await raiseRevision(tx)
  const report = { communities: planned.length, grids: grids.length, retired: retired + displaced, skipped: surveyed.size }
  ctx.emit('geo.gridsImported', {
    accepted: grids.length,
    rejected: 0,
    communityCodes: planned.map((area) => area.code).slice(0, 1000)
  })
  ctx.audit({ action: 'geo.cutGrids', result: 'ok', after: { within: input.within, ...report } })
  return report
})

async function surveyedGridCommunities(tx: Tx, codes: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ code: string }>`select distinct community_code as code from geo.unit_grid
    where not generated and community_code = any(${codes}::text[])`.execute(tx)
  return new Set(rows.map((row) => row.code))
}

async function shapesOf(tx: Tx, divisions: readonly Division[]): Promise<Map<string, Shape>> {
  const rows = await listShapes(
    tx,
    divisions.filter((d) => !d.generated).map((d) => d.code)
  )
  return new Map(rows.flatMap(({ code, shape }): [string, Shape][] => (shape === null ? [] : [[code, decodeShape(shape)]])))
}

/** Areas to cut: surveyed communities as they are, the others by sharing their surveyed street out (and writing what came of it). */
async function planAreas(
  tx: Tx,
  input: CutInput,
  divisions: readonly Division[],
  open: readonly Division[],
  shapes: ReadonlyMap<string, Shape>,
  day: string
): Promise<Planned[]> {
  const cellM = (code: string): number => input.cellM[code.slice(0, 6)] ?? input.defaultCellM
  const own = open.flatMap(({ code }): Planned[] => {
    const shape = shapes.get(code)
    return shape ? [{ code, shape, cellM: cellM(code), generated: false }] : []
  })
  const streets = divisions.filter((d) => d.level === 'street' && shapes.has(d.code))
  const shared = streets.flatMap((street) => {
    const below = divisions.filter((d) => d.level === 'community' && d.parent_code === street.code)
    // A street with one surveyed community is not shared out: what is left over is unknown.
    const isOpen = below.length > 0 && below.every((d) => open.includes(d) && !shapes.has(d.code))
    const codes = below.map((d) => d.code)
    return isOpen
      ? [{ code: street.code, shape: shapes.get(street.code) as Shape, streets: [{ code: street.code, communityCodes: codes }] }]
      : []
  })
  if (shared.length === 0) return own
  const city = cutDemoCity(shared, input.seed)
  const rows = divisions.flatMap((d) => {
    const shape = city.communities.get(d.code)
    return shape
      ? [
          {
            ...d,
            parentCode: d.parent_code,
            regionClass: d.region_class,
            shape,
            centroid: centroidOf(shape),
            areaM2: Math.round(areaM2(shape))
          }
        ]
      : []
  })
  await upsertDivisions(tx, rows, day, () => true)
  return [...own, ...rows.map(({ code, shape }) => ({ code, shape, cellM: cellM(code), generated: true }))]
}

/** Writes the new grids; provisional ones that are left over end, new ones join the duty grid of their community. */
async function replaceGrids(
  tx: Tx,
  planned: readonly Planned[],
  grids: readonly UnitGridDraft[],
  generated: ReadonlyMap<string, boolean>,
  day: string
): Promise<number> {
  const codes = planned.map((area) => area.code)
  const existing = await listGridCodes(tx, codes)
  const fresh = new Set(grids.map((grid) => grid.code))
  const gone = existing.filter((grid) => grid.valid_to_on === null && !fresh.has(grid.code)).map((grid) => grid.code)
  await retireGrids(tx, gone, day)
  await upsertGrids(
    tx,
    grids.map((grid) => ({ ...grid, validFrom: day, generated: generated.get(grid.communityCode) ?? false }))
  )
  await sql`insert into geo.duty_grid_member (duty_grid_code, grid_code)
    select d.duty, g.code from geo.unit_grid g
    join (select left(m.grid_code, 12) as community, min(m.duty_grid_code) as duty from geo.duty_grid_member m
          join geo.duty_grid dg on dg.code = m.duty_grid_code where dg.valid_to_on is null group by 1) d on d.community = g.community_code
    where g.community_code = any(${codes}::text[]) and g.valid_to_on is null
      and not exists (select from geo.duty_grid_member m where m.grid_code = g.code)`.execute(tx)
  return gone.length
}

/** A generated grid of a street nobody surveyed ends where a surveyed street now lies over its middle. */
async function retireDisplaced(tx: Tx, shapes: ReadonlyMap<string, Shape>, day: string): Promise<number> {
  const streets = buildLocator([...shapes].filter(([code]) => code.length === 9).map(([code, shape]) => ({ code, shape })))
  const rows = await tx
    .selectFrom('geo.unit_grid')
    .select(['code', 'lng', 'lat'])
    .where('generated', '=', true)
    .where('valid_to_on', 'is', null)
    .execute()
  const displaced = rows.filter(({ code, lng, lat }) => {
    const street = shapes.has(code.slice(0, 9)) ? null : streets.find(lng, lat)
    return street !== null && street !== code.slice(0, 9)
  })
  await retireGrids(
    tx,
    displaced.map((row) => row.code),
    day
  )
  return displaced.length
}

/** Named places stay where they are: the unit grid they lie in may have changed. */
async function relocatePlaces(tx: Tx): Promise<void> {
  const grids = buildLocator((await listGridShapes(tx)).map(({ code, shape }) => ({ code, shape: decodeShape(shape) })))
  const places = await tx.selectFrom('geo.place').select(['id', 'lng', 'lat', 'grid_code']).execute()
  const moved = places
    .map((place) => ({ id: place.id, was: place.grid_code, now: grids.findNear(place.lng, place.lat)?.code ?? null }))
    .filter(({ was, now }) => was !== now)
  await sql`update geo.place p set grid_code = t.grid_code
    from unnest(${moved.map(({ id }) => id)}::uuid[], ${moved.map(({ now }) => now)}::text[]) as t(id, grid_code) where p.id = t.id`.execute(
    tx
  )
}
