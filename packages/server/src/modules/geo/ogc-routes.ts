/** OGC API – Features at /ogc: core, CRS (part 2), filtering with CQL2 (part 3). Open collections need no account. */

import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type * as GeoJSON from 'geojson'
import type { Actor } from '../../platform/actor.ts'
import { AppError } from '../../platform/errors.ts'
import { CRS84, geometryIn, isSystem } from './domain/ogc/crs.ts'
import { cursorOf, ParameterError, type Params, type Question, readFormat, readQuestion } from './domain/ogc/question.ts'
import * as doc from './ogc-documents.ts'
import * as html from './ogc-html.ts'
import { type Collection, publishedFor } from './publication.ts'
import { publishPlaces } from './publication-places.ts'
import { geoService } from './service.ts'

const OPEN = { config: { public: true }, schema: { hide: true } } as const
type WithId = { Params: { id: string } }
type WithFeature = { Params: { id: string; featureId: string } }

const langOf = (req: FastifyRequest): 'zh' | 'en' => (/^en\b/i.test(req.headers['accept-language'] ?? '') ? 'en' : 'zh')
const paramsOf = (req: FastifyRequest): Params => req.query as Params
/** Who asks: nobody without an account, or with one that must still change its password. */
const readerOf = (req: FastifyRequest): Actor | null => (req.signedIn && req.signedIn.pending === null ? req.actor : null)

/** JSON unless a page was asked for, by `f` or by a browser. */
function formatOf(req: FastifyRequest): 'json' | 'html' {
  const f = paramsOf(req).f
  if (f !== undefined) return readFormat(Array.isArray(f) ? f[0] : f)
  const accept = req.headers.accept ?? ''
  return accept.includes('text/html') && !accept.includes('json') ? 'html' : 'json'
}

/** Only `f` may be asked of a document. */
function checkBare(req: FastifyRequest): void {
  const other = Object.keys(paramsOf(req)).find((k) => k !== 'f')
  if (other !== undefined) throw new ParameterError(other, 'there is no such parameter')
}

function problem(reply: FastifyReply, status: number, code: string, description: string, parameter?: string): FastifyReply {
  return reply
    .code(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: 'about:blank',
        title: code,
        status,
        detail: description,
        code,
        description,
        ...(parameter && { parameter })
      })
    )
}

function refuse(error: FastifyError | AppError | ParameterError, req: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ParameterError)
    return problem(reply, 400, 'InvalidParameter', `${error.parameter}: ${error.message}`, error.parameter)
  const status = error instanceof AppError ? error.status : (error.statusCode ?? 500)
  if (status >= 500) req.log.error({ err: error, requestId: req.id }, 'ogc request failed')
  return problem(
    reply,
    status,
    error instanceof AppError ? error.code : 'Error',
    status >= 500 ? 'Internal error' : error.message
  )
}

const page = (reply: FastifyReply, body: string): FastifyReply => reply.type('text/html; charset=utf-8').send(body)
const json = (reply: FastifyReply, body: object, type: string = doc.JSON_TYPE): FastifyReply =>
  reply.type(type).send(JSON.stringify(body))

/** To the letter: GDAL compares the type as a text, and Fastify would write it its own way. */
function exactly(reply: FastifyReply, type: string, body: string): FastifyReply {
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value)
  reply.raw.setHeader('content-type', type)
  reply.raw.setHeader('access-control-allow-origin', '*')
  reply.raw.end(body)
  return reply
}

export const ogcRoutes: FastifyPluginAsync = async (app) => {
  const geo = await geoService(app.db)
  publishPlaces(() => geo.revision())
  app.setErrorHandler(refuse)
  // What anybody may read, pages of any origin may read; an account's answer is for its reader only.
  app.addHook('onSend', async (req, reply) => {
    reply.header('vary', 'accept, accept-language, authorization, cookie')
    if (readerOf(req) === null) reply.header('access-control-allow-origin', '*')
    else reply.header('cache-control', 'private')
  })
  documents(app)
  app.get<WithId>('/ogc/collections/:id/items', OPEN, async (req, reply) => {
    const collection = await collectionOf(app, req, req.params.id)
    return items(app, req, reply, collection)
  })
  app.get<WithFeature>('/ogc/collections/:id/items/:featureId', OPEN, async (req, reply) => {
    const collection = await collectionOf(app, req, req.params.id)
    const crs = paramsOf(req).crs ?? CRS84
    if (typeof crs !== 'string' || !isSystem(crs)) throw new ParameterError('crs', 'the system is not offered')
    const other = Object.keys(paramsOf(req)).find((k) => k !== 'f' && k !== 'crs')
    if (other !== undefined) throw new ParameterError(other, 'there is no such parameter')
    const feature = await collection.find(req.params.featureId)
    if (!feature) return problem(reply, 404, 'NotFound', `there is no feature ${req.params.featureId}`)
    const at = `${baseOf(app, req)}/ogc/collections/${collection.id}`
    const lang = langOf(req)
    if (formatOf(req) === 'html') {
      const rows = collection.fields.map((f): [string, unknown] => [f.title[lang], feature.properties?.[f.name]])
      return page(
        reply,
        html.page(
          String(feature.id),
          [
            ['/ogc?f=html', 'OGC API'],
            [`${at}/items?f=html`, collection.title[lang]]
          ],
          html.facts(rows)
        )
      )
    }
    reply.header('content-crs', `<${crs}>`)
    const links: doc.Link[] = [
      { href: `${at}/items/${encodeURIComponent(String(feature.id))}`, rel: 'self', type: doc.GEOJSON_TYPE },
      { href: at, rel: 'collection', type: doc.JSON_TYPE }
    ]
    return json(reply, { ...feature, geometry: geometryIn(feature.geometry, crs), links }, doc.GEOJSON_TYPE)
  })
}

/** The address of this server as its clients know it. */
function baseOf(app: FastifyInstance, req: FastifyRequest): string {
  const known = (app.settings as unknown as { CHENGYUN_PUBLIC_URL?: string }).CHENGYUN_PUBLIC_URL
  return known ? known.replace(/\/$/, '') : `${req.protocol}://${req.host}`
}

async function collectionOf(app: FastifyInstance, req: FastifyRequest, id: string): Promise<Collection> {
  const found = (await publishedFor(app.db, readerOf(req))).get(id)
  if (!found) throw new AppError('NotFound', 404, `there is no collection ${id}`)
  return found
}

function documents(app: FastifyInstance): void {
  const all = async (req: FastifyRequest) => [...(await publishedFor(app.db, readerOf(req))).values()]
  app.get('/ogc', OPEN, async (req, reply) => {
    checkBare(req)
    const body = doc.landing(baseOf(app, req))
    if (formatOf(req) === 'json') return json(reply, body)
    return page(reply, html.page('OGC API – Features', [], html.list(body.links.map((l) => ({ href: l.href, title: l.rel })))))
  })
  app.get('/ogc/conformance', OPEN, async (req, reply) => {
    checkBare(req)
    if (formatOf(req) === 'json') return json(reply, { conformsTo: doc.CONFORMANCE })
    return page(
      reply,
      html.page('Conformance', [['/ogc?f=html', 'OGC API']], html.list(doc.CONFORMANCE.map((c) => ({ href: c, title: c }))))
    )
  })
  app.get('/ogc/api', OPEN, async (req, reply) => {
    checkBare(req)
    const body = doc.definition(await all(req), baseOf(app, req))
    if (formatOf(req) === 'json') return exactly(reply, doc.API_TYPE, JSON.stringify(body))
    const rows = Object.keys(body.paths).map((p) => ({ href: p.includes('{') ? '/ogc/api' : `/ogc${p}?f=html`, title: p }))
    return page(reply, html.page('API', [['/ogc?f=html', 'OGC API']], html.list(rows)))
  })
  app.get('/ogc/collections', OPEN, async (req, reply) => {
    checkBare(req)
    const [base, lang] = [baseOf(app, req), langOf(req)]
    const collections = await Promise.all((await all(req)).map((c) => doc.describe(c, base, lang)))
    if (formatOf(req) === 'json')
      return json(reply, { links: [{ href: `${base}/ogc/collections`, rel: 'self', type: doc.JSON_TYPE }], collections })
    const rows = collections.map((c) => ({ href: `/ogc/collections/${c.id}/items?f=html`, title: c.title, note: c.description }))
    return page(reply, html.page(lang === 'zh' ? '数据集' : 'Collections', [['/ogc?f=html', 'OGC API']], html.list(rows)))
  })
  app.get<WithId>('/ogc/collections/:id', OPEN, async (req, reply) => {
    checkBare(req)
    const collection = await collectionOf(app, req, req.params.id)
    const body = await doc.describe(collection, baseOf(app, req), langOf(req))
    if (formatOf(req) === 'json') return json(reply, body)
    const rows = body.links.map((l) => ({ href: l.href, title: l.rel }))
    return page(reply, html.page(body.title, [['/ogc/collections?f=html', 'OGC API']], html.list(rows)))
  })
  app.get<WithId>('/ogc/collections/:id/queryables', OPEN, async (req, reply) => {
    checkBare(req)
    const collection = await collectionOf(app, req, req.params.id)
    return json(reply, doc.queryables(collection, baseOf(app, req), langOf(req)), doc.SCHEMA_TYPE)
  })
}

/** A property list as asked for; `id` and geometry stay. */
const trimmed = (f: GeoJSON.Feature, question: Question): GeoJSON.Feature => ({
  ...f,
  geometry: geometryIn(f.geometry, question.crs),
  properties: question.only ? Object.fromEntries(question.only.map((n) => [n, f.properties?.[n] ?? null])) : f.properties
})

async function items(
  app: FastifyInstance,
  req: FastifyRequest,
  reply: FastifyReply,
  collection: Collection
): Promise<FastifyReply> {
  const question = readQuestion(paramsOf(req), collection)
  const found = await collection.page(question)
  const [base, lang] = [baseOf(app, req), langOf(req)]
  const here = (changes: Record<string, string>): string => {
    const params = new URLSearchParams(Object.entries(paramsOf(req)).map(([k, v]): [string, string] => [k, String(v)]))
    for (const [k, v] of Object.entries(changes)) params.set(k, v)
    const text = params.toString()
    return `${base}/ogc/collections/${collection.id}/items${text ? `?${text}` : ''}`
  }
  const next = found.next === null ? null : here({ cursor: cursorOf(found.next) })
  if (formatOf(req) === 'html') {
    const columns = collection.fields.map((f): [string, string] => [f.name, f.title[lang]])
    const rows = found.features.map((f) => ({
      href: `/ogc/collections/${collection.id}/items/${encodeURIComponent(String(f.id))}?f=html`,
      values: f.properties ?? {}
    }))
    const title = `${collection.title[lang]}${found.matched === null ? '' : ` (${found.matched})`}`
    return page(
      reply,
      html.page(
        title,
        [['/ogc/collections?f=html', 'OGC API']],
        html.table(columns, rows) + html.more(next, lang === 'zh' ? '下一页' : 'Next')
      )
    )
  }
  const links: doc.Link[] = [
    { href: here({}), rel: 'self', type: doc.GEOJSON_TYPE },
    { href: here({ f: 'html' }), rel: 'alternate', type: 'text/html' },
    ...(next === null ? [] : [{ href: next, rel: 'next', type: doc.GEOJSON_TYPE }])
  ]
  reply.header('content-crs', `<${question.crs}>`)
  return json(
    reply,
    {
      type: 'FeatureCollection',
      timeStamp: new Date().toISOString(),
      ...(found.matched !== null && { numberMatched: found.matched }),
      numberReturned: found.features.length,
      links,
      features: found.features.map((f) => trimmed(f, question))
    },
    doc.GEOJSON_TYPE
  )
}
