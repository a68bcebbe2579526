import { type Static, Type } from 'typebox'
import { LngLat, Nullable } from '../common/index.ts'

const closed = { additionalProperties: false } as const

/** Words of an address, a road, a building; two characters at least. */
export const PlaceSearch = Type.Object({ q: Type.String({ minLength: 2, maxLength: 60 }) }, closed)
/** Places that answer the words, the best first. */
export const PublicPlaces = Type.Object({
  items: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), address: Type.String(), location: LngLat }))
})
export type PublicPlaces = Static<typeof PublicPlaces>

export const PlaceAt = Type.Object(
  { lng: Type.Number({ minimum: -180, maximum: 180 }), lat: Type.Number({ minimum: -90, maximum: 90 }) },
  closed
)
/** How a point is called. `inside: false`: outside the city, where nothing can be reported; then `text` is null. */
export const PublicAddress = Type.Object({ inside: Type.Boolean(), text: Nullable(Type.String()) })
export type PublicAddress = Static<typeof PublicAddress>

export const StreetsQuery = Type.Object(
  { bbox: Type.String({ pattern: '^-?[0-9.]+,-?[0-9.]+,-?[0-9.]+,-?[0-9.]+$', maxLength: 120 }) },
  closed
)
/** Streets of a window as lines of [lng, lat, lng, lat, …]; `more`: the window holds more than are drawn. */
export const PublicStreets = Type.Object({
  items: Type.Array(Type.Object({ name: Type.String(), line: Type.Array(Type.Number()) })),
  more: Type.Boolean(),
  /** Land of the window as polygons of rings lng, lat, lng, lat, …, the rest is sea; null where nothing is known of the sea. */
  land: Type.Union([Type.Array(Type.Array(Type.Array(Type.Number()))), Type.Null()])
})
export type PublicStreets = Static<typeof PublicStreets>

/** The code on the plate of a component: 16 digits of 2013, 17 of 2026. */
export const ComponentCode = Type.String({ pattern: '^[0-9]{16,17}$' })
/** What the plate of a component opens: under which class and where a report of it begins. */
export const PublicComponent = Type.Object(
  {
    code: Type.String(),
    classCode: Type.String(),
    className: Type.String(),
    classNameEn: Type.String(),
    /** CGCS2000, to about a metre. */
    location: LngLat
  },
  closed
)
export type PublicComponent = Static<typeof PublicComponent>
