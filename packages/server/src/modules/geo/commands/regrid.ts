/** Applying a draft of unit grids, and taking it back. */
import { REGRID_ERRORS, type RegridStep } from '@chengyun/contract/geo'
import { sql } from 'kysely'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { smallAreaM2 } from '../domain/ellipsoid.ts'
import type { Cell } from '../domain/regrid/cells.ts'
import { centroidOf, decodeShape, planarArea } from '../domain/shape.ts'
import {
  findRegrid,
  fingerprintOf,
  listCommunityGrids,
  listMemberships,
  listRegrids,
  type Membership,
  type UnitGridRow
} from '../queries/regrid.ts'
import { layTable, type Table, type Worked, workOut } from '../regrid.ts'
import { type GridRow, raiseRevision, upsertGrids } from './bulk.ts'
import { queueRelocations } from './relocate.ts'
import { retireGrids } from './retire.ts'

const fail = thrower(REGRID_ERRORS)

/** A unit grid as it was before a change, whole. */
interface BeforeGrid {
  code: string
  /** base64 of the packed shape. */
  shape: string
  areaM2: number
  validFrom: string
  landUse: string | null
  manageLevel: string | null
  remark: string | null
  generated: boolean
  duty: string[]
}

export interface Regridded {
  id: string
  retired: string[]
  created: string[]
  altered: string[]
}

const areaOf = (cell: Cell): number => Math.round(smallAreaM2(cell.shape) * 100) / 100

/** One editor of a city at a time writes: two drafts of one community must not both win. */
const lock = (tx: Tx): Promise<unknown> => sql`select pg_advisory_xact_lock(hashtext('geo.duty_grid'))`.execute(tx)

/** Applies a draft in one commit: unit grids end, new ones begin with codes never given before, duty grids are inherited, the change stands
 *  in the history, and everybody who keeps rows in these unit grids is queued to be located anew. Throws REGRID_STALE, REGRID_FAULTY,
 *  REGRID_NOTHING, REGRID_CODES_EXHAUSTED and the refusals of single steps. */
export const applyRegrid = command(
  async (
    tx,
    input: { communityCode: string; steps: readonly RegridStep[]; state: string; note: string },
    ctx
  ): Promise<Regridded> => {
    await lock(tx)
    const table = await layTable(tx, input.communityCode)
    if (table.state !== input.state) throw fail('REGRID_STALE')
    const worked = await workOut(tx, table, input.steps)
    if (worked.codes === null) throw fail('REGRID_CODES_EXHAUSTED', { code: input.communityCode })
    const errors = worked.faults.filter((f) => f.severity === 'error').length
    if (errors > 0) throw fail('REGRID_FAULTY', { count: errors })
    if (worked.retired.length + worked.altered.length === 0) throw fail('REGRID_NOTHING')
    const concerned = new Set([...worked.retired, ...worked.altered.map((cell) => cell.key)])
    const before = table.rows.filter((row) => concerned.has(row.code)).map((row) => keep(row, table.memberships))
    const day = ctx.now.toISOString().slice(0, 10)
    await upsertGrids(tx, [...alteredRows(table, worked), ...freshRows(table, worked, worked.codes, day)])
    await joinDutyGrids(
      tx,
      worked.duty.map((d) => [d.dutyGridCode, worked.codes?.get(d.key) as string] as const)
    )
    await retireGrids(tx, worked.retired, day)
    return record(tx, ctx, {
      communityCode: input.communityCode,
      note: input.note,
      steps: input.steps,
      before,
      retired: worked.retired,
      created: worked.fresh.map((cell) => worked.codes?.get(cell.key) as string),
      altered: worked.altered.map((cell) => cell.key),
      undoes: null,
      looked: [...concerned]
    })
  }
)

/** Takes the last change of a community back: ended unit grids are valid again as they were, those it made end (their codes stay used).
 *  Throws REGRID_NOT_FOUND, REGRID_UNDO_LATE. */
export const undoRegrid = command(async (tx, input: { id: string; note: string }, ctx): Promise<Regridded> => {
  await lock(tx)
  const done = await findRegrid(tx, input.id)
  if (!done) throw fail('REGRID_NOT_FOUND')
  const [last] = await listRegrids(tx, done.community_code, 1)
  const now = fingerprintOf(await listCommunityGrids(tx, done.community_code))
  if (last?.id !== done.id || done.undoes_id !== null || now !== done.state_after) throw fail('REGRID_UNDO_LATE')
  const before = done.before as BeforeGrid[]
  const day = ctx.now.toISOString().slice(0, 10)
  const concerned = new Set([...done.created, ...done.altered])
  const rows = (await listCommunityGrids(tx, done.community_code)).filter((row) => concerned.has(row.code))
  const memberships = await listMemberships(tx, [...concerned])
  await upsertGrids(tx, before.map(restored))
  const duty = before.flatMap((grid) => grid.duty.map((code) => [code, grid.code] as const))
  await sql`update geo.duty_grid set valid_to_on = null where code = any(${[...new Set(duty.map(([code]) => code))]}::text[])`.execute(
    tx
  )
  await joinDutyGrids(tx, duty)
  await retireGrids(tx, done.created, day)
  return record(tx, ctx, {
    communityCode: done.community_code,
    note: input.note,
    steps: [],
    before: rows.map((row) => keep(row, memberships)),
    retired: done.created,
    created: done.retired,
    altered: done.altered,
    undoes: done.id,
    looked: [...concerned]
  })
})

function keep(row: UnitGridRow, memberships: readonly Membership[]): BeforeGrid {
  return {
    code: row.code,
    shape: Buffer.from(row.shape).toString('base64'),
    areaM2: row.area_m2,
    validFrom: row.valid_from_on,
    landUse: row.land_use,
    manageLevel: row.manage_level,
    remark: row.remark,
    generated: row.generated,
    duty: memberships.filter((m) => m.grid_code === row.code).map((m) => m.duty_grid_code)
  }
}

function restored({ duty: _, ...grid }: BeforeGrid): GridRow {
  const shape = decodeShape(Uint8Array.from(Buffer.from(grid.shape, 'base64')))
  return { ...grid, shape, centroid: centroidOf(shape) }
}

function alteredRows(table: Table, worked: Worked): GridRow[] {
  const rows = new Map(table.rows.map((row) => [row.code, row]))
  return worked.altered.map((cell) => rowOf(rows.get(cell.key) as UnitGridRow, cell.key, cell))
}

/** A new unit grid has the attributes of the biggest it came from. Drawn by hand, so no generator cuts it anew. */
function freshRows(table: Table, worked: Worked, codes: ReadonlyMap<string, string>, day: string): GridRow[] {
  const areas = new Map(table.cells.map((cell) => [cell.key, planarArea(cell.shape)]))
  return worked.fresh.map((cell) => {
    const origins = table.rows.filter((row) => cell.from.includes(row.code))
    const model = origins.reduce((a, b) => ((areas.get(b.code) ?? 0) > (areas.get(a.code) ?? 0) ? b : a))
    return { ...rowOf(model, codes.get(cell.key) as string, cell), validFrom: day }
  })
}

function rowOf(model: UnitGridRow, code: string, cell: Cell): GridRow {
  return {
    code,
    shape: cell.shape,
    areaM2: areaOf(cell),
    centroid: centroidOf(cell.shape),
    validFrom: model.valid_from_on,
    landUse: model.land_use,
    manageLevel: model.manage_level,
    remark: model.remark,
    generated: false
  }
}

/** What was given to another duty grid of the same shift meanwhile stays there. */
async function joinDutyGrids(tx: Tx, members: readonly (readonly [duty: string, grid: string])[]): Promise<void> {
  await sql`insert into geo.duty_grid_member (duty_grid_code, grid_code)
    select * from unnest(${members.map(([duty]) => duty)}::text[], ${members.map(([, grid]) => grid)}::text[]) on conflict do nothing`.execute(
    tx
  )
}

interface Done extends Omit<Regridded, 'id'> {
  communityCode: string
  note: string
  steps: readonly RegridStep[]
  before: BeforeGrid[]
  undoes: string | null
  /** Unit grids whose rows are located anew. */
  looked: string[]
}

async function record(tx: Tx, ctx: CommandContext, done: Done): Promise<Regridded> {
  const { communityCode, note, retired, created, altered } = done
  const id = newId()
  await tx
    .insertInto('geo.regrid')
    .values({
      id,
      community_code: communityCode,
      applied_at: ctx.now,
      applied_by: ctx.actor.id,
      applied_by_name: ctx.actor.name,
      note,
      steps: JSON.stringify(done.steps),
      retired,
      created,
      altered,
      before: JSON.stringify(done.before),
      state_after: fingerprintOf(await listCommunityGrids(tx, communityCode)),
      undoes_id: done.undoes
    })
    .execute()
  await queueRelocations(tx, { regridId: id, gridCodes: done.looked, now: ctx.now, dutyOnly: false })
  await raiseRevision(tx)
  ctx.emit('geo.regridded', { id, communityCode, retired, created, altered })
  ctx.audit({
    action: done.undoes === null ? 'geo.regrid' : 'geo.undoRegrid',
    objectType: 'community',
    objectId: communityCode,
    result: 'ok',
    after: { id, note, retired, created, altered }
  })
  return { id, retired, created, altered }
}
