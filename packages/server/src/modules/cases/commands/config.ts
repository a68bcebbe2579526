import type { Condition } from '@chengyun/contract/cases'
import { calendarFaults, type WorkCalendar } from '@chengyun/contract/clock'
import { sql } from 'kysely'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { newId } from '../../../platform/ids.ts'
import { DEFAULT_FLOW_CONFIG, type FlowConfig } from '../domain/config.ts'
import { refuse } from '../domain/guards.ts'
import type { ClassRow } from '../queries/reference.ts'

/** A change of configuration: kept with both values so that it can be undone, audited, and told to every process. */
async function recordChange(
  tx: Tx,
  ctx: CommandContext,
  objectType: string,
  objectId: string,
  before: unknown,
  after: unknown,
  undoOf: string | null = null
): Promise<string> {
  const id = newId(ctx.now.getTime())
  await sql`insert into platform.change (id, module, object_type, object_id, before, after, actor_id, actor_name, changed_at, undo_of)
    values (${id}, 'cases', ${objectType}, ${objectId}, ${JSON.stringify(before ?? null)}::jsonb, ${JSON.stringify(after ?? null)}::jsonb, ${ctx.actor.id}, ${ctx.actor.name}, ${ctx.now}, ${undoOf})`.execute(
    tx
  )
  ctx.audit({ action: `cases.config.${objectType}`, objectType, objectId, before, after, result: 'ok' })
  ctx.emit('cases.configured', { objectType, objectId })
  return id
}

type ClassChange = Pick<ClassRow, 'standardRef' | 'kind' | 'code'> &
  Partial<Pick<ClassRow, 'active' | 'selfHandle' | 'remoteCheck' | 'name'>>

/** Switch a class on or off, or what may be done with it. National names are not editable, local ones are. */
export const changeClass = command(async (tx, input: ClassChange & { undoOf?: string }, ctx) => {
  const { rows } =
    await sql<ClassRow>`select standard_ref as "standardRef", kind, code, name, local, active, self_handle as "selfHandle", remote_check as "remoteCheck"
    from cases.class where standard_ref = ${input.standardRef} and kind = ${input.kind} and code = ${input.code} for update`.execute(
      tx
    )
  const before = rows[0]
  if (!before) throw refuse('CASE_CLASS_UNKNOWN', { classCode: input.code, standardRef: input.standardRef })
  if (input.name !== undefined && input.name !== before.name && !before.local)
    throw refuse('CASE_CONFIG_INVALID', { reason: 'name' })
  const { undoOf, ...change } = input
  const after = { ...before, ...change }
  await sql`update cases.class set active = ${after.active}, self_handle = ${after.selfHandle}, remote_check = ${after.remoteCheck}, name = ${after.name}
    where standard_ref = ${input.standardRef} and kind = ${input.kind} and code = ${input.code}`.execute(tx)
  return {
    changeId: await recordChange(
      tx,
      ctx,
      'class',
      `${input.standardRef}|${input.kind}|${input.code}`,
      before,
      after,
      undoOf ?? null
    )
  }
})

export interface NewClass {
  standardRef: ClassRow['standardRef']
  kind: ClassRow['kind']
  code: string
  majorCode: string
  majorName: string
  name: string
  nameEn: string
  version: string
}
/** Add a city's own class; the caller has checked the number and name by `checkNewLocalClass`. */
export const addClass = command(async (tx, input: NewClass, ctx) => {
  const done = await sql`insert into cases.class (standard_ref, kind, code, major_code, major_name, name, name_en, local, version)
    values (${input.standardRef}, ${input.kind}, ${input.code}, ${input.majorCode}, ${input.majorName}, ${input.name}, ${input.nameEn}, true, ${input.version}) on conflict do nothing`.execute(
    tx
  )
  if (done.numAffectedRows !== 1n) throw refuse('CASE_CONFIG_INVALID', { reason: input.code })
  return { changeId: await recordChange(tx, ctx, 'class', `${input.standardRef}|${input.kind}|${input.code}`, null, input) }
})

export type ConditionInput = Pick<
  Condition,
  'id' | 'standardRef' | 'kind' | 'code' | 'condition' | 'closeCondition' | 'limits'
> & { active: boolean }

/** Add or change a condition. Cases registered under it keep the limit they were given. */
export const saveCondition = command(async (tx, input: ConditionInput & { undoOf?: string }, ctx) => {
  const { rows } = await sql<
    Record<string, unknown>
  >`select id, standard_ref as "standardRef", kind, code, condition, close_condition as "closeCondition", limits, active
    from cases.condition where id = ${input.id} for update`.execute(tx)
  const before = rows[0] ?? null
  const { undoOf, ...after } = input
  await sql`insert into cases.condition (id, standard_ref, kind, code, condition, close_condition, limits, active)
    values (${input.id}, ${input.standardRef}, ${input.kind}, ${input.code}, ${input.condition}, ${input.closeCondition}, ${JSON.stringify(input.limits)}::jsonb, ${input.active})
    on conflict (id) do update set condition = excluded.condition, close_condition = excluded.close_condition, limits = excluded.limits, active = excluded.active`.execute(
    tx
  )
  return { changeId: await recordChange(tx, ctx, 'condition', input.id, before, after, undoOf ?? null) }
})

/** A new edition of a calendar. Running clocks keep the edition they were started with. */
export const addCalendar = command(async (tx, input: { calendar: WorkCalendar; districtCode: string | null }, ctx) => {
  const faults = calendarFaults(input.calendar)
  if (faults.length > 0) throw refuse('CASE_CONFIG_INVALID', { reason: 'calendar', faults })
  const { rows } = await sql<{
    version: number
    doc: WorkCalendar
  }>`select version, doc from cases.calendar where id = ${input.calendar.id} order by version desc limit 1`.execute(tx)
  const version = (rows[0]?.version ?? 0) + 1
  const calendar = { ...input.calendar, version }
  await sql`insert into cases.calendar (id, version, doc, district_code, created_at) values (${calendar.id}, ${version}, ${JSON.stringify(calendar)}::jsonb, ${input.districtCode}, ${ctx.now})`.execute(
    tx
  )
  return { version, changeId: await recordChange(tx, ctx, 'calendar', calendar.id, rows[0]?.doc ?? null, calendar) }
})

/** How the flow runs in this city. */
export const saveFlowConfig = command(async (tx, input: { config: Partial<FlowConfig>; undoOf?: string }, ctx) => {
  const { rows } = await sql<{
    doc: Partial<FlowConfig>
    version: number
  }>`select doc, version from cases.flow_config for update`.execute(tx)
  const before = { ...DEFAULT_FLOW_CONFIG, ...rows[0]?.doc }
  const after = { ...before, ...input.config }
  await sql`insert into cases.flow_config (doc, version, changed_at) values (${JSON.stringify(after)}::jsonb, 1, ${ctx.now})
    on conflict (one) do update set doc = excluded.doc, version = cases.flow_config.version + 1, changed_at = excluded.changed_at`.execute(
    tx
  )
  return { changeId: await recordChange(tx, ctx, 'flow', 'flow', before, after, input.undoOf ?? null) }
})

/** Put back what a change replaced. The undoing is itself a change, with its own line of history. */
export const undoChange = command(async (tx, input: { id: string }, ctx) => {
  const { rows } = await sql<{
    object_type: string
    object_id: string
    before: Record<string, unknown> | null
    after: Record<string, unknown>
    undone_at: Date | null
  }>`
    select object_type, object_id, before, after, undone_at from platform.change where id = ${input.id} and module = 'cases' for update`.execute(
    tx
  )
  const change = rows[0]
  if (!change) throw refuse('CASE_CONFIG_INVALID', { reason: 'change' })
  if (change.undone_at) throw refuse('CASE_CONFIG_INVALID', { reason: 'undone' })
  await sql`update platform.change set undone_at = ${ctx.now} where id = ${input.id}`.execute(tx)
  const undo = { undoOf: input.id }
  switch (change.object_type) {
    case 'class':
      return changeClass.within(tx, { ...(change.before ?? { ...change.after, active: false }), ...undo } as never, ctx)
    case 'condition':
      return saveCondition.within(tx, { ...(change.before ?? { ...change.after, active: false }), ...undo } as never, ctx)
    case 'flow':
      return saveFlowConfig.within(tx, { config: change.before as Partial<FlowConfig>, ...undo }, ctx)
    case 'calendar':
      return addCalendar.within(
        tx,
        { calendar: (change.before ?? change.after) as unknown as WorkCalendar, districtCode: null },
        ctx
      )
  }
  throw refuse('CASE_CONFIG_INVALID', { reason: change.object_type })
})

export interface CodeSet {
  classes: readonly (NewClass & { code2013: string | null; local: boolean; selfHandle?: boolean; remoteCheck?: boolean })[]
  conditions: readonly (Omit<ConditionInput, 'active'> & { sort: number; isDefault: boolean })[]
  mapping: readonly {
    kind2013: string
    code2013: string
    kind: string | null
    code: string | null
    rule: string
    basis: string
  }[]
}

/** Load whole code tables of a city profile; rows that exist stay as they are (a city's edits survive an upgrade). */
export const loadCodes = command(async (tx, input: CodeSet, ctx) => {
  await sql`insert into cases.class (standard_ref, kind, code, major_code, major_name, name, name_en, code_2013, local, self_handle, remote_check, version, sort)
    select c->>'standardRef', c->>'kind', c->>'code', c->>'majorCode', c->>'majorName', c->>'name', coalesce(c->>'nameEn', ''), c->>'code2013', (c->>'local')::boolean,
      coalesce((c->>'selfHandle')::boolean, false), coalesce((c->>'remoteCheck')::boolean, false), c->>'version', n
    from jsonb_array_elements(${JSON.stringify(input.classes)}::jsonb) with ordinality t(c, n) on conflict do nothing`.execute(tx)
  await sql`insert into cases.condition (id, standard_ref, kind, code, condition, close_condition, limits, is_default, sort)
    select c->>'id', c->>'standardRef', c->>'kind', c->>'code', c->>'condition', c->>'closeCondition', c->'limits', (c->>'isDefault')::boolean, (c->>'sort')::int
    from jsonb_array_elements(${JSON.stringify(input.conditions)}::jsonb) c on conflict do nothing`.execute(tx)
  await sql`insert into cases.class_mapping (kind_2013, code_2013, kind, code, rule, basis)
    select c->>'kind2013', c->>'code2013', c->>'kind', c->>'code', c->>'rule', c->>'basis' from jsonb_array_elements(${JSON.stringify(input.mapping)}::jsonb) c on conflict do nothing`.execute(
    tx
  )
  ctx.emit('cases.configured', { objectType: 'codes', objectId: 'all' })
  return { classes: input.classes.length, conditions: input.conditions.length }
})
