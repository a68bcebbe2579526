import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { MappingTrial } from '@chengyun/contract/streams'
import type { Actor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import type { DeliveredEvent } from '../../../platform/module.ts'
import type { Keyring } from '../../org/index.ts'
import { secretHash } from '../commands/devices.ts'
import { commandTopics } from '../domain/telemetry.ts'
import { WallClock } from '../domain/wall-clock.ts'
import { findTimeZone } from '../queries/city.ts'
import type { DeviceRow } from '../queries/devices.ts'
import { Lead } from '../queries/lead.ts'
import type { Streams } from '../runtime.ts'
import type { GatewaySettings } from '../settings-gateways.ts'
import { DeviceBook } from './book.ts'
import { setMqttEndpoints } from './endpoints.ts'
import { EntityTeller } from './entities.ts'
import { Funnel } from './funnel.ts'
import { Hj212Server } from './hj212/server.ts'
import { Identities, type Known } from './identities.ts'
import type { GatewayLog } from './log.ts'
import { ModbusPoller } from './modbus/poller.ts'
import { Broker } from './mqtt/broker.ts'
import { OutsideBroker } from './mqtt/client.ts'
import { Observer } from './observer.ts'
import { Receiver } from './receiver.ts'
import { tryMapping } from './trial.ts'

interface GatewayParts {
  db: Db
  settings: GatewaySettings
  log: GatewayLog
  keyring: Keyring
  streams: Streams
  actorOf(token: string): Promise<Actor | undefined>
  /** Address of `/sta/v1.1`, for links in messages. */
  root: string
}

const RECHECK_MS = 60_000

/** Everything of a process that takes readings besides the API: devices in memory, the endpoint of MQTT, and what reads HJ 212 and Modbus. */
export class Gateways {
  readonly book: DeviceBook
  readonly funnel: Funnel
  readonly receiver: Receiver
  readonly identities: Identities
  readonly broker: Broker
  readonly wall: WallClock
  readonly #parts: GatewayParts
  readonly #servers: Server[] = []
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  /** Where sockets were opened. */
  readonly ports: { mqtt?: number; mqtts?: number; hj212?: number } = {}

  private constructor(parts: GatewayParts, wall: WallClock) {
    const { db, streams, log, settings } = parts
    this.#parts = parts
    this.wall = wall
    this.book = new DeviceBook(db, (error) => log.error({ err: error }, 'devices not read or written'))
    let warnedAt = 0
    this.funnel = new Funnel(streams.intake, (error) => {
      // Tried again every 200 ms: said once in ten seconds.
      if (Date.now() - warnedAt < 10_000) return
      warnedAt = Date.now()
      log.warn({ err: error }, 'readings wait: the intake does not take them')
    })
    this.receiver = new Receiver({ book: this.book, catalogue: streams.catalogue, funnel: this.funnel, wall })
    this.identities = new Identities({
      db,
      book: this.book,
      catalogue: streams.catalogue,
      keyring: parts.keyring,
      actorOf: parts.actorOf
    })
    const observer = (): Observer => this.#observer
    this.broker = new Broker({
      log,
      mostBytes: settings.CHENGYUN_MQTT_PACKET_KB * 1024,
      mostConnections: settings.CHENGYUN_MQTT_CONNECTIONS,
      signIn: (asked) => this.identities.signIn(asked),
      receive: (identity, p, settle) => this.receiver.publication(identity as Known, p.topic, p.payload, settle),
      retained: (filter) => observer().retained(filter),
      lost: (identity) => this.#withDevice(identity.deviceId, (d) => this.book.lost(d, Date.now())),
      heard: (identity) => this.#withDevice(identity.deviceId, (d) => this.book.seen(d, Date.now()))
    })
    this.#observer = new Observer({ broker: this.broker, catalogue: streams.catalogue, latest: streams.latest, root: parts.root })
    this.#entities = new EntityTeller({ db, streams, broker: this.broker, root: parts.root })
  }

  readonly #observer: Observer
  readonly #entities: EntityTeller

  #withDevice(id: string | null, act: (device: DeviceRow) => void): void {
    const device = id === null ? undefined : this.book.byId.get(id)
    if (device) act(device)
  }

  static async open(parts: GatewayParts): Promise<Gateways> {
    const made = new Gateways(parts, new WallClock(await findTimeZone(parts.db)))
    await made.book.load()
    made.book.onChange((ids) => {
      for (const id of ids ?? []) made.#endIfChanged(id)
    })
    parts.streams.journal.each((batch) => made.#observer.take(batch))
    return made
  }

  /** As much waits as the intake lets wait: who can be asked to come again is. Sockets are not read on, each as far as its own share waits. */
  get isFull(): boolean {
    return this.funnel.waiting >= this.#parts.streams.options.queue
  }

  readonly #hashes = new Map<string, string>()

  /** Connections of a device whose secret is another one, or whose account is closed, end. */
  #endIfChanged(id: string): void {
    const row = this.book.byId.get(id)
    const hash = row?.enabled ? row.secret_hash : ''
    if (this.#hashes.get(id) !== hash) this.broker.endSessions(id)
    this.#hashes.set(id, hash)
  }

  /** What a payload would become; nothing is stored. */
  tryMapping(asked: MappingTrial): ReturnType<typeof tryMapping> {
    const { book, receiver, wall } = this
    return tryMapping({ book, receiver, wall, catalogue: this.#parts.streams.catalogue }, asked)
  }

  /** An event of this module was delivered. */
  hear(event: Pick<DeliveredEvent, 'name' | 'payload'>): void {
    const { name, payload } = event
    this.#entities.hear(event).catch((error: unknown) => this.#parts.log.error({ err: error }, 'entities not said'))
    if (name === 'streams.changed') {
      const { what, ids } = payload as { what: string; ids: (string | number)[] }
      void this.book.hear(what, ids)
    } else if (name === 'streams.deviceCommanded') {
      const { deviceId, msgId, method, params } = payload as { deviceId: string; msgId: string; method: string; params: unknown }
      const device = this.book.byId.get(deviceId)
      if (device) this.#sayCommand(device, Buffer.from(JSON.stringify({ msgId, method, params })))
    }
  }

  #sayCommand(device: DeviceRow, payload: Buffer): void {
    const thing = this.#parts.streams.catalogue.things.get(device.thing_id)
    const home = { area: thing?.grid_code?.slice(0, 6) ?? '-', sector: device.type_id }
    const spoken = this.receiver.spokenAs(device)
    for (const topic of commandTopics(device, home, spoken, this.broker.filtersOf(device.item_id))) {
      this.broker.publish({ topic, payload, retain: false, streamId: null }, null)
      this.#outside?.publish(topic, payload)
    }
  }

  /** Open what the settings say. Rejects when a port cannot be had. */
  async listen(host: string): Promise<void> {
    const { settings } = this.#parts
    const wanted = new Set(settings.CHENGYUN_GATEWAYS.split(','))
    if (settings.MQTT_URL === undefined) {
      if (wanted.has('mqtt'))
        this.ports.mqtt = await this.#open(
          createServer((s) => this.broker.accept(s)),
          settings.MQTT_PORT,
          host,
          'MQTT_PORT'
        )
      if (wanted.has('mqtts')) {
        const { MQTT_TLS_CERT: cert, MQTT_TLS_KEY: key } = settings
        if (cert === undefined || key === undefined) throw new Error('mqtts needs MQTT_TLS_CERT and MQTT_TLS_KEY')
        const tls = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key), minVersion: 'TLSv1.2' }, (s) =>
          this.broker.accept(s)
        )
        this.ports.mqtts = await this.#open(tls, settings.MQTT_TLS_PORT, host, 'MQTT_TLS_PORT')
      }
    }
    if (settings.MQTT_URL !== undefined && wanted.has('mqtt'))
      await this.#lead(
        'mqtt',
        () => this.#readOutside(settings.MQTT_URL!),
        () => true
      )
    if (wanted.has('hj212')) {
      this.#hj212 = new Hj212Server({
        book: this.book,
        receiver: this.receiver,
        funnel: this.funnel,
        wall: this.wall,
        log: this.#parts.log,
        fits: (device, password) => secretHash(this.#parts.keyring, device.account, password) === device.secret_hash
      })
      this.ports.hj212 = await this.#open(this.#hj212.server, settings.HJ212_PORT, host, 'HJ212_PORT')
    }
    if (wanted.has('modbus'))
      await this.#lead(
        'modbus',
        () => this.#pollModbus(),
        () => this.#hasModbus()
      )
    const name = new URL(this.#parts.root).hostname
    const { mqtt, mqtts } = this.ports
    setMqttEndpoints(this.#parts.db, [
      ...(mqtt === undefined ? [] : [`mqtt://${name}:${mqtt}`]),
      ...(mqtts === undefined ? [] : [`mqtts://${name}:${mqtts}`])
    ])
    this.#timer = setInterval(() => void this.#recheck(), RECHECK_MS)
    this.#timer.unref()
  }

  #hj212: Hj212Server | undefined
  readonly #leads: Lead[] = []

  /** Something one process does for all. */
  async #lead(name: string, begin: () => Promise<() => Promise<void>>, isWanted: () => boolean): Promise<void> {
    const failed = (error: unknown) => this.#parts.log.error({ err: error, name }, 'gateway')
    const lead = new Lead(this.#parts.db, name, { begin, isWanted, failed })
    this.#leads.push(lead)
    this.book.onChange(() => void lead.ask())
    await lead.start()
  }

  #outside: OutsideBroker | undefined

  /** With a broker outside this platform is its client: one process at a time, in one session that the broker keeps. */
  async #readOutside(url: string): Promise<() => Promise<void>> {
    const { settings, log } = this.#parts
    const own = settings.MQTT_URL_TOPICS.split(',').map((topic) => topic.trim())
    const trusted = this.identities.trusted()
    const outside = new OutsideBroker({
      url,
      clientId: 'chengyun',
      log,
      mostBytes: settings.CHENGYUN_MQTT_PACKET_KB * 1024,
      topics: () => [...new Set([...own, ...this.book.mappings.flatMap((m) => m.filter ?? [])])],
      // Who may publish was the broker's business; what he says is judged as ever.
      receive: (p, settle) => this.receiver.publication(trusted, p.topic, p.payload, () => settle())
    })
    this.book.onChange(() => outside.resubscribe())
    outside.start()
    this.#outside = outside
    return async () => {
      this.#outside = undefined
      await outside.stop()
    }
  }

  /** Whether the broker of MQTT_URL is connected to this process. */
  get isOutsideOpen(): boolean {
    return this.#outside?.isOpen === true
  }

  #hasModbus(): boolean {
    for (const d of this.book.byId.values()) if (d.protocol === 'modbus' && d.enabled) return true
    return false
  }

  async #pollModbus(): Promise<() => Promise<void>> {
    const poller = new ModbusPoller(this)
    this.book.onChange(() => poller.refresh())
    poller.refresh()
    return async () => poller.stop()
  }

  #open(server: Server, port: number, host: string, name: string): Promise<number> {
    this.#servers.push(server)
    return new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'EADDRINUSE' ? new Error(`port ${port} is in use; set ${name} to another one`) : error)
      )
      server.listen(port, host, () => {
        server.on('error', (error) => this.#parts.log.error({ err: error }, name))
        resolve((server.address() as AddressInfo).port)
      })
    })
  }

  /** Programs whose token was withdrawn are shown out. */
  async #recheck(): Promise<void> {
    for (const line of this.broker.lines) {
      const known = line.session?.identity as Known | undefined
      if (this.#isClosed || known?.token === undefined || known.token === null) continue
      const actor = await this.#parts.actorOf(known.token).catch(() => undefined)
      if (!actor) line.end(0x87, 'token no longer valid')
      else if (line.session) line.session.identity = await this.identities.ofActor(actor, known.token)
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    clearInterval(this.#timer)
    await Promise.all(this.#leads.map((lead) => lead.stop()))
    for (const server of this.#servers) server.close()
    this.#hj212?.close()
    await this.broker.close()
    this.funnel.close()
    await this.book.close()
  }
}
