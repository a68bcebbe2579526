/** Publishers and subscribers of MQTT 3.1.1 on bare sockets, cheap enough not to be what is measured. */
import { connect, type Socket } from 'node:net'

export interface Account {
  username: string
  password: string
  topic: string
}

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value)
  const head = Buffer.alloc(2)
  head.writeUInt16BE(bytes.length)
  return Buffer.concat([head, bytes])
}

const sized = (first: number, rest: Buffer): Buffer => {
  const size: number[] = []
  for (let left = rest.length; ; left = Math.floor(left / 128)) {
    size.push(left < 128 ? left : (left % 128) | 0x80)
    if (left < 128) break
  }
  return Buffer.concat([Buffer.from([first, ...size]), rest])
}

/** A connection that is signed in. */
export async function openLine(port: number, account: Account, clientId: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  await new Promise((done, failed) => {
    socket.once('connect', done)
    socket.once('error', failed)
  })
  const rest = Buffer.concat([
    text('MQTT'),
    Buffer.from([4, 0xc2, 0, 0]),
    text(clientId),
    text(account.username),
    text(account.password)
  ])
  socket.write(sized(0x10, rest))
  const answer = await new Promise<Buffer>((done) => socket.once('data', done))
  if (answer[3] !== 0) throw new Error(`CONNACK ${answer[3]} for ${account.username}`)
  return socket
}

/** The last time given under a topic: no reading comes twice. */
const times = new Map<string, number>()

/** Makes PUBLISH packets that differ in their identifier and the 13 digits of their time. */
class Template {
  readonly #bytes: Buffer
  readonly #idAt: number
  readonly #timeAt: number
  readonly #topic: string
  #id = 0

  constructor(topic: string, qos: 0 | 1) {
    const payload = '{"ts":0000000000000,"values":{"supplyC":45.5}}'
    const body = Buffer.concat([text(topic), qos === 1 ? Buffer.alloc(2) : Buffer.alloc(0), Buffer.from(payload)])
    this.#bytes = sized(0x30 | (qos << 1), body)
    this.#timeAt = this.#bytes.indexOf('0000000000000')
    this.#topic = topic
    this.#idAt = qos === 1 ? this.#bytes.length - payload.length - 2 : -1
  }

  take(count: number): Buffer {
    const size = this.#bytes.length
    const out = Buffer.allocUnsafe(size * count)
    let at = times.get(this.#topic) ?? Date.now() - 40_000_000
    for (let i = 0; i < count; i += 1) {
      const from = i * size
      this.#bytes.copy(out, from)
      at += 1
      out.write(String(at), from + this.#timeAt, 'latin1')
      if (this.#idAt < 0) continue
      this.#id = this.#id >= 65_535 ? 1 : this.#id + 1
      out.writeUInt16BE(this.#id, from + this.#idAt)
    }
    times.set(this.#topic, at)
    return out
  }
}

export interface Load {
  sent: number
  acknowledged: number
  received: number
  seconds: number
  /** Connections that were closed on the way. */
  lost: number
}

/** QoS 1: every connection keeps `window` publications unacknowledged for so many seconds; what was acknowledged is counted. */
export async function publishQos1(port: number, accounts: readonly Account[], window: number, seconds: number): Promise<Load> {
  const load: Load = { sent: 0, acknowledged: 0, received: 0, seconds: 0, lost: 0 }
  let isOver = false
  const lines = await Promise.all(accounts.map((a, i) => openLine(port, a, `publisher-${i}`)))
  const began = performance.now()
  lines.forEach((socket, i) => {
    const template = new Template(accounts[i]!.topic, 1)
    let bytes = 0
    let open = window
    socket.on('data', (chunk) => {
      bytes += chunk.length
      // A PUBACK has four bytes.
      const acks = Math.floor(bytes / 4)
      bytes -= acks * 4
      if (isOver) return
      load.acknowledged += acks
      open -= acks
      if (open > window / 2) return
      const more = window - open
      open = window
      load.sent += more
      socket.write(template.take(more))
    })
    socket.on('close', () => {
      if (!isOver) load.lost += 1
    })
    socket.on('error', () => undefined)
    load.sent += window
    socket.write(template.take(window))
  })
  await new Promise((done) => setTimeout(done, seconds * 1000))
  isOver = true
  load.seconds = (performance.now() - began) / 1000
  for (const socket of lines) socket.destroy()
  return load
}

/** QoS 0 as fast as the sockets take it, `depth` packets at a time. */
export async function flood(port: number, accounts: readonly Account[], depth: number, seconds: number): Promise<Load> {
  const load: Load = { sent: 0, acknowledged: 0, received: 0, seconds: 0, lost: 0 }
  let isOver = false
  const lines = await Promise.all(accounts.map((a, i) => openLine(port, a, `flood-${i}`)))
  const began = performance.now()
  lines.forEach((socket, i) => {
    const template = new Template(accounts[i]!.topic, 0)
    const push = () => {
      while (!isOver) {
        load.sent += depth
        if (!socket.write(template.take(depth))) break
      }
    }
    socket.on('drain', push)
    socket.on('close', () => {
      if (!isOver) load.lost += 1
    })
    socket.on('error', () => undefined)
    push()
  })
  await new Promise((done) => setTimeout(done, seconds * 1000))
  isOver = true
  load.seconds = (performance.now() - began) / 1000
  for (const socket of lines) socket.destroy()
  return load
}

/** Listens with QoS 1 (acknowledging) or 0 and counts messages. */
export async function subscribe(
  port: number,
  account: Account,
  filter: string,
  qos: 0 | 1
): Promise<{ received(): number; lost(): boolean; close(): void }> {
  const socket = await openLine(port, account, 'subscriber')
  let received = 0
  let isLost = false
  let rest = Buffer.alloc(0)
  socket.on('close', () => {
    isLost = true
  })
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const acks: number[] = []
    let at = 0
    while (data.length - at >= 2) {
      let size = 0
      let from = at + 1
      for (let shift = 0; from < data.length; shift += 7) {
        const byte = data[from++]!
        size += (byte & 0x7f) << shift
        if (byte < 0x80) break
      }
      if (data.length - from < size) break
      const first = data[at]!
      if (first >> 4 === 3) {
        received += 1
        if (first & 6) {
          const idAt = from + 2 + data.readUInt16BE(from)
          acks.push(0x40, 2, data[idAt]!, data[idAt + 1]!)
        }
      }
      at = from + size
    }
    rest = Buffer.from(data.subarray(at))
    if (acks.length > 0) socket.write(Buffer.from(acks))
  })
  socket.write(sized(0x82, Buffer.concat([Buffer.from([0, 1]), text(filter), Buffer.from([qos])])))
  await new Promise((done) => setTimeout(done, 200))
  return { received: () => received, lost: () => isLost, close: () => socket.destroy() }
}
