/** Foreign base maps that an installation lays under its own: declared by the setting CHENGYUN_BASE_LAYERS, read here, checked without I/O. */
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { Crs, Lat, Lng } from './schemas.ts'

const closed = { additionalProperties: false }
const Name = Type.Object(
  { zh: Type.String({ minLength: 1, maxLength: 40 }), en: Type.String({ minLength: 1, maxLength: 60 }) },
  closed
)
const Zoom = Type.Integer({ minimum: 0, maximum: 24 })

/** One declared base map. Addresses start with http(s):// or, for what this server's own proxy serves, with one slash. */
export const BaseLayerDeclaration = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{0,40}$' }),
    name: Name,
    type: Type.Union([Type.Literal('xyz'), Type.Literal('wmts'), Type.Literal('pmtiles')]),
    /** xyz: template with {z} {x} {y} ({-y} counts rows from the south), {s} for subdomains. wmts: the service (KVP), or a template with
     *  {TileMatrix} {TileRow} {TileCol} (REST). pmtiles: the archive. */
    url: Type.Optional(Type.String({ maxLength: 1000 })),
    /** pmtiles: an archive on the server's disk instead of an address. */
    file: Type.Optional(Type.String({ maxLength: 1000 })),
    /** A second service of the same kind drawn on top, such as names over pictures. */
    labelsUrl: Type.Optional(Type.String({ maxLength: 1000 })),
    subdomains: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z0-9-]{1,20}$' }), { minItems: 1, maxItems: 10 })),
    wmts: Type.Optional(
      Type.Object(
        {
          layer: Type.String({ minLength: 1, maxLength: 100 }),
          labelsLayer: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
          matrixSet: Type.String({ minLength: 1, maxLength: 100 }),
          /** Before the number of the level: `EPSG:3857:` gives EPSG:3857:12. */
          matrixPrefix: Type.Optional(Type.String({ maxLength: 60 })),
          style: Type.Optional(Type.String({ maxLength: 60 })),
          format: Type.Optional(Type.String({ maxLength: 60 }))
        },
        closed
      )
    ),
    /** The coordinates its tiles are drawn in; has to be said, since it cannot be seen. */
    crs: Crs,
    attribution: Type.String({ maxLength: 200 }),
    minzoom: Type.Optional(Zoom),
    maxzoom: Type.Optional(Zoom),
    tileSize: Type.Optional(Type.Union([Type.Literal(256), Type.Literal(512)])),
    bounds: Type.Optional(Type.Tuple([Lng, Lat, Lng, Lat])),
    /** Names places itself: ours are left out. */
    labelled: Type.Optional(Type.Boolean())
  },
  closed
)
export type BaseLayerDeclaration = Static<typeof BaseLayerDeclaration>

/** What a browser needs to draw it. `kind` pmtiles: `url` is the archive; raster: `tiles` are templates, one list a sheet, lowest first. */
export const BaseLayer = Type.Object({
  id: Type.String(),
  name: Name,
  kind: Type.Union([Type.Literal('raster'), Type.Literal('pmtiles')]),
  sheets: Type.Array(Type.Array(Type.String())),
  url: Type.Union([Type.String(), Type.Null()]),
  scheme: Type.Union([Type.Literal('xyz'), Type.Literal('tms')]),
  attribution: Type.String(),
  minzoom: Zoom,
  maxzoom: Zoom,
  tileSize: Type.Integer(),
  bounds: Type.Union([Type.Array(Type.Number()), Type.Null()]),
  labelled: Type.Boolean()
})
export type BaseLayer = Static<typeof BaseLayer>
export const BaseLayers = Type.Object({ layers: Type.Array(BaseLayer) })

/** Services whose tiles are drawn in GCJ-02 whatever a declaration says. */
const SHIFTED = /(^|\.)(autonavi\.com|amap\.com|gtimg\.com|qq\.com|google\.cn|bdimg\.com|baidu\.com)$/
/** Tile matrices in degrees: their tiles are no squares of the Mercator map. */
const IN_DEGREES = /^(c|EPSG:?4490|EPSG:?4326|.*:4490|.*:4326|WGS84|GlobalCRS84.*|InspireCRS84Quad|WorldCRS84Quad)$/i

/**
 * Reads the value of the setting. `faults` are sentences; a layer with a fault is not in `layers`.
 */
export function readBaseLayers(value: unknown): { layers: BaseLayerDeclaration[]; faults: string[] } {
  if (!Array.isArray(value)) return { layers: [], faults: ['a list of base layers is expected'] }
  const layers: BaseLayerDeclaration[] = []
  const faults: string[] = []
  value.forEach((item: unknown, i) => {
    const id = (item as { id?: unknown } | null)?.id
    const name = typeof id === 'string' ? `base layer ${id}` : `base layer ${i + 1}`
    if (!Value.Check(BaseLayerDeclaration, item)) {
      const [first] = Value.Errors(BaseLayerDeclaration, item)
      faults.push(`${name}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}`)
      return
    }
    const fault = faultOf(item) ?? (layers.some((l) => l.id === item.id) ? 'the id is taken' : null)
    if (fault) faults.push(`${name}: ${fault}`)
    else layers.push(item)
  })
  return { layers, faults }
}

function faultOf(layer: BaseLayerDeclaration): string | null {
  const { type, url, file, crs } = layer
  if (crs === 'GCJ-02' || crs === 'BD-09' || (url && SHIFTED.test(hostOf(url)?.hostname ?? '')))
    return `tiles drawn in ${crs === 'BD-09' ? 'BD-09' : 'GCJ-02'} lie 300 to 700 m off on this map and are refused; use a service in CGCS2000 or WGS-84 (such as Tianditu)`
  if (file !== undefined) {
    if (type !== 'pmtiles') return 'only a pmtiles archive can be a file'
    return url === undefined ? null : 'either a file or an address'
  }
  if (url === undefined) return 'an address is missing'
  for (const address of [url, layer.labelsUrl])
    if (address !== undefined && !address.startsWith('/') && !hostOf(address)) return `${address} is no address`
  if (type === 'xyz' && !/\{z\}/.test(url)) return 'an xyz address holds {z}, {x} and {y}'
  if (type === 'wmts' && !layer.wmts) return 'a wmts layer names its layer and matrix set'
  if (layer.wmts && IN_DEGREES.test(layer.wmts.matrixSet))
    return `the matrix set ${layer.wmts.matrixSet} is in degrees; take the one of the Mercator map (w, EPSG:3857, GoogleMapsCompatible)`
  return null
}

function hostOf(url: string): URL | null {
  if (!/^https?:\/\//.test(url)) return null
  try {
    return new URL(url.replaceAll('{s}', 's'))
  } catch {
    return null
  }
}

/** Origins a browser has to be allowed to fetch from; addresses of our own server need nothing. */
export function originsOf(layers: readonly BaseLayerDeclaration[]): string[] {
  const out = new Set<string>()
  for (const layer of layers)
    for (const address of [layer.url, layer.labelsUrl])
      for (const one of address === undefined ? [] : expand(address, layer.subdomains)) {
        const found = hostOf(one)
        if (found) out.add(found.origin)
      }
  return [...out].sort()
}

const expand = (url: string, subdomains: readonly string[] | undefined): string[] =>
  url.includes('{s}') ? (subdomains ?? ['a', 'b', 'c']).map((s) => url.replaceAll('{s}', s)) : [url]

/** A declared layer as a browser draws it. */
export function presentBaseLayer(layer: BaseLayerDeclaration): BaseLayer {
  const { id, name, type, attribution, url = '', wmts } = layer
  const sheet = (address: string, wmtsLayer: string | undefined): string[] =>
    expand(
      type === 'wmts' && wmts ? wmtsTemplate(address, wmts, wmtsLayer ?? wmts.layer) : address.replace('{-y}', '{y}'),
      layer.subdomains
    )
  const upper = layer.labelsUrl ?? (wmts?.labelsLayer === undefined ? undefined : url)
  return {
    id,
    name,
    kind: type === 'pmtiles' ? 'pmtiles' : 'raster',
    sheets:
      type === 'pmtiles' ? [] : [sheet(url, wmts?.layer), ...(upper === undefined ? [] : [sheet(upper, wmts?.labelsLayer)])],
    url: type === 'pmtiles' ? (layer.file === undefined ? url : `/api/map/base/${id}`) : null,
    scheme: url.includes('{-y}') ? 'tms' : 'xyz',
    attribution,
    minzoom: layer.minzoom ?? 0,
    maxzoom: layer.maxzoom ?? 18,
    tileSize: layer.tileSize ?? 256,
    bounds: layer.bounds ?? null,
    labelled: layer.labelled ?? upper !== undefined
  }
}

function wmtsTemplate(url: string, wmts: NonNullable<BaseLayerDeclaration['wmts']>, layer: string): string {
  const matrix = `${wmts.matrixPrefix ?? ''}{z}`
  const { style = 'default', matrixSet, format = 'image/png' } = wmts
  if (/\{TileMatrix\}/i.test(url)) {
    const fill: Record<string, string> = {
      tilematrixset: matrixSet,
      tilematrix: matrix,
      tilerow: '{y}',
      tilecol: '{x}',
      style,
      layer
    }
    return url.replace(/\{(\w+)\}/g, (whole, key: string) => fill[key.toLowerCase()] ?? whole)
  }
  const parts = {
    SERVICE: 'WMTS',
    REQUEST: 'GetTile',
    VERSION: '1.0.0',
    LAYER: layer,
    STYLE: style,
    TILEMATRIXSET: matrixSet,
    FORMAT: format
  }
  const query = Object.entries(parts).map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
  const joint = url.includes('?') ? (/[?&]$/.test(url) ? '' : '&') : '?'
  return `${url}${joint}${query.join('&')}&TILEMATRIX=${encodeURIComponent(wmts.matrixPrefix ?? '')}{z}&TILEROW={y}&TILECOL={x}`
}
