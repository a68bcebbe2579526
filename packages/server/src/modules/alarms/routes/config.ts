import {
  ALARMS_ERRORS,
  DEFAULT_RESPONSE,
  MessageView,
  NoticePage,
  NoticeQuery,
  NoticeRead,
  PreferenceBody,
  ResponseEdit,
  ResponseList,
  ResponseView,
  SuppressionBody,
  SuppressionView,
  WebhookBody,
  WebhookMade,
  WebhookView
} from '@chengyun/contract/alarms'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { removeWebhook, retryMessage, saveWebhook } from '../commands/hooks.ts'
import { readNotices, savePreference } from '../commands/inbox.ts'
import { removeResponse, saveResponse } from '../commands/responses.ts'
import { endSuppression, suppress } from '../commands/suppressions.ts'
import { presentSuppression } from '../present-suppressions.ts'
import { findTimeZone } from '../queries/city.ts'
import { listGivenUp, listWebhooks } from '../queries/hooks.ts'
import { countUnread, listNotices, preferenceOf } from '../queries/inbox.ts'
import { CITY, listResponses } from '../queries/responses.ts'
import { findSuppression, listSuppressions } from '../queries/suppressions.ts'
import { ById, closed } from './params.ts'

const fail = thrower(ALARMS_ERRORS)
const READ = { config: { permission: 'alarms:read' } } as const
const HANDLE = { config: { permission: 'alarms:handle' } } as const
const CONFIG = { config: { permission: 'alarms:config' } } as const
const Empty = Type.Object({}, closed)
const SHOWN = 500

/** Suppressions, the inbox and its preferences, responses, webhooks. */
export const configRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  const viewOf = async (req: { actor: import('../../../platform/actor.ts').Actor }, id: string) =>
    presentSuppression((await findSuppression(db, id))!, req.actor, new Date(), await findTimeZone(db))

  app.get(
    '/alarms/suppressions',
    { ...READ, schema: { response: { 200: Type.Object({ items: Type.Array(SuppressionView) }) } } },
    async (req) => {
      const [rows, zone] = await Promise.all([listSuppressions(db, SHOWN), findTimeZone(db)])
      return { items: rows.map((row) => presentSuppression(row, req.actor, new Date(), zone)) }
    }
  )
  app.post(
    '/alarms/suppressions',
    { ...HANDLE, schema: { body: SuppressionBody, response: { 201: SuppressionView } } },
    async (req, reply) => {
      const { id } = await suppress(db, req.actor, req.body)
      return reply.code(201).send(await viewOf(req, id))
    }
  )
  app.post(
    '/alarms/suppressions/:id/end',
    {
      ...HANDLE,
      schema: {
        params: ById,
        body: Type.Object({ note: Type.String({ minLength: 1, maxLength: 500 }) }, closed),
        response: { 200: SuppressionView }
      }
    },
    async (req) => {
      await endSuppression(db, req.actor, { id: req.params.id, note: req.body.note })
      return viewOf(req, req.params.id)
    }
  )

  app.get('/alarms/notices', { ...READ, schema: { querystring: NoticeQuery, response: { 200: NoticePage } } }, async (req) => {
    const { limit = 50 } = req.query
    const [items, count] = await Promise.all([listNotices(db, req.actor.id, req.query, limit + 1), countUnread(db, req.actor.id)])
    const page = items.slice(0, limit)
    return { items: page, unread: count, next: items.length > limit ? (page.at(-1)?.id ?? null) : null }
  })
  app.post(
    '/alarms/notices/read',
    { ...READ, schema: { body: NoticeRead, response: { 200: Type.Object({ unread: Type.Integer() }) } } },
    async (req) => {
      await readNotices(db, req.actor, req.body)
      return { unread: await countUnread(db, req.actor.id) }
    }
  )
  app.get('/alarms/preference', { ...READ, schema: { response: { 200: PreferenceBody } } }, (req) =>
    preferenceOf(db, req.actor.id)
  )
  app.put('/alarms/preference', { ...READ, schema: { body: PreferenceBody, response: { 200: PreferenceBody } } }, async (req) => {
    await savePreference(db, req.actor, req.body)
    return preferenceOf(db, req.actor.id)
  })

  app.get('/alarms/responses', { ...CONFIG, schema: { response: { 200: ResponseList } } }, async () => ({
    items: await responseViews()
  }))
  const responseViews = async () => {
    const items = (await listResponses(db)).map((r) => ({
      pack: r.pack,
      declaration: r.declaration,
      version: r.version,
      updatedAt: r.updated_at.toISOString(),
      updatedBy: r.updated_by_name
    }))
    if (items.some((r) => r.pack === CITY && r.declaration.key === DEFAULT_RESPONSE.key)) return items
    return [{ pack: CITY, declaration: DEFAULT_RESPONSE, version: 0, updatedAt: null, updatedBy: '' }, ...items]
  }
  app.put(
    '/alarms/responses/:pack',
    {
      ...CONFIG,
      schema: {
        params: Type.Object({ pack: Type.String({ maxLength: 60 }) }, closed),
        body: ResponseEdit,
        response: { 200: ResponseView }
      }
    },
    async (req) => {
      const { pack } = req.params
      const { declaration, version } = req.body
      await saveResponse(db, req.actor, { pack, declaration, version })
      return (await responseViews()).find((r) => r.pack === pack && r.declaration.key === declaration.key)!
    }
  )
  app.delete(
    '/alarms/responses/:pack/:key',
    {
      ...CONFIG,
      schema: {
        params: Type.Object({ pack: Type.String({ maxLength: 60 }), key: Type.String({ maxLength: 60 }) }, closed),
        response: { 200: ResponseList }
      }
    },
    async (req) => {
      await removeResponse(db, req.actor, req.params)
      return { items: await responseViews() }
    }
  )

  app.get(
    '/alarms/webhooks',
    { ...CONFIG, schema: { response: { 200: Type.Object({ items: Type.Array(WebhookView) }) } } },
    async () => ({
      items: await listWebhooks(db)
    })
  )
  const hookOf = async (id: string) => {
    const found = (await listWebhooks(db)).find((w) => w.id === id)
    if (!found) throw fail('ALARMS_WEBHOOK_NOT_FOUND')
    return found
  }
  app.post(
    '/alarms/webhooks',
    { ...CONFIG, schema: { body: WebhookBody, response: { 201: WebhookMade } } },
    async (req, reply) => {
      const { id, secret } = await saveWebhook(db, req.actor, { id: null, body: req.body, keyring: app.keyring })
      return reply.code(201).send({ ...(await hookOf(id)), ...(secret !== undefined && { secret }) })
    }
  )
  app.put(
    '/alarms/webhooks/:id',
    {
      ...CONFIG,
      schema: {
        params: ById,
        querystring: Type.Object({ rotate: Type.Optional(Type.Boolean()) }, closed),
        body: WebhookBody,
        response: { 200: WebhookMade }
      }
    },
    async (req) => {
      const { rotate = false } = req.query
      const { id, secret } = await saveWebhook(db, req.actor, { id: req.params.id, body: req.body, rotate, keyring: app.keyring })
      return { ...(await hookOf(id)), ...(secret !== undefined && { secret }) }
    }
  )
  app.delete('/alarms/webhooks/:id', { ...CONFIG, schema: { params: ById, response: { 200: Empty } } }, async (req) => {
    await removeWebhook(db, req.actor, req.params.id)
    return {}
  })
  app.get(
    '/alarms/messages',
    { ...CONFIG, schema: { response: { 200: Type.Object({ items: Type.Array(MessageView) }) } } },
    async () => ({
      items: (await listGivenUp(db)).map((m) => ({
        id: m.id,
        channel: m.channel,
        alarmId: m.alarm_id,
        to: m.to,
        queuedAt: m.queued_at.toISOString(),
        sentAt: m.sent_at?.toISOString() ?? null,
        nextAt: m.next_at?.toISOString() ?? null,
        attempts: m.attempts,
        error: m.error
      }))
    })
  )
  app.post(
    '/alarms/messages/:id/retry',
    {
      ...CONFIG,
      schema: { params: Type.Object({ id: Type.Integer() }, closed), response: { 200: Empty } }
    },
    async (req) => {
      await retryMessage(db, req.actor, req.params.id)
      return {}
    }
  )
}
