import { connect, type Socket } from 'node:net'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GatewayBed, gatewayBed, type MadeDevice, station, until } from './gateways.testing.ts'
import { encode, Outgoing, PacketCutter } from './mqtt/packets.ts'
import { WINDOW } from './mqtt/session.ts'

const CONNECTIONS = 50
const DEEP = 200
const ROUNDS = 4

let t: GatewayBed
const devices: MadeDevice[] = []
const sockets: Socket[] = []
beforeAll(async () => {
  t = await gatewayBed()
  for (let i = 0; i < 5; i++)
    devices.push(await station(t, { supplyC: 'number' }, { protocol: 'mqtt', rights: { publish: [], subscribe: ['#'] } }))
})
afterAll(async () => {
  for (const s of sockets) s.destroy()
  await t.close()
})

async function line(d: MadeDevice, clientId: string): Promise<Socket> {
  const socket = connect(t.gateways.ports.mqtt!, '127.0.0.1')
  sockets.push(socket)
  socket.write(
    encode(
      {
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clientId,
        clean: true,
        username: d.code,
        password: Buffer.from(d.secret)
      },
      4
    )
  )
  const answer = await new Promise<Buffer>((done) => socket.once('data', done))
  expect(answer[3]).toBe(0)
  return socket
}

describe('50 connections, QoS 0, 200 deep, a subscriber on everything', () => {
  test('all of it is stored, nobody is cut off, no more than the window is under way', async () => {
    const subscriber = await line(devices[0]!, 'subscriber')
    const cutter = new PacketCutter(1024 * 1024)
    let heard = 0
    subscriber.on('data', (chunk: Buffer) => {
      cutter.push(chunk)
      for (let raw = cutter.next(); raw; raw = cutter.next()) if (raw.type === 3) heard += 1
    })
    subscriber.write(encode({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 0 }] }, 4))
    const lines = await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => line(devices[i % 5]!, `flood-${i}`)))
    let closed = 0
    let most = 0
    const watching = setInterval(() => {
      for (const l of t.gateways.broker.lines) most = Math.max(most, l.pending)
    }, 1)
    const began = Date.now() - 3_600_000
    lines.forEach((socket, i) => {
      socket.on('close', () => {
        closed += 1
      })
      const { code } = devices[i % 5]!
      for (let r = 0; r < ROUNDS; r++) {
        const packets: Buffer[] = []
        for (let k = 0; k < DEEP; k++) {
          const ts = began + (r * DEEP + k) * CONNECTIONS + i
          const body = Buffer.from(JSON.stringify({ ts, values: { supplyC: k } }))
          packets.push(new Outgoing(`city/370202/heating/${code}/up/telemetry`, body).plain(4, false))
        }
        socket.write(Buffer.concat(packets))
      }
    })
    const total = CONNECTIONS * DEEP * ROUNDS
    const stored = async () =>
      (await sql<{ n: number }>`select count(*)::int as n from streams.reading`.execute(t.database.db)).rows[0]!.n
    await until(async () => (await stored()) >= total, `${total} readings`, 80)
    clearInterval(watching)
    expect(await stored()).toBe(total)
    expect(closed).toBe(0)
    expect(most).toBeLessThanOrEqual(WINDOW)
    // The subscriber is told when the readings are stored already.
    await until(() => heard > 0, 'the subscriber')
  }, 100_000)
})

describe('what is no MQTT', () => {
  const raw = (bytes: Buffer) =>
    new Promise<string>((done) => {
      const socket = connect(t.gateways.ports.mqtt!, '127.0.0.1')
      sockets.push(socket)
      socket.on('close', () => done('closed'))
      socket.on('error', () => undefined)
      socket.write(bytes)
      setTimeout(() => done('open'), 20_000).unref()
    })

  test.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a length of five bytes', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x01])],
    ['a packet of 100 MB', Buffer.from([0x10, 0x80, 0x80, 0x80, 0x32])],
    ['PUBLISH before CONNECT', new Outgoing('a', Buffer.from('b')).plain(4, false)],
    [
      'a protocol of another name',
      encode({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: 'x' }, 4).fill('X', 4, 8)
    ]
  ])('%s is shown out', async (_name, bytes) => {
    expect(await raw(bytes)).toBe('closed')
  })

  test('topics that are none, and QoS 3, end a connection that was signed in', async () => {
    for (const bytes of [
      new Outgoing('a/+', Buffer.from('b')).plain(4, false),
      new Outgoing('$SYS/x', Buffer.from('b')).plain(4, false),
      Buffer.from([0x36, 5, 0, 1, 97, 0, 1]),
      Buffer.from([0x30, 4, 0, 9, 97, 97]),
      Buffer.from([0x32, 5, 0, 1, 97, 0, 0])
    ]) {
      const socket = await line(devices[1]!, `bad-${Math.random()}`)
      const end = new Promise<void>((done) => socket.once('close', () => done()))
      socket.write(bytes)
      socket.resume()
      await end
    }
  })

  test('random bytes after a sign-in never hurt the others', async () => {
    const good = await line(devices[2]!, 'good')
    for (let i = 0; i < 60; i++) {
      const socket = await line(devices[1]!, `noise-${i}`)
      socket.on('error', () => undefined)
      socket.write(Buffer.from(Array.from({ length: 60 }, () => Math.floor(Math.random() * 256))))
    }
    good.write(Buffer.from([0xc0, 0]))
    const pong = await new Promise<Buffer>((done) => good.once('data', done))
    expect([...pong]).toEqual([0xd0, 0])
  })
})
