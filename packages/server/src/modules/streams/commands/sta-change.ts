/** Changing and ending the entities of SensorThings, with what hangs on them. */
import type { StreamUnit } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { editItem, findType, removeItem } from '../../registry/index.ts'
import { checkedInstant, type Draft } from '../domain/sta/body.ts'
import { StaError } from '../domain/sta/fault.ts'
import type { EntityName } from '../domain/sta/model.ts'
import { kindOf } from '../domain/sta/stream-words.ts'
import { editStream, removeStreams } from './catalogue.ts'
import { Maker } from './sta-make.ts'
import { BY_STA, moveItems, thingsAt, updatePlace } from './sta-places.ts'

type Json = Record<string, unknown>

/** Makes, changes and ends entities within one transaction. */
export class Changer extends Maker {
  async change(id: number, { entity, values: v, links }: Draft): Promise<void> {
    switch (entity) {
      case 'Thing':
        return this.#changeThing(id, v, links)
      case 'Location': {
        const things = await thingsAt(this.tx, id)
        for (const thing of things) await this.item(thing)
        await updatePlace(this.tx, 'Location', id, v)
        if (v.location !== undefined) {
          await sql`update streams.feature_of_interest f set feature = l.location, lng = l.lng, lat = l.lat, bounds = l.bounds, length = l.length
            from streams.location l where l.id = ${id} and f.location_id = l.id`.execute(this.tx)
          await moveItems(this.tx, this.env, things, v.location, this.ctx)
          this.things.push(...things)
        }
        for (const link of links.Things ?? [])
          await this.putAt((await this.linked('Thing', link, { Locations: id })) as number, [id])
        return
      }
      case 'FeatureOfInterest':
        return updatePlace(this.tx, 'FeatureOfInterest', id, v)
      case 'Datastream':
        return this.#changeStream(id, v, links)
      case 'HistoricalLocation': {
        const { rows } = await sql<{
          thing: number
        }>`select thing_id as thing from streams.historical_location where id = ${id}`.execute(this.tx)
        await this.item(rows[0]?.thing ?? 0)
        if (v.time !== undefined)
          await sql`update streams.historical_location set time = ${new Date(checkedInstant(v.time))} where id = ${id}`.execute(
            this.tx
          )
        return
      }
      default:
        return this.#changeKnown(entity, id, v)
    }
  }

  async #changeThing(id: number, v: Json, links: Draft['links']): Promise<void> {
    const item = await this.item(id)
    const type = await findType(this.tx, item.type_id)
    const known = new Set(type?.declaration.attributes.map((a) => a.key))
    const { register, code, class: _class, status: _status, gridCode: _grid, address, ...rest } = (v.properties ?? {}) as Json
    if (register !== undefined && register !== item.type_id) throw new StaError('a Thing stays in its register', 409)
    if (code !== undefined && code !== item.code) throw new StaError('a Thing keeps its code', 409)
    const attributes = Object.fromEntries(Object.entries(rest).filter(([key]) => known.has(key)))
    if (v.description !== undefined && known.has('description')) attributes.description = String(v.description).slice(0, 1000)
    const changes = {
      ...(v.name !== undefined && v.name !== item.name && { name: String(v.name).trim().slice(0, 100) }),
      ...(typeof address === 'string' && address !== item.address && { address }),
      ...(Object.keys(attributes).length > 0 && { attributes })
    }
    if (Object.keys(changes).length > 0)
      await editItem(this.env)
        .within(this.tx, { type: item.type_id, code: item.code, edit: { version: null, changes }, why: BY_STA }, this.ctx)
        .catch((error: unknown) => {
          if ((error as { code?: string }).code !== 'REGISTRY_NOTHING_CHANGED') throw error
        })
    if (v.description !== undefined)
      await sql`update streams.thing set description = ${v.description} where id = ${id}`.execute(this.tx)
    if (v.properties !== undefined) {
      const own = Object.fromEntries(Object.entries(rest).filter(([key]) => !known.has(key)))
      await sql`update streams.thing set properties = ${JSON.stringify(own)}::jsonb where id = ${id}`.execute(this.tx)
    }
    this.things.push(id)
    if (links.Locations !== undefined) {
      const locations: number[] = []
      for (const link of links.Locations) locations.push((await this.linked('Location', link, { Things: 0 })) as number)
      if (locations.length > 0) await this.putAt(id, locations)
    }
    for (const link of links.Datastreams ?? []) await this.attach('Datastream', link, { Thing: id })
  }

  async #changeStream(id: number, v: Json, links: Draft['links']): Promise<void> {
    const before = await this.stream(id)
    const { key: _key, kind: _kind, ...properties } = (v.properties ?? {}) as Json
    if (v.observationType !== undefined && kindOf(String(v.observationType), before.kind) !== before.kind)
      throw new StaError('what kind of results a Datastream has does not change', 409)
    const [thingId, sensorId, propertyId] = [
      await this.linked('Thing', links.Thing?.[0]),
      await this.linked('Sensor', links.Sensor?.[0], { Datastreams: 0 }),
      await this.linked('ObservedProperty', links.ObservedProperty?.[0], { Datastreams: 0 })
    ]
    const patch = {
      ...(v.name !== undefined && { name: String(v.name) }),
      ...(v.description !== undefined && { description: String(v.description) }),
      ...(v.unitOfMeasurement !== undefined && { unit: v.unitOfMeasurement as StreamUnit }),
      ...(v.observationType !== undefined && { observationType: String(v.observationType) }),
      ...(v.properties !== undefined && { properties }),
      ...(thingId !== undefined && { thingId }),
      ...(sensorId !== undefined && { sensorId }),
      ...(propertyId !== undefined && { propertyId })
    }
    if (Object.keys(patch).length > 0) await editStream.within(this.tx, { id, patch }, this.ctx)
    this.streams.push(id)
    for (const link of links.Observations ?? []) if ('draft' in link) await this.reading(link.draft, { Datastream: id })
  }

  async #changeKnown(entity: EntityName, id: number, v: Json): Promise<void> {
    const columns: Record<string, string> = {
      encodingType: 'encoding_type',
      name: 'name',
      description: 'description',
      definition: 'definition'
    }
    const sets = Object.entries(v).map(([key, value]) =>
      key === 'metadata' || key === 'properties'
        ? sql`${sql.id(key)} = ${JSON.stringify(value)}::jsonb`
        : sql`${sql.id(columns[key] ?? key)} = ${value}`
    )
    const table = entity === 'Sensor' ? 'streams.sensor' : 'streams.observed_property'
    if (sets.length > 0) await sql`update ${sql.raw(table)} set ${sql.join(sets)} where id = ${id}`.execute(this.tx)
  }

  /** Ends an entity and what cannot be without it (SensorThings 1.1, table 30). */
  async remove(entity: EntityName, id: number): Promise<void> {
    const { tx, ctx } = this
    switch (entity) {
      case 'Thing': {
        const item = await this.item(id)
        await this.#endStreams(sql`thing_id = ${id}`)
        await removeItem(this.env).within(
          tx,
          { type: item.type_id, code: item.code, removal: { version: null }, why: BY_STA },
          ctx
        )
        this.things.push(id)
        return
      }
      case 'Datastream':
        await this.stream(id)
        return this.#endStreams(sql`id = ${id}`)
      case 'Sensor':
      case 'ObservedProperty':
        await this.#endStreams(entity === 'Sensor' ? sql`sensor_id = ${id}` : sql`observed_property_id = ${id}`)
        await sql`update ${sql.raw(entity === 'Sensor' ? 'streams.sensor' : 'streams.observed_property')} set removed_at = ${ctx.now}
          where id = ${id}`.execute(tx)
        return
      case 'Location':
        return this.#removeLocation(id)
      case 'HistoricalLocation': {
        const { rows } = await sql<{
          thing: number
        }>`select thing_id as thing from streams.historical_location where id = ${id}`.execute(tx)
        await this.item(rows[0]?.thing ?? 0)
        await sql`delete from streams.historical_location where id = ${id}`.execute(tx)
        return
      }
      default: {
        const { rows } = await sql<{ made: boolean }>`select location_id is not null or thing_id is not null as made
          from streams.feature_of_interest where id = ${id}`.execute(tx)
        if (rows[0]?.made) throw new StaError('this feature is the place of a Thing: it goes with the Location or the Thing', 409)
        await sql`update streams.feature_of_interest set removed_at = ${ctx.now} where id = ${id}`.execute(tx)
      }
    }
  }

  async #endStreams(which: ReturnType<typeof sql<boolean>> | ReturnType<typeof sql>): Promise<void> {
    const { rows } = await sql<{ id: number; thing: number }>`select id, thing_id as thing from streams.stream
      where removed_at is null and ${which}`.execute(this.tx)
    for (const thing of new Set(rows.map((r) => r.thing))) await this.item(thing)
    const ids = rows.map((r) => r.id)
    await removeStreams.within(this.tx, { ids }, this.ctx)
    this.streams.push(...ids)
  }

  /** Things that are there are nowhere afterwards, where their register allows it. */
  async #removeLocation(id: number): Promise<void> {
    const { tx, ctx } = this
    for (const thing of await thingsAt(tx, id)) {
      const item = await this.item(thing)
      await editItem(this.env)
        .within(
          tx,
          { type: item.type_id, code: item.code, edit: { version: null, changes: { geometry: null } }, why: BY_STA },
          ctx
        )
        .catch((error: unknown) => {
          if ((error as { code?: string }).code === 'REGISTRY_NOTHING_CHANGED') return
          if ((error as { code?: string }).code === 'REGISTRY_ITEM_INVALID')
            throw new StaError(
              `Thing ${thing} is at this Location, and its register wants a place: give it another one first`,
              409
            )
          throw error
        })
      this.things.push(thing)
    }
    await sql`delete from streams.thing_location where location_id = ${id}`.execute(tx)
    await sql`delete from streams.historical_location h where exists (select from streams.historical_place p where p.historical_id = h.id
      and p.location_id = ${id})`.execute(tx)
    await sql`update streams.location set removed_at = ${ctx.now} where id = ${id}`.execute(tx)
  }
}
