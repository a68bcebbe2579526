import { randomUUID } from 'node:crypto'
import { COMMON_ERRORS } from '@chengyun/contract/common'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyRequest,
  LogController
} from 'fastify'
import type { Logger } from 'pino'
import { type Actor, SYSTEM } from './actor.ts'
import type { Db } from './db.ts'
import { AppError, type ErrorCatalogue, fillText, RETRY_AFTER_S } from './errors.ts'
import { acceptJson } from './json-body.ts'
import { securityHeaders } from './security-headers.ts'
import type { Settings } from './settings.ts'

declare module 'fastify' {
  interface FastifyInstance {
    db: Db
    settings: Settings
  }
  interface FastifyRequest {
    actor: Actor
  }
  interface FastifyContextConfig {
    /** Who may call the route: everybody, everybody who signed in, or holders of a permission. One of them must be said. */
    public?: boolean
    authenticated?: boolean
    permission?: string
    /** The body is not JSON (uploads): CSRF still applies. */
    csrf?: boolean
  }
}

const BODY_LIMIT = 1024 * 1024

/** Nobody yet: what a request carries before the session was looked up. */
export const ANONYMOUS: Actor = { ...SYSTEM, id: '00000000-0000-7000-8000-000000000001', name: '', username: '', system: false }

/** Fastify set up the way every part of the product expects: strict input, coded and translated errors, headers, OpenAPI. */
export async function buildHttp(options: {
  settings: Settings
  log: Logger
  catalogues: readonly ErrorCatalogue[]
}): Promise<FastifyInstance> {
  const { settings, log } = options
  const app = Fastify({
    loggerInstance: log as unknown as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (req) =>
      typeof req.headers['x-request-id'] === 'string' && /^[\w-]{8,64}$/.test(req.headers['x-request-id'])
        ? req.headers['x-request-id']
        : randomUUID(),
    bodyLimit: BODY_LIMIT,
    trustProxy: settings.CHENGYUN_TRUST_PROXY,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 }
  })
  app.decorate('settings', settings)
  app.decorateRequest('actor')
  app.setValidatorCompiler(({ schema, httpPart }) => validatorFor(httpPart).compile(schema as object) as never)
  acceptJson(app)
  useErrors(app, Object.assign({}, COMMON_ERRORS, ...options.catalogues) as ErrorCatalogue)

  await app.register(cookie)
  await app.register(compress, { global: true, threshold: 2048, encodings: ['br', 'gzip'], brotliOptions: { params: { 1: 1 } } })
  await app.register(rateLimit, { global: false })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Chengyun 城运',
        version: '0.1.0',
        description: '城市运行管理服务平台. Times are ISO-8601 with offset, places are [lng, lat] in CGCS2000.'
      },
      servers: [{ url: '/' }]
    }
  })
  // The reference page needs no sign-in: an integrator reads it first.
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/api/docs')) route.config = { ...route.config, public: true }
  })
  await app.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: true })
  app.get('/api/openapi.json', { config: { public: true }, schema: { hide: true } }, () => app.swagger())

  const headers = securityHeaders(settings)
  app.addHook('onRequest', (req, reply, done) => {
    req.actor = ANONYMOUS
    reply.headers(headers).header('x-request-id', req.id)
    done()
  })
  app.addHook('onResponse', (req, reply, done) => {
    const line = () => ({
      requestId: req.id,
      method: req.method,
      url: req.url.split('?')[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      user: req.actor.username || undefined
    })
    // 503 asks to come again; whoever answers it says why it matters, if it does.
    if (reply.statusCode === 503) req.log.warn(line(), 'request')
    else if (reply.statusCode >= 500) req.log.error(line(), 'request')
    else if (log.isLevelEnabled('debug')) req.log.debug(line(), 'request')
    done()
  })
  return app
}

/** Bodies are taken as they are or refused: nothing dropped, nothing converted. Query strings are text and are converted. */
function validatorFor(httpPart: string | undefined): Ajv {
  return httpPart === 'querystring' || httpPart === 'params' || httpPart === 'headers' ? LOOSE : STRICT
}
const base = { removeAdditional: false, useDefaults: true, allErrors: false, strict: false } as const
const STRICT = withFormats(new Ajv({ ...base, coerceTypes: false }))
const LOOSE = withFormats(new Ajv({ ...base, coerceTypes: 'array' }))
function withFormats(ajv: Ajv): Ajv {
  ;(formats as unknown as (a: Ajv) => void)(ajv)
  return ajv
}
export type Validator = ValidateFunction

interface Fault {
  field: string
  rule: string
  message: string
}

const faultsOf = (errors: readonly Partial<ErrorObject>[], context: string | undefined): Fault[] =>
  errors.map((e) => {
    const path = (e.instancePath ?? '').slice(1).replaceAll('/', '.')
    const params = (e.params ?? {}) as Record<string, unknown>
    const extra = params.additionalProperty ?? params.missingProperty
    const field = [path, typeof extra === 'string' ? extra : ''].filter(Boolean).join('.') || context || ''
    return { field, rule: String(e.keyword ?? ''), message: e.message ?? '' }
  })

const RULES_ZH: Record<string, string> = {
  required: '必填',
  additionalProperties: '未知字段',
  type: '类型不对',
  enum: '不在可选值内',
  pattern: '格式不对',
  format: '格式不对',
  minLength: '过短',
  maxLength: '过长',
  minimum: '过小',
  maximum: '过大',
  minItems: '过少',
  maxItems: '过多',
  const: '取值不对',
  anyOf: '取值不对'
}

const wantsEnglish = (req: FastifyRequest): boolean => /^en\b/i.test(req.headers['accept-language'] ?? '')

function useErrors(app: FastifyInstance, catalogue: ErrorCatalogue): void {
  const textOf = (req: FastifyRequest, code: string, details: Record<string, unknown> | undefined, fallback: string): string => {
    const row = catalogue[code]
    return row ? fillText(wantsEnglish(req) ? row.en : row.zh, details) : fallback
  }
  app.setErrorHandler((error: FastifyError, req, reply) => {
    const { code, status, details } = classify(error, req)
    if (status >= 500 && !(error instanceof AppError && status === 503))
      req.log.error({ err: error, requestId: req.id, code }, 'request failed')
    const message = textOf(req, code, { ...details, requestId: req.id }, error.message)
    const headers = status === 401 ? { 'cache-control': 'no-store' } : status === 503 ? { 'retry-after': RETRY_AFTER_S } : {}
    return reply
      .code(status)
      .headers(headers)
      .send({ code, message, ...(details && { details }), requestId: req.id })
  })
  app.setNotFoundHandler((req, reply) =>
    reply.code(404).send({ code: 'NOT_FOUND', message: textOf(req, 'NOT_FOUND', undefined, 'Not found'), requestId: req.id })
  )
}

function classify(error: FastifyError, req: FastifyRequest): { code: string; status: number; details?: Record<string, unknown> } {
  if (error instanceof AppError)
    return { code: error.code, status: error.status, ...(error.details && { details: error.details }) }
  if (error.validation) {
    const faults = faultsOf(error.validation as Partial<ErrorObject>[], error.validationContext)
    const english = wantsEnglish(req)
    const summary = faults
      .map((f) => (english ? `${f.field} ${f.message}` : `${f.field} ${RULES_ZH[f.rule] ?? f.message}`))
      .join('; ')
    return { code: 'INVALID_REQUEST', status: 400, details: { summary, faults } }
  }
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { code: 'BODY_TOO_LARGE', status: 413, details: { limit: '1 MB' } }
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return { code: 'UNSUPPORTED_MEDIA_TYPE', status: 415 }
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return { code: 'INVALID_REQUEST', status: 400, details: { summary: 'JSON' } }
  }
  // Text that no database takes, in a filter of the address: the NUL character.
  if (error.code === '22021' || error.code === '22P05')
    return { code: 'INVALID_REQUEST', status: 400, details: { summary: 'U+0000' } }
  if (error.statusCode === 429) return { code: 'RATE_LIMITED', status: 429, details: { after: '1 min' } }
  if (error.statusCode !== undefined && error.statusCode < 500)
    return { code: 'INVALID_REQUEST', status: error.statusCode, details: { summary: error.message } }
  return { code: 'INTERNAL', status: 500 }
}
