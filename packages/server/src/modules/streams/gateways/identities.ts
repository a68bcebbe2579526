import { type Actor, may } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import type { Keyring } from '../../org/index.ts'
import { type Reach, reaches, reachOf } from '../../registry/index.ts'
import { secretHash } from '../commands/devices.ts'
import type { Catalogue } from '../domain/catalogue.ts'
import { filterCovers, filterMatches } from '../domain/mqtt-topic.ts'
import { readConventionTopic, readObservationTopic } from '../domain/telemetry.ts'
import type { DeviceRow } from '../queries/devices.ts'
import type { DeviceBook } from './book.ts'
import type { Identity } from './mqtt/identity.ts'
import type { Sender } from './receiver.ts'

/** Who is signed in, for topics and for what he says. */
export type Known = Identity &
  Sender & {
    /** The token he came with; null of a device. */
    token: string | null
  }

interface Parts {
  db: Db
  book: DeviceBook
  catalogue: Catalogue
  keyring: Pick<Keyring, 'index'>
  /** The person or program behind an API token. */
  actorOf(token: string): Promise<Actor | undefined>
}

const TRIES = 10
const TRIES_MS = 60_000

/** Signs in devices by account and secret, programs by their API token as the password. */
export class Identities {
  readonly #parts: Parts
  readonly #failures = new Map<string, { count: number; until: number }>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** A device account that is open and whose secret fits. */
  device(account: string, secret: string): DeviceRow | null {
    const { book, keyring } = this.#parts
    const row = book.byAccount.get(account)
    // Worked out all the same for accounts that do not exist, so that time does not tell.
    const hash = secretHash(keyring, account, secret)
    if (!row) return null
    if (row.secret_hash !== hash) {
      book.fault(row, 'PASSWORD_WRONG', '', Date.now())
      return null
    }
    return row.enabled ? row : null
  }

  async signIn(asked: { username: string; password: string; ip: string }): Promise<Known | null> {
    const now = Date.now()
    const key = `${asked.ip}\n${asked.username}`
    const failed = this.#failures.get(key)
    if (failed && failed.until > now && failed.count >= TRIES) return null
    const device = this.device(asked.username, asked.password)
    const known = device ? this.ofDevice(device) : await this.#ofToken(asked.password)
    if (known) this.#failures.delete(key)
    else {
      if (this.#failures.size > 100_000) this.#failures.clear()
      this.#failures.set(key, { count: failed && failed.until > now ? failed.count + 1 : 1, until: now + TRIES_MS })
    }
    return known
  }

  async #ofToken(token: string): Promise<Known | null> {
    if (!/^[\w-]{20,200}$/.test(token)) return null
    const actor = await this.#parts.actorOf(token)
    return actor ? this.ofActor(actor, token) : null
  }

  /** A program with the permissions of its account; reach is unfolded once, at sign-in. */
  async ofActor(actor: Actor, token: string | null): Promise<Known> {
    const { db, catalogue, book } = this.#parts
    const none: Reach = { all: false, regions: [], unitIds: [], grids: [] }
    const read = may(actor, 'streams:read') ? await reachOf(db, actor, 'streams:read') : none
    const write = may(actor, 'streams:write') ? await reachOf(db, actor, 'streams:write') : none
    const within = (reach: Reach, thingId: number | undefined): boolean => {
      if (reach.all) return true
      const thing = thingId === undefined ? undefined : catalogue.things.get(thingId)
      return thing !== undefined && reaches(reach, thing)
    }
    const thingOf = (streamId: number) => (catalogue.has(streamId) ? catalogue.thingIds[streamId] : undefined)
    const thingOfTopic = (topic: string): number | undefined => {
      const device = /^city\/[^/]+\/[^/]+\/([^/]+)\//.exec(topic)?.[1]
      if (device !== undefined) return book.find('code', device)?.thing_id
      const numbered = /^v1\.1\/(Things|Datastreams)\((\d{1,9})\)/.exec(topic)
      if (numbered) return numbered[1] === 'Things' ? Number(numbered[2]) : thingOf(Number(numbered[2]))
      return undefined
    }
    return {
      account: `user:${actor.id}`,
      deviceId: null,
      token,
      mayPublish: (topic) => {
        if (write.all) return true
        const observation = readObservationTopic(topic)
        if (observation) return observation.streamId === null || within(write, thingOf(observation.streamId))
        return readConventionTopic(topic) !== null && within(write, thingOfTopic(topic))
      },
      maySubscribe: () => may(actor, 'streams:read'),
      mayHear: (topic, streamId, thingId) => {
        if (thingId !== undefined) return within(read, thingId)
        if (streamId !== null) return within(read, thingOf(streamId))
        const thing = thingOfTopic(topic)
        // Topics of makers say nothing of whose they are: only who configures hears them.
        if (thing === undefined) return read.all && may(actor, 'streams:config')
        return within(read, thing) && !this.#isHidden(thing)
      },
      mayWrite: (streamId) => within(write, thingOf(streamId)),
      maySpeakFor: (device) => within(write, device.thing_id)
    }
  }

  /** Has the thing streams whose single readings nobody is shown? What its device says is passed on to nobody then. */
  #isHidden(thingId: number): boolean {
    const { catalogue } = this.#parts
    return (catalogue.streamsOfThing.get(thingId) ?? []).some((id) => catalogue.hidden[id] === 1)
  }

  /** Whatever comes from a broker that decides by itself who may publish. */
  trusted(): Sender {
    return { deviceId: null, account: '', mayWrite: (streamId) => this.#parts.catalogue.has(streamId), maySpeakFor: () => true }
  }

  /** A device: its own topics, the thing it observes, and what its rights add. */
  ofDevice(given: DeviceRow): Known {
    const { catalogue, book } = this.#parts
    const { item_id: id, account } = given
    // As it is now: rights and thing may have changed since sign-in.
    const row = () => book.byId.get(id) ?? given
    const own = (topic: string): boolean => {
      const at = /^city\/[^/]+\/[^/]+\/([^/]+)\//.exec(topic)?.[1]
      return at !== undefined && (at === account || (at === row().code && book.byCode(at)?.item_id === id))
    }
    const observes = (streamId: number): boolean => catalogue.has(streamId) && catalogue.thingIds[streamId] === row().thing_id
    const ofThing = (filter: string): boolean => {
      const m = /^v1\.1\/(Things|Datastreams)\((\d{1,9})\)(\/|$)/.exec(filter)
      if (!m) return false
      return m[1] === 'Things' ? Number(m[2]) === row().thing_id : observes(Number(m[2]))
    }
    const granted = (topic: string): boolean => row().rights.publish.some((filter) => filterMatches(filter, topic))
    return {
      account: `device:${account}`,
      deviceId: id,
      token: null,
      mayPublish: (topic) => {
        if (own(topic)) return topic.includes('/up/')
        const observation = readObservationTopic(topic)
        if (observation) return observation.streamId === null || observes(observation.streamId) || granted(topic)
        return granted(topic) || namesItself(book, topic, row())
      },
      maySubscribe: (filter) =>
        (own(filter) && filter.split('/')[4] === 'down') ||
        ofThing(filter) ||
        row().rights.subscribe.some((outer) => filterCovers(outer, filter)),
      mayHear: (topic, streamId, thingId) => {
        if (thingId !== undefined || streamId !== null || own(topic)) return true
        const name = /^city\/[^/]+\/[^/]+\/([^/]+)\//.exec(topic)?.[1]
        const thing = name === undefined ? undefined : book.find('code', name)?.thing_id
        return thing === undefined || !this.#isHidden(thing)
      },
      mayWrite: (streamId) => observes(streamId) || granted(`v1.1/Datastreams(${streamId})/Observations`),
      maySpeakFor: (device) => device.item_id === id || granted(`city/-/-/${device.code}/up/telemetry`)
    }
  }
}

/** A topic of a mapping that names the device itself, or leaves the device to the account. */
function namesItself(book: DeviceBook, topic: string, row: DeviceRow): boolean {
  return book.mappings.some(({ mapping, filter, deviceLevel }) => {
    if (filter === null || !filterMatches(filter, topic)) return false
    const { from, by = 'code' } = mapping.declaration.device
    if (from === 'account') return true
    return from === 'topic' && topic.split('/')[deviceLevel] === (by === 'account' ? row.account : row.code)
  })
}
