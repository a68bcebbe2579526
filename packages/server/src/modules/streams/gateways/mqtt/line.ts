import type { Socket } from 'node:net'
import type { IConnectPacket, IDisconnectPacket, ISubscribePacket, IUnsubscribePacket } from 'mqtt-packet'
import { isTopic } from '../../domain/mqtt-topic.ts'
import type { Broker } from './broker.ts'
import type { Will } from './message.ts'
import {
  encode,
  PacketCutter,
  ProtocolError,
  type Publication,
  type RawPacket,
  readId,
  readPublish,
  slowReader,
  writeId
} from './packets.ts'
import { BOUNDS, type Line, type Session, WINDOW } from './session.ts'

const WINDOW_BYTES = 2 * 1024 * 1024
const CONNECT_MS = 10_000
const MOST_RECEIVED = WINDOW

/** One connection: bytes in, packets handled one after another, and nothing read while too much of it waits. */
export class MqttLine implements Line {
  version = 4
  receiveMaximum: number = BOUNDS.inflight
  largest = 268_435_455
  session: Session | null = null
  lastHeard = Date.now()
  readonly #openedAt = Date.now()
  keepaliveMs = 0
  readonly ip: string
  readonly #socket: Socket
  readonly #broker: Broker
  readonly #cutter: PacketCutter
  readonly #slow = slowReader()
  #state: 'new' | 'signing in' | 'open' | 'ended' = 'new'
  #pending = 0
  #pendingBytes = 0
  #isPaused = false
  #out: Buffer[] = []
  #outBytes = 0
  #isFlushing = false
  #will: Will | null = null

  constructor(socket: Socket, broker: Broker) {
    this.#socket = socket
    this.#broker = broker
    this.#cutter = new PacketCutter(broker.options.mostBytes)
    this.ip = socket.remoteAddress ?? ''
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      this.lastHeard = Date.now()
      this.#cutter.push(chunk)
      this.#work()
    })
    socket.on('drain', () => {
      this.session?.drained()
      this.#work()
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#closed())
  }

  get backlog(): number {
    return this.#socket.writableLength + this.#outBytes
  }

  /** Publications under way. */
  get pending(): number {
    return this.#pending
  }

  write(bytes: Buffer): void {
    if (this.#state === 'ended') return
    this.#out.push(bytes)
    this.#outBytes += bytes.length
    if (this.#outBytes > 65_536) this.#flush()
    else if (!this.#isFlushing) {
      this.#isFlushing = true
      process.nextTick(() => this.#flush())
    }
  }

  /** What was written in one turn leaves in one piece. */
  #flush(): void {
    this.#isFlushing = false
    if (this.#out.length === 0) return
    const bytes = this.#out.length === 1 ? this.#out[0]! : Buffer.concat(this.#out, this.#outBytes)
    this.#out = []
    this.#outBytes = 0
    if (!this.#socket.destroyed) this.#socket.write(bytes)
  }

  end(reason: number, why: string): void {
    if (this.#state === 'ended') return
    this.#broker.options.log.debug({ ip: this.ip, client: this.session?.clientId, why }, 'MQTT connection ended')
    if (this.version === 5 && this.#state === 'open') this.write(encode({ cmd: 'disconnect', reasonCode: reason }, 5))
    this.#flush()
    this.#state = 'ended'
    // What was said last gets a moment to leave; a peer that does not read gets no more.
    this.#socket.end()
    setTimeout(() => this.#socket.destroy(), 1000).unref()
  }

  /** Nothing was heard for longer than the client promised, or nobody signed in. */
  isOverdue(now: number): boolean {
    if (this.#state === 'open') return this.keepaliveMs > 0 && !this.#isPaused && now - this.lastHeard > this.keepaliveMs * 1.5
    return this.#state !== 'ended' && now - this.#openedAt > CONNECT_MS
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #mustWait(): boolean {
    return (
      this.#state === 'signing in' ||
      this.#pending >= WINDOW ||
      this.#pendingBytes >= WINDOW_BYTES ||
      this.backlog > BOUNDS.backlogBytes * 2
    )
  }

  /** Handle packets as long as there are any and there is room for what they bring. */
  #work(): void {
    try {
      // Who begins with anything but CONNECT speaks something else, and may never send what its first byte promises.
      if (this.#state === 'new' && this.#cutter.firstByte !== 0x10) throw new ProtocolError('the first packet is not CONNECT')
      while (this.#state !== 'ended' && !this.#mustWait()) {
        const raw = this.#cutter.next()
        if (raw === null) break
        this.#take(raw)
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.end(error.reason, error.message)
      return
    }
    if (this.#state === 'ended') return
    const wait = this.#mustWait()
    if (wait !== this.#isPaused) {
      this.#isPaused = wait
      if (wait) this.#socket.pause()
      else {
        this.lastHeard = Date.now()
        this.#socket.resume()
      }
    }
  }

  #take(raw: RawPacket): void {
    if (this.#state === 'new') {
      if (raw.type !== 1) throw new ProtocolError('the first packet is not CONNECT')
      this.#connect(this.#slow(raw.whole) as IConnectPacket)
      return
    }
    const session = this.session!
    switch (raw.type) {
      case 3:
        this.#publish(readPublish(raw, this.version, this.#slow), session)
        return
      case 4:
        session.acknowledged(readId(raw))
        return
      case 6: {
        const id = readId(raw)
        const isKnown = session.received.delete(id)
        this.write(writeId(7, id, this.version, isKnown ? 0 : 0x92))
        return
      }
      case 8:
        this.#subscribe(this.#slow(raw.whole) as ISubscribePacket, session)
        return
      case 10: {
        const { messageId = 0, unsubscriptions } = this.#slow(raw.whole) as IUnsubscribePacket
        const granted = unsubscriptions.map((filter) => (this.#broker.unsubscribe(session, filter) ? 0 : 0x11))
        this.write(encode({ cmd: 'unsuback', messageId, granted } as never, this.version))
        return
      }
      case 12:
        this.write(Buffer.from([0xd0, 0]))
        return
      case 14:
        this.#disconnect(raw)
        return
      case 5:
      case 7:
        // Nothing is sent with QoS 2, so nothing of it can be answered.
        return
      default:
        throw new ProtocolError(`packet type ${raw.type}`)
    }
  }

  #connect(packet: IConnectPacket): void {
    this.version = packet.protocolVersion ?? 4
    this.#state = 'signing in'
    const p = packet.properties ?? {}
    this.receiveMaximum = p.receiveMaximum ?? BOUNDS.inflight
    this.largest = p.maximumPacketSize ?? this.largest
    this.#broker
      .signIn(packet, this)
      .then((answer) => {
        if (this.#state !== 'signing in') return
        this.write(answer.connack)
        if (!answer.session) {
          this.end(0x87, 'not signed in')
          return
        }
        this.#state = 'open'
        this.session = answer.session
        this.#will = answer.will
        this.keepaliveMs = (packet.keepalive ?? 0) * 1000
        this.#broker.opened(answer.session, this)
        this.#work()
      })
      .catch((error: unknown) => {
        this.#broker.options.log.error({ err: error }, 'MQTT sign-in failed')
        this.write(encode({ cmd: 'connack', sessionPresent: false, returnCode: 3, reasonCode: 0x88 }, this.version))
        this.end(0x88, 'sign-in failed')
      })
  }

  #publish(p: Publication, session: Session): void {
    if (!isTopic(p.topic)) throw new ProtocolError(`topic ${JSON.stringify(p.topic.slice(0, 100))}`, 0x90)
    if (p.qos === 2) {
      if (session.received.has(p.id)) {
        this.write(writeId(5, p.id, this.version))
        return
      }
      if (session.received.size >= MOST_RECEIVED) throw new ProtocolError('receive maximum exceeded', 0x93)
      session.received.add(p.id)
    }
    this.#pending += 1
    const bytes = p.payload.length
    this.#pendingBytes += bytes
    this.#broker.receive(session, p, (reason) => {
      this.#pending -= 1
      this.#pendingBytes -= bytes
      if (this.#state !== 'open') return
      if (p.qos === 1) this.write(writeId(4, p.id, this.version, reason))
      else if (p.qos === 2) {
        if (reason >= 0x80) session.received.delete(p.id)
        this.write(writeId(5, p.id, this.version, reason))
      }
      if (this.#isPaused && this.#pending <= WINDOW / 2) this.#work()
    })
  }

  #subscribe(packet: ISubscribePacket, session: Session): void {
    const done = packet.subscriptions.map((wanted) => ({ wanted, ...this.#broker.subscribe(session, wanted, this.version) }))
    const granted = done.map((d) => d.granted)
    this.write(encode({ cmd: 'suback', messageId: packet.messageId!, granted } as never, this.version))
    // What is kept comes after the answer.
    for (const { subscription, isNew, wanted } of done) {
      const handling = wanted.rh ?? 0
      if (subscription && (handling === 0 || (handling === 1 && isNew))) this.#broker.sendRetained(subscription)
    }
  }

  #disconnect(raw: RawPacket): void {
    const packet = raw.whole.length > 2 ? (this.#slow(raw.whole) as IDisconnectPacket) : null
    // 0x04: the client wants its will to be published all the same.
    if (packet?.reasonCode !== 4) this.#will = null
    const expiry = packet?.properties?.sessionExpiryInterval
    if (expiry !== undefined && this.session && this.session.expiryS > 0) this.session.expiryS = expiry
    this.#state = 'ended'
    this.#socket.end()
  }

  #closed(): void {
    this.#state = 'ended'
    this.#broker.closed(this, this.#will)
    this.#out = []
  }
}
