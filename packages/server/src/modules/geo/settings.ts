import { type Static, Type } from 'typebox'

/** Settings of the map. */
export const GeoSettings = Type.Object({
  CHENGYUN_MAP_LAYERS: Type.Boolean({
    default: true,
    description: 'Hold the layers of the map in memory and serve their tiles. A process that serves no map need not.'
  }),
  CHENGYUN_MAP_CACHE_MB: Type.Integer({
    minimum: 1,
    maximum: 4096,
    default: 64,
    description: 'Memory for cut tiles of one server process, in MB.'
  })
})
export type GeoSettings = Static<typeof GeoSettings>
