import { Day, Id } from '@chengyun/contract/common'
import {
  HotlineCategories,
  HotlineMessagePage,
  HotlineMessageQuery,
  HotlineSystemChange,
  HotlineSystemCreate,
  HotlineSystemView,
  ReconciliationView
} from '@chengyun/contract/public'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { CaseEnv } from '../../cases/index.ts'
import { resendMessage, skipMessage } from '../commands/hotline-outgoing.ts'
import { reconcileDay } from '../commands/hotline-reconcile.ts'
import { changeSystem, createSystem, hotlineFault, rotateSecret, saveCategories } from '../commands/hotline-systems.ts'
import { presentMessage, presentReconciliation, presentSystem } from '../present-hotline.ts'
import { type CountedSystem, listCategories, listMessages, listReconciliations, listSystems } from '../queries/hotline.ts'

const CONFIG = { permission: 'public:config' } as const
const tags = ['hotline']
const ById = Type.Object({ id: Id })
const NoContent = Type.Object({ ok: Type.Literal(true) })
const RECONCILIATIONS = 60

/** What the administrator of the exchange with hotlines sees and sets. */
export const hotlineAdminRoutes =
  (env: CaseEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db, settings } = app
    const systemOf = async (id: string): Promise<CountedSystem> => {
      const row = (await listSystems(db, id))[0]
      if (!row) throw hotlineFault('HOTLINE_SYSTEM_UNKNOWN')
      return row
    }

    app.get(
      '/public/hotline/systems',
      {
        config: CONFIG,
        schema: { tags, summary: 'Hotlines', response: { 200: Type.Object({ items: Type.Array(HotlineSystemView) }) } }
      },
      async () => ({ items: (await listSystems(db)).map((row) => presentSystem(row)) })
    )
    app.post(
      '/public/hotline/systems',
      {
        config: CONFIG,
        schema: {
          tags,
          summary: 'A new hotline; its secret is in the answer',
          body: HotlineSystemCreate,
          response: { 201: HotlineSystemView }
        }
      },
      async (req, reply) => {
        const { id, secret } = await createSystem(db, req.actor, { ...req.body, seal: env.seal })
        return reply
          .code(201)
          .header('cache-control', 'no-store')
          .send(presentSystem(await systemOf(id), secret))
      }
    )
    app.put(
      '/public/hotline/systems/:id',
      {
        config: CONFIG,
        schema: { tags, summary: 'Change it', params: ById, body: HotlineSystemChange, response: { 200: HotlineSystemView } }
      },
      async (req) => {
        await changeSystem(db, req.actor, { ...req.body, id: req.params.id })
        return presentSystem(await systemOf(req.params.id))
      }
    )
    app.post(
      '/public/hotline/systems/:id/secret',
      {
        config: CONFIG,
        schema: { tags, summary: 'Another secret; the old one ends at once', params: ById, response: { 200: HotlineSystemView } }
      },
      async (req, reply) => {
        const secret = await rotateSecret(db, req.actor, { id: req.params.id, seal: env.seal })
        return reply.header('cache-control', 'no-store').send(presentSystem(await systemOf(req.params.id), secret))
      }
    )

    app.get(
      '/public/hotline/messages',
      {
        config: CONFIG,
        schema: {
          tags,
          summary: 'Status messages and how far they came',
          querystring: HotlineMessageQuery,
          response: { 200: HotlineMessagePage }
        }
      },
      async (req) => {
        const limit = req.query.limit ?? 100
        const rows = await listMessages(db, { ...req.query, limit })
        const page = rows.slice(0, limit)
        return { items: page.map(presentMessage), next: rows.length > limit ? page.at(-1)!.id : null }
      }
    )
    app.post(
      '/public/hotline/messages/:id/resend',
      { config: CONFIG, schema: { tags, summary: 'Send a message again', params: ById, response: { 200: NoContent } } },
      async (req) => {
        await resendMessage(db, req.actor, req.params)
        return { ok: true as const }
      }
    )
    app.post(
      '/public/hotline/messages/:id/skip',
      {
        config: CONFIG,
        schema: { tags, summary: 'Leave out a message that was given up', params: ById, response: { 200: NoContent } }
      },
      async (req) => {
        await skipMessage(db, req.actor, req.params)
        return { ok: true as const }
      }
    )

    app.get(
      '/public/hotline/systems/:id/reconciliations',
      {
        config: CONFIG,
        schema: {
          tags,
          summary: 'Comparisons by day',
          params: ById,
          response: { 200: Type.Object({ items: Type.Array(ReconciliationView) }) }
        }
      },
      async (req) => {
        await systemOf(req.params.id)
        return { items: (await listReconciliations(db, req.params.id, RECONCILIATIONS)).map(presentReconciliation) }
      }
    )
    app.post(
      '/public/hotline/systems/:id/reconciliations',
      {
        config: CONFIG,
        schema: {
          tags,
          summary: 'Compare a day now',
          params: ById,
          body: Type.Object({ day: Day }, { additionalProperties: false }),
          response: { 200: ReconciliationView }
        }
      },
      async (req) => {
        const system = await systemOf(req.params.id)
        if (system.listUrl === null) throw hotlineFault('HOTLINE_NO_LIST')
        return presentReconciliation(await reconcileDay(env, settings, system, req.body.day, new Date()))
      }
    )

    app.get(
      '/public/hotline/categories',
      {
        config: CONFIG,
        schema: { tags, summary: 'Categories of hotlines and our classes', response: { 200: HotlineCategories } }
      },
      async () => ({ items: await listCategories(db) })
    )
    app.put(
      '/public/hotline/categories',
      {
        config: CONFIG,
        schema: { tags, summary: 'The whole table anew', body: HotlineCategories, response: { 200: HotlineCategories } }
      },
      async (req) => {
        const unknown = req.body.items.find((i) => !env.reference.findClass('GB/T 47678.5-2026', 'matter', i.classCode)?.active)
        if (unknown) throw hotlineFault('HOTLINE_CLASS_UNKNOWN', { classCode: unknown.classCode })
        await saveCategories(db, req.actor, req.body)
        return { items: await listCategories(db) }
      }
    )
  }
