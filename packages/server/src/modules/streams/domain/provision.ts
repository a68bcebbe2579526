import type { DeviceCreate, DeviceProtocol } from '@chengyun/contract/streams'
import { DEVICE_PROTOCOLS } from '@chengyun/contract/streams'

/** What a row of a file of devices asks for. */
export interface ProvisionWish {
  register: string
  /** Of an item that is there; null: one is made. */
  code: string | null
  name: string
  class: string
  place: [number, number] | null
  attributes: Record<string, string>
  protocol: DeviceProtocol
  account: string | null
  secret: string | null
  thing: { register: string; code: string } | null
  /** Keys of templates; `all`: every one of the thing's register. */
  streams: readonly string[] | 'all'
  config: DeviceCreate['config']
  silentAfterS: number | null
}

export interface RowFault {
  column: string
  code: string
  message: string
  messageZh: string
}

/** Columns and what they may be called. Others are attributes of the register, under their keys. */
const COLUMNS = {
  register: ['register', '台账'],
  code: ['code', '编码', '设备编码'],
  name: ['name', '名称', '设备名称'],
  class: ['class', '分类', '类别'],
  lng: ['lng', '经度'],
  lat: ['lat', '纬度'],
  protocol: ['protocol', '协议', '接入协议'],
  account: ['account', '账号'],
  secret: ['secret', '密码'],
  thingRegister: ['thingRegister', '对象台账', '监测对象台账'],
  thingCode: ['thingCode', '对象编码', '监测对象编码'],
  streams: ['streams', '感知项'],
  mn: ['mn', 'MN', '设备唯一标识'],
  config: ['config', '配置'],
  silentAfterS: ['silentAfterS', '离线判定秒数']
} as const
type Column = keyof typeof COLUMNS
const NAMES = new Map<string, Column>(
  Object.entries(COLUMNS).flatMap(([column, names]) => names.map((n) => [n, column as Column]))
)

/** A row as a wish, with everything that is wrong with it. */
export function readWish(cells: Readonly<Record<string, string>>): { wish: ProvisionWish; faults: RowFault[] } {
  const known: Partial<Record<Column, string>> = {}
  const attributes: Record<string, string> = {}
  for (const [header, cell] of Object.entries(cells)) {
    const text = cell.trim()
    if (text === '') continue
    const column = NAMES.get(header.trim())
    if (column) known[column] = text
    else if (/^[a-z][a-zA-Z0-9]{0,39}$/.test(header.trim())) attributes[header.trim()] = text
  }
  const faults: RowFault[] = []
  const say = (column: Column, message: string) =>
    faults.push({ column, code: 'PROVISION_CELL', message: `expected: ${message}`, messageZh: `应为：${message}` })
  const protocol = known.protocol?.toLowerCase() ?? 'mqtt'
  if (!(DEVICE_PROTOCOLS as readonly string[]).includes(protocol)) say('protocol', DEVICE_PROTOCOLS.join(' | '))
  const lng = Number(known.lng ?? Number.NaN)
  const lat = Number(known.lat ?? Number.NaN)
  const hasPlace = known.lng !== undefined || known.lat !== undefined
  if (hasPlace && !(Math.abs(lng) <= 180 && Math.abs(lat) <= 90)) say('lng', '[lng, lat]')
  if ((known.thingRegister === undefined) !== (known.thingCode === undefined)) say('thingCode', 'thingRegister + thingCode')
  if (known.code === undefined && known.account === undefined) say('account', 'code | account')
  if (known.account !== undefined && !/^[A-Za-z0-9._:-]{1,60}$/.test(known.account)) say('account', 'A–Z a–z 0–9 . _ : -')
  if (known.secret !== undefined && (known.secret.length < 6 || known.secret.length > 100)) say('secret', '6–100')
  const silentAfterS = known.silentAfterS === undefined ? null : Number(known.silentAfterS)
  if (silentAfterS !== null && !(Number.isInteger(silentAfterS) && silentAfterS >= 5)) say('silentAfterS', '≥ 5')
  let config: DeviceCreate['config']
  if (known.config !== undefined)
    try {
      config = JSON.parse(known.config) as DeviceCreate['config']
    } catch {
      say('config', 'JSON')
    }
  if (known.mn !== undefined) config = { ...config, hj212: { ...config?.hj212, mn: known.mn } }
  const streams =
    known.streams === undefined
      ? []
      : known.streams === 'all' || known.streams === '全部'
        ? 'all'
        : known.streams.split(/[|,，、\s]+/)
  return {
    faults,
    wish: {
      register: known.register ?? 'device',
      code: known.code ?? null,
      name: known.name ?? known.account ?? known.code ?? '',
      class: known.class ?? 'sensor',
      place: hasPlace ? [lng, lat] : null,
      attributes,
      protocol: protocol as DeviceProtocol,
      account: known.account ?? null,
      secret: known.secret ?? null,
      thing: known.thingCode === undefined ? null : { register: known.thingRegister ?? '', code: known.thingCode },
      streams,
      config,
      silentAfterS
    }
  }
}
