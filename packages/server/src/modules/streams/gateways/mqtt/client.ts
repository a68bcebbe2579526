import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ISubackPacket } from 'mqtt-packet'
import type { GatewayLog } from '../log.ts'
import { encode, Outgoing, PacketCutter, ProtocolError, type Publication, readPublish, slowReader, writeId } from './packets.ts'

export interface OutsideOptions {
  /** mqtt://user:password@host:port or mqtts://… */
  url: string
  clientId: string
  topics(): readonly string[]
  log: GatewayLog
  mostBytes: number
  /** `settle` is called once what the message brought is stored. */
  receive(publication: Publication, settle: () => void): void
}

const KEEPALIVE_S = 30
const RETRY_MS = [500, 1000, 2000, 5000, 10_000, 30_000]
const CONNECT_MS = 10_000
/** Messages that are not yet stored; beyond it the socket is not read, and the broker keeps the rest. */
const WINDOW = 1000

/**
 * The platform as a client of a broker outside: a session that the broker keeps, QoS 1, each message acknowledged after its commit. What the broker
 * delivered and was not acknowledged comes again when the line is back, so nothing is lost on either side's restart.
 */
export class OutsideBroker {
  readonly #options: OutsideOptions
  #socket: Socket | null = null
  #retry = 0
  #timer: NodeJS.Timeout | undefined
  #pinger: NodeJS.Timeout | undefined
  #isStopped = false
  #isOpen = false
  #subscribed: readonly string[] = []
  #nextId = 1
  /** Publications of ours the broker has not acknowledged. */
  readonly #unsent = new Map<number, Outgoing>()
  received = 0

  constructor(options: OutsideOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  start(): void {
    this.#connect()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    clearInterval(this.#pinger)
    const socket = this.#socket
    if (!socket) return
    if (this.#isOpen) socket.end(encode({ cmd: 'disconnect' }, 4))
    await new Promise<void>((done) => {
      socket.once('close', () => done())
      setTimeout(() => socket.destroy(), 500).unref()
    })
  }

  /** Ask for what is to be read now: mappings came or went. */
  resubscribe(): void {
    if (!this.#isOpen) return
    const wanted = this.#options.topics()
    const gone = this.#subscribed.filter((t) => !wanted.includes(t))
    const fresh = wanted.filter((t) => !this.#subscribed.includes(t))
    if (gone.length > 0) this.#write(encode({ cmd: 'unsubscribe', messageId: this.#id(), unsubscriptions: [...gone] }, 4))
    if (fresh.length > 0) this.#subscribe(fresh)
    this.#subscribed = [...wanted]
  }

  /** QoS 1; kept until the broker acknowledged it. */
  publish(topic: string, payload: Buffer): void {
    const id = this.#id()
    const message = new Outgoing(topic, payload).keep()
    if (this.#unsent.size >= 10_000) this.#unsent.delete(this.#unsent.keys().next().value as number)
    this.#unsent.set(id, message)
    if (this.#isOpen) this.#write(message.numbered(4, id, false, false))
  }

  #id(): number {
    do this.#nextId = this.#nextId >= 0xffff ? 1 : this.#nextId + 1
    while (this.#unsent.has(this.#nextId))
    return this.#nextId
  }

  #write(bytes: Buffer): void {
    this.#socket?.write(bytes)
  }

  #subscribe(topics: readonly string[]): void {
    const subscriptions = topics.map((topic) => ({ topic, qos: 1 as const }))
    this.#write(encode({ cmd: 'subscribe', messageId: this.#id(), subscriptions }, 4))
  }

  #connect(): void {
    if (this.#isStopped) return
    const { url, clientId, mostBytes, log } = this.#options
    const { protocol, hostname, port, username, password } = new URL(url)
    const isTls = protocol === 'mqtts:'
    const host = hostname.replace(/^\[|\]$/g, '')
    const socket = isTls
      ? connectTls({ host, port: Number(port || 8883), servername: host })
      : connectTcp({ host, port: Number(port || 1883) })
    this.#socket = socket
    socket.setNoDelay(true)
    const cutter = new PacketCutter(mostBytes)
    const slow = slowReader()
    let pending = 0
    const deadline = setTimeout(() => socket.destroy(new Error('no CONNACK')), CONNECT_MS)
    const settled = (p: Publication) => {
      pending -= 1
      if (p.qos > 0 && this.#socket === socket) this.#write(writeId(4, p.id, 4))
      if (pending <= WINDOW / 2 && socket.isPaused()) {
        read()
        if (pending < WINDOW) socket.resume()
      }
    }
    const read = () => {
      while (pending < WINDOW) {
        const raw = cutter.next()
        if (raw === null) return
        if (raw.type === 3) {
          const p = readPublish(raw, 4, slow)
          pending += 1
          this.received += 1
          this.#options.receive(p, () => settled(p))
        } else if (raw.type === 2) {
          const code = raw.whole[3]
          if (code !== 0) throw new ProtocolError(`the broker refuses the connection (${code})`)
          clearTimeout(deadline)
          this.#opened()
        } else if (raw.type === 4) this.#unsent.delete(raw.whole.readUInt16BE(raw.bodyAt))
        else if (raw.type === 9) this.#granted(slow(raw.whole) as ISubackPacket)
      }
      socket.pause()
    }
    const begin = () =>
      socket.write(
        encode(
          {
            cmd: 'connect',
            protocolId: 'MQTT',
            protocolVersion: 4,
            clientId,
            clean: false,
            keepalive: KEEPALIVE_S,
            ...(username !== '' && {
              username: decodeURIComponent(username),
              password: Buffer.from(decodeURIComponent(password))
            })
          },
          4
        )
      )
    socket.once(isTls ? 'secureConnect' : 'connect', begin)
    socket.on('data', (chunk: Buffer) => {
      cutter.push(chunk)
      try {
        read()
      } catch (error) {
        socket.destroy(error as Error)
      }
    })
    socket.on('error', (error) => {
      if (this.#retry === 0 || this.#isOpen) log.warn({ err: error.message, host }, 'broker outside: connection lost')
    })
    socket.on('close', () => {
      clearTimeout(deadline)
      clearInterval(this.#pinger)
      this.#isOpen = false
      if (this.#socket === socket) this.#socket = null
      if (this.#isStopped) return
      const wait = RETRY_MS[Math.min(this.#retry, RETRY_MS.length - 1)]!
      this.#retry += 1
      this.#timer = setTimeout(() => this.#connect(), wait)
      this.#timer.unref()
    })
    // A line that says nothing for two pings is dead, whatever the network thinks.
    socket.setTimeout(KEEPALIVE_S * 2000, () => socket.destroy(new Error('silence')))
  }

  #opened(): void {
    this.#isOpen = true
    if (this.#retry > 0) this.#options.log.info({}, 'broker outside: connected again')
    this.#retry = 0
    this.#subscribed = [...this.#options.topics()]
    this.#subscribe(this.#subscribed)
    for (const [id, message] of this.#unsent) this.#write(message.numbered(4, id, false, true))
    this.#pinger = setInterval(() => this.#write(Buffer.from([0xc0, 0])), KEEPALIVE_S * 1000)
    this.#pinger.unref()
  }

  #granted({ granted }: ISubackPacket): void {
    const refused = this.#subscribed.filter((_, i) => granted[i] === 0x80)
    if (refused.length > 0) this.#options.log.warn({ refused }, 'broker outside: it refuses topics')
  }
}
