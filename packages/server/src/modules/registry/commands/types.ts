import { checkDeclaration, REGISTRY_ERRORS, type RegisterDeclaration } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { narrowerRules } from '../domain/narrower.ts'
import { summaryOf } from '../domain/sentence.ts'
import { countBreaking } from '../queries/narrower.ts'
import { findType } from '../queries/types.ts'

const fail = thrower(REGISTRY_ERRORS)

export interface SaveTypeInput {
  declaration: RegisterDeclaration
  /** The version that was edited; absent for a register that is new. */
  version?: number | undefined
  note?: string | undefined
  /** Who declares it: platform, city, or the id of a scenario pack. Default `city`. */
  origin?: string | undefined
}

/** The partition that holds the items of a type. */
export const partitionOf = (typeId: string): string => `registry.item_${typeId.replaceAll('-', '_')}`

/**
 * Declares a register or a new version of one; makes the partition of its items. A declaration that narrows is held against the items
 * first. Throws REGISTRY_DECLARATION_FAULTY, REGISTRY_TYPE_EXISTS, REGISTRY_TYPE_NOT_FOUND, REGISTRY_VERSION_CONFLICT,
 * REGISTRY_DECLARATION_AFFECTS.
 */
export const saveType = command(async (tx, input: SaveTypeInput, ctx): Promise<{ id: string; version: number }> => {
  const { declaration, note = '' } = input
  const faults = checkDeclaration(declaration)
  if (faults.length > 0)
    throw fail('REGISTRY_DECLARATION_FAULTY', {
      count: faults.length,
      summary: summaryOf(faults, 'zh'),
      summaryEn: summaryOf(faults, 'en'),
      faults
    })
  const { id } = declaration
  const known = await findType(tx, id, true)
  if (!known && input.version !== undefined) throw fail('REGISTRY_TYPE_NOT_FOUND', { type: id })
  if (known && input.version === undefined) throw fail('REGISTRY_TYPE_EXISTS', { type: id })
  if (known && known.version !== input.version)
    throw fail('REGISTRY_VERSION_CONFLICT', { by: known.changed_by_name || id, current: known.version })
  if (known) {
    const affected = await countBreaking(tx, id, narrowerRules(known.declaration, declaration))
    if (affected.items > 0) throw fail('REGISTRY_DECLARATION_AFFECTS', { items: affected.items, rules: affected.rules })
  }
  const version = (known?.version ?? 0) + 1
  const text = JSON.stringify(declaration)
  if (known)
    await sql`update registry.type set declaration = ${text}::jsonb, version = ${version}, updated_at = ${ctx.now} where id = ${id}`.execute(
      tx
    )
  else {
    await sql`insert into registry.type (id, version, declaration, origin, created_at, updated_at)
      values (${id}, 1, ${text}::jsonb, ${input.origin ?? 'city'}, ${ctx.now}, ${ctx.now})`.execute(tx)
    await makePartition(tx, id)
  }
  await sql`insert into registry.type_version (type_id, version, declaration, note, changed_by, changed_at)
    values (${id}, ${version}, ${text}::jsonb, ${note}, ${ctx.actor.id}, ${ctx.now})`.execute(tx)
  ctx.emit('registry.typeChanged', { typeId: id, version, state: known?.state ?? 'active' })
  ctx.audit({
    action: 'registry.saveType',
    objectType: 'register',
    objectId: id,
    result: 'ok',
    after: { version, name: declaration.name.zh, attributes: declaration.attributes.length },
    ...(note !== '' && { reason: note })
  })
  return { id, version }
})

/** Attached, not created as a partition: that would lock every register against reading while it lasts. */
async function makePartition(tx: Tx, typeId: string): Promise<void> {
  const table = sql.raw(partitionOf(typeId))
  await sql`create table ${table} (like registry.item including defaults including constraints)`.execute(tx)
  await sql`alter table registry.item attach partition ${table} for values in (${sql.lit(typeId)})`.execute(tx)
}

/** Takes a register out of use; its items must be gone first. Throws REGISTRY_TYPE_NOT_FOUND, REGISTRY_TYPE_IN_USE. */
export const retireType = command(async (tx, input: { id: string }, ctx): Promise<void> => {
  const known = await findType(tx, input.id, true)
  if (!known) throw fail('REGISTRY_TYPE_NOT_FOUND', { type: input.id })
  if (known.state === 'retired') return
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from
    (select from registry.item where type_id = ${input.id} and removed_at is null limit 100000) t`.execute(tx)
  const count = rows[0]?.n ?? 0
  if (count > 0) throw fail('REGISTRY_TYPE_IN_USE', { type: input.id, count })
  await sql`update registry.type set state = 'retired', updated_at = ${ctx.now} where id = ${input.id}`.execute(tx)
  ctx.emit('registry.typeChanged', { typeId: input.id, version: known.version, state: 'retired' })
  ctx.audit({ action: 'registry.retireType', objectType: 'register', objectId: input.id, result: 'ok' })
})

/** Declares the registers that come with the platform or a pack; those that are there are left alone. Answers how many are new. */
export const loadTypes = command(
  async (tx, input: { declarations: readonly RegisterDeclaration[]; origin: string }, ctx): Promise<number> => {
    let added = 0
    for (const declaration of input.declarations) {
      if (await findType(tx, declaration.id)) continue
      await saveType.within(tx, { declaration, origin: input.origin }, ctx)
      added += 1
    }
    return added
  }
)
