import { sql } from 'kysely'
import { ServerTCP } from 'modbus-serial'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../../platform/actor.ts'
import { sweepSilent } from '../commands/device-state.ts'
import { type GatewayBed, gatewayBed, type MadeDevice, station, until } from './gateways.testing.ts'

let t: GatewayBed
let d: MadeDevice
let server: ServerTCP
const holding = Buffer.alloc(400)
let port = 0

const serve = (at: number) =>
  new Promise<ServerTCP>((done) => {
    const made = new ServerTCP(
      {
        getHoldingRegister: (address: number) => {
          if (address >= 190) throw Object.assign(new Error('illegal'), { modbusErrorCode: 2 })
          return holding.readUInt16BE(address * 2)
        },
        getInputRegister: (address: number) => 1000 + address,
        getCoil: (address: number) => address === 5,
        getDiscreteInput: (address: number) => address === 6
      },
      { host: '127.0.0.1', port: at, unitID: 1, debug: false }
    )
    made.on('initialized', () => done(made))
  })

beforeAll(async () => {
  t = await gatewayBed()
  port = 20_000 + Math.floor(Math.random() * 20_000)
  server = await serve(port)
  holding.writeFloatBE(61.5, 0)
  // CDAB: the words turned round.
  const pressure = Buffer.alloc(4)
  pressure.writeInt32BE(-123_456)
  pressure.copy(holding, 4, 2, 4)
  pressure.copy(holding, 6, 0, 2)
  holding.writeInt16BE(-5, 20)
  holding.writeUInt16BE(0b1000, 24)
  holding.writeUInt16BE(0xffff, 26)
  const streams = {
    supplyC: 'number',
    pressure: 'number',
    outdoorC: 'number',
    pumpOn: 'truth',
    none: 'number',
    level: 'number',
    door: 'truth'
  } as const
  d = await station(t, streams, {
    protocol: 'modbus',
    config: {
      modbus: {
        host: '127.0.0.1',
        port,
        unit: 1,
        intervalS: 0.3,
        timeoutMs: 500,
        registers: [
          { stream: 'supplyC', fn: 3, address: 0, type: 'float32' },
          { stream: 'pressure', fn: 3, address: 2, type: 'int32', order: 'CDAB', scale: 0.001 },
          { stream: 'outdoorC', fn: 3, address: 10, type: 'int16', scale: 0.1, offset: 1 },
          { stream: 'pumpOn', fn: 3, address: 12, type: 'bit', bit: 3 },
          { stream: 'none', fn: 3, address: 13, type: 'uint16', invalid: [65_535] },
          { stream: 'level', fn: 4, address: 7, type: 'uint16' },
          { stream: 'door', fn: 1, address: 5, type: 'bit' }
        ]
      }
    }
  })
})
afterAll(async () => {
  await t.close()
  await new Promise<void>((done) => server.close(() => done()))
})

const stateOf = async () => {
  await t.gateways.book.write()
  const { rows } = await sql<{
    state: string
    fault: string | null
    lost: Date | null
  }>`select state, fault_code as fault, lost_at as lost
    from streams.device where item_id = ${d.id}`.execute(t.database.db)
  return rows[0]!
}

test('registers of every type and order become readings; what the device has no value for does not', async () => {
  await until(() => t.latest(d.streams.door!) !== undefined)
  const values = Object.fromEntries(Object.entries(d.streams).map(([key, id]) => [key, t.latest(id)]))
  expect(values).toEqual({
    supplyC: 61.5,
    pressure: -123.456,
    outdoorC: 0.5,
    pumpOn: 1,
    none: undefined,
    level: 1007,
    door: 1
  })
  expect((await stateOf()).state).toBe('online')
})

test('a device that stops answering is lost, and heard again when it is back: one event each', async () => {
  await t.settle()
  await new Promise((r) => setTimeout(r, 500))
  const heard: string[] = []
  t.app.hub.watch((e) => {
    if (e.name.startsWith('streams.device') && e.payload.deviceId === d.id) heard.push(e.name)
  })
  await new Promise<void>((done) => server.close(() => done()))
  await until(async () => (await stateOf()).lost !== null, 'the device to be lost')
  expect((await stateOf()).fault).toBe('MODBUS_SILENT')
  await sweepSilent(t.database.db, SYSTEM, null, new Date(Date.now() + 60_000))
  expect((await stateOf()).state).toBe('offline')
  holding.writeFloatBE(62.5, 0)
  server = await serve(port)
  await until(() => t.latest(d.streams.supplyC!) === 62.5, 'the value after its return')
  await until(async () => (await stateOf()).state === 'online')
  await t.settle()
  await until(() => heard.length === 2)
  expect(heard).toEqual(['streams.deviceOffline', 'streams.deviceOnline'])
})
