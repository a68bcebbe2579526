import type {
  DeviceConfig,
  DeviceProtocol,
  DeviceQuery,
  DeviceState,
  PayloadMapping,
  TopicRights
} from '@chengyun/contract/streams'
import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

/** A device as its process needs it to take what it sends. */
export interface DeviceRow {
  item_id: string
  type_id: string
  code: string
  thing_id: number
  thing_item_id: string
  protocol: DeviceProtocol
  account: string
  secret_hash: string
  secret_enc: string
  mn: string | null
  config: DeviceConfig
  rights: TopicRights
  silent_after_s: number
  enabled: boolean
  state: DeviceState
  last_seen_at: Date | null
}

const COLUMNS =
  sql.raw(`d.item_id, d.type_id, d.code, d.thing_id, t.item_id as thing_item_id, d.protocol, d.account, d.secret_hash, d.secret_enc,
  d.mn, d.config, d.rights, d.silent_after_s, d.enabled, d.state, d.last_seen_at`)

/** All devices, or those of these ids. */
export async function loadDevices(db: Db, ids?: readonly string[]): Promise<DeviceRow[]> {
  const { rows } = await sql<DeviceRow>`select ${COLUMNS} from streams.device d join streams.thing t on t.id = d.thing_id
    ${ids === undefined ? sql`` : sql`where d.item_id = any(${[...ids]}::uuid[])`}`.execute(db)
  return rows
}

export interface MappingRow {
  id: string
  key: string
  declaration: PayloadMapping
  origin: string
  enabled: boolean
  version: number
  updated_at: Date
}

export async function listMappings(db: Db | Tx): Promise<MappingRow[]> {
  const { rows } =
    await sql<MappingRow>`select id, key, declaration, origin, enabled, version, updated_at from streams.mapping order by key`.execute(
      db
    )
  return rows
}

export async function findMapping(db: Db | Tx, key: string, lock = false): Promise<MappingRow | undefined> {
  const { rows } = await sql<MappingRow>`select id, key, declaration, origin, enabled, version, updated_at from streams.mapping
    where key = ${key} ${lock ? sql`for update` : sql``}`.execute(db)
  return rows[0]
}

/** A device with what lists and forms show of it. */
export interface DeviceListRow extends DeviceRow {
  name: string
  grid_code: string | null
  authority_id: string | null
  owner_id: string | null
  maintainer_id: string | null
  thing_type: string
  thing_code: string
  thing_name: string
  firmware: string
  notes: string
  state_at: Date | null
  secret_at: Date
  calibration_due_on: string | null
  faults: number
  fault_at: Date | null
  fault_code: string | null
  fault_detail: string | null
  version: number
}

const LIST = sql`select ${COLUMNS}, i.name, i.grid_code, i.authority_id, i.owner_id, i.maintainer_id, ti.type_id as thing_type, ti.code as thing_code,
  ti.name as thing_name, d.firmware, d.notes, d.state_at, d.secret_at, i.attributes->>'calibrationDueOn' as calibration_due_on, d.faults::float8 as faults,
  d.fault_at, d.fault_code, d.fault_detail, d.version
  from streams.device d join streams.thing t on t.id = d.thing_id
  join registry.pub_item i on i.type_id = d.type_id and i.id = d.item_id join registry.pub_item ti on ti.type_id = t.type_id and ti.id = t.item_id`

function conditions(q: Omit<DeviceQuery, 'after' | 'limit'>, reach: RawBuilder<boolean> | null): RawBuilder<unknown> {
  const all: RawBuilder<unknown>[] = [sql`true`]
  if (reach) all.push(reach)
  if (q.register) all.push(sql`d.type_id = ${q.register}`)
  if (q.protocol) all.push(sql`d.protocol = ${q.protocol}`)
  if (q.state) all.push(sql`d.state = ${q.state}`)
  if (q.area) all.push(sql`i.grid_code like ${`${q.area}%`}`)
  if (q.faulty) all.push(sql`d.fault_at is not null`)
  if (q.calibrationDueBy) all.push(sql`i.attributes->>'calibrationDueOn' <= ${q.calibrationDueBy}`)
  if (q.q) {
    const like = `%${q.q.replace(/[%_\\]/g, '\\$&')}%`
    all.push(sql`(d.code ilike ${like} or i.name ilike ${like} or d.account ilike ${like} or d.mn ilike ${like})`)
  }
  return sql.join(all, sql` and `)
}

/** Devices in the order of their codes. */
export async function listDevices(
  db: Db,
  query: DeviceQuery,
  reach: RawBuilder<boolean> | null
): Promise<{ rows: DeviceListRow[]; total: number }> {
  const { after, limit = 100, ...rest } = query
  const where = conditions(rest, reach)
  const { rows } = await sql<DeviceListRow>`${LIST} where ${where} ${after === undefined ? sql`` : sql`and d.code > ${after}`}
    order by d.code limit ${limit + 1}`.execute(db)
  const counted = await sql<{ n: number }>`select count(*)::int as n from streams.device d
    join registry.pub_item i on i.type_id = d.type_id and i.id = d.item_id where ${where}`.execute(db)
  return { rows, total: counted.rows[0]?.n ?? 0 }
}

export async function findDevice(db: Db | Tx, id: string): Promise<DeviceListRow | undefined> {
  const { rows } = await sql<DeviceListRow>`${LIST} where d.item_id = ${id}`.execute(db)
  return rows[0]
}
