import {
  ALARMS_ERRORS,
  ItemActuators,
  PermitBody,
  PermitList,
  TaskBody,
  TaskPage,
  TaskQuery,
  TaskView
} from '@chengyun/contract/alarms'
import { Id } from '@chengyun/contract/common'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Actor } from '../../../platform/actor.ts'
import { thrower } from '../../../platform/errors.ts'
import { cancelTask, giveCommand, permitAutomatic, runTasks } from '../commands/tasks.ts'
import { ACTUATE, READ as READING, reachesAlarm } from '../policy.ts'
import { presentPermit, presentTask } from '../present-tasks.ts'
import { actuatorsOf, listPermits, listTasksOf, pageOfTasks, permitsOf } from '../queries/actuators.ts'
import { actuatedItem } from '../queries/items.ts'
import { alarmReach } from '../queries/reach.ts'
import { readsOf } from '../reading.ts'
import { ById, closed, OnceKey } from './params.ts'

const fail = thrower(ALARMS_ERRORS)
const READ = { config: { permission: 'alarms:read' } } as const
const ACT = { config: { permission: 'alarms:actuate' } } as const
const SHOWN = 500

/** Commands to actuators, and which of them rules may give by themselves. */
export const taskRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  const itemView = async (actor: Actor, itemId: string) => {
    const item = await actuatedItem(db, itemId)
    const [reads, acts] = await Promise.all([alarmReach(db, actor, READING), alarmReach(db, actor, ACTUATE)])
    const about = item && { ...item, unit_id: null, assignee_id: null }
    if (!about || !reads || !reachesAlarm(reads, about)) throw fail('ALARMS_ACTUATOR_NOT_FOUND', { actuator: '' })
    const [actuators, permits, tasks] = await Promise.all([
      actuatorsOf(db, about),
      permitsOf(db, itemId),
      listTasksOf(db, { itemId })
    ])
    const can = acts && reachesAlarm(acts, about) ? (['task', 'permit'] as const) : []
    return {
      items: actuators.map((a) => {
        const permit = permits.find((p) => p.key === a.key)
        const last = tasks.find((t) => t.actuator === a.key)
        return {
          declaration: a.declaration,
          pack: a.pack,
          permit: permit ? { reason: permit.reason, by: permit.by_name, at: permit.at.toISOString() } : null,
          last: last ? presentTask(last, acts) : null
        }
      }),
      can: [...can]
    }
  }

  app.get('/alarms/actuators/:id', { ...READ, schema: { params: ById, response: { 200: ItemActuators } } }, (req) =>
    itemView(req.actor, req.params.id)
  )
  app.put(
    '/alarms/actuators/:id/:key/permit',
    {
      ...ACT,
      schema: {
        params: Type.Object({ id: Id, key: Type.String({ maxLength: 40 }) }, closed),
        body: PermitBody,
        response: { 200: ItemActuators }
      }
    },
    async (req) => {
      const { id: itemId, key: actuator } = req.params
      await permitAutomatic(db, req.actor, { itemId, actuator, ...req.body })
      return itemView(req.actor, itemId)
    }
  )
  app.get('/alarms/permits', { ...READ, schema: { response: { 200: PermitList } } }, async (req) => {
    const [reads, acts] = await Promise.all([readsOf(db, req.actor), alarmReach(db, req.actor, ACTUATE)])
    return { items: (await listPermits(db, reads, SHOWN)).map((p) => presentPermit(p, acts)) }
  })
  app.get('/alarms/tasks', { ...READ, schema: { querystring: TaskQuery, response: { 200: TaskPage } } }, async (req) => {
    const { limit = 50 } = req.query
    const [reads, acts] = await Promise.all([readsOf(db, req.actor), alarmReach(db, req.actor, ACTUATE)])
    const rows = await pageOfTasks(db, reads, req.query, limit + 1)
    const page = rows.slice(0, limit)
    return { items: page.map((t) => presentTask(t, acts)), next: rows.length > limit ? (page.at(-1)?.no ?? null) : null }
  })
  const taskView = async (actor: Actor, itemId: string, id: string) => {
    const acts = await alarmReach(db, actor, ACTUATE)
    return presentTask((await listTasksOf(db, { itemId })).find((t) => t.id === id)!, acts)
  }
  app.post(
    '/alarms/tasks',
    { ...ACT, schema: { headers: OnceKey, body: TaskBody, response: { 201: TaskView } } },
    async (req, reply) => {
      const { id } = await giveCommand(db, req.actor, req.body, { key: req.headers['idempotency-key'] })
      await runTasks(db, new Date())
      return reply.code(201).send(await taskView(req.actor, req.body.itemId, id))
    }
  )
  app.post(
    '/alarms/tasks/:id/cancel',
    { ...ACT, schema: { params: ById, response: { 200: Type.Object({ ok: Type.Boolean() }) } } },
    async (req) => {
      await cancelTask(db, req.actor, req.params.id)
      return { ok: true }
    }
  )
}
