/** The documents of OGC API – Features beside the items: landing page, conformance, collections, queryables, API definition. */
import { STORED, SYSTEM_URIS } from './domain/ogc/crs.ts'
import { GEOMETRY, type PublishedField } from './domain/ogc/fields.ts'
import { DEFAULT_LIMIT, MOST } from './domain/ogc/question.ts'
import type { Collection } from './publication.ts'

export interface Link {
  href: string
  rel: string
  type: string
  title?: string
}

const SPEC = 'http://www.opengis.net/spec'
/** What is true of this server; a test asks each of them. */
export const CONFORMANCE: readonly string[] = [
  ...['core', 'oas30', 'html', 'geojson'].map((c) => `${SPEC}/ogcapi-features-1/1.0/conf/${c}`),
  `${SPEC}/ogcapi-features-2/1.0/conf/crs`,
  ...['queryables', 'queryables-query-parameters', 'filter', 'features-filter'].map(
    (c) => `${SPEC}/ogcapi-features-3/1.0/conf/${c}`
  ),
  ...[
    'cql2-text',
    'cql2-json',
    'basic-cql2',
    'advanced-comparison-operators',
    'case-insensitive-comparison',
    'basic-spatial-functions',
    'basic-spatial-functions-plus',
    'spatial-functions',
    'temporal-functions',
    'array-functions',
    'property-property',
    'arithmetic'
  ].map((c) => `${SPEC}/cql2/1.0/conf/${c}`)
]

export const JSON_TYPE = 'application/json'
export const GEOJSON_TYPE = 'application/geo+json'
export const SCHEMA_TYPE = 'application/schema+json'
export const API_TYPE = 'application/vnd.oai.openapi+json;version=3.0'
const CQL_REL = 'http://www.opengis.net/def/rel/ogc/1.0'

export const landing = (base: string) => ({
  title: '城市运行管理服务平台 Chengyun',
  description: 'OGC API – Features',
  links: [
    { href: `${base}/ogc`, rel: 'self', type: JSON_TYPE },
    { href: `${base}/ogc?f=html`, rel: 'alternate', type: 'text/html' },
    { href: `${base}/ogc/api`, rel: 'service-desc', type: API_TYPE },
    { href: `${base}/ogc/api?f=html`, rel: 'service-doc', type: 'text/html' },
    { href: `${base}/ogc/conformance`, rel: 'conformance', type: JSON_TYPE },
    { href: `${base}/ogc/conformance`, rel: `${CQL_REL}/conformance`, type: JSON_TYPE },
    { href: `${base}/ogc/collections`, rel: 'data', type: JSON_TYPE },
    { href: `${base}/ogc/collections`, rel: `${CQL_REL}/data`, type: JSON_TYPE }
  ] satisfies Link[]
})

export async function describe(c: Collection, base: string, lang: 'zh' | 'en') {
  const { box, from, to } = await c.extent()
  const at = `${base}/ogc/collections/${c.id}`
  return {
    id: c.id,
    title: c.title[lang],
    description: c.description[lang],
    itemType: 'feature',
    ...(box && {
      extent: {
        spatial: { bbox: [box], crs: SYSTEM_URIS[0] },
        ...(c.time && { temporal: { interval: [[from?.toISOString() ?? null, to?.toISOString() ?? null]] } })
      }
    }),
    crs: c.geometry ? SYSTEM_URIS : [],
    ...(c.geometry && { storageCrs: STORED }),
    links: [
      { href: at, rel: 'self', type: JSON_TYPE, title: c.title[lang] },
      { href: `${at}/items`, rel: 'items', type: GEOJSON_TYPE, title: c.title[lang] },
      { href: `${at}/items?f=html`, rel: 'items', type: 'text/html', title: c.title[lang] },
      { href: `${at}/queryables`, rel: `${CQL_REL}/queryables`, type: SCHEMA_TYPE }
    ] satisfies Link[]
  }
}

const TYPES: Record<PublishedField['type'], object> = {
  string: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  'date-time': { type: 'string', format: 'date-time' },
  strings: { type: 'array', items: { type: 'string' } }
}

/** What can be asked of a collection, as a JSON Schema. */
export const queryables = (c: Collection, base: string, lang: 'zh' | 'en') => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `${base}/ogc/collections/${c.id}/queryables`,
  type: 'object',
  title: c.title[lang],
  properties: {
    ...(c.geometry && {
      [GEOMETRY]: { title: lang === 'zh' ? '位置' : 'Place', format: `geometry-${c.geometry.toLowerCase()}` }
    }),
    ...Object.fromEntries(
      c.fields.map((f) => [f.name, { title: f.title[lang], ...TYPES[f.type], ...(f.values && { enum: f.values }) }])
    )
  },
  additionalProperties: false
})

const text = { type: 'string' }
const query = (name: string, schema: object, description: string) => ({
  name,
  in: 'query',
  required: false,
  schema,
  description,
  style: 'form',
  explode: false
})

/** The API as OpenAPI 3.0, a path for each collection this reader may see; addresses count from the landing page. */
export function definition(collections: readonly Collection[], base: string) {
  const ok = (type: string) => ({ '200': { description: 'OK', content: { [type]: { schema: { type: 'object' } } } } })
  const get = (operationId: string, type: string, parameters: object[] = []) => ({
    get: { operationId, parameters, responses: ok(type) }
  })
  const items = (c: Collection) => [
    query('limit', { type: 'integer', minimum: 1, maximum: MOST, default: DEFAULT_LIMIT }, 'Features in a page'),
    query('bbox', { type: 'array', minItems: 4, maxItems: 6, items: { type: 'number' } }, 'West, south, east, north'),
    query('datetime', text, 'An instant or an interval, RFC 3339'),
    query('crs', { type: 'string', enum: SYSTEM_URIS }, 'System of the answer'),
    query('bbox-crs', { type: 'string', enum: SYSTEM_URIS }, 'System of bbox'),
    query('filter', text, 'CQL2'),
    query('filter-lang', { type: 'string', enum: ['cql2-text', 'cql2-json'] }, 'Language of filter'),
    query('filter-crs', { type: 'string', enum: SYSTEM_URIS }, 'System of the geometries in filter'),
    query('properties', text, 'Only these, separated by commas'),
    ...c.fields.map((f) => query(f.name, TYPES[f.type], f.title.en))
  ]
  const id = { name: 'featureId', in: 'path', required: true, schema: text }
  return {
    openapi: '3.0.3',
    info: { title: 'Chengyun 城运: OGC API – Features', version: '1.0.0' },
    servers: [{ url: `${base}/ogc` }],
    paths: {
      '/': get('landingPage', JSON_TYPE),
      '/conformance': get('conformance', JSON_TYPE),
      '/collections': get('collections', JSON_TYPE),
      ...Object.fromEntries(
        collections.flatMap((c) => [
          [`/collections/${c.id}`, get(`${c.id}.collection`, JSON_TYPE)],
          [`/collections/${c.id}/queryables`, get(`${c.id}.queryables`, SCHEMA_TYPE)],
          [`/collections/${c.id}/items`, get(`${c.id}.items`, GEOJSON_TYPE, items(c))],
          [`/collections/${c.id}/items/{featureId}`, get(`${c.id}.item`, GEOJSON_TYPE, [id])]
        ])
      )
    }
  }
}
