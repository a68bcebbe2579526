import { ALARMS_ERRORS, type DryRunInput, type DryRunOutcome } from '@chengyun/contract/alarms'
import { checkRule, compile, wallClock } from '@chengyun/scenario-kit/rules'
import { sql } from 'kysely'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { findTimeZone } from '../queries/city.ts'
import { countSeenAndHidden } from '../queries/rule-streams.ts'
import { findDryRun, findRule, listRules, typeNames } from '../queries/rules.ts'
import { command } from './command.ts'
import { surroundings } from './rules.ts'

const fail = thrower(ALARMS_ERRORS)
const MOST_DAYS = 400
const DAY = 86_400_000
const SILENCE_MS = 120_000

/**
 * Write down a dry run of a rule; computing it is the caller's part. One that would read nothing but hidden streams is refused.
 * @throws AppError ALARMS_RULE_INVALID, ALARMS_DRY_RUN_SPAN, ALARMS_DRY_RUN_HIDDEN, ALARMS_RULE_NOT_FOUND
 */
export const startRuleDryRun = command(async (tx, input: DryRunInput, ctx): Promise<string> => {
  const [from, to] = [Date.parse(input.from), Date.parse(input.to)]
  if (!(from < to) || to - from > MOST_DAYS * DAY) throw fail('ALARMS_DRY_RUN_SPAN', { days: MOST_DAYS })
  const compared = input.compareWith === undefined ? undefined : await findRule(tx, input.compareWith)
  if (input.compareWith !== undefined && !compared) throw fail('ALARMS_RULE_NOT_FOUND', { rule: input.compareWith })
  const pack = compared?.pack ?? 'city'
  const siblings = (await listRules(tx, { pack })).map((r) => r.declaration)
  const faults = checkRule(input.rule, surroundings(await typeNames(tx), [...siblings, input.rule]))
  if (faults.length > 0)
    throw fail('ALARMS_RULE_INVALID', { rule: input.rule.key, why: faults[0]!.zh, whyEn: faults[0]!.en, faults })
  const { inputs } = compile(input.rule, wallClock(await findTimeZone(tx)))
  const { seen, hidden } = await countSeenAndHidden(tx, input.rule.on, inputs, input.items)
  if (seen === 0 && hidden > 0) throw fail('ALARMS_DRY_RUN_HIDDEN')
  const id = newId(ctx.now.getTime())
  const rule = { pack, rule: input.rule, items: input.items ?? null }
  await sql`insert into alarms.dry_run (id, rule, compared, from_at, to_at, status, started_at, started_by, started_by_name, touched_at)
    values (${id}, ${JSON.stringify(rule)}::jsonb, ${compared ? JSON.stringify(compared.declaration) : null}::jsonb, ${new Date(from)},
      ${new Date(Math.min(to, ctx.now.getTime()))}, 'running', ${ctx.now}, ${ctx.actor.id}, ${ctx.actor.name}, ${ctx.now})`.execute(
    tx
  )
  return id
})

/** Record progress, and at the end the outcome. False when the run was cancelled meanwhile. */
export const touchRuleDryRun = command(
  async (
    tx,
    input: { id: string; progress: number; status?: 'done' | 'failed'; outcome?: DryRunOutcome },
    ctx
  ): Promise<boolean> => {
    const result = input.outcome === undefined ? null : JSON.stringify(input.outcome)
    const { numAffectedRows } =
      await sql`update alarms.dry_run set progress = ${input.progress}, status = ${input.status ?? 'running'},
      result = ${result}::jsonb, touched_at = ${ctx.now} where id = ${input.id} and status = 'running'`.execute(tx)
    return numAffectedRows === 1n
  }
)

/** Cancel a run under way; one that is over stays as it is. */
export const cancelRuleDryRun = command(async (tx, input: { id: string }, ctx): Promise<void> => {
  if (!(await findDryRun(tx, input.id))) throw fail('ALARMS_DRY_RUN_NOT_FOUND')
  await sql`update alarms.dry_run set status = 'cancelled', touched_at = ${ctx.now} where id = ${input.id} and status = 'running'`.execute(
    tx
  )
})

/** Runs whose process went away have failed; month-old ones are forgotten. */
export const sweepRuleDryRuns = command(async (tx, _input: null, ctx): Promise<void> => {
  await sql`update alarms.dry_run set status = 'failed' where status = 'running'
    and touched_at < ${new Date(ctx.now.getTime() - SILENCE_MS)}`.execute(tx)
  await sql`delete from alarms.dry_run where started_at < ${new Date(ctx.now.getTime() - 30 * DAY)} and status <> 'running'`.execute(
    tx
  )
})
