import type { Actor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import type { DeliveredEvent } from '../../../platform/module.ts'
import { registryEnv } from '../../registry/index.ts'
import type { Streams } from '../runtime.ts'
import { answer } from '../sensorthings/answer.ts'
import { askingOf } from '../sensorthings/asking.ts'
import type { Broker } from './mqtt/broker.ts'

/** More at once are an import: who shows them reads them again. */
const MOST = 200

/** Everybody with `streams:read` sees so much of an entity: nothing restricted, personal values masked. Where it may be heard is asked of each listener. */
const READER: Actor = {
  id: '00000000-0000-7000-8000-000000000002',
  name: 'MQTT',
  username: 'mqtt',
  unitId: null,
  unitName: null,
  grants: [
    {
      role: 'leader',
      unitId: '00000000-0000-7000-8000-000000000002',
      unitIds: [],
      regionCodes: null,
      dutyGridCodes: [],
      permissions: new Set(['streams:read'])
    }
  ],
  sessionId: null,
  ip: null
}

/** Says of things and datastreams that were made or changed how they are now (SensorThings 1.1, 14.3): the entity, its set, each property. */
export class EntityTeller {
  readonly #db: Db
  readonly #streams: Streams
  readonly #broker: Broker
  readonly #root: string

  constructor(parts: { db: Db; streams: Streams; broker: Broker; root: string }) {
    this.#db = parts.db
    this.#streams = parts.streams
    this.#broker = parts.broker
    this.#root = parts.root
  }

  async hear(event: Pick<DeliveredEvent, 'name' | 'payload'>): Promise<void> {
    if (!this.#broker.mayReach('v1.1')) return
    const { name, payload } = event
    const { catalogue } = this.#streams
    if (name === 'streams.changed' && payload.what === 'stream') {
      const ids = (payload.ids as (number | string)[]).map(Number)
      if (ids.length === 0 || ids.length > MOST) return
      // What listeners may hear is asked of the catalogue: it has to know the stream first.
      await this.#streams.hear(event)
      for (const id of ids) {
        const thing = catalogue.has(id) ? catalogue.thingIds[id]! : undefined
        if (thing !== undefined) await this.#tell(`Datastreams(${id})`, ['Datastreams', `Things(${thing})/Datastreams`], thing)
      }
    } else if (name === 'registry.changed') {
      const thing = catalogue.thingOfItem.get(String(payload.id))
      if (thing === undefined) return
      await this.#streams.hear(event)
      await this.#tell(`Things(${thing})`, ['Things'], thing)
    }
  }

  async #tell(path: string, sets: readonly string[], thingId: number): Promise<void> {
    const asking = await askingOf(this.#streams, this.#db, READER, this.#root, Date.now())
    const found = await answer(asking, await registryEnv(this.#db), { method: 'GET', path, query: '' }).catch(() => null)
    if (found?.status !== 200 || typeof found.body !== 'object' || found.body === null) return
    const entity = found.body as Record<string, unknown>
    const payload = Buffer.from(JSON.stringify(entity))
    const pick = (names: readonly string[]) =>
      Buffer.from(JSON.stringify(Object.fromEntries(names.filter((n) => n in entity).map((n) => [n, entity[n]]))))
    const narrow = (select: readonly string[]) => pick(select.map((n) => (n === 'id' ? '@iot.id' : n)))
    const say = (topic: string, body: Buffer) =>
      this.#broker.publish({ topic: `v1.1/${topic}`, payload: body, retain: false, streamId: null, thingId, narrow }, null)
    for (const topic of [path, ...sets]) say(topic, payload)
    for (const property of Object.keys(entity)) if (!property.includes('@')) say(`${path}/${property}`, pick([property]))
  }
}
