import type { StreamsDeviceState } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { noteDevices } from './device-log.ts'

/** A device whose connection is gone is given so long to come back before it is offline. */
export const GRACE_S = 30

/** Devices as events name them. */
interface StateRow {
  item_id: string
  type_id: string
  code: string
  last_seen_at: Date | null
}

export async function told(tx: Tx, rows: readonly StateRow[]): Promise<StreamsDeviceState[]> {
  if (rows.length === 0) return []
  const { rows: items } = await sql<{ id: string; name: string; grid_code: string | null; units: (string | null)[] }>`
    select i.id, i.name, i.grid_code, array[i.authority_id, i.owner_id, i.maintainer_id] as units
    from registry.pub_item i where i.id = any(${rows.map((r) => r.item_id)}::uuid[])`.execute(tx)
  const of = new Map(items.map((i) => [i.id, i]))
  return rows.map((r) => {
    const item = of.get(r.item_id)
    return {
      deviceId: r.item_id,
      code: r.code,
      name: item?.name ?? r.code,
      typeId: r.type_id,
      gridCode: item?.grid_code ?? null,
      unitIds: [...new Set((item?.units ?? []).filter((id) => id !== null))],
      lastSeenAt: r.last_seen_at?.toISOString() ?? null
    }
  })
}

/**
 * Devices that were heard since the last time, and those whose connection ended. Who was not online is, with one event; who lost his connection has a
 * grace. Many at a time, in one statement.
 */
export const recordSightings = command(
  async (tx, input: { seen: ReadonlyMap<string, number>; lost: ReadonlyMap<string, number> }, ctx): Promise<number> => {
    const seen = [...input.seen]
    const { rows } = await sql<StateRow & { was: string }>`update streams.device d
      set last_seen_at = greatest(d.last_seen_at, to_timestamp(s.at / 1000.0)), lost_at = null, state = 'online',
        state_at = case when d.state = 'online' then d.state_at else ${ctx.now} end
      from unnest(${seen.map(([id]) => id)}::uuid[], ${seen.map(([, at]) => at)}::float8[]) as s(id, at), streams.device o
      where d.item_id = s.id and o.item_id = d.item_id and d.enabled
      returning d.item_id, d.type_id, d.code, d.last_seen_at, o.state as was`.execute(tx)
    const risen = rows.filter((r) => r.was !== 'online')
    for (const state of await told(tx, risen)) ctx.emit('streams.deviceOnline', { ...state })
    await noteDevices(
      tx,
      risen.map((r) => ({ id: r.item_id, kind: 'online' })),
      ctx.now
    )
    const lost = [...input.lost]
    if (lost.length > 0)
      await sql`update streams.device d set lost_at = to_timestamp(s.at / 1000.0)
        from unnest(${lost.map(([id]) => id)}::uuid[], ${lost.map(([, at]) => at)}::float8[]) as s(id, at)
        where d.item_id = s.id and d.state = 'online' and (d.last_seen_at is null or d.last_seen_at <= to_timestamp(s.at / 1000.0))`.execute(
        tx
      )
    return risen.length
  }
)

/** Devices that were silent for too long, or whose connection did not come back, are offline, with one event. */
export const sweepSilent = command(async (tx, _input: null, ctx): Promise<number> => {
  const { rows } = await sql<StateRow>`update streams.device set state = 'offline', state_at = ${ctx.now}
    where state = 'online' and (last_seen_at < ${ctx.now}::timestamptz - silent_after_s * interval '1 s'
      or lost_at < ${ctx.now}::timestamptz - ${GRACE_S} * interval '1 s' or not enabled)
    returning item_id, type_id, code, last_seen_at`.execute(tx)
  for (const state of await told(tx, rows)) ctx.emit('streams.deviceOffline', { ...state })
  await noteDevices(
    tx,
    rows.map((r) => ({ id: r.item_id, kind: 'offline', data: { lastSeenAt: r.last_seen_at?.toISOString() ?? null } })),
    ctx.now
  )
  return rows.length
})

/** The last fault of a device, and how many there were. */
export interface FaultNote {
  count: number
  at: number
  code: string
  detail: string
}

export const recordFaults = command(async (tx, input: { faults: ReadonlyMap<string, FaultNote> }, _ctx): Promise<void> => {
  const rows = [...input.faults].map(([id, f]) => ({
    id,
    count: f.count,
    at: f.at,
    code: f.code,
    detail: f.detail.slice(0, 500)
  }))
  await sql`update streams.device d set faults = d.faults + f.count, fault_at = to_timestamp(f.at / 1000.0), fault_code = f.code, fault_detail = f.detail
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as f(id uuid, count int, at float8, code text, detail text)
    where d.item_id = f.id`.execute(tx)
})

/** What devices said that is no reading: events of theirs, and answers to commands. */
export const announceDeviceWords = command(
  async (
    tx,
    input: { words: readonly ({ kind: 'event' | 'reply' } & Record<string, unknown> & { deviceId: string })[] },
    ctx
  ): Promise<void> => {
    for (const { kind, ...payload } of input.words)
      ctx.emit(kind === 'event' ? 'streams.deviceEvent' : 'streams.deviceReplied', payload)
    await noteDevices(
      tx,
      input.words.flatMap(({ kind, deviceId, msgId, code, data }) =>
        kind === 'reply' ? [{ id: deviceId, kind, data: { msgId, code, data } }] : []
      ),
      ctx.now
    )
  }
)

/** A signed request counts once. False: it was received before. */
export const takePushNonce = command(async (tx, input: { itemId: string; nonce: string }, { now }): Promise<boolean> => {
  const done = await sql`insert into streams.push_nonce (item_id, nonce, at) values (${input.itemId}, ${input.nonce}, ${now})
    on conflict do nothing`.execute(tx)
  return done.numAffectedRows === 1n
})

/** A nonce older than both ends of the window can no longer pass by its timestamp. */
const NONCE_MS = 15 * 60_000
export const forgetPushNonces = command(async (tx, _: null, { now }): Promise<void> => {
  await sql`delete from streams.push_nonce where at < ${new Date(now.getTime() - NONCE_MS)}`.execute(tx)
})
