import type { Socket } from 'node:net'
import type { IConnectPacket } from 'mqtt-packet'
import { isFilter, readFilter, TopicTree } from '../../domain/mqtt-topic.ts'
import type { GatewayLog } from '../log.ts'
import { accepted, refused } from './connack.ts'
import type { Identity } from './identity.ts'
import { MqttLine } from './line.ts'
import type { Message, Will } from './message.ts'
import { Outgoing, type Publication } from './packets.ts'
import { Retained } from './retained.ts'
import { Session, type Subscription } from './session.ts'
import { Wills } from './wills.ts'

export interface BrokerOptions {
  log: GatewayLog
  /** Largest packet that is taken, in bytes. */
  mostBytes: number
  mostConnections: number
  /** Who is it? Null: nobody we know. */
  signIn(asked: { username: string; password: string; clientId: string; ip: string }): Promise<Identity | null>
  /** A publication of somebody who may publish there. `settle` is called once what it brought is stored; its reason is of MQTT 5 (0: done). */
  receive(identity: Identity, publication: Publication, settle: (reason: number) => void): void
  /** Kept messages that are not kept here: the latest of streams. */
  retained(filter: string): Iterable<Message>
  /** A device is connected, heard, or gone without a word. */
  lost(identity: Identity): void
  heard(identity: Identity): void
}

const NOT_AUTHORIZED = 0x87
const SESSIONS_MOST = 200_000
/** A session without a connection is kept for a day at most. */
const EXPIRY_MOST_S = 86_400
const SWEEP_MS = 1000

/** The MQTT endpoint of this process: sessions, subscriptions and kept messages, all in memory and all bounded. */
export class Broker {
  readonly options: BrokerOptions
  readonly lines = new Set<MqttLine>()
  readonly #sessions = new Map<string, Session>()
  readonly #tree = new TopicTree<Subscription>()
  readonly #retained = new Retained()
  readonly #sweeper: NodeJS.Timeout
  readonly #wills = new Wills()
  received = 0
  #sent = 0

  constructor(options: BrokerOptions) {
    this.options = options
    this.#sweeper = setInterval(() => this.#sweep(Date.now()), SWEEP_MS)
    this.#sweeper.unref()
  }

  /** Grows with every subscription that comes or goes. */
  get treeVersion(): number {
    return this.#tree.version
  }

  get figures(): { connections: number; sessions: number; received: number; sent: number; dropped: number; waiting: number } {
    let dropped = 0
    let waiting = 0
    for (const s of this.#sessions.values()) {
      dropped += s.dropped
      waiting += s.waiting
    }
    return {
      connections: this.lines.size,
      sessions: this.#sessions.size,
      received: this.received,
      sent: this.#sent,
      dropped,
      waiting
    }
  }

  /** A socket of a listener. */
  accept(socket: Socket): void {
    if (this.lines.size >= this.options.mostConnections) socket.destroy()
    else this.lines.add(new MqttLine(socket, this))
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper)
    this.#wills.clear()
    const lines = [...this.lines]
    for (const line of lines) line.end(0x8b, 'server shutting down')
    await new Promise((done) => setTimeout(done, lines.length > 0 ? 50 : 0))
    for (const line of lines) line.destroy()
  }

  async signIn(packet: IConnectPacket, line: MqttLine): Promise<{ connack: Buffer; session: Session | null; will: Will | null }> {
    const v5 = line.version === 5
    const refuse = (returnCode: number, reasonCode: number) => ({
      connack: refused(line.version, returnCode, reasonCode),
      session: null,
      will: null
    })
    if (packet.clientId.length > 256) return refuse(2, 0x85)
    if (packet.properties?.authenticationMethod !== undefined) return refuse(5, 0x8c)
    const isNameless = packet.clientId === ''
    if (isNameless && !v5 && packet.clean === false) return refuse(2, 0x85)
    const identity = await this.options.signIn({
      username: packet.username ?? '',
      password: packet.password?.toString() ?? '',
      clientId: packet.clientId,
      ip: line.ip
    })
    if (!identity) return refuse(packet.username === undefined ? 5 : 4, 0x86)
    if (packet.will && !identity.mayPublish(packet.will.topic)) return refuse(5, NOT_AUTHORIZED)
    const clientId = isNameless ? `auto-${crypto.randomUUID()}` : packet.clientId
    const { session, isPresent } = this.#sessionFor(identity, clientId, packet)
    if (!session) return refuse(3, 0x97)
    const connack = accepted(packet, line.version, session, { isPresent, isNameless, mostBytes: this.options.mostBytes })
    const will = packet.will && {
      topic: packet.will.topic,
      payload: Buffer.from(packet.will.payload),
      qos: packet.will.qos ?? 0,
      retain: packet.will.retain ?? false,
      delayS: packet.will.properties?.willDelayInterval ?? 0
    }
    return { connack, session, will: will ?? null }
  }

  #sessionFor(identity: Identity, clientId: string, packet: IConnectPacket): { session: Session | null; isPresent: boolean } {
    const key = `${identity.account}\n${clientId}`
    const known = this.#sessions.get(key)
    // The same client comes again: the connection before it ends (MQTT 3.1.1, 3.1.4-2).
    known?.line?.end(0x8e, 'taken over')
    if (known && packet.clean !== false) this.#forget(known)
    const kept = known && packet.clean === false ? known : undefined
    if (!kept && this.#sessions.size >= SESSIONS_MOST) return { session: null, isPresent: false }
    const session = kept ?? new Session(key, clientId, identity)
    session.identity = identity
    const wanted =
      packet.protocolVersion === 5 ? (packet.properties?.sessionExpiryInterval ?? 0) : packet.clean === false ? EXPIRY_MOST_S : 0
    session.expiryS = Math.min(wanted, EXPIRY_MOST_S)
    this.#sessions.set(key, session)
    this.#wills.cancel(key)
    return { session, isPresent: kept !== undefined }
  }

  opened(session: Session, line: MqttLine): void {
    session.attach(line)
    this.options.heard(session.identity)
  }

  closed(line: MqttLine, will: Will | null): void {
    this.lines.delete(line)
    const { session } = line
    if (!session) return
    if (session.line === line) {
      session.detach(Date.now())
      if (session.expiryS === 0) this.#forget(session)
      this.options.lost(session.identity)
    }
    if (!will) return
    this.#wills.say(session.key, Math.min(will.delayS, session.expiryS), () => {
      const publication: Publication = { ...will, dup: false, id: 0 }
      if (session.identity.mayPublish(will.topic)) this.#accept(session, publication, () => undefined)
    })
  }

  #forget(session: Session): void {
    for (const s of session.subscriptions.values()) this.#tree.remove(s.base, s)
    session.subscriptions.clear()
    if (this.#sessions.get(session.key) === session) this.#sessions.delete(session.key)
  }

  #sweep(now: number): void {
    for (const line of this.lines) if (line.isOverdue(now)) line.destroy()
    for (const session of this.#sessions.values()) if (session.line === null && session.expiresAt < now) this.#forget(session)
  }

  /** Sessions of a device whose account was changed or closed end at once. */
  endSessions(deviceId: string): void {
    for (const session of [...this.#sessions.values()]) {
      if (session.identity.deviceId !== deviceId) continue
      session.line?.end(0x98, 'account changed')
      this.#forget(session)
    }
  }

  /** What a device that is signed in, or whose session is kept, listens to. */
  *filtersOf(deviceId: string): Generator<string> {
    for (const session of this.#sessions.values())
      if (session.identity.deviceId === deviceId) for (const s of session.subscriptions.values()) yield s.base
  }

  receive(session: Session, p: Publication, settle: (reason: number) => void): void {
    this.received += 1
    if (!session.identity.mayPublish(p.topic)) {
      settle(NOT_AUTHORIZED)
      return
    }
    this.#accept(session, p, settle)
  }

  #accept(session: Session, p: Publication, settle: (reason: number) => void): void {
    this.options.receive(session.identity, p, (reason) => {
      if (reason < 0x80) {
        const { topic, payload, retain, properties } = p
        this.publish({ topic, payload, retain, streamId: null, ...(properties && { properties }) }, session)
      }
      settle(reason)
    })
  }

  /** Hand a message to everybody who listens, and keep it where it is to be kept. */
  publish(message: Message, from: Session | null): void {
    if (message.retain) this.#retained.keep(message)
    const listeners = this.#tree.match(message.topic)
    if (listeners.size === 0) return
    const { messageExpiryInterval } = message.properties ?? {}
    const expiresAt = messageExpiryInterval === undefined ? undefined : Date.now() + messageExpiryInterval * 1000
    const whole = new Outgoing(message.topic, message.payload, message.properties, expiresAt)
    // Overlapping subscriptions of one client: one message, by the best of them (MQTT 3.1.1, 3.3.5).
    const best = new Map<string, Subscription>()
    for (const s of listeners) {
      if (s.noLocal && s.session === from) continue
      const key = `${s.session.key}\n${s.query}`
      const other = best.get(key)
      if (!other || s.qos > other.qos) best.set(key, s)
    }
    for (const s of best.values()) this.#deliver(s, message, whole, s.retainAsPublished && message.retain)
  }

  #deliver(s: Subscription, message: Message, whole: Outgoing, retain: boolean): void {
    if (!s.session.identity.mayHear(message.topic, message.streamId, message.thingId)) return
    this.#sent += 1
    const out =
      s.query === ''
        ? whole
        : new Outgoing(
            message.topic + s.query,
            s.select && message.narrow ? message.narrow(s.select) : message.payload,
            whole.properties
          )
    s.session.deliver(out, s.qos, retain)
  }

  subscribe(
    session: Session,
    wanted: { topic: string; qos: number; nl?: boolean; rap?: boolean },
    version: number
  ): { granted: number; subscription: Subscription | null; isNew: boolean } {
    const refuse = (reason: number) => ({ granted: version === 5 ? reason : 0x80, subscription: null, isNew: false })
    const { base, query, select } = readFilter(wanted.topic)
    if (!isFilter(base) || (query !== '' && select === null)) return refuse(0x8f)
    if (base.startsWith('$share/')) return refuse(0x9e)
    if (!session.identity.maySubscribe(base)) return refuse(NOT_AUTHORIZED)
    const before = session.subscriptions.get(wanted.topic)
    if (!before && session.subscriptions.size >= 1000) return refuse(0x97)
    if (before) this.#tree.remove(before.base, before)
    const qos = wanted.qos > 0 ? 1 : 0
    const subscription: Subscription = {
      session,
      filter: wanted.topic,
      base,
      query,
      select,
      qos,
      noLocal: wanted.nl === true,
      retainAsPublished: wanted.rap === true
    }
    session.subscriptions.set(wanted.topic, subscription)
    this.#tree.add(base, subscription)
    return { granted: qos, subscription, isNew: before === undefined }
  }

  unsubscribe(session: Session, filter: string): boolean {
    const known = session.subscriptions.get(filter)
    if (!known) return false
    session.subscriptions.delete(filter)
    this.#tree.remove(known.base, known)
    return true
  }

  /** What is kept under a new subscription. */
  sendRetained(s: Subscription): void {
    const send = (message: Message) =>
      this.#deliver(s, message, new Outgoing(message.topic, message.payload, message.properties), true)
    for (const message of this.#retained.under(s.base)) send(message)
    for (const message of this.options.retained(s.base)) send(message)
  }

  /** Could anybody listen to topics that begin with this level? */
  mayReach(first: string): boolean {
    return this.#tree.mayReach(first)
  }

  /** Does anybody listen to the topic? */
  hasListeners(topic: string): boolean {
    return this.#tree.match(topic).size > 0
  }
}
