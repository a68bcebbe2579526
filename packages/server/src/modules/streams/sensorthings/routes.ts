/**
 * OGC SensorThings API 1.1 at /sta/v1.1. Who writes needs `streams:write`; programs send their token as Bearer or as the password of Basic. Devices send
 * Observations of their own thing with account and secret.
 */
import { randomUUID } from 'node:crypto'
import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { may } from '../../../platform/actor.ts'
import { AppError, RETRY_AFTER_S } from '../../../platform/errors.ts'
import { demandPermission } from '../../org/index.ts'
import { StaError } from '../domain/sta/fault.ts'
import { streamsOf } from '../runtime.ts'
import { type Answer, answer, type Method, type Question } from './answer.ts'
import { type Asking, askingOf } from './asking.ts'
import { jsonAnswers, multipartAnswers, readJsonBatch, readMultipart, runParts } from './batch.ts'
import { askingOfDevice, deviceOf } from './devices.ts'
import { envOf } from './write.ts'

const READ = { config: { permission: 'streams:read' }, schema: { hide: true } } as const
const WRITE = { config: { permission: 'streams:write' }, schema: { hide: true }, bodyLimit: 16 * 1024 * 1024 } as const
const ROOT = '/sta/v1.1'

/** The address of the version as clients know it. */
function baseOf(app: FastifyInstance, req: FastifyRequest): string {
  const known = (app.settings as unknown as { CHENGYUN_PUBLIC_URL?: string }).CHENGYUN_PUBLIC_URL
  return `${known ? known.replace(/\/$/, '') : `${req.protocol}://${req.host}`}${ROOT}`
}

/** A fault as SensorThings says it. */
function faultOf(error: unknown): { status: number; message: string } | null {
  if (error instanceof StaError) return { status: error.status, message: error.message }
  if (error instanceof AppError) return { status: error.status === 422 ? 400 : error.status, message: textOf(error) }
  // Brackets in brackets beyond what can be walked through.
  if (error instanceof RangeError && error.message.includes('call stack')) return { status: 400, message: 'the body is too deep' }
  const { statusCode, message } = error as Partial<FastifyError>
  if (typeof statusCode === 'number' && statusCode < 500) return { status: statusCode, message: String(message) }
  return null
}
const textOf = (error: AppError): string => {
  const said = error.details?.summaryEn ?? error.details?.summary
  return typeof said === 'string' && said !== ''
    ? said
    : error.message.replace(/\{(\w+)\}/g, (_, n: string) => String(error.details?.[n] ?? n))
}

function refuse(error: unknown, req: FastifyRequest, reply: FastifyReply): FastifyReply {
  const fault = faultOf(error) ?? { status: 500, message: 'Internal error' }
  if (fault.status === 503) reply.header('retry-after', RETRY_AFTER_S)
  else if (fault.status >= 500) req.log.error({ err: error, requestId: req.id }, 'sensorthings request failed')
  if (fault.status === 401) reply.header('www-authenticate', 'Basic realm="SensorThings", charset="UTF-8"')
  return reply
    .code(fault.status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ code: fault.status, message: fault.message }))
}

function send(reply: FastifyReply, { status, headers, body, isText }: Answer): FastifyReply {
  reply.code(status).headers(headers)
  if (body === undefined) return reply.send()
  if (isText) return reply.type('text/plain; charset=utf-8').send(body)
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body))
}

function questionOf(req: FastifyRequest): Question {
  const raw = req.raw.url ?? ''
  const at = raw.indexOf('?')
  const path = (req.params as { '*'?: string })['*'] ?? ''
  return {
    method: req.method as Method,
    path,
    query: at < 0 ? '' : raw.slice(at + 1),
    body: req.body,
    isPatch: (req.headers['content-type'] ?? '').startsWith('application/json-patch+json')
  }
}

export const sensorThingsRoutes: FastifyPluginAsync = async (app) => {
  const streams = await streamsOf(app.db)
  const asked = (req: FastifyRequest): Promise<Asking> => askingOf(streams, app.db, req.actor, baseOf(app, req), Date.now())
  app.setErrorHandler(refuse)
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser(
    ['application/json-patch+json', 'application/merge-patch+json'],
    { parseAs: 'string' },
    (req, text, done) => parse(req, String(text), done)
  )
  app.addContentTypeParser(/^multipart\/mixed/, { parseAs: 'string' }, (_req, text, done) => done(null, text))

  const one = async (req: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    send(reply, await answer(await asked(req), await envOf(app.db), questionOf(req)))
  app.get(ROOT, READ, one)
  app.get(`${ROOT}/*`, READ, one)
  app.post(`${ROOT}/$batch`, { ...READ, bodyLimit: WRITE.bodyLimit }, (req, reply) => batch(app, req, reply, asked))
  // Public to the hook, which knows no devices: who is none is asked for what WRITE asks.
  app.post(`${ROOT}/*`, { ...WRITE, config: { public: true } }, async (req, reply) => {
    const device = await deviceOf(req)
    if (device === null) {
      demandPermission(app, req, WRITE.config.permission)
      return one(req, reply)
    }
    const q = questionOf(req)
    return send(reply, await answer(await askingOfDevice(streams, req, device, q.path, baseOf(app, req)), await envOf(app.db), q))
  })
  app.patch(`${ROOT}/*`, WRITE, one)
  app.put(`${ROOT}/*`, WRITE, one)
  app.delete(`${ROOT}/*`, WRITE, one)
}

async function batch(
  app: FastifyInstance,
  req: FastifyRequest,
  reply: FastifyReply,
  asked: (req: FastifyRequest) => Promise<Asking>
): Promise<FastifyReply> {
  const base = baseOf(app, req)
  const type = req.headers['content-type'] ?? ''
  const isMultipart = type.startsWith('multipart/mixed')
  const parts = isMultipart ? readMultipart(String(req.body), type, base) : readJsonBatch(req.body, base)
  const env = await envOf(app.db)
  const answers = await runParts(parts, async (q) => {
    try {
      if (q.method !== 'GET' && !may(req.actor, 'streams:write')) throw new StaError('Not permitted', 403)
      return await answer(await asked(req), env, q)
    } catch (error) {
      const fault = faultOf(error)
      if (fault === null) req.log.error({ err: error, requestId: req.id }, 'sensorthings request failed')
      const { status, message } = fault ?? { status: 500, message: 'Internal error' }
      return { status, headers: {}, body: { code: status, message } }
    }
  })
  if (!isMultipart) return reply.type('application/json; charset=utf-8').send(JSON.stringify(jsonAnswers(answers)))
  const boundary = `batch_${randomUUID()}`
  return reply.type(`multipart/mixed; boundary=${boundary}`).send(multipartAnswers(answers, boundary))
}
