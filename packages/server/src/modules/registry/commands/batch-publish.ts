import { createHash } from 'node:crypto'
import { canonical } from '@chengyun/contract/history'
import { BATCH_ERRORS, type BatchComparison, type BatchQuality } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { seriesOfCode } from '../domain/codes.ts'
import type { RegistryEnv } from '../env.ts'
import { type BatchRecord, findBatch, findOtherRunning, listBatchFiles } from '../queries/batches.ts'
import { STATED } from '../queries/items.ts'
import { findType, type TypeRecord } from '../queries/types.ts'
import { applyDiff } from './batch-apply.ts'
import { makeOthers } from './batch-indexes.ts'
import { dropStage, STAGE_ONLY, stageName } from './batch-stage.ts'
import { lockBatch } from './batches.ts'
import { counterOf } from './codes.ts'
import { partitionOf } from './types.ts'

const fail = thrower(BATCH_ERRORS)
/** Each changed item gets a row in the history: more than that is another register, not a batch. */
const MOST_CHANGES = 1_000_000

/**
 * Lets a checked batch be published: from here on it only waits for its turn. Throws BATCH_STATE, BATCH_NOTHING, BATCH_QUALITY (faults of quality without
 * `despite` and a note), BATCH_TOO_MANY_CHANGES, BATCH_BUSY.
 */
export const releaseBatch = command(
  async (tx, input: { id: string; note?: string | undefined; despite?: boolean | undefined }, ctx): Promise<void> => {
    const { batch } = await lockBatch(tx, input.id, ['checked'])
    const { total } = (batch.comparison ?? { total: { added: 0, removed: 0, moved: 0, changed: 0 } }) as BatchComparison
    const touched = total.moved + total.changed + total.removed
    if (total.added + touched === 0) throw fail('BATCH_NOTHING')
    if (touched > MOST_CHANGES) throw fail('BATCH_TOO_MANY_CHANGES', { limit: MOST_CHANGES, count: touched })
    const quality = batch.quality as BatchQuality | null
    const suspected = (batch.progress.suspicions ?? []).length > 0
    const judged = quality && !quality.passed && (batch.kind === 'census' || suspected)
    const said = input.despite === true && (input.note ?? '').trim().length >= 2
    if (judged && !said)
      throw fail('BATCH_QUALITY', {
        summary: quality.reasons.map((r) => r.zh).join('；'),
        summaryEn: quality.reasons.map((r) => r.en).join('; '),
        reasons: quality.reasons
      })
    const other = await findOtherRunning(tx, batch.type_id, batch.id)
    if (other) throw fail('BATCH_BUSY', { type: batch.type_id, name: other.name })
    await sql`update registry.batch set state = 'publishing', note = ${input.note ?? null}, published_by = ${ctx.actor.id}::uuid, published_by_name = ${ctx.actor.name},
      error = null, progress = progress || '{"phase":"publishing","share":0}', updated_at = ${ctx.now} where id = ${batch.id}`.execute(
      tx
    )
    ctx.emit('registry.batchMoved', { id: batch.id, typeId: batch.type_id, state: 'publishing' })
  }
)

interface Input {
  env: RegistryEnv
  id: string
  onProgress?: ((share: number) => void) | undefined
}

/**
 * Publishes a batch in one transaction: all of it or nothing. Into an empty register the stage itself becomes the partition; otherwise what is new is added and
 * what differs is changed, each with a row in its history. Throws BATCH_REGISTER_CHANGED when the register moved on after the comparison.
 */
export const publishBatch = command(async (tx, input: Input, ctx): Promise<{ added: number; changed: number } | null> => {
  const batch = await findBatch(tx, input.id, true)
  if (batch?.state !== 'publishing') return null
  const type = (await findType(tx, batch.type_id, true)) as TypeRecord
  await sql`set local maintenance_work_mem = '256MB'`.execute(tx)
  if (await hasMoved(tx, batch)) throw fail('BATCH_REGISTER_CHANGED')
  const { total } = batch.comparison as unknown as BatchComparison
  const hash = await hashOf(tx, batch, total)
  await raiseAll(tx, batch, type)
  await sql`update registry.batch set state = 'published', hash = ${hash}, published_at = ${ctx.now}, updated_at = ${ctx.now}, stage = null,
    progress = progress - '{phase,share,rowsPerS,etaS,series}'::text[] where id = ${batch.id}`.execute(tx)
  let changed = 0
  if (batch.progress.empty) await becomePartition(tx, batch)
  else {
    const all = total.moved + total.changed + total.removed
    changed = await applyDiff(tx, input.env, { batch, d: type.declaration }, ctx, (done) =>
      input.onProgress?.(done / Math.max(1, all))
    )
    await addNew(tx, batch, ctx)
    await dropStage(tx, batch)
  }
  tell(ctx, batch, total, changed)
  return { added: total.added, changed }
})

function tell(ctx: CommandContext, batch: BatchRecord, total: BatchComparison['total'], changed: number): void {
  const kind = batch.kind as 'import' | 'census'
  ctx.emit('registry.itemsChanged', {
    typeId: batch.type_id,
    batchId: batch.id,
    kind,
    state: 'published',
    count: total.added + changed,
    // Rows that came with a new partition are older than the transaction that brought them: whoever follows by `rev` must read all anew.
    whole: batch.progress.empty === true
  })
  ctx.emit('registry.batchMoved', { id: batch.id, typeId: batch.type_id, state: 'published' })
  ctx.audit({
    action: `registry.${kind}.publish`,
    objectType: 'batch',
    objectId: batch.id,
    result: 'ok',
    after: { type: batch.type_id, name: batch.name, ...total },
    ...(batch.note && { reason: batch.note })
  })
}

/** Whether anything of the register was written after the comparison began. */
async function hasMoved(tx: Tx, batch: BatchRecord): Promise<boolean> {
  // Not by the lowest transaction alone: one that stays open anywhere in the cluster would make everything look changed.
  const seen = batch.progress.seen ?? '1:1:'
  const { rows } = await sql`select 1 from registry.item where type_id = ${batch.type_id}
    and rev >= pg_snapshot_xmin(${seen}::pg_snapshot)::text::bigint and not pg_visible_in_snapshot(rev::text::xid8, ${seen}::pg_snapshot)
    and batch_id is distinct from ${batch.id}::uuid limit 1`.execute(tx)
  if (rows.length > 0) return true
  if (!batch.progress.empty) return false
  const { rows: any } = await sql`select 1 from registry.item where type_id = ${batch.type_id} limit 1`.execute(tx)
  return any.length > 0
}

/** What a batch is: its files and what came of them. The histories of the items it brings begin with it. */
async function hashOf(tx: Tx, batch: BatchRecord, total: BatchComparison['total']): Promise<Buffer> {
  const files = await listBatchFiles(tx, batch.id)
  const said = {
    id: batch.id,
    type: batch.type_id,
    kind: batch.kind,
    name: batch.name,
    files: files.map((f) => Buffer.from(f.hash).toString('hex')),
    total
  }
  return createHash('sha256').update(canonical(said)).digest()
}

/** Lifts the numbers of the register over everything the batch brings. Throws BATCH_REGISTER_CHANGED when drafted numbers were given meanwhile. */
async function raiseAll(tx: Tx, batch: BatchRecord, type: TypeRecord): Promise<void> {
  const rule = type.declaration.code
  if (rule.rule === 'given') return
  const digits = rule.rule === 'component' ? 6 : rule.digits
  const { rows } = await sql<{
    prefix: string
    last: string
    made: boolean
    first: string
  }>`select left(code, length(code) - ${digits}::int) as prefix,
      max(right(code, ${digits}::int)) as last, made, min(right(code, ${digits}::int)) as first
    from ${sql.raw(stageName(batch.id))} where length(code) > ${digits}::int group by 1, 3 order by 1`.execute(tx)
  for (const { prefix, last, made, first } of rows) {
    if (seriesOfCode(rule, prefix + last) === null) continue
    const { rows: before } = await sql<{
      last: string
    }>`select last from registry.sequence where type_id = ${batch.type_id} and prefix = ${counterOf(prefix)} for update`.execute(
      tx
    )
    if (made && Number(first) <= Number(before[0]?.last ?? 0)) throw fail('BATCH_REGISTER_CHANGED')
  }
  await sql`insert into registry.sequence (type_id, prefix, last)
    select ${batch.type_id}, prefix, max(last)::bigint from jsonb_to_recordset(${JSON.stringify(rows.map((r) => ({ prefix: counterOf(r.prefix), last: r.last })))}::jsonb) as n(prefix text, last text) group by prefix
    on conflict (type_id, prefix) do update set last = greatest(registry.sequence.last, excluded.last)`.execute(tx)
}

const ITEM_NAMES = ['type_id', ...STATED, 'terms', 'batch_id'].join(', ')

async function addNew(tx: Tx, batch: BatchRecord, { now }: CommandContext): Promise<void> {
  await sql`insert into registry.item (${sql.raw(ITEM_NAMES)}, created_at, updated_at)
    select ${sql.raw(
      ITEM_NAMES.split(', ')
        .map((n) => `s.${n}`)
        .join(', ')
    )}, ${now}::timestamptz, ${now}::timestamptz
    from ${sql.raw(stageName(batch.id))} s join registry.batch_diff x on x.batch_id = ${batch.id} and x.code = s.code and x.kind = 'added'`.execute(
    tx
  )
}

/** The stage takes the place of the empty partition. What locks readers out comes last and takes milliseconds. */
async function becomePartition(tx: Tx, batch: BatchRecord): Promise<void> {
  const stage = sql.raw(stageName(batch.id))
  const partition = partitionOf(batch.type_id)
  // They were built with the check; a declaration of the table may have got another one since.
  await makeOthers(tx, batch)
  await sql`alter table ${stage} alter column type_id drop default, alter column batch_id drop default, alter column created_at drop default,
    alter column updated_at drop default,
    alter column rev set default pg_current_xact_id()::text::bigint, ${sql.raw(STAGE_ONLY.map((c) => `drop column ${c}`).join(', '))}, reset (autovacuum_enabled)`.execute(
    tx
  )
  await sql`set local lock_timeout = '20s'`.execute(tx)
  await sql`alter table registry.item detach partition ${sql.raw(partition)}`.execute(tx)
  await sql`drop table ${sql.raw(partition)}`.execute(tx)
  await sql`alter table registry.item attach partition ${stage} for values in (${sql.lit(batch.type_id)})`.execute(tx)
  await sql`alter table ${stage} drop constraint stage_type`.execute(tx)
  await sql`alter table ${stage} rename to ${sql.raw(partition.slice('registry.'.length))}`.execute(tx)
}

/** Tells the planner what there is now. */
export const analyzeRegister = command(async (tx, input: { typeId: string }): Promise<void> => {
  await sql`analyze ${sql.raw(partitionOf(input.typeId))}`.execute(tx)
})

/** A batch that was read and judged: it waits to be published. */
export const settleChecked = command(
  async (
    tx,
    input: {
      id: string
      progress: BatchRecord['progress']
      totals: Record<string, number>
      quality: BatchQuality
      comparison: BatchComparison
    },
    ctx
  ): Promise<boolean> => {
    const { rows } = await sql<{
      type_id: string
    }>`update registry.batch set state = 'checked', progress = ${JSON.stringify(input.progress)}::jsonb,
      totals = ${JSON.stringify(input.totals)}::jsonb, quality = ${JSON.stringify(input.quality)}::jsonb, comparison = ${JSON.stringify(input.comparison)}::jsonb,
      updated_at = ${ctx.now} where id = ${input.id} and state = 'checking' returning type_id`.execute(tx)
    if (!rows[0]) return false
    ctx.emit('registry.batchMoved', { id: input.id, typeId: rows[0].type_id, state: 'checked' })
    return true
  }
)

/** Notes how far the work is, for those who look on. */
export const noteProgress = command(
  async (tx, input: { id: string; state: 'checking' | 'publishing'; progress: BatchRecord['progress'] }): Promise<boolean> => {
    const from = input.state === 'checking' ? ['reading', 'read', 'checking'] : ['publishing']
    const { rows } =
      await sql`update registry.batch set state = ${input.state}, progress = progress || ${JSON.stringify(input.progress)}::jsonb, updated_at = now()
    where id = ${input.id} and state = any(${from}::text[]) returning 1`.execute(tx)
    return rows.length > 0
  }
)
