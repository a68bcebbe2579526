import type { Kind } from './ast.ts'

/** The entities of SensorThings 1.1, part 8.2, by the word for one. */
export const ENTITIES = [
  'Thing',
  'Location',
  'HistoricalLocation',
  'Datastream',
  'Sensor',
  'ObservedProperty',
  'Observation',
  'FeatureOfInterest'
] as const
export type EntityName = (typeof ENTITIES)[number]

export interface Property {
  kind: Kind
  /** Whether names below it may be asked for (`properties/owner`). */
  open?: boolean
  /** What an entity that is made has to say. */
  required?: boolean
  /** Told, never taken. */
  derived?: boolean
}

export interface Navigation {
  to: EntityName
  many: boolean
  /** What an entity that is made has to link. */
  required?: boolean
}

export interface Entity {
  name: EntityName
  /** The word for many, as it stands in addresses. */
  set: string
  properties: Readonly<Record<string, Property>>
  links: Readonly<Record<string, Navigation>>
}

const needed: Property = { kind: 'text', required: true }
const open: Property = { kind: 'any', open: true }

export const MODEL: Readonly<Record<EntityName, Entity>> = {
  Thing: {
    name: 'Thing',
    set: 'Things',
    properties: { name: needed, description: needed, properties: open },
    links: {
      Locations: { to: 'Location', many: true },
      HistoricalLocations: { to: 'HistoricalLocation', many: true },
      Datastreams: { to: 'Datastream', many: true }
    }
  },
  Location: {
    name: 'Location',
    set: 'Locations',
    properties: {
      name: needed,
      description: needed,
      encodingType: needed,
      location: { kind: 'geo', required: true },
      properties: open
    },
    links: { Things: { to: 'Thing', many: true }, HistoricalLocations: { to: 'HistoricalLocation', many: true } }
  },
  HistoricalLocation: {
    name: 'HistoricalLocation',
    set: 'HistoricalLocations',
    properties: { time: { kind: 'time', required: true } },
    links: { Thing: { to: 'Thing', many: false, required: true }, Locations: { to: 'Location', many: true, required: true } }
  },
  Datastream: {
    name: 'Datastream',
    set: 'Datastreams',
    properties: {
      name: needed,
      description: needed,
      observationType: needed,
      unitOfMeasurement: { kind: 'any', open: true, required: true },
      observedArea: { kind: 'geo', derived: true },
      phenomenonTime: { kind: 'time', derived: true },
      resultTime: { kind: 'time', derived: true },
      properties: open
    },
    links: {
      Thing: { to: 'Thing', many: false, required: true },
      Sensor: { to: 'Sensor', many: false, required: true },
      ObservedProperty: { to: 'ObservedProperty', many: false, required: true },
      Observations: { to: 'Observation', many: true }
    }
  },
  Sensor: {
    name: 'Sensor',
    set: 'Sensors',
    properties: {
      name: needed,
      description: needed,
      encodingType: needed,
      metadata: { kind: 'any', open: true, required: true },
      properties: open
    },
    links: { Datastreams: { to: 'Datastream', many: true } }
  },
  ObservedProperty: {
    name: 'ObservedProperty',
    set: 'ObservedProperties',
    properties: { name: needed, definition: needed, description: needed, properties: open },
    links: { Datastreams: { to: 'Datastream', many: true } }
  },
  Observation: {
    name: 'Observation',
    set: 'Observations',
    properties: {
      phenomenonTime: { kind: 'time' },
      result: { kind: 'any', open: true, required: true },
      resultTime: { kind: 'time' },
      resultQuality: open,
      validTime: { kind: 'time' },
      parameters: open
    },
    links: {
      Datastream: { to: 'Datastream', many: false, required: true },
      FeatureOfInterest: { to: 'FeatureOfInterest', many: false }
    }
  },
  FeatureOfInterest: {
    name: 'FeatureOfInterest',
    set: 'FeaturesOfInterest',
    properties: {
      name: needed,
      description: needed,
      encodingType: needed,
      feature: { kind: 'geo', required: true },
      properties: open
    },
    links: { Observations: { to: 'Observation', many: true } }
  }
}

/** The entity whose set stands in an address. */
export const entityOfSet = (set: string): Entity | undefined => Object.values(MODEL).find((e) => e.set === set)

/** The link of an entity by its name; undefined where it has none. */
export const linkOf = (entity: Entity, name: string): Navigation | undefined =>
  Object.hasOwn(entity.links, name) ? entity.links[name] : undefined

/** A property by its name; `id` and `@iot.id` are the identity. */
export function propertyOf(entity: Entity, name: string): { name: string; property: Property } | undefined {
  if (name === 'id' || name === '@iot.id')
    return { name: 'id', property: { kind: entity.name === 'Observation' ? 'text' : 'number', derived: true } }
  const property = Object.hasOwn(entity.properties, name) ? entity.properties[name] : undefined
  return property && { name, property }
}

/** The link that leads back: who asks for `Things(1)/Datastreams` asks for Datastreams whose `Thing` is 1. */
export const BACK: Readonly<Record<string, string>> = {
  'Thing/Locations': 'Things',
  'Thing/HistoricalLocations': 'Thing',
  'Thing/Datastreams': 'Thing',
  'Location/Things': 'Locations',
  'Location/HistoricalLocations': 'Locations',
  'HistoricalLocation/Thing': 'HistoricalLocations',
  'HistoricalLocation/Locations': 'HistoricalLocations',
  'Datastream/Thing': 'Datastreams',
  'Datastream/Sensor': 'Datastreams',
  'Datastream/ObservedProperty': 'Datastreams',
  'Datastream/Observations': 'Datastream',
  'Sensor/Datastreams': 'Sensor',
  'ObservedProperty/Datastreams': 'ObservedProperty',
  'Observation/Datastream': 'Observations',
  'Observation/FeatureOfInterest': 'Observations',
  'FeatureOfInterest/Observations': 'FeatureOfInterest'
}
