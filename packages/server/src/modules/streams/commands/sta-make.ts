/** Making the entities of SensorThings: a Thing becomes an item of a register, a Datastream a stream. */
import type { StreamKind, StreamUnit } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { createItem, findItemById, findType, type Reach, type RegistryEnv, reaches } from '../../registry/index.ts'
import type { EntityId } from '../domain/sta/address.ts'
import { checkedInstant, type Draft, forRegister, type Link } from '../domain/sta/body.ts'
import { StaError } from '../domain/sta/fault.ts'
import type { EntityName } from '../domain/sta/model.ts'
import { kindOf } from '../domain/sta/stream-words.ts'
import { createStream, editStream, ensureThing } from './catalogue.ts'
import { keyFor } from './sta-key.ts'
import { addHistory, BY_STA, insertFeature, insertLocation, moveItems, placeOfLocation, putThingAt } from './sta-places.ts'

/** The register of things that come without saying where they belong. */
export const DEFAULT_REGISTER = 'iot-thing'

type Json = Record<string, unknown>
/** Links that the address or the entity around says, by name. */
export type Linked = Record<string, EntityId>

/** A reading that is sent together with what it is of. */
export interface PendingReading {
  stream: number
  values: Json
  feature: number | null
}

/** Makes entities within one transaction, and remembers what has to be told of it. */
export class Maker {
  readonly tx: Tx
  readonly env: RegistryEnv
  readonly ctx: CommandContext
  readonly reach: Reach
  readonly readings: PendingReading[] = []
  readonly streams: number[] = []
  readonly things: number[] = []

  constructor(tx: Tx, env: RegistryEnv, ctx: CommandContext, reach: Reach) {
    this.tx = tx
    this.env = env
    this.ctx = ctx
    this.reach = reach
  }

  /** The item of a thing that may be written. @throws StaError */
  async item(thing: number) {
    const { rows } = await sql<{ item: string }>`select item_id as item from streams.thing where id = ${thing}`.execute(this.tx)
    const item = rows[0] && (await findItemById(this.tx, rows[0].item))
    if (!item || item.removed_at !== null) throw new StaError(`there is no Thing ${thing}`)
    if (!reaches(this.reach, item)) throw new StaError(`Thing ${thing} lies outside of what you may write`, 403)
    return item
  }

  async stream(
    id: number
  ): Promise<{ id: number; thing_id: number; kind: StreamKind; sensor_id: number; observed_property_id: number }> {
    const { rows } = await sql<{
      id: number
      thing_id: number
      kind: StreamKind
      sensor_id: number
      observed_property_id: number
    }>`
      select id, thing_id, kind, sensor_id, observed_property_id from streams.stream where id = ${id} and removed_at is null`.execute(
      this.tx
    )
    if (!rows[0]) throw new StaError(`there is no Datastream ${id}`)
    await this.item(rows[0].thing_id)
    return rows[0]
  }

  async exists(entity: 'Sensor' | 'ObservedProperty' | 'Location' | 'FeatureOfInterest', id: EntityId): Promise<number> {
    const tables = {
      Sensor: 'streams.sensor',
      ObservedProperty: 'streams.observed_property',
      Location: 'streams.location',
      FeatureOfInterest: 'streams.feature_of_interest'
    }
    const { rows } = await sql`select from ${sql.raw(tables[entity])} where id = ${Number(id)} and removed_at is null`.execute(
      this.tx
    )
    if (rows.length === 0) throw new StaError(`there is no ${entity} ${id}`)
    return Number(id)
  }

  /** An entity that is linked: it has to be there, or is made. */
  async linked(entity: EntityName, link: Link | undefined, given: Linked = {}): Promise<number | undefined> {
    if (link === undefined) return undefined
    if ('draft' in link) return this.create(link.draft, given)
    if (entity === 'Thing') await this.item(Number(link.id))
    else if (entity === 'Datastream') await this.stream(Number(link.id))
    else if (entity !== 'Observation' && entity !== 'HistoricalLocation') await this.exists(entity, link.id)
    return Number(link.id)
  }

  /** Makes an entity with everything in it. `given` are links that the address or the entity around it says. */
  async create(draft: Draft, given: Linked = {}): Promise<number> {
    switch (draft.entity) {
      case 'Thing':
        return this.#createThing(draft, given)
      case 'Location':
        return this.#createLocation(draft, given)
      case 'HistoricalLocation':
        return this.#createHistory(draft, given)
      case 'Datastream':
        return this.#createStream(draft, given)
      case 'Sensor':
        return this.#createSensor(draft)
      case 'ObservedProperty':
        return this.#createProperty(draft)
      case 'FeatureOfInterest': {
        const id = await insertFeature(this.tx, draft.values, this.ctx.now)
        for (const link of draft.links.Observations ?? [])
          if ('draft' in link) await this.reading(link.draft, { FeatureOfInterest: id })
        return id
      }
      default:
        throw new Error('Observations are made by the intake')
    }
  }

  async #createThing({ values: v, links }: Draft, given: Linked): Promise<number> {
    const { tx, env, ctx } = this
    const { register = DEFAULT_REGISTER, code, class: classCode, address, ...rest } = (v.properties ?? {}) as Json
    if (typeof register !== 'string') throw new StaError('properties.register is the name of a register')
    const type = await findType(tx, register)
    if (!type) throw new StaError(`there is no register ${register}`)
    const known = new Set(type.declaration.attributes.map((a) => a.key))
    const attributes = Object.fromEntries(Object.entries(rest).filter(([key]) => known.has(key)))
    if (known.has('description')) attributes.description = String(v.description).slice(0, 1000)
    const locations: number[] = []
    for (const link of links.Locations ?? []) locations.push((await this.linked('Location', link, { Things: 0 })) as number)
    if (given.Locations !== undefined) locations.push(Number(given.Locations))
    const first = locations[0]
    const geometry = first === undefined ? undefined : forRegister(await placeOfLocation(tx, first))
    const item = {
      name: String(v.name).trim().slice(0, 100),
      attributes,
      ...(geometry && { geometry: geometry as never }),
      ...(typeof code === 'string' && { code }),
      ...(typeof classCode === 'string' && { class: classCode }),
      ...(typeof address === 'string' && { address })
    }
    const { id: itemId } = await createItem(env).within(tx, { type: register, item, why: BY_STA }, ctx)
    const row = await findItemById(tx, itemId)
    if (!row || !reaches(this.reach, row)) throw new StaError('the Thing would lie outside of what you may write', 403)
    await sql`select set_config('streams.placed', 'on', true)`.execute(tx)
    const id = await ensureThing(tx, itemId, ctx.now)
    await sql`select set_config('streams.placed', 'off', true)`.execute(tx)
    const own = Object.fromEntries(
      Object.entries(rest).filter(([key]) => !known.has(key) && key !== 'status' && key !== 'gridCode')
    )
    await sql`update streams.thing set description = ${v.description}, properties = ${JSON.stringify(own)}::jsonb where id = ${id}`.execute(
      tx
    )
    if (locations.length > 0) await putThingAt(tx, id, locations, ctx.now)
    this.things.push(id)
    for (const link of links.Datastreams ?? []) await this.attach('Datastream', link, { Thing: id })
    for (const link of links.HistoricalLocations ?? []) await this.attach('HistoricalLocation', link, { Thing: id })
    return id
  }

  /** Something made inside of what it belongs to; what is there already belongs elsewhere and moves over. */
  async attach(entity: 'Datastream' | 'HistoricalLocation', link: Link, given: Linked): Promise<void> {
    if ('draft' in link) await this.create(link.draft, given)
    else if (entity === 'Datastream') await this.moveStream(Number(link.id), given)
    else throw new StaError('a HistoricalLocation cannot be given to another Thing')
  }

  async moveStream(id: number, to: Linked): Promise<void> {
    await this.stream(id)
    const patch = {
      ...(to.Thing !== undefined && { thingId: Number(to.Thing) }),
      ...(to.Sensor !== undefined && { sensorId: Number(to.Sensor) }),
      ...(to.ObservedProperty !== undefined && { propertyId: Number(to.ObservedProperty) })
    }
    await editStream.within(this.tx, { id, patch }, this.ctx)
    this.streams.push(id)
  }

  async #createLocation({ values, links }: Draft, given: Linked): Promise<number> {
    const id = await insertLocation(this.tx, values, this.ctx.now)
    const things: number[] = []
    for (const link of links.Things ?? []) things.push((await this.linked('Thing', link, { Locations: id })) as number)
    if (given.Things) things.push(Number(given.Things))
    for (const thing of new Set(things)) await this.putAt(thing, [id])
    return id
  }

  /** A thing is at these Locations from now on, in the register too. */
  async putAt(thing: number, locations: readonly number[], at = this.ctx.now): Promise<number | undefined> {
    await this.item(thing)
    const { rows } = await sql<{
      id: number
    }>`select location_id as id from streams.thing_location where thing_id = ${thing}`.execute(this.tx)
    const isSame = rows.length === locations.length && rows.every((r) => locations.includes(r.id))
    if (isSame) return undefined
    const history = await putThingAt(this.tx, thing, locations, at)
    if (locations[0] !== undefined)
      await moveItems(this.tx, this.env, [thing], await placeOfLocation(this.tx, locations[0]), this.ctx)
    this.things.push(thing)
    return history
  }

  async #createHistory({ values, links }: Draft, given: Linked): Promise<number> {
    const thing = given.Thing === undefined ? await this.linked('Thing', links.Thing?.[0]) : Number(given.Thing)
    if (thing === undefined) throw new StaError('HistoricalLocation: Thing is missing')
    await this.item(thing)
    const locations: number[] = []
    for (const link of links.Locations ?? []) locations.push((await this.linked('Location', link, { Things: 0 })) as number)
    if (given.Locations) locations.push(Number(given.Locations))
    if (locations.length === 0) throw new StaError('HistoricalLocation: Locations is missing')
    const at = new Date(checkedInstant(values.time))
    const { rows } = await sql<{
      last: Date | null
    }>`select max(time) as last from streams.historical_location where thing_id = ${thing}`.execute(this.tx)
    // Said of later than all that is known, it is where the thing is.
    const last = rows[0]?.last
    if (last && at.getTime() <= last.getTime()) return addHistory(this.tx, thing, locations, at)
    return (await this.putAt(thing, locations, at)) ?? addHistory(this.tx, thing, locations, at)
  }

  async #createStream({ values: v, links }: Draft, given: Linked): Promise<number> {
    const thing = given.Thing === undefined ? await this.linked('Thing', links.Thing?.[0]) : Number(given.Thing)
    const sensor =
      given.Sensor === undefined ? await this.linked('Sensor', links.Sensor?.[0], { Datastreams: 0 }) : Number(given.Sensor)
    const property =
      given.ObservedProperty === undefined
        ? await this.linked('ObservedProperty', links.ObservedProperty?.[0], { Datastreams: 0 })
        : Number(given.ObservedProperty)
    if (!thing || !sensor || !property) throw new StaError('Datastream: Thing, Sensor and ObservedProperty are needed')
    await this.item(thing)
    const { key, kind, ...properties } = (v.properties ?? {}) as Json
    const draft = {
      thingId: thing,
      key: await keyFor(this.tx, thing, key, property),
      name: String(v.name),
      description: String(v.description),
      kind: kindOf(String(v.observationType), kind),
      unit: v.unitOfMeasurement as StreamUnit,
      observationType: String(v.observationType),
      sensor,
      property,
      properties
    }
    const { id } = await createStream.within(this.tx, draft, this.ctx)
    this.streams.push(id)
    for (const link of links.Observations ?? []) if ('draft' in link) await this.reading(link.draft, { Datastream: id })
    return id
  }

  async #createSensor({ values: v, links }: Draft): Promise<number> {
    const { rows } = await sql<{ id: number }>`insert into streams.sensor (name, description, encoding_type, metadata, properties)
      values (${v.name}, ${v.description}, ${v.encodingType}, ${JSON.stringify(v.metadata)}::jsonb, ${JSON.stringify(v.properties ?? {})}::jsonb)
      returning id`.execute(this.tx)
    const { id } = rows[0] as { id: number }
    for (const link of links.Datastreams ?? []) await this.attach('Datastream', link, { Sensor: id })
    return id
  }

  async #createProperty({ values: v, links }: Draft): Promise<number> {
    const { rows } = await sql<{ id: number }>`insert into streams.observed_property (name, definition, description, properties)
      values (${v.name}, ${v.definition}, ${v.description}, ${JSON.stringify(v.properties ?? {})}::jsonb) returning id`.execute(
      this.tx
    )
    const { id } = rows[0] as { id: number }
    for (const link of links.Datastreams ?? []) await this.attach('Datastream', link, { ObservedProperty: id })
    return id
  }

  /** A reading that is stored when all else is. */
  async reading({ values, links }: Draft, given: Linked): Promise<void> {
    const stream =
      given.Datastream === undefined ? await this.linked('Datastream', links.Datastream?.[0]) : Number(given.Datastream)
    if (stream === undefined) throw new StaError('Observation: Datastream is missing')
    const feature = await this.linked('FeatureOfInterest', links.FeatureOfInterest?.[0], { Observations: 0 })
    this.readings.push({
      stream,
      values,
      feature: given.FeatureOfInterest === undefined ? (feature ?? null) : Number(given.FeatureOfInterest)
    })
  }
}
