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
import { ensureThing, ensureThings, removeStreams } from './catalogue.ts'
import { observedItems, reachedItems } from './device-items.ts'
import { type DeviceNote, noteDevices } from './device-log.ts'

const fail = thrower(DEVICE_ERRORS)
const NO_RIGHTS: TopicRights = { publish: [], subscribe: [] }
/** How often a device must be heard unless it is said otherwise. */
const SILENT_AFTER_S: Record<DeviceProtocol, number> = { mqtt: 600, hj212: 900, modbus: 300, push: 900 }

/** What is stored of a secret beside its encryption: with another account or another key it is another digest. */
export const secretHash = (keyring: Pick<Keyring, 'index'>, account: string, secret: string): string =>
  keyring.index(`device\n${account}\n${secret}`)
export const secretContext = (itemId: string): string => `device.secret:${itemId}`

const changed = (ctx: CommandContext, ids: readonly string[]): void => ctx.emit('streams.changed', { what: 'device', ids })

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

/** A unique index said no: which one, and of what, decides what is said. */
function taken(error: unknown): unknown {
  const { code, constraint, detail } = error as { code?: string; constraint?: string; detail?: string }
  if (code !== '23505') return error
  // Key (account)=(d-1) already exists.
  const value = /\)=\((?:.*, )?(.*)\)/.exec(detail ?? '')?.[1] ?? ''
  if (constraint === 'device_account_ux') return fail('STREAMS_ACCOUNT_TAKEN', { account: value })
  if (constraint === 'device_mn_ux') return fail('STREAMS_MN_TAKEN', { mn: value })
  return fail('STREAMS_DEVICE_EXISTS', { code: value })
}

/**
 * Connects devices: items of registers get a protocol and an account. The secrets are in the answer and nowhere else in plain. All or none.
 * Throws STREAMS_DEVICE_ITEM, STREAMS_DEVICE_EXISTS, STREAMS_ACCOUNT_TAKEN, STREAMS_MN_TAKEN, STREAMS_DEVICE_CONFIG, STREAMS_DEVICE_TOPIC.
 */
export const createDevices = (keyring: Keyring) =>
  command(async (tx, drafts: readonly DeviceCreate[], ctx): Promise<{ id: string; secret: string }[]> => {
    for (const { protocol, config = {}, rights = NO_RIGHTS } of drafts) {
      checkConfig(protocol, config)
      checkRights(rights)
    }
    const items = await reachedItems(tx, ctx.actor, drafts)
    const observed = await observedItems(tx, ctx.actor, drafts, items)
    const things = await ensureThings(tx, observed, ctx.now)
    const made = items.map(({ id }, i) => ({ id, secret: drafts[i]!.secret ?? newToken() }))
    const rows = drafts.map((d, i) => {
      const { id, secret } = made[i]!
      const account = d.account ?? d.code
      return {
        item_id: id,
        type_id: items[i]!.type_id,
        code: items[i]!.code,
        thing_id: things.get(observed[i]!)!,
        protocol: d.protocol,
        account,
        secret_hash: secretHash(keyring, account, secret),
        secret_enc: keyring.encrypt(secret, secretContext(id)),
        mn: d.config?.hj212?.mn ?? null,
        config: d.config ?? {},
        rights: d.rights ?? NO_RIGHTS,
        silent_after_s: d.silentAfterS ?? SILENT_AFTER_S[d.protocol],
        firmware: d.firmware ?? '',
        notes: d.notes ?? ''
      }
    })
    try {
      await sql`insert into streams.device (item_id, type_id, code, thing_id, protocol, account, secret_hash, secret_enc, secret_at, mn, config, rights,
          silent_after_s, firmware, notes, created_at, updated_at)
        select item_id, type_id, code, thing_id, protocol, account, secret_hash, secret_enc, ${ctx.now}, mn, config, rights,
          silent_after_s, firmware, notes, ${ctx.now}, ${ctx.now}
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as d(item_id uuid, type_id text, code text, thing_id int, protocol text, account text,
          secret_hash text, secret_enc text, mn text, config jsonb, rights jsonb, silent_after_s int, firmware text, notes text)`.execute(
        tx
      )
    } catch (error) {
      throw taken(error)
    }
    for (const { item_id, type_id, code, protocol, account, rights } of rows)
      ctx.audit({
        action: 'streams.deviceCreated',
        objectType: 'device',
        objectId: item_id,
        after: { register: type_id, code, protocol, account, rights },
        result: 'ok'
      })
    const ids = made.map((m) => m.id)
    await noteDevices(
      tx,
      ids.map((id) => ({ id, kind: 'connected', by: ctx.actor.name })),
      ctx.now
    )
    changed(ctx, ids)
    return made
  })

/** One device; see `createDevices`. */
export const createDevice = (keyring: Keyring) =>
  command(
    async (tx, input: DeviceCreate, ctx): Promise<{ id: string; secret: string }> =>
      (await createDevices(keyring).within(tx, [input], ctx))[0]!
  )

interface Locked {
  item_id: string
  type_id: string
  code: string
  account: string
  thing_id: number
  protocol: DeviceProtocol
  enabled: boolean
  firmware: string
  version: number
}

/** The device, locked, if the actor reaches it. Throws STREAMS_DEVICE_NOT_FOUND, STREAMS_DEVICE_CONFLICT. */
async function lockDevice(tx: Tx, actor: Actor, id: string, version?: number): Promise<Locked> {
  const { rows } =
    await sql<Locked>`select item_id, type_id, code, account, thing_id, protocol, enabled, firmware, version from streams.device where item_id = ${id} for update`.execute(
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
  const [thing] = input.thing ? await reachedItems(tx, ctx.actor, [input.thing]) : []
  const thingId = thing ? await ensureThing(tx, thing.id, ctx.now) : null
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
    throw taken(error)
  }
  const by = ctx.actor.name
  const notes: DeviceNote[] = []
  if (input.enabled !== undefined && input.enabled !== device.enabled)
    notes.push({ id, kind: input.enabled ? 'enabled' : 'disabled', by })
  if (input.firmware !== undefined && input.firmware !== device.firmware)
    notes.push({ id, kind: 'firmware', by, data: { from: device.firmware, to: input.firmware } })
  await noteDevices(tx, notes, ctx.now)
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
    await noteDevices(tx, [{ id: input.id, kind: 'secret', by: ctx.actor.name }], ctx.now)
    ctx.audit({ action: 'streams.deviceSecretRotated', objectType: 'device', objectId: input.id, result: 'ok' })
    changed(ctx, [input.id])
    return secret
  })

/**
 * Disconnects a device: its account and its history end. What it observed stays; `endStreams`: the streams of its thing take no more readings, unless
 * another device feeds them. Throws STREAMS_DEVICE_NOT_FOUND.
 */
export const removeDevice = command(async (tx, input: { id: string; endStreams?: boolean | undefined }, ctx): Promise<void> => {
  const device = await lockDevice(tx, ctx.actor, input.id)
  await sql`delete from streams.device_log where item_id = ${input.id}`.execute(tx)
  await sql`delete from streams.device where item_id = ${input.id}`.execute(tx)
  if (input.endStreams) {
    const { rows } = await sql<{
      id: number
    }>`select s.id from streams.stream s where s.thing_id = ${device.thing_id} and s.removed_at is null
      and not exists (select from streams.device d where d.thing_id = s.thing_id)`.execute(tx)
    await removeStreams.within(tx, { ids: rows.map((r) => r.id) }, ctx)
  }
  ctx.audit({
    action: 'streams.deviceRemoved',
    objectType: 'device',
    objectId: input.id,
    before: { register: device.type_id, code: device.code, protocol: device.protocol, account: device.account },
    after: { endStreams: input.endStreams === true },
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
    const { rows } = await sql<Locked>`select item_id, type_id, code, account, thing_id, protocol, enabled, firmware, version
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
    await noteDevices(tx, [{ id: device.item_id, kind: 'command', by: ctx.actor.name, data: { msgId, method, params } }], ctx.now)
    ctx.emit('streams.deviceCommanded', { deviceId: device.item_id, account: device.account, msgId, method, params })
    return { msgId }
  }
)
