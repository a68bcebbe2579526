/** What a city profile folder says about places. */
import { Crs, RegionClass } from '@chengyun/contract/geo'
import { type Static, Type } from 'typebox'
import type { GeoJsonGeometry } from './shape.ts'

const Codes = Type.Record(Type.String(), Type.Number())

/** The part of profile.json that this module reads; others read their own. */
export const PlaceProfile = Type.Object({
  id: Type.String(),
  adcode: Type.String({ pattern: '^\\d{6}$' }),
  center: Type.Tuple([Type.Number(), Type.Number()]),
  extent: Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()]),
  sourceCrs: Type.Optional(Crs),
  unitGrid: Type.Object({ referenceLat: Type.Number(), defaultCellM: Type.Number(), cellM: Codes }),
  regionClasses: Type.Record(Type.String(), RegionClass),
  dutyGrids: Type.Object({ communitiesPerGrid: Type.Integer({ minimum: 1 }) }),
  demoSeed: Type.String()
})
export type PlaceProfile = Static<typeof PlaceProfile>

export interface DivisionRow {
  code: string
  name: string
  level: 'city' | 'district' | 'street' | 'community'
}

/** Names for generated roads and places (demo-names.json). `{stem}` is a community's name without its ending. */
export interface DemoNames {
  roadStems: readonly string[]
  roadForms: readonly string[]
  poiForms: readonly string[]
  poisPerCommunity: number
  communityOffice: string
  communitySuffixes: readonly string[]
  streetOffice: string
  townOffice: string
}

export interface CityFiles {
  profile: PlaceProfile
  divisions: readonly DivisionRow[]
  outlines: readonly { properties: { code: string }; geometry: GeoJsonGeometry }[]
  /** Null: no roads and places are generated. */
  names: DemoNames | null
}
