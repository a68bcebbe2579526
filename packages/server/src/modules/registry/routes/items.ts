import {
  ItemCard,
  ItemCreate,
  ItemEdit,
  ItemHistory,
  ItemPage,
  ItemQuery,
  ItemRemove,
  ItemRestore,
  ItemReveal,
  NearList,
  NearQuery,
  REGISTRY_ERRORS,
  TypeId
} from '@chengyun/contract/registry'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { createItem } from '../commands/create.ts'
import { editItem, recordReveal, removeItem, restoreItem } from '../commands/items.ts'
import { shownAttributes } from '../domain/masking.ts'
import type { RegistryEnv } from '../env.ts'
import { mayReadRestricted } from '../policy.ts'
import { isHistoryWhole, presentChange, unitIdsOfChanges } from '../present-items.ts'
import { listUnits } from '../queries/city.ts'
import { findBatchHead, listChanges } from '../queries/history.ts'
import { cardOf, nearOf, pageOf, seenItem } from '../reading.ts'

const fail = thrower(REGISTRY_ERRORS)
const READ = { config: { permission: 'registry:read' } } as const
const EDIT = { config: { permission: 'registry:edit' } } as const
const closed = { additionalProperties: false }
const ByType = Type.Object({ type: TypeId }, closed)
const ByCode = Type.Object({ type: TypeId, code: Type.String({ minLength: 1, maxLength: 60 }) }, closed)
const Key = Type.Object({ 'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 100 })) })

/** Items over HTTP: lists, cards, histories, and changing them. */
export const itemRoutes =
  (env: RegistryEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = app
    app.get('/registry/items', { ...READ, schema: { querystring: ItemQuery, response: { 200: ItemPage } } }, (req) =>
      pageOf(db, req.actor, req.query)
    )
    app.get('/registry/near', { ...READ, schema: { querystring: NearQuery, response: { 200: NearList } } }, (req) =>
      nearOf(db, req.actor, req.query)
    )
    app.get('/registry/items/:type/:code', { ...READ, schema: { params: ByCode, response: { 200: ItemCard } } }, (req) =>
      cardOf(db, env, req.actor, req.params.type, req.params.code)
    )
    app.get(
      '/registry/items/:type/:code/history',
      { ...READ, schema: { params: ByCode, response: { 200: ItemHistory } } },
      async (req) => {
        const { row, type } = await seenItem(db, req.actor, req.params.type, req.params.code)
        const changes = await listChanges(db, row.id)
        const batch = row.batch_id === null ? undefined : await findBatchHead(db, row.batch_id)
        const units = await listUnits(db, unitIdsOfChanges(changes))
        return {
          items: changes.map((r) => presentChange(r, type.declaration, units, req.actor)).reverse(),
          batch: batch ? { id: batch.id, name: batch.name, at: batch.published_at?.toISOString() ?? null } : null,
          whole: isHistoryWhole(changes, batch)
        }
      }
    )

    app.post(
      '/registry/items/:type',
      { ...EDIT, schema: { params: ByType, headers: Key, body: ItemCreate, response: { 201: ItemCard } } },
      async (req, reply) => {
        const input = { type: req.params.type, item: req.body }
        const { code } = await createItem(env)(db, req.actor, input, { key: req.headers['idempotency-key'] })
        return reply.code(201).send(await cardOf(db, env, req.actor, req.params.type, code))
      }
    )
    app.patch(
      '/registry/items/:type/:code',
      { ...EDIT, schema: { params: ByCode, body: ItemEdit, response: { 200: ItemCard } } },
      async (req) => {
        const { type, code } = req.params
        await editItem(env)(db, req.actor, { type, code, edit: req.body })
        return cardOf(db, env, req.actor, type, code)
      }
    )
    app.post(
      '/registry/items/:type/:code/remove',
      { ...EDIT, schema: { params: ByCode, body: ItemRemove, response: { 200: ItemCard } } },
      async (req) => {
        const { type, code } = req.params
        await removeItem(env)(db, req.actor, { type, code, removal: req.body })
        return cardOf(db, env, req.actor, type, code)
      }
    )
    app.post(
      '/registry/items/:type/:code/restore',
      { ...EDIT, schema: { params: ByCode, body: ItemRestore, response: { 200: ItemCard } } },
      async (req) => {
        const { type, code } = req.params
        await restoreItem(env)(db, req.actor, { type, code, removal: req.body })
        return cardOf(db, env, req.actor, type, code)
      }
    )
    app.post(
      '/registry/items/:type/:code/reveal',
      {
        config: { permission: 'pii:view' },
        schema: {
          params: ByCode,
          body: ItemReveal,
          response: { 200: Type.Object({ attributes: Type.Record(Type.String(), Type.Unknown()) }) }
        }
      },
      async (req) => {
        const { row, type } = await seenItem(db, req.actor, req.params.type, req.params.code)
        const restricted = mayReadRestricted(req.actor)
        const { masked } = shownAttributes(type.declaration, row.attributes, { restricted, clear: false })
        if (masked.length === 0) throw fail('REGISTRY_NOTHING_MASKED')
        await recordReveal(db, req.actor, { type: type.id, code: row.code, keys: masked, reason: req.body.reason })
        const { attributes } = shownAttributes(type.declaration, row.attributes, { restricted, clear: true })
        return { attributes: Object.fromEntries(masked.map((key) => [key, attributes[key]])) }
      }
    )
  }
