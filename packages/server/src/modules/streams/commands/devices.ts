import {
  DEVICE_ERRORS,
  type DeviceConfig,
  type DeviceCreate,
  type DeviceEdit,
  type DeviceProtocol,
  type TopicRights
} from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { type Actor, may } from '../../../platform/actor.ts'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { type Keyring, newToken } from '../../org/index.ts'
import { findItem, reaches, reachOf } from '../../registry/index.ts'
import { isFilter } from '../domain/mqtt-topic.ts'
import { ensureThing } from './catalogue.ts'

const fail = thrower(DEVICE_ERRORS)
const NO_RIGHTS: TopicRights = { publish: [], subscribe: [] }
/** How often a device must be heard unless it is said otherwise. */
const SILENT_AFTER_S: Record<DeviceProtocol, number> = { mqtt: 600, hj212: 900, modbus: 300, push: 900 }

/** What is stored of a secret beside its encryption: with another account or another key it is another digest. */
export const secretHash = (keyring: Pick<Keyring, 'index'>, account: string, secret: string): string =>
  keyring.index(`device\n${account}\n${secret}`)
export const secretContext = (itemId: string): string => `device.secret:${itemId}`

const changed = (ctx: CommandContext, ids: readonly string[]): void => ctx.emit('streams.changed', { what: 'device', ids })

/** An item of a register the actor reaches with `streams:config`. Throws STREAMS_DEVICE_ITEM. */
async function itemOf(tx: Tx, actor: Actor, register: string, code: string) {
  const item = await findItem(tx, register, code)
  const isReached =
    item && item.removed_at === null && (actor.system || reaches(await reachOf(tx, actor, 'streams:config'), item))
  if (!item || !isReached) throw fail('STREAMS_DEVICE_ITEM', { register, code })
  return item
}

/** What the register says the device watches, when that is there. */
async function watchedBy(tx: Tx, attributes: Record<string, unknown>): Promise<string | undefined> {
  const { watches, watchesRegister } = attributes
  if (typeof watches !== 'string' || typeof watchesRegister !== 'string') return undefined
  const item = await findItem(tx, watchesRegister, watches)
  return item && item.removed_at === null ? item.id : undefined
}

function checkConfig(protocol: DeviceProtocol, config: DeviceConfig): void {
  const given = Object.keys(config).filter((key) => config[key as keyof DeviceConfig] !== undefined)
  const foreign = given.find((key) => key !== protocol)
  if (foreign) throw fail('STREAMS_DEVICE_CONFIG', { why: foreign })
  if ((protocol === 'modbus' || protocol === 'hj212') && config[protocol] === undefined)
    throw fail('STREAMS_DEVICE_CONFIG', { why: protocol })
  for (const r of config.modbus?.registers ?? []) {
    if (r.fn <= 2 && r.type !== 'bit') throw fail('STREAMS_DEVICE_CONFIG', { why: `${r.stream}: ${r.type}` })
    if (r.fn > 2 && r.type === 'bit' && r.bit === undefined) throw fail('STREAMS_DEVICE_CONFIG', { why: `${r.stream}: bit` })
  }
}

function checkRights(rights: TopicRights): void {
  for (const topic of [...rights.publish, ...rights.subscribe])
    if (!isFilter(topic)) throw fail('STREAMS_DEVICE_TOPIC', { topic })
}

/** A unique index said no: which one decides what is said. */
function taken(error: unknown, names: { code: string; account: string; mn: string }): unknown {
  const { code, constraint } = error as { code?: string; constraint?: string }
  if (code !== '23505') return error
  if (constraint === 'device_account_ux') return fail('STREAMS_ACCOUNT_TAKEN', { account: names.account })
  if (constraint === 'device_mn_ux') return fail('STREAMS_MN_TAKEN', { mn: names.mn })
  return fail('STREAMS_DEVICE_EXISTS', { code: names.code })
}

/**
 * Connects a device: an item of a register gets a protocol and an account. The secret is in the answer and nowhere else in plain.
 * Throws STREAMS_DEVICE_ITEM, STREAMS_DEVICE_EXISTS, STREAMS_ACCOUNT_TAKEN, STREAMS_MN_TAKEN, STREAMS_DEVICE_CONFIG, STREAMS_DEVICE_TOPIC.
 */
export const createDevice = (keyring: Keyring) =>
  command(async (tx, input: DeviceCreate, ctx): Promise<{ id: string; secret: string }> => {
    const { protocol, config = {}, rights = NO_RIGHTS } = input
    checkConfig(protocol, config)
    checkRights(rights)
    const item = await itemOf(tx, ctx.actor, input.register, input.code)
    const thingItem = input.thing
      ? (await itemOf(tx, ctx.actor, input.thing.register, input.thing.code)).id
      : ((await watchedBy(tx, item.attributes)) ?? item.id)
    const thingId = await ensureThing(tx, thingItem, ctx.now)
    const account = input.account ?? input.code
    const secret = input.secret ?? newToken()
    const mn = config.hj212?.mn ?? null
    try {
      await sql`insert into streams.device (item_id, type_id, code, thing_id, protocol, account, secret_hash, secret_enc, secret_at, mn, config, rights,
          silent_after_s, firmware, notes, created_at, updated_at)
        values (${item.id}, ${item.type_id}, ${item.code}, ${thingId}, ${protocol}, ${account}, ${secretHash(keyring, account, secret)},
          ${keyring.encrypt(secret, secretContext(item.id))}, ${ctx.now}, ${mn}, ${JSON.stringify(config)}::jsonb, ${JSON.stringify(rights)}::jsonb,
          ${input.silentAfterS ?? SILENT_AFTER_S[protocol]}, ${input.firmware ?? ''}, ${input.notes ?? ''}, ${ctx.now}, ${ctx.now})`.execute(
        tx
      )
    } catch (error) {
      throw taken(error, { code: item.code, account, mn: mn ?? '' })
    }
    ctx.audit({
      action: 'streams.deviceCreated',
      objectType: 'device',
      objectId: item.id,
      after: { register: item.type_id, code: item.code, protocol, account, rights },
      result: 'ok'
    })
    changed(ctx, [item.id])
    return { id: item.id, secret }
  })

interface Locked {
  item_id: string
  type_id: string
  code: string
  account: string
  protocol: DeviceProtocol
  version: number
}

/** The device, locked, if the actor reaches it. Throws STREAMS_DEVICE_NOT_FOUND, STREAMS_DEVICE_CONFLICT. */
async function lockDevice(tx: Tx, actor: Actor, id: string, version?: number): Promise<Locked> {
  const { rows } =
    await sql<Locked>`select item_id, type_id, code, account, protocol, version from streams.device where item_id = ${id} for update`.execute(
      tx
    )
  const device = rows[0]
  if (!device) throw fail('STREAMS_DEVICE_NOT_FOUND', { device: id })
  const item = await findItem(tx, device.type_id, device.code)
  if (!actor.system && !(item && reaches(await reachOf(tx, actor, 'streams:config'), item)))
    throw fail('STREAMS_DEVICE_NOT_FOUND', { device: id })
  if (version !== undefined && device.version !== version) throw fail('STREAMS_DEVICE_CONFLICT', { current: device.version })
  return device
}

/** Throws as createDevice, and STREAMS_DEVICE_NOT_FOUND, STREAMS_DEVICE_CONFLICT. */
export const editDevice = command(async (tx, { id, ...input }: DeviceEdit & { id: string }, ctx): Promise<void> => {
  const device = await lockDevice(tx, ctx.actor, id, input.version)
  if (input.config) checkConfig(device.protocol, input.config)
  if (input.rights) checkRights(input.rights)
  const thingId = input.thing
    ? await ensureThing(tx, (await itemOf(tx, ctx.actor, input.thing.register, input.thing.code)).id, ctx.now)
    : null
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value))
  try {
    await sql`update streams.device set thing_id = coalesce(${thingId}::int, thing_id), config = coalesce(${json(input.config)}::jsonb, config),
      mn = case when ${input.config !== undefined} then ${input.config?.hj212?.mn ?? null}::text else mn end,
      rights = coalesce(${json(input.rights)}::jsonb, rights), silent_after_s = coalesce(${input.silentAfterS ?? null}::int, silent_after_s),
      firmware = coalesce(${input.firmware ?? null}::text, firmware), notes = coalesce(${input.notes ?? null}::text, notes),
      enabled = coalesce(${input.enabled ?? null}::boolean, enabled), version = version + 1, updated_at = ${ctx.now} where item_id = ${id}`.execute(
      tx
    )
  } catch (error) {
    throw taken(error, { code: device.code, account: device.account, mn: input.config?.hj212?.mn ?? '' })
  }
  const { version: _, ...after } = input
  ctx.audit({ action: 'streams.deviceChanged', objectType: 'device', objectId: id, after, result: 'ok' })
  changed(ctx, [id])
})

/** Another secret; the one before ends at once, and with it the device's connections. Throws STREAMS_DEVICE_NOT_FOUND. */
export const rotateDeviceSecret = (keyring: Keyring) =>
  command(async (tx, input: { id: string; secret?: string | undefined }, ctx): Promise<string> => {
    const device = await lockDevice(tx, ctx.actor, input.id)
    const secret = input.secret ?? newToken()
    await sql`update streams.device set secret_hash = ${secretHash(keyring, device.account, secret)},
      secret_enc = ${keyring.encrypt(secret, secretContext(input.id))}, secret_at = ${ctx.now}, version = version + 1, updated_at = ${ctx.now}
      where item_id = ${input.id}`.execute(tx)
    ctx.audit({ action: 'streams.deviceSecretRotated', objectType: 'device', objectId: input.id, result: 'ok' })
    changed(ctx, [input.id])
    return secret
  })

/** Disconnects a device: its account ends, what it observed stays. Throws STREAMS_DEVICE_NOT_FOUND. */
export const removeDevice = command(async (tx, input: { id: string }, ctx): Promise<void> => {
  const device = await lockDevice(tx, ctx.actor, input.id)
  await sql`delete from streams.device where item_id = ${input.id}`.execute(tx)
  ctx.audit({
    action: 'streams.deviceRemoved',
    objectType: 'device',
    objectId: input.id,
    before: { register: device.type_id, code: device.code, protocol: device.protocol, account: device.account },
    result: 'ok'
  })
  changed(ctx, [input.id])
})

/**
 * Tells a device to do something. Every process hears of it and the one the device is connected to says it; the device answers with
 * `streams.deviceReplied`. Throws STREAMS_DEVICE_NOT_FOUND, STREAMS_DEVICE_NO_COMMANDS.
 */
export const commandDevice = command(
  async (
    tx,
    input: { id: string; msgId: string; method: string; params?: Record<string, unknown> | undefined },
    ctx
  ): Promise<{ msgId: string }> => {
    const { rows } = await sql<Locked & { enabled: boolean }>`select item_id, type_id, code, account, protocol, version, enabled
      from streams.device where item_id = ${input.id}`.execute(tx)
    const device = rows[0]
    if (!device) throw fail('STREAMS_DEVICE_NOT_FOUND', { device: input.id })
    if (!device.enabled || device.protocol !== 'mqtt') throw fail('STREAMS_DEVICE_NO_COMMANDS')
    if (!ctx.actor.system) {
      const item = await findItem(tx, device.type_id, device.code)
      const isReached = item && may(ctx.actor, 'alarms:actuate') && reaches(await reachOf(tx, ctx.actor, 'alarms:actuate'), item)
      if (!isReached) throw fail('STREAMS_DEVICE_NOT_FOUND', { device: input.id })
    }
    const { msgId, method, params = {} } = input
    ctx.audit({
      action: 'streams.deviceCommanded',
      objectType: 'device',
      objectId: device.item_id,
      after: { msgId, method, params },
      result: 'ok'
    })
    ctx.emit('streams.deviceCommanded', { deviceId: device.item_id, account: device.account, msgId, method, params })
    return { msgId }
  }
)
