import { createHash } from 'node:crypto'
import {
  BATCH_ERRORS,
  type BatchCreate,
  type BatchFileEdit,
  type FileMapping,
  REGISTRY_ERRORS,
  type RegisterDeclaration
} from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { mappingFault, mappingLacks, proposeMapping } from '../domain/batch/mapping.ts'
import type { FileFacts } from '../formats/types.ts'
import {
  type BatchFileRecord,
  type BatchRecord,
  findBatch,
  findMapping,
  findOtherRunning,
  listBatchFiles
} from '../queries/batches.ts'
import { findType } from '../queries/types.ts'
import { dropStage, makeStage, stageName } from './batch-stage.ts'

const fail = thrower({ ...BATCH_ERRORS, ...REGISTRY_ERRORS })

/** Where a file that came in lies and what was found in it. */
export interface ReceivedFile {
  name: string
  path: string
  sizeBytes: number
  hash: Uint8Array
  facts: FileFacts
  crs: string
  crsFrom: BatchFileRecord['crs_from']
}

/** Begins an import or opens a census. Throws REGISTRY_TYPE_NOT_FOUND, REGISTRY_TYPE_RETIRED. */
export const createBatch = command(async (tx, input: BatchCreate, ctx): Promise<{ id: string }> => {
  const type = await findType(tx, input.type)
  if (!type) throw fail('REGISTRY_TYPE_NOT_FOUND', { type: input.type })
  if (type.state === 'retired') throw fail('REGISTRY_TYPE_RETIRED', { type: input.type })
  const id = newId()
  await sql`insert into registry.batch (id, type_id, kind, name, state, scope, options, created_by, created_by_name, created_at, updated_at)
    values (${id}, ${input.type}, ${input.kind}, ${input.name}, 'open', ${JSON.stringify(input.scope ?? {})}::jsonb, ${JSON.stringify(input.options ?? {})}::jsonb,
      ${ctx.actor.id}::uuid, ${ctx.actor.name}, ${ctx.now}, ${ctx.now})`.execute(tx)
  ctx.audit({
    action: `registry.${input.kind}.open`,
    objectType: 'batch',
    objectId: id,
    result: 'ok',
    after: { type: input.type, name: input.name }
  })
  return { id }
})

/** A batch in one of the states, locked. Throws BATCH_NOT_FOUND, BATCH_STATE. */
export async function lockBatch(
  tx: Tx,
  id: string,
  states: readonly BatchRecord['state'][]
): Promise<{ batch: BatchRecord; d: RegisterDeclaration }> {
  const batch = await findBatch(tx, id, true)
  const type = batch && (await findType(tx, batch.type_id))
  if (!batch || !type) throw fail('BATCH_NOT_FOUND')
  if (!states.includes(batch.state)) throw fail('BATCH_STATE', { state: batch.state })
  return { batch, d: type.declaration }
}

/** States in which files may still come, go and be mapped anew. */
export const EDITABLE: readonly BatchRecord['state'][] = ['open', 'checked', 'failed']

const headersHash = (columns: readonly string[]): string => createHash('sha256').update(JSON.stringify(columns)).digest('hex')

/** Keeps a file that came in; its mapping is the one remembered for its header, else a proposal. Answers its number. */
export const addBatchFile = command(async (tx, input: { id: string; file: ReceivedFile }, ctx): Promise<{ no: number }> => {
  const { batch, d } = await lockBatch(tx, input.id, EDITABLE)
  const { file } = input
  const { facts } = file
  const remembered = await findMapping(tx, batch.type_id, headersHash(facts.columns))
  const sound = remembered && mappingFault(d, remembered, facts.columns) === null ? remembered : undefined
  const mapping = sound ?? proposeMapping(d, facts.columns, facts.geometry !== null)
  const files = await listBatchFiles(tx, input.id)
  const no = (files.at(-1)?.no ?? 0) + 1
  await sql`insert into registry.batch_file (batch_id, no, name, format, path, size_bytes, hash, layers, encoding, crs, crs_from, columns, sample, geometry, mapping, mapping_from)
    values (${input.id}, ${no}, ${file.name}, ${facts.format}, ${file.path}, ${file.sizeBytes}, ${Buffer.from(file.hash)}, ${facts.layers}::text[], ${facts.encoding},
      ${file.crs}, ${file.crsFrom}, ${facts.columns}::text[], ${JSON.stringify(facts.sample)}::jsonb, ${facts.geometry}, ${JSON.stringify(mapping)}::jsonb,
      ${sound ? 'remembered' : 'proposed'})`.execute(tx)
  await begunAnew(tx, batch, ctx.now)
  return { no }
})

/** Says what the columns of a file mean, its coordinate system, its letters, its layer. The mapping is remembered for files with the same header. */
export const editBatchFile = command(
  async (tx, input: { id: string; no: number; edit: BatchFileEdit; facts: FileFacts | null }, ctx): Promise<void> => {
    const { batch, d } = await lockBatch(tx, input.id, EDITABLE)
    const file = (await listBatchFiles(tx, input.id)).find((f) => f.no === input.no)
    if (!file) throw fail('BATCH_FILE_NOT_FOUND', { no: input.no })
    const { edit, facts } = input
    const columns = facts?.columns ?? file.columns
    const mapping: FileMapping = edit.mapping ?? (facts ? proposeMapping(d, columns, facts.geometry !== null) : file.mapping)
    const fault = mappingFault(d, mapping, columns)
    if (fault !== null) throw fail('BATCH_MAPPING_INVALID', { what: fault })
    await sql`update registry.batch_file set mapping = ${JSON.stringify(mapping)}::jsonb, mapping_from = ${edit.mapping ? 'person' : file.mapping_from},
      crs = ${edit.crs ?? file.crs}, crs_from = ${edit.crs ? 'person' : file.crs_from}, encoding = ${facts?.encoding ?? file.encoding},
      layers = ${facts?.layers ?? file.layers}::text[], columns = ${columns}::text[], sample = ${JSON.stringify(facts?.sample ?? file.sample)}::jsonb,
      geometry = ${facts ? facts.geometry : file.geometry} where batch_id = ${input.id} and no = ${input.no}`.execute(tx)
    if (edit.mapping)
      await sql`insert into registry.mapping (type_id, headers_hash, mapping, used_at)
        values (${batch.type_id}, ${headersHash(columns)}, ${JSON.stringify(mapping)}::jsonb, ${ctx.now})
        on conflict (type_id, headers_hash) do update set mapping = excluded.mapping, used_at = excluded.used_at`.execute(tx)
    await begunAnew(tx, batch, ctx.now)
  }
)

/** Takes a file out of a batch. Answers where it lay. */
export const dropBatchFile = command(async (tx, input: { id: string; no: number }, ctx): Promise<string> => {
  const { batch } = await lockBatch(tx, input.id, EDITABLE)
  const { rows } = await sql<{
    path: string
  }>`delete from registry.batch_file where batch_id = ${input.id} and no = ${input.no} returning path`.execute(tx)
  if (!rows[0]) throw fail('BATCH_FILE_NOT_FOUND', { no: input.no })
  await begunAnew(tx, batch, ctx.now)
  return rows[0].path
})

/** What was read and judged no longer holds: the batch is open again and forgets it. */
async function begunAnew(tx: Tx, batch: BatchRecord, now: Date): Promise<void> {
  await dropStage(tx, batch)
  for (const table of ['reject', 'finding', 'batch_sample', 'batch_diff'])
    await sql`delete from ${sql.raw(`registry.${table}`)} where batch_id = ${batch.id}`.execute(tx)
  await sql`update registry.batch_file set rows = 0, rejected = 0, is_read = false where batch_id = ${batch.id}`.execute(tx)
  await sql`update registry.batch set state = 'open', progress = '{}', totals = '{}', quality = null, comparison = null, error = null, stage = null,
    updated_at = ${now} where id = ${batch.id}`.execute(tx)
}

/**
 * Starts the dry run: every file is read and judged. A batch that failed goes on where it stood; one that was checked begins anew. Throws BATCH_FILE_MISSING,
 * BATCH_MAPPING_INCOMPLETE, BATCH_BUSY, BATCH_STATE.
 */
export const startBatch = command(async (tx, input: { id: string; anew?: boolean }, ctx): Promise<void> => {
  const { batch, d } = await lockBatch(tx, input.id, EDITABLE)
  const files = await listBatchFiles(tx, input.id)
  if (files.length === 0) throw fail('BATCH_FILE_MISSING')
  for (const file of files) {
    const lacks = mappingLacks(d, file.mapping, file.geometry !== null)
    if (lacks.length > 0)
      throw fail('BATCH_MAPPING_INCOMPLETE', {
        name: file.name,
        summary: lacks.map((l) => l.zh).join('；'),
        summaryEn: lacks.map((l) => l.en).join('; ')
      })
  }
  const other = await findOtherRunning(tx, batch.type_id, batch.id)
  if (other) throw fail('BATCH_BUSY', { type: batch.type_id, name: other.name })
  const goesOn = batch.state === 'failed' && batch.stage !== null && !input.anew
  if (!goesOn) {
    await begunAnew(tx, batch, ctx.now)
    await makeStage(tx, batch, ctx.now)
  }
  await sql`update registry.batch set state = 'reading', error = null, stage = ${stageName(batch.id)}, updated_at = ${ctx.now} where id = ${batch.id}`.execute(
    tx
  )
  ctx.emit('registry.batchMoved', { id: batch.id, typeId: batch.type_id, state: 'reading' })
})

/** Gives a batch up: nothing of it stays but the note that it was. */
export const cancelBatch = command(async (tx, input: { id: string }, ctx): Promise<void> => {
  const { batch } = await lockBatch(tx, input.id, ['open', 'reading', 'read', 'checking', 'checked', 'failed'])
  await begunAnew(tx, batch, ctx.now)
  await sql`update registry.batch set state = 'cancelled', updated_at = ${ctx.now} where id = ${batch.id}`.execute(tx)
  ctx.emit('registry.batchMoved', { id: batch.id, typeId: batch.type_id, state: 'cancelled' })
  ctx.audit({ action: `registry.${batch.kind}.cancel`, objectType: 'batch', objectId: batch.id, result: 'ok' })
})

/** A batch whose work broke off: it can be started again and goes on. Answers whether anybody worked on it still. */
export const failBatch = command(async (tx, input: { id: string; code: string; message: string }, ctx): Promise<boolean> => {
  const error = JSON.stringify({ code: input.code, message: input.message })
  const { rows } = await sql<{
    type_id: string
  }>`update registry.batch set state = case when state = 'publishing' then 'checked' else 'failed' end,
    error = ${error}::jsonb, updated_at = ${ctx.now}
    where id = ${input.id} and state in ('reading', 'read', 'checking', 'publishing') returning type_id`.execute(tx)
  if (rows[0]) ctx.emit('registry.batchMoved', { id: input.id, typeId: rows[0].type_id, state: 'failed' })
  return rows.length > 0
})
