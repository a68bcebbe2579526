// One way to change the organisation: plan the rows, show them or write them, keep what was before, undo.
import { type ChangeView, ORG_ERRORS } from '@chengyun/contract/org'
import { sql } from 'kysely'
import { type Actor, may } from '../../../platform/actor.ts'
import type { CommandContext } from '../../../platform/command.ts'
import type { Db, Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import type { Keyring } from '../keyring.ts'
import { checkInvariants } from './invariants.ts'
import { bumpVersion, grantCommand } from './org-command.ts'
import type { Cells, ChangeTable, Plan, PlanContext, RowChange } from './plan.ts'
import { NOBODY } from './plan.ts'

const fail = thrower(ORG_ERRORS)

export * from './plan.ts'

/** Columns a change may write; the statement is built from this list and nothing else. */
const COLUMNS: Record<ChangeTable, readonly string[]> = {
  unit: [
    'id',
    'key',
    'code',
    'kind',
    'parent_id',
    'path',
    'district_code',
    'street_code',
    'name',
    'short_name',
    'active',
    'sort',
    'version',
    'valid_from_at',
    'valid_to_at'
  ],
  user: [
    'id',
    'username',
    'name',
    'phone_enc',
    'phone_hmac',
    'must_change',
    'totp_step',
    'failed_count',
    'status',
    'demo',
    'version',
    'created_at'
  ],
  post: ['id', 'user_id', 'role', 'unit_id', 'region_codes', 'duty_grid_codes', 'valid_from_at', 'valid_to_at'],
  duty_shift: ['id', 'user_id', 'role', 'unit_id', 'duty_grid_codes', 'starts_at', 'ends_at', 'cancelled_at'],
  role_permission: ['id', 'role', 'permission', 'allowed', 'active', 'changed_at']
}
const VERSIONED = new Set<ChangeTable>(['unit', 'user'])

/** Who may make, and undo, changes of which kind. */
export const PERMISSION_OF = {
  unit: 'org:units',
  user: 'org:users',
  post: 'org:posts',
  role: 'org:roles',
  shift: 'org:duty'
} as const satisfies Record<Plan['objectType'], string>

/** The cells that end a post now; one that has not begun never does. */
export const endOfPost = (from: Date, now: Date): Cells =>
  from > now ? { valid_from_at: now, valid_to_at: now } : { valid_to_at: now }

/** The cells that take a new row out of use: nothing here is ever deleted. */
function retired(table: ChangeTable, cells: Cells, now: Date): { before: Cells; after: Cells } {
  switch (table) {
    case 'unit':
      return { before: { active: true, valid_to_at: null }, after: { active: false, valid_to_at: now } }
    case 'user':
      return { before: { status: 'active' }, after: { status: 'disabled' } }
    case 'post':
      return { before: {}, after: endOfPost(new Date(String(cells.valid_from_at)), now) }
    case 'duty_shift':
      return { before: { cancelled_at: null }, after: { cancelled_at: now } }
    case 'role_permission':
      return { before: { active: true }, after: { active: false } }
  }
}

/** Only the columns in which two rows differ. */
export function cellsThatDiffer(before: Cells, after: Cells): { before: Cells; after: Cells } {
  const changed = Object.keys(after).filter((k) => JSON.stringify(before[k] ?? null) !== JSON.stringify(after[k] ?? null))
  const pick = (from: Cells): Cells => Object.fromEntries(changed.map((k) => [k, from[k] ?? null]))
  return { before: pick(before), after: pick(after) }
}

async function writeRow(tx: Tx, row: RowChange): Promise<boolean> {
  const table = sql.table(`org.${row.table}`)
  const columns = Object.keys(row.after).filter((c) => COLUMNS[row.table].includes(c))
  if (columns.length !== Object.keys(row.after).length)
    throw new Error(`org change: unknown column in ${Object.keys(row.after).join(', ')}`)
  const names = sql.join(columns.map((c) => sql.ref(c)))
  const after = JSON.stringify(row.after)
  if (row.before === null) {
    // A cell of the role matrix that was taken back before is there already.
    const onConflict =
      row.table === 'role_permission'
        ? sql`on conflict (id) do update set allowed = excluded.allowed, active = true, changed_at = excluded.changed_at`
        : sql``
    await sql`insert into ${table} (${names}) select ${names} from jsonb_populate_record(null::${table}, ${after}::jsonb) ${onConflict}`.execute(
      tx
    )
    return true
  }
  const sets = columns.map((c) => sql`${sql.ref(c)} = n.${sql.ref(c)}`)
  if (VERSIONED.has(row.table)) sets.push(sql`version = t.version + 1`)
  // The row must still be what the plan saw: the JSON of `before`, read as this row, changes nothing.
  const done = await sql`
    update ${table} t set ${sql.join(sets)} from ${table} o, jsonb_populate_record(o, ${after}::jsonb) n
    where o.id = t.id and t.id::text = ${row.id} and to_jsonb(o) = to_jsonb(jsonb_populate_record(o, ${JSON.stringify(row.before)}::jsonb))`.execute(
    tx
  )
  return done.numAffectedRows === 1n
}

/** Somebody wrote the same thing between plan and row: the constraints of the tables say what. */
function refuseRival(error: unknown): never {
  const code = (error as { code?: string }).code
  if (code === '23P01') throw fail('ORG_SHIFT_OVERLAP')
  if (code === '23505') throw fail('ORG_STALE')
  throw error
}

async function applyPlan(tx: Tx, plan: Plan, ctx: CommandContext, undoOf: string | null): Promise<ChangeView> {
  for (const row of plan.rows) {
    if (!(await writeRow(tx, row).catch(refuseRival))) throw fail(undoOf === null ? 'ORG_STALE' : 'ORG_CHANGE_CONFLICT')
  }
  await checkInvariants(tx, plan, ctx.now)
  const id = newId(ctx.now.getTime())
  const before = plan.rows.map((r) => ({ table: r.table, id: r.id, label: r.label, cells: r.before }))
  const after = plan.rows.map((r) => ({ table: r.table, id: r.id, label: r.label, cells: r.after }))
  await sql`insert into platform.change (id, module, object_type, object_id, before, after, actor_id, actor_name, changed_at, undo_of)
    values (${id}, 'org', ${plan.objectType}, ${plan.objectId}, ${JSON.stringify(before)}::jsonb, ${JSON.stringify(after)}::jsonb, ${ctx.actor.id}, ${ctx.actor.name},
      ${ctx.now}, ${undoOf})`.execute(tx)
  ctx.audit({
    action: undoOf === null ? `org.change.${plan.objectType}` : 'org.undo',
    objectType: plan.objectType,
    objectId: plan.objectId,
    before: shownCells(before),
    after: shownCells(after),
    result: 'ok',
    ...(undoOf !== null && { reason: `undo of ${undoOf}` })
  })
  await bumpVersion(tx, ctx, { objectType: plan.objectType, objectId: plan.objectId })
  return presentPlan(plan, { id, actor: ctx.actor, now: ctx.now, undoOf })
}

/** Telephone numbers, even sealed ones, have no place on the audit trail or in a browser. */
const shownCells = (rows: readonly { table: string; id: string; label: string; cells: Cells | null }[]) =>
  rows.map((r) => ({ ...r, cells: r.cells === null ? null : starred(r.cells) }))
export const starred = (cells: Cells): Cells => {
  const { phone_hmac: _, phone_enc: phone, ...rest } = cells
  return 'phone_enc' in cells ? { ...rest, phone: phone === null ? null : '***' } : rest
}

/** A plan as people see it: what changes in which row, and whom it touches. */
export function presentPlan(plan: Plan, made: { id: string | null; actor: Actor; now: Date; undoOf: string | null }): ChangeView {
  return {
    id: made.id,
    objectType: plan.objectType,
    objectId: plan.objectId,
    diff: plan.rows.map((r) => ({
      table: r.table,
      id: r.id,
      label: r.label,
      before: r.before === null ? null : starred(r.before),
      after: starred(r.after)
    })),
    affected: plan.affected,
    actorName: made.actor.name,
    changedAt: made.now.toISOString(),
    undoOf: made.undoOf,
    undoneAt: null
  }
}

export interface ChangeInput {
  plan: (db: Db | Tx, ctx: PlanContext) => Promise<Plan>
  keyring: Keyring
  /** What belongs to the change but not on its record: a password, the end of sessions. */
  also?: (tx: Tx, plan: Plan, ctx: CommandContext) => Promise<void>
}

/** Plan and write in one transaction. */
export const makeChange = grantCommand(async (tx, input: ChangeInput, ctx): Promise<ChangeView> => {
  const plan = await input.plan(tx, { actor: ctx.actor, now: ctx.now, keyring: input.keyring })
  const view = await applyPlan(tx, plan, ctx, null)
  await input.also?.(tx, plan, ctx)
  return view
})

interface StoredRow {
  table: ChangeTable
  id: string
  label: string
  cells: Cells | null
}

/** Put back what a change changed; refused when the rows were changed since. The undo is itself a change and can be undone. */
export const undoChange = grantCommand(async (tx, input: { id: string }, ctx): Promise<ChangeView> => {
  const { rows } = await sql<{
    object_type: Plan['objectType']
    object_id: string
    before: StoredRow[]
    after: StoredRow[]
    undone_at: Date | null
  }>`
    select object_type, object_id, before, after, undone_at from platform.change where id = ${input.id} and module = 'org' for update`.execute(
    tx
  )
  const change = rows[0]
  // Somebody else's kind of change answers like a missing one.
  if (!change || !may(ctx.actor, PERMISSION_OF[change.object_type])) throw fail('ORG_CHANGE_NOT_FOUND')
  if (change.undone_at) throw fail('ORG_CHANGE_UNDONE')
  const back = change.after.map((now_, i): RowChange => {
    const was = change.before[i]?.cells ?? null
    if (was !== null) return { table: now_.table, id: now_.id, label: now_.label, before: now_.cells ?? {}, after: was }
    const out = retired(now_.table, now_.cells ?? {}, ctx.now)
    return {
      table: now_.table,
      id: now_.id,
      label: now_.label,
      before: { ...keysOf(now_.cells ?? {}, out.after), ...out.before },
      after: out.after
    }
  })
  const plan: Plan = { objectType: change.object_type, objectId: change.object_id, rows: back.reverse(), affected: NOBODY }
  const view = await applyPlan(tx, plan, ctx, input.id)
  await sql`update platform.change set undone_at = ${ctx.now} where id = ${input.id}`.execute(tx)
  return view
})

const keysOf = (from: Cells, keys: Cells): Cells => Object.fromEntries(Object.keys(keys).map((k) => [k, from[k] ?? null]))
