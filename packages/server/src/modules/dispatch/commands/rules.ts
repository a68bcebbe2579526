import type { ResponsibilityFile } from '@chengyun/contract/cases'
import { DISPATCH_ERRORS, type RuleChange, type RuleView } from '@chengyun/contract/dispatch'
import { sql } from 'kysely'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { applyChanges, checkBody, type RuleDiff, undoDiffs } from '../domain/changes.ts'
import { fileRules } from '../domain/file.ts'
import type { Rule } from '../domain/rules.ts'
import { changedOf, presentRule, ruleFromView } from '../present.ts'
import { findDryRun, listRuleRows, loadKnown, toRule } from '../queries/rules.ts'

const fail = thrower(DISPATCH_ERRORS)

/** What a command did: the id under which it can be undone, and the rules it touched. */
export interface Changed {
  changeId: string | null
  ruleIds: string[]
}

/** Change sets follow one another: whoever holds the head sees the rules as they are until the commit. */
async function lockHead(tx: Tx): Promise<void> {
  await tx.selectFrom('dispatch.head').select('version').forUpdate().execute()
}

/** Apply a change set, all of it or nothing. @throws AppError DISPATCH_* */
export const changeRules = command(async (tx, input: { changes: readonly RuleChange[] }, ctx): Promise<Changed> => {
  await lockHead(tx)
  return applyNow(tx, input.changes, ctx)
})

/** Apply what a dry run tried out; once. Rules that were changed since the run refuse it (DISPATCH_RULE_STALE). */
export const applyDryRun = command(async (tx, input: { dryRunId: string }, ctx): Promise<Changed> => {
  await lockHead(tx)
  const run = await findDryRun(tx, input.dryRunId)
  if (!run) throw fail('DISPATCH_DRY_RUN_NOT_FOUND')
  if (run.status !== 'done') throw fail('DISPATCH_DRY_RUN_NOT_DONE')
  const changed = await applyNow(tx, run.changes, ctx)
  await tx.updateTable('dispatch.dry_run').set({ status: 'applied' }).where('id', '=', run.id).execute()
  return changed
})

async function applyNow(tx: Tx, changes: readonly RuleChange[], ctx: CommandContext): Promise<Changed> {
  const rules = (await listRuleRows(tx)).map(toRule)
  const known = await loadKnown(tx)
  for (const change of changes) if (change.op !== 'end') checkBody(change.rule, known)
  const { diffs } = applyChanges(rules, changes, ctx.now, () => newId(ctx.now.getTime()))
  return store(tx, diffs, ctx, null)
}

/** Take a change back, if none of its rules was touched since. @throws AppError DISPATCH_CHANGE_NOT_FOUND, _UNDONE, _CHANGED_SINCE */
export const undoChange = command(async (tx, input: { changeId: string }, ctx): Promise<Changed> => {
  await lockHead(tx)
  const { rows } = await sql<{ before: RuleView[]; after: RuleView[]; undone_at: Date | null }>`
    select before, after, undone_at from platform.change where module = 'dispatch' and id = ${input.changeId}`.execute(tx)
  const change = rows[0]
  if (!change) throw fail('DISPATCH_CHANGE_NOT_FOUND')
  if (change.undone_at !== null) throw fail('DISPATCH_CHANGE_UNDONE')
  const before = new Map(change.before.map((view) => [view.id, ruleFromView(view)]))
  const diffs = change.after.map((view) => ({ id: view.id, before: before.get(view.id) ?? null, after: ruleFromView(view) }))
  const back = undoDiffs((await listRuleRows(tx)).map(toRule), diffs, ctx.now)
  const changed = await store(tx, back, ctx, input.changeId)
  await sql`update platform.change set undone_at = ${ctx.now} where id = ${input.changeId}`.execute(tx)
  return changed
})

/** Load the rules of a city profile: new keys are made, changed ones changed, others left alone. */
export const loadResponsibility = command(async (tx, file: ResponsibilityFile, ctx): Promise<Changed> => {
  await lockHead(tx)
  const rows = await listRuleRows(tx)
  const { diffs, bodies } = fileRules(rows.map(toRule), file, ctx.now, () => newId(ctx.now.getTime()))
  const known = await loadKnown(tx)
  for (const body of bodies) checkBody(body, known)
  return diffs.length === 0 ? { changeId: null, ruleIds: [] } : store(tx, diffs, ctx, null)
})

/** Write the new state of rules, their versions, the way back and the audit entry; announce it. */
async function store(tx: Tx, diffs: readonly RuleDiff[], ctx: CommandContext, undoOf: string | null): Promise<Changed> {
  const changeId = newId(ctx.now.getTime())
  const changed = { at: ctx.now, name: ctx.actor.name }
  const previous = new Map((await listRuleRows(tx)).map((row) => [row.id, row]))
  const viewBefore = (rule: Rule) => {
    const row = previous.get(rule.id)
    return presentRule(rule, null, row ? changedOf(row) : changed)
  }
  const before = diffs.flatMap((d) => (d.before ? [viewBefore(d.before)] : []))
  const after = diffs.map((d) => presentRule(d.after, null, changed))
  for (const view of after) await upsert(tx, view, ctx)
  await sql`insert into dispatch.rule_version (rule_id, version, body, change_id, changed_at, changed_by_name)
    select (v->>'id')::uuid, (v->>'version')::int, v, ${changeId}, ${ctx.now}, ${ctx.actor.name}
    from jsonb_array_elements(${JSON.stringify(after)}::jsonb) v`.execute(tx)
  const single = diffs.length === 1 ? diffs[0]!.id : null
  await sql`insert into platform.change (id, module, object_type, object_id, before, after, actor_id, actor_name, changed_at, undo_of)
    values (${changeId}, 'dispatch', ${single ? 'rule' : 'rules'}, ${single ?? changeId}, ${JSON.stringify(before)}::jsonb,
      ${JSON.stringify(after)}::jsonb, ${ctx.actor.id}, ${ctx.actor.name}, ${ctx.now}, ${undoOf})`.execute(tx)
  const action = undoOf === null ? 'dispatch.changeRules' : 'dispatch.undoChange'
  ctx.audit({ action, objectType: 'rules', objectId: changeId, before, after, result: 'ok' })
  await bumpHead(tx, ctx, changeId, diffs.length)
  return { changeId, ruleIds: diffs.map((d) => d.id) }
}

export async function bumpHead(tx: Tx, ctx: CommandContext, changeId: string | null, rules: number): Promise<void> {
  await tx
    .updateTable('dispatch.head')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .execute()
  ctx.emit('dispatch.changed', { changeId, rules })
}

async function upsert(tx: Tx, view: RuleView, ctx: CommandContext): Promise<void> {
  const row = {
    version: view.version,
    standard_ref: view.standardRef,
    kind: view.kind,
    classes: view.classes,
    areas: view.areas,
    region_classes: view.regionClasses,
    target: view.target,
    note: view.note,
    valid_from_at: new Date(view.validFrom),
    valid_to_at: view.validTo === null ? null : new Date(view.validTo),
    changed_at: ctx.now,
    changed_by: ctx.actor.id,
    changed_by_name: ctx.actor.name
  }
  await tx
    .insertInto('dispatch.rule')
    .values({ id: view.id, key: view.key, ...row })
    .onConflict((oc) => oc.column('id').doUpdateSet(row))
    .execute()
}
