import { BATCH_ERRORS } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { thrower } from '../../../platform/errors.ts'
import { stageName } from './batch-stage.ts'
import { lockBatch } from './batches.ts'

const fail = thrower(BATCH_ERRORS)
/** Nobody looks at more. */
const MOST = 5000

/**
 * Draws a sample of a checked batch: every n-th row in the order of class and place from a random beginning, so that classes and streets are
 * in it as they are in the whole. A sample drawn before is replaced. Answers how many.
 */
export const drawSample = command(async (tx, input: { id: string; percent: number }, ctx): Promise<number> => {
  const { batch } = await lockBatch(tx, input.id, ['checked'])
  const wanted = Math.min(MOST, Math.max(1, Math.ceil(((batch.totals.accepted ?? 0) * input.percent) / 100)))
  const step = Math.max(1, (batch.totals.accepted ?? 0) / wanted)
  await sql`delete from registry.batch_sample where batch_id = ${batch.id}`.execute(tx)
  const { numAffectedRows } = await sql`insert into registry.batch_sample (batch_id, code)
    select ${batch.id}::uuid, code from (select code, row_number() over (order by class_code, grid_code, code) + r.start as n
      from ${sql.raw(stageName(batch.id))}, (select random() * ${step}::float8 as start) r) t
    where floor(n / ${step}::float8) <> floor((n - 1) / ${step}::float8) limit ${MOST}`.execute(tx)
  ctx.audit({
    action: 'registry.census.sample',
    objectType: 'batch',
    objectId: batch.id,
    result: 'ok',
    after: { percent: input.percent, drawn: Number(numAffectedRows) }
  })
  return Number(numAffectedRows)
})

/** Writes down what was found of a row of the sample. Throws BATCH_FILE_NOT_FOUND when it is not in it. */
export const judgeSample = command(
  async (tx, input: { id: string; code: string; verdict: 'right' | 'wrong'; note?: string | undefined }, ctx): Promise<void> => {
    const { batch } = await lockBatch(tx, input.id, ['checked'])
    const { numAffectedRows } =
      await sql`update registry.batch_sample set verdict = ${input.verdict}, note = ${input.note ?? ''}, judged_by = ${ctx.actor.id}::uuid,
      judged_by_name = ${ctx.actor.name}, judged_at = ${ctx.now} where batch_id = ${batch.id} and code = ${input.code}`.execute(
        tx
      )
    if (numAffectedRows !== 1n) throw fail('BATCH_NOT_FOUND')
  }
)
