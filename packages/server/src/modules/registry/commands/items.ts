import { dayAt } from '@chengyun/contract/indicators'
import { type ItemEdit, type ItemRemove, REGISTRY_ERRORS } from '@chengyun/contract/registry'
import type { Actor } from '../../../platform/actor.ts'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { difference, kindOfChange } from '../domain/change.ts'
import { COLUMN_LABELS, faultOf } from '../domain/check-item.ts'
import { factsOf } from '../domain/facts.ts'
import type { RegistryEnv } from '../env.ts'
import { EDIT, mayReadType, READ, reaches } from '../policy.ts'
import { findLastChange } from '../queries/history.ts'
import { findItem, type ItemRecord, listRelated } from '../queries/items.ts'
import { reachOf } from '../queries/reach.ts'
import { findType, type TypeRecord } from '../queries/types.ts'
import { compose, invalid, keepsDay } from './compose.ts'
import { relationCodes, type Why, writeItem } from './write.ts'

const fail = thrower(REGISTRY_ERRORS)

/** What every change says besides the change itself. */
export interface Said {
  type: string
  /** Default: a person changes an item himself, within the reach of `registry:edit`. */
  why?: Why
}

/** What became of an item. */
export interface Written {
  id: string
  code: string
  version: number
  changeSeq: string
}

/** A register that takes changes. Throws REGISTRY_TYPE_NOT_FOUND, REGISTRY_TYPE_RETIRED. */
export async function openType(tx: Tx, actor: Actor, id: string): Promise<TypeRecord> {
  const type = await findType(tx, id)
  if (!type || !mayReadType(actor, type.declaration)) throw fail('REGISTRY_TYPE_NOT_FOUND', { type: id })
  if (type.state === 'retired') throw fail('REGISTRY_TYPE_RETIRED', { type: id })
  return type
}

/** The item, locked, if the actor may change it now. Throws REGISTRY_ITEM_NOT_FOUND, REGISTRY_NOT_YOURS, REGISTRY_VERSION_CONFLICT. */
async function lockItem(
  tx: Tx,
  actor: Actor,
  typeId: string,
  code: string,
  version: number | null,
  why: Why
): Promise<ItemRecord> {
  const item = await findItem(tx, typeId, code, true)
  if (!item) throw fail('REGISTRY_ITEM_NOT_FOUND', { code })
  if (why.source === 'person') {
    if (!reaches(await reachOf(tx, actor, READ), item)) throw fail('REGISTRY_ITEM_NOT_FOUND', { code })
    if (!reaches(await reachOf(tx, actor, EDIT), item)) throw fail('REGISTRY_NOT_YOURS')
  }
  if (version !== null && item.version !== version) {
    const last = await findLastChange(tx, item.id)
    throw fail('REGISTRY_VERSION_CONFLICT', { by: last?.actor_name ?? '', current: item.version })
  }
  return item
}

export const personal = (note?: string, evidenceIds?: readonly string[]): Why => ({ source: 'person', note, evidenceIds })

/** On the audit trail; of bulk edits and their undoing it stands there once. */
export function audited(
  ctx: CommandContext,
  action: string,
  type: string,
  item: { code: string },
  why: Why,
  fields: readonly string[]
): void {
  if (why.source === 'bulk' || why.source === 'undo') return
  ctx.audit({
    action,
    objectType: `register:${type}`,
    objectId: item.code,
    result: 'ok',
    after: { fields, source: why.source },
    ...(why.note && { reason: why.note })
  })
}

/** Changes an item. Throws REGISTRY_ITEM_INVALID, REGISTRY_NOTHING_CHANGED, REGISTRY_REMOVED and what `lockItem` throws. */
export const editItem = (env: RegistryEnv) =>
  command(
    async (
      tx,
      input: Said & {
        code: string
        edit: Omit<ItemEdit, 'version'> & { version: number | null }
        /** The register as the same transaction has opened it, for whoever changes many items. */
        opened?: TypeRecord
      },
      ctx
    ): Promise<Written> => {
      const { version, changes, note, evidenceIds } = input.edit
      const why = input.why ?? personal(note, evidenceIds)
      const type = input.opened ?? (await openType(tx, ctx.actor, input.type))
      const before = await lockItem(tx, ctx.actor, type.id, input.code, version, why)
      if (before.removed_at !== null) throw fail('REGISTRY_REMOVED', { code: before.code })
      const { relations, ...columns } = await compose(tx, env, type.declaration, before, changes, ctx.now)
      const named = Object.keys(relations).length === 0 ? {} : relationCodes(await listRelated(tx, before.id))
      const renamed = Object.fromEntries(Object.entries(relations).map(([key, r]) => [key, r.codes]))
      const changed = difference(factsOf(before, named), factsOf(columns, { ...named, ...renamed }))
      const fields = Object.keys(changed.after)
      if (fields.length === 0) throw fail('REGISTRY_NOTHING_CHANGED')
      if (keepsDay(type.declaration, 'changeDate') && changes.attributes?.changeDate === undefined)
        columns.attributes = { ...columns.attributes, changeDate: dayAt(ctx.now.getTime(), env.timeZone) }
      const after = { ...before, ...columns }
      const kind = kindOfChange(changed.after)
      const { seq, version: next } = await writeItem(tx, env, { type, before, after, relations, kind, why }, ctx)
      audited(ctx, 'registry.editItem', type.id, after, why, fields)
      return { id: after.id, code: after.code, version: next, changeSeq: seq }
    }
  )

/** Says that an item is no longer there. Its row and its code stay. Throws REGISTRY_REMOVED, REGISTRY_ITEM_INVALID and what `lockItem` throws. */
export const removeItem = (env: RegistryEnv) =>
  command(
    async (
      tx,
      input: Said & { code: string; removal: Omit<ItemRemove, 'version'> & { version: number | null } },
      ctx
    ): Promise<Written> => {
      const { version, status, note, evidenceIds } = input.removal
      const why = input.why ?? personal(note, evidenceIds)
      const type = await openType(tx, ctx.actor, input.type)
      const before = await lockItem(tx, ctx.actor, type.id, input.code, version, why)
      if (before.removed_at !== null) throw fail('REGISTRY_REMOVED', { code: before.code })
      const state = type.declaration.states.find((s) => s.ends && (status === undefined || s.key === status))
      if (!state) throw invalid([faultOf('status', COLUMN_LABELS.status, 'state', { value: status ?? '' })])
      return changeState(tx, env, type, before, { status: state.key, removed_at: ctx.now }, 'remove', why, ctx)
    }
  )

/** Puts a removed item back, under its old code. Throws REGISTRY_NOT_REMOVED, REGISTRY_ITEM_INVALID and what `lockItem` throws. */
export const restoreItem = (env: RegistryEnv) =>
  command(
    async (
      tx,
      input: Said & { code: string; removal: Omit<ItemRemove, 'version'> & { version: number | null } },
      ctx
    ): Promise<Written> => {
      const { version, status, note, evidenceIds } = input.removal
      const why = input.why ?? personal(note, evidenceIds)
      const type = await openType(tx, ctx.actor, input.type)
      const before = await lockItem(tx, ctx.actor, type.id, input.code, version, why)
      if (before.removed_at === null) throw fail('REGISTRY_NOT_REMOVED', { code: before.code })
      const wanted = status ?? type.declaration.initialState
      const state = type.declaration.states.find((s) => !s.ends && s.key === wanted)
      if (!state) throw invalid([faultOf('status', COLUMN_LABELS.status, 'state', { value: wanted })])
      return changeState(tx, env, type, before, { status: state.key, removed_at: null }, 'restore', why, ctx)
    }
  )

async function changeState(
  tx: Tx,
  env: RegistryEnv,
  type: TypeRecord,
  before: ItemRecord,
  state: Pick<ItemRecord, 'status' | 'removed_at'>,
  kind: 'remove' | 'restore',
  why: Why,
  ctx: CommandContext
): Promise<Written> {
  const after = { ...before, ...state }
  if (keepsDay(type.declaration, 'changeDate'))
    after.attributes = { ...before.attributes, changeDate: dayAt(ctx.now.getTime(), env.timeZone) }
  const { seq, version } = await writeItem(tx, env, { type, before, after, kind, why }, ctx)
  audited(ctx, kind === 'remove' ? 'registry.removeItem' : 'registry.restoreItem', type.id, after, why, ['status'])
  return { id: after.id, code: after.code, version, changeSeq: seq }
}

/** Personal attributes of an item are shown in clear: a reason is demanded and the look is on the audit trail (GB/T 35273-2020). */
export const recordReveal = command(
  async (_tx, input: { type: string; code: string; keys: readonly string[]; reason: string }, { audit }) => {
    audit({
      action: 'registry.reveal',
      objectType: `register:${input.type}`,
      objectId: input.code,
      after: { attributes: input.keys },
      result: 'ok',
      reason: input.reason
    })
  }
)
