import { Id } from '@chengyun/contract/common'
import { Open311KeyCreate, Open311KeyView } from '@chengyun/contract/public'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { createOpen311Key, revokeOpen311Key } from '../commands/open311-keys.ts'
import { presentOpen311Key } from '../present-keys.ts'
import { listOpen311Keys } from '../queries/open311-keys.ts'

const CONFIG = { config: { permission: 'public:config' } } as const

/** Keys of other systems that file reports through Open311. */
export const open311KeyRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  app.get(
    '/public/open311/keys',
    { ...CONFIG, schema: { response: { 200: Type.Object({ items: Type.Array(Open311KeyView) }) } } },
    async () => ({ items: (await listOpen311Keys(db)).map(presentOpen311Key) })
  )
  app.post(
    '/public/open311/keys',
    { ...CONFIG, schema: { body: Open311KeyCreate, response: { 201: Open311KeyView } } },
    async (req, reply) => {
      const made = await createOpen311Key(db, req.actor, req.body)
      return reply.code(201).header('cache-control', 'no-store').send(presentOpen311Key(made))
    }
  )
  app.post(
    '/public/open311/keys/:id/revoke',
    { ...CONFIG, schema: { params: Type.Object({ id: Id }), response: { 200: Open311KeyView } } },
    async (req) => presentOpen311Key(await revokeOpen311Key(db, req.actor, req.params))
  )
}
