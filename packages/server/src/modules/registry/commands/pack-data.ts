import { REGISTRY_ERRORS } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { findType } from '../queries/types.ts'
import { partitionOf } from './types.ts'

const fail = thrower(REGISTRY_ERRORS)

/** A change of what items say that a new version of a declaration brings with it. */
export type AttributeChange = { type: string; key: string } & (
  | { to: string }
  | { value: string | number | boolean }
  | { drop: true }
)

/**
 * Renames an attribute in all items of a register, fills it where it is missing, or takes it out of them. The declaration is the caller's business, in the
 * same transaction. Answers how many items changed.
 */
export const changeAttribute = command(async (tx, change: AttributeChange, ctx): Promise<number> => {
  const { type, key } = change
  const touched = sql`version = version + 1, updated_at = ${ctx.now}, rev = pg_current_xact_id()::text::bigint`
  const has = sql`attributes ? ${key}`
  const query =
    'to' in change
      ? sql`update registry.item set attributes = (attributes - ${key}::text) || jsonb_build_object(${change.to}::text, attributes -> ${key}), ${touched}
          where type_id = ${type} and ${has}`
      : 'value' in change
        ? sql`update registry.item set attributes = attributes || jsonb_build_object(${key}::text, ${JSON.stringify(change.value)}::jsonb), ${touched}
          where type_id = ${type} and not ${has}`
        : sql`update registry.item set attributes = attributes - ${key}::text, ${touched} where type_id = ${type} and ${has}`
  const { numAffectedRows = 0n } = await query.execute(tx)
  const count = Number(numAffectedRows)
  if (count > 0) {
    ctx.audit({
      action: 'registry.changeAttribute',
      objectType: 'register',
      objectId: type,
      result: 'ok',
      after: { ...change, items: count }
    })
    ctx.emit('registry.itemsChanged', { typeId: type, batchId: '', kind: 'import', state: 'changed', count })
  }
  return count
})

/** Takes a register out of use although it has items: they stay as history. Throws REGISTRY_TYPE_NOT_FOUND. */
export const shelveType = command(async (tx, { id }: { id: string }, ctx): Promise<void> => setState(tx, id, 'retired', ctx))

/** Puts a register back into use for whoever declares it. Throws REGISTRY_TYPE_NOT_FOUND. */
export const reviveType = command(async (tx, { id, origin }: { id: string; origin: string }, ctx): Promise<void> => {
  await sql`update registry.type set origin = ${origin} where id = ${id}`.execute(tx)
  await setState(tx, id, 'active', ctx)
})

async function setState(tx: Tx, id: string, state: 'active' | 'retired', ctx: CommandContext): Promise<void> {
  const known = await findType(tx, id, true)
  if (!known) throw fail('REGISTRY_TYPE_NOT_FOUND', { type: id })
  if (known.state === state) return
  await sql`update registry.type set state = ${state}, updated_at = ${ctx.now} where id = ${id}`.execute(tx)
  ctx.emit('registry.typeChanged', { typeId: id, version: known.version, state })
  ctx.audit({
    action: `registry.${state === 'active' ? 'revive' : 'shelve'}Type`,
    objectType: 'register',
    objectId: id,
    result: 'ok'
  })
}

/**
 * Removes a register with everything that is known of it: items, their history, requests, batches, relations to them, versions of its declaration. Only
 * the audit trail still knows of it. Answers how many items were lost. Throws REGISTRY_TYPE_NOT_FOUND.
 */
export const purgeType = command(async (tx, { id }: { id: string }, ctx): Promise<number> => {
  const known = await findType(tx, id, true)
  if (!known) throw fail('REGISTRY_TYPE_NOT_FOUND', { type: id })
  const table = sql.raw(partitionOf(id))
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${table}`.execute(tx)
  const { rows: stages } = await sql<{
    stage: string
  }>`select stage from registry.batch where type_id = ${id} and stage is not null`.execute(tx)
  for (const { stage } of stages) await sql`drop table if exists ${sql.raw(stage)}`.execute(tx)
  await sql`delete from registry.relation where type_id = ${id} or other_type_id = ${id}`.execute(tx)
  await sql`delete from registry.request where type_id = ${id}`.execute(tx)
  await sql`delete from registry.batch where type_id = ${id}`.execute(tx)
  await sql`delete from registry.mapping where type_id = ${id}`.execute(tx)
  await sql`delete from registry.sequence where type_id = ${id}`.execute(tx)
  if (await hasHistory(tx, id)) {
    await sql`alter table registry.change disable trigger change_append_only`.execute(tx)
    await sql`delete from registry.change where type_id = ${id}`.execute(tx)
    await sql`alter table registry.change enable trigger change_append_only`.execute(tx)
  }
  await sql`drop table ${table}`.execute(tx)
  await sql`delete from registry.type_version where type_id = ${id}`.execute(tx)
  await sql`delete from registry.type where id = ${id}`.execute(tx)
  ctx.emit('registry.typeChanged', { typeId: id, version: known.version, state: 'retired' })
  ctx.audit({
    action: 'registry.purgeType',
    objectType: 'register',
    objectId: id,
    result: 'ok',
    before: { name: known.declaration.name.zh, version: known.version },
    after: { items: rows[0]?.n ?? 0 }
  })
  return rows[0]?.n ?? 0
})

/** The append-only trigger is lifted only where there is something to remove: lifting it waits for every writer. */
async function hasHistory(tx: Tx, id: string): Promise<boolean> {
  const { rows } = await sql<{ yes: boolean }>`select exists (select from registry.change where type_id = ${id}) as yes`.execute(
    tx
  )
  return rows[0]?.yes === true
}
