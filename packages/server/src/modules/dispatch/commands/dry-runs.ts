import { DISPATCH_ERRORS, type DryRunResult, type RuleChange } from '@chengyun/contract/dispatch'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { applyChanges, checkBody } from '../domain/changes.ts'
import { findDryRun, listRules, loadKnown } from '../queries/rules.ts'

const fail = thrower(DISPATCH_ERRORS)
const DAY = 86_400_000
const DEFAULT_DAYS = 30

/** Write down a dry run after checking that its changes could be applied now. Computing it is the caller's part. */
export const startDryRun = command(
  async (tx, input: { changes: readonly RuleChange[]; days?: number | undefined }, ctx): Promise<string> => {
    const known = await loadKnown(tx)
    for (const change of input.changes) if (change.op !== 'end') checkBody(change.rule, known)
    applyChanges(await listRules(tx), input.changes, ctx.now, () => newId(ctx.now.getTime()))
    const id = newId(ctx.now.getTime())
    const from = new Date(ctx.now.getTime() - (input.days ?? DEFAULT_DAYS) * DAY)
    await sql`insert into dispatch.dry_run (id, status, changes, from_at, to_at, started_at, started_by, started_by_name, touched_at)
    values (${id}, 'running', ${JSON.stringify(input.changes)}::jsonb, ${from}, ${ctx.now}, ${ctx.now}, ${ctx.actor.id}, ${ctx.actor.name},
      ${ctx.now})`.execute(tx)
    return id
  }
)

/** Record progress, and at the end the result. False when the run was cancelled meanwhile: stop computing. */
export const touchDryRun = command(
  async (
    tx,
    input: { id: string; progress: number; status?: 'done' | 'failed'; result?: DryRunResult },
    ctx
  ): Promise<boolean> => {
    const result = input.result === undefined ? null : JSON.stringify(input.result)
    const { numAffectedRows } = await sql`update dispatch.dry_run
      set progress = ${input.progress}, status = ${input.status ?? 'running'}, result = ${result}::jsonb, touched_at = ${ctx.now}
      where id = ${input.id} and status = 'running'`.execute(tx)
    return numAffectedRows === 1n
  }
)

/** Cancel a run under way; one that is over stays as it is. */
export const cancelDryRun = command(async (tx, input: { id: string }, ctx): Promise<void> => {
  if (!(await findDryRun(tx, input.id))) throw fail('DISPATCH_DRY_RUN_NOT_FOUND')
  await tx
    .updateTable('dispatch.dry_run')
    .set({ status: 'cancelled', touched_at: ctx.now })
    .where('id', '=', input.id)
    .where('status', 'in', ['running', 'done'])
    .execute()
})

const SILENCE_MS = 120_000

/** Runs whose process went away have failed; month-old ones are forgotten. */
export const sweepDryRuns = command(async (tx, _input: null, ctx): Promise<void> => {
  const silent = new Date(ctx.now.getTime() - SILENCE_MS)
  const old = new Date(ctx.now.getTime() - 30 * DAY)
  await tx
    .updateTable('dispatch.dry_run')
    .set({ status: 'failed' })
    .where('status', '=', 'running')
    .where('touched_at', '<', silent)
    .execute()
  await tx.deleteFrom('dispatch.dry_run').where('started_at', '<', old).where('status', '<>', 'running').execute()
})
