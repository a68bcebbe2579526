import { Id } from '@chengyun/contract/common'
import {
  DEVICE_ERRORS,
  DeviceCommand,
  DeviceCreate,
  DeviceEdit,
  DeviceLogPage,
  DeviceLogQuery,
  DevicePage,
  DeviceQuery,
  DeviceRemoval,
  DeviceRemove,
  DeviceSecret,
  DeviceView
} from '@chengyun/contract/streams'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Actor } from '../../../platform/actor.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { reachCondition, reaches, reachOf } from '../../registry/index.ts'
import { commandDevice, createDevice, editDevice, removeDevice, rotateDeviceSecret } from '../commands/devices.ts'
import { CONFIG, READ } from '../policy.ts'
import { presentDevice } from '../present-devices.ts'
import { listDeviceLog, removalOf } from '../queries/device-log.ts'
import { findDevice, listDevices } from '../queries/devices.ts'

const fail = thrower(DEVICE_ERRORS)
const closed = { additionalProperties: false }
const ById = Type.Object({ id: Id }, closed)
const Rotate = Type.Object({ secret: DeviceCreate.properties.secret }, closed)
const Key = Type.Object({ 'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 100 })) })

/** Devices: who sends, with which account, and whether he is heard. */
export const deviceRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db, keyring } = app
  const reading = { config: { permission: READ } } as const
  const changing = { config: { permission: CONFIG } } as const

  const view = async (id: string, actor: Actor): Promise<DeviceView> => {
    const row = await findDevice(db, id)
    if (!row || !reaches(await reachOf(db, actor, READ), row)) throw fail('STREAMS_DEVICE_NOT_FOUND', { device: id })
    return presentDevice(row, actor)
  }

  app.get(
    '/streams/devices',
    { ...reading, schema: { querystring: DeviceQuery, response: { 200: DevicePage } } },
    async (req) => {
      const { limit = 100 } = req.query
      const { rows, total } = await listDevices(db, req.query, reachCondition(await reachOf(db, req.actor, READ)))
      const items = rows.slice(0, limit).map((row) => presentDevice(row, req.actor))
      return { items, total, next: rows.length > limit ? items.at(-1)!.code : null }
    }
  )
  app.get('/streams/devices/:id', { ...reading, schema: { params: ById, response: { 200: DeviceView } } }, (req) =>
    view(req.params.id, req.actor)
  )
  app.post(
    '/streams/devices',
    {
      ...changing,
      schema: {
        summary: 'Connects a device; its secret is in this answer only',
        body: DeviceCreate,
        response: { 201: DeviceSecret }
      }
    },
    async (req, reply) => {
      const { id, secret } = await createDevice(keyring)(db, req.actor, req.body)
      const device = await view(id, req.actor)
      return reply.code(201).header('cache-control', 'no-store').send({ device, secret })
    }
  )
  app.put(
    '/streams/devices/:id',
    { ...changing, schema: { params: ById, body: DeviceEdit, response: { 200: DeviceView } } },
    async (req) => {
      await editDevice(db, req.actor, { ...req.body, id: req.params.id })
      return view(req.params.id, req.actor)
    }
  )
  app.post(
    '/streams/devices/:id/secret',
    {
      ...changing,
      schema: {
        summary: 'Another secret; the one before ends at once',
        params: ById,
        body: Rotate,
        response: { 200: DeviceSecret }
      }
    },
    async (req, reply) => {
      const secret = await rotateDeviceSecret(keyring)(db, req.actor, { id: req.params.id, secret: req.body.secret })
      return reply.header('cache-control', 'no-store').send({ device: await view(req.params.id, req.actor), secret })
    }
  )
  app.delete('/streams/devices/:id', { ...changing, schema: { params: ById, querystring: DeviceRemove } }, async (req, reply) => {
    await removeDevice(db, req.actor, { ...req.params, ...req.query })
    return reply.code(204).send()
  })
  app.get(
    '/streams/devices/:id/removal',
    {
      ...changing,
      schema: { summary: 'What hangs on a device: said before it is removed', params: ById, response: { 200: DeviceRemoval } }
    },
    async (req) => {
      const { thing } = await view(req.params.id, req.actor)
      return removalOf(db, req.params.id, thing.id)
    }
  )
  app.get(
    '/streams/devices/:id/log',
    {
      ...reading,
      schema: {
        summary: 'What became of a device: heard and silent, commands and answers, changes of its account',
        params: ById,
        querystring: DeviceLogQuery,
        response: { 200: DeviceLogPage }
      }
    },
    async (req) => {
      const { id } = await view(req.params.id, req.actor)
      return listDeviceLog(db, id, req.query)
    }
  )
  app.post(
    '/streams/devices/:id/commands',
    {
      config: { permission: 'alarms:actuate' },
      schema: {
        summary: 'Tells a device to do something; its answer is the event streams.deviceReplied',
        headers: Key,
        params: ById,
        body: DeviceCommand,
        response: { 202: Type.Object({ msgId: Type.String() }, closed) }
      }
    },
    async (req, reply) => {
      const input = { id: req.params.id, msgId: newId(), ...req.body }
      const key = req.headers['idempotency-key']
      return reply.code(202).send(await commandDevice(db, req.actor, input, key === undefined ? {} : { key: `command ${key}` }))
    }
  )
}
