import { type BulkPreview, type ItemFacts, REGISTRY_ERRORS } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Db, Tx } from '../../../platform/db.ts'
import { AppError, thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { difference } from '../domain/change.ts'
import { factsOf, fieldOf, relationsOfFacts, rowOfFacts } from '../domain/facts.ts'
import type { RegistryEnv } from '../env.ts'
import { type BulkRecord, findBulk } from '../queries/bulk.ts'
import { type ChangeRecord, listChangesOf } from '../queries/history.ts'
import { listIdsByCode, listItemsByCode, listRelatedOf } from '../queries/items.ts'
import { findType, type TypeRecord } from '../queries/types.ts'
import { composed, type Draft } from './compose.ts'
import { editItem, openType } from './items.ts'
import { relationCodes, writeItem } from './write.ts'

const fail = thrower(REGISTRY_ERRORS)

/** A bulk edit takes at most so many items: more are an import. */
export const BULK_LIMIT = 5000
const CHUNK = 200
const SAMPLE = 10
const FAULTS = 100
/** Items that were left as they are and are named, of each bulk edit. */
const LEFT_NAMED = 200

/** What a bulk edit would do: a sample before and after, who would not change, and what is wrong with whom. Writes nothing. */
export async function previewBulk(
  db: Db,
  env: RegistryEnv,
  input: { type: string; codes: readonly string[]; changes: ItemFacts; now: Date }
): Promise<BulkPreview> {
  const type = await findType(db, input.type)
  if (!type) throw fail('REGISTRY_TYPE_NOT_FOUND', { type: input.type })
  const out: BulkPreview = { count: input.codes.length, sample: [], unchanged: 0, faults: [] }
  for (let from = 0; from < input.codes.length; from += CHUNK) {
    const rows = await listItemsByCode(db, input.type, input.codes.slice(from, from + CHUNK))
    const related = input.changes.relations
      ? await listRelatedOf(
          db,
          rows.map((r) => r.id)
        )
      : new Map<string, never[]>()
    for (const row of rows) {
      const { draft, faults } = await composed(db, env, type.declaration, row, input.changes, input.now)
      const { relations, ...columns } = draft
      const named = relationCodes(related.get(row.id) ?? [])
      const renamed = Object.fromEntries(Object.entries(relations).map(([key, r]) => [key, r.codes]))
      const changed = difference(factsOf(row, named), factsOf(columns, { ...named, ...renamed }))
      const fields = Object.keys(changed.after)
      for (const f of faults)
        if (out.faults.length < FAULTS) out.faults.push({ code: row.code, field: f.field, zh: f.zh, en: f.en })
      if (fields.length === 0) out.unchanged += 1
      else if (out.sample.length < SAMPLE)
        out.sample.push({
          code: row.code,
          fields: fields.map((key) => ({
            field: fieldOf(key),
            before: changed.before[key] ?? null,
            after: changed.after[key] ?? null
          }))
        })
    }
  }
  return out
}

/** Begins a bulk edit of items that the caller has found the actor may change. Throws REGISTRY_BULK_TOO_MANY, REGISTRY_TYPE_*. */
export const startBulk = command(
  async (
    tx,
    input: { type: string; codes: readonly string[]; changes: ItemFacts; note: string },
    ctx
  ): Promise<{ id: string }> => {
    const { codes, changes, note } = input
    if (codes.length > BULK_LIMIT) throw fail('REGISTRY_BULK_TOO_MANY', { limit: BULK_LIMIT, count: codes.length })
    const type = await openType(tx, ctx.actor, input.type)
    const id = newId(ctx.now.getTime())
    const options = JSON.stringify({ codes, changes, note })
    const progress = JSON.stringify({ done: 0, total: codes.length })
    await sql`insert into registry.batch (id, type_id, kind, name, state, options, progress, created_by, created_by_name, created_at, updated_at)
      values (${id}, ${type.id}, 'bulk', ${note || type.declaration.name.zh}, 'publishing', ${options}::jsonb, ${progress}::jsonb, ${ctx.actor.id},
        ${ctx.actor.name}, ${ctx.now}, ${ctx.now})`.execute(tx)
    ctx.audit({
      action: 'registry.bulkEdit',
      objectType: `register:${type.id}`,
      objectId: id,
      result: 'ok',
      after: { items: codes.length, changes },
      ...(note && { reason: note })
    })
    return { id }
  }
)

/** Begins to take a bulk edit back. Throws REGISTRY_BATCH_NOT_FOUND, REGISTRY_BULK_NOT_UNDOABLE. */
export const startUndo = command(async (tx, input: { id: string }, ctx): Promise<void> => {
  const bulk = await findBulk(tx, input.id, true)
  if (!bulk) throw fail('REGISTRY_BATCH_NOT_FOUND')
  if (bulk.state !== 'published') throw fail('REGISTRY_BULK_NOT_UNDOABLE', { state: bulk.state })
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from registry.change where source = 'bulk' and source_ref = ${bulk.id}`.execute(tx)
  await sql`update registry.batch set state = 'publishing', options = options || '{"undo": true, "after": null}'::jsonb, updated_at = ${ctx.now},
    progress = ${JSON.stringify({ done: 0, total: rows[0]?.n ?? 0 })}::jsonb, totals = '{}' where id = ${bulk.id}`.execute(tx)
  ctx.audit({ action: 'registry.bulkUndo', objectType: `register:${bulk.type_id}`, objectId: bulk.id, result: 'ok' })
})

/**
 * Does the next part of a bulk edit or of its undoing and says whether more is left. Items that have changed meanwhile so that the edit no
 * longer fits are skipped and counted. What is done and how far it is are committed together: who takes over goes on exactly there.
 */
export const workOnBulk = (env: RegistryEnv) =>
  command(async (tx, input: { id: string }, ctx): Promise<boolean> => {
    const bulk = await findBulk(tx, input.id, true)
    if (bulk?.state !== 'publishing') return false
    const { done, left, after, isLast } = bulk.options.undo
      ? await undoPart(tx, env, bulk, ctx)
      : await editPart(tx, env, bulk, ctx)
    const progress = { ...bulk.progress, done: bulk.progress.done + done }
    const state = !isLast ? 'publishing' : bulk.options.undo ? 'cancelled' : 'published'
    const totals = {
      skipped: (bulk.totals.skipped ?? 0) + left.length,
      left: [...(bulk.totals.left ?? []), ...left].slice(0, LEFT_NAMED)
    }
    await sql`update registry.batch set state = ${state}, progress = ${JSON.stringify(progress)}::jsonb, updated_at = ${ctx.now},
      totals = ${JSON.stringify(totals)}::jsonb,
      options = options || ${JSON.stringify({ after })}::jsonb where id = ${bulk.id}`.execute(tx)
    return !isLast
  })

interface Part {
  done: number
  /** Codes of items that were left as they are. */
  left: string[]
  after: string | null
  isLast: boolean
}

async function editPart(tx: Tx, env: RegistryEnv, bulk: BulkRecord, ctx: CommandContext): Promise<Part> {
  const { codes, changes, note } = bulk.options
  const from = bulk.progress.done
  const part = codes.slice(from, from + CHUNK)
  const isLast = from + part.length >= codes.length
  const opened = await findType(tx, bulk.type_id)
  if (opened?.state !== 'active') return { done: part.length, left: part, after: null, isLast }
  const left: string[] = []
  for (const code of part) {
    try {
      const why = { source: 'bulk', sourceRef: bulk.id, note } as const
      await editItem(env).within(
        tx,
        { type: bulk.type_id, code, edit: { version: null, changes: changes as ItemFacts }, why, opened },
        ctx
      )
    } catch (error) {
      // Nothing was written for it: whatever is refused is refused before the first write.
      if (!(error instanceof AppError)) throw error
      left.push(code)
    }
  }
  return { done: part.length, left, after: null, isLast }
}

async function undoPart(tx: Tx, env: RegistryEnv, bulk: BulkRecord, ctx: CommandContext): Promise<Part> {
  const changes = await listChangesOf(tx, 'bulk', bulk.id, bulk.options.after ?? null, CHUNK)
  const left: string[] = []
  const type = await findType(tx, bulk.type_id)
  for (const change of changes) if (!type || !(await undoOne(tx, env, bulk, type, change, ctx))) left.push(change.code)
  return { done: changes.length, left, after: changes.at(-1)?.seq ?? null, isLast: changes.length < CHUNK }
}

/** False when somebody changed the item after the bulk edit: his change stays. So does a change of a relation that is declared no more. */
async function undoOne(
  tx: Tx,
  env: RegistryEnv,
  bulk: BulkRecord,
  type: TypeRecord,
  change: ChangeRecord,
  ctx: CommandContext
): Promise<boolean> {
  const [item] = await listItemsByCode(tx, bulk.type_id, [change.code], true)
  if (!item || item.version !== change.version || item.removed_at !== null) return false
  const after = { ...item, ...rowOfFacts(change.before, item, new Set(type.declaration.attributes.map((a) => a.key))) }
  const relations: Draft['relations'] = {}
  for (const [key, codes] of Object.entries(relationsOfFacts(change.before))) {
    const to = type.declaration.relations?.find((r) => r.key === key)?.to
    if (to === undefined) return false
    const rows = await listIdsByCode(tx, to, codes)
    relations[key] = { typeId: to, ids: rows.map((r) => r.id), codes: rows.map((r) => r.code) }
  }
  const why = { source: 'undo', sourceRef: bulk.id, note: bulk.options.note } as const
  await writeItem(tx, env, { type, before: item, after, relations, kind: 'modify', why }, ctx)
  return true
}
