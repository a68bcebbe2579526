import { OPEN311_FORMATS, type Open311Format } from '@chengyun/contract/public'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { type CaseEnv, cityOf, runningEnv } from '../../cases/index.ts'
import { hashOf } from '../commands/open311-keys.ts'
import type { Open311Key } from '../commands/open311-report.ts'
import { Args, refusal } from '../domain/open311-args.ts'
import { discoveryOf } from '../domain/open311-discovery.ts'
import type { Row } from '../domain/open311-format.ts'
import { isTrue, pageOf, readRequestQuery, spanOf } from '../domain/open311-query.ts'
import type { ServiceTable } from '../domain/open311-services.ts'
import { presentDefinition, presentRequest, presentService, presentUpdate } from '../present-open311.ts'
import { publishCases } from '../publication.ts'
import {
  findByToken,
  findPublicCases,
  listPublicCases,
  listPublicSteps,
  listReleasedPhotos,
  listUpdates,
  type PublicCase,
  type PublicStep
} from '../queries/open311.ts'
import { findLiveOpen311Key } from '../queries/open311-keys.ts'
import { serviceTableOf } from '../queries/open311-table.ts'
import { answer, answerError } from './open311-answer.ts'
import { open311Writes } from './open311-writes.ts'

const HIDE = { config: { public: true }, schema: { hide: true } } as const

/** What the routes of GeoReport share. */
export interface Open311 {
  env: CaseEnv
  table: () => ServiceTable
  /** @throws AppError OPEN311_JURISDICTION_UNKNOWN */
  checkJurisdiction(args: Args): void
  /** @throws AppError OPEN311_KEY_INVALID */
  keyOf(args: Args): Promise<Open311Key>
  unitName(id: string | null): string | null
}

async function open311Of(app: FastifyInstance): Promise<Open311> {
  const env = runningEnv()
  if (!env) throw new Error('the module cases has not been started')
  const { db } = app
  const { adcode } = await cityOf(db)
  const table = await serviceTableOf(env)
  return {
    env,
    table,
    checkJurisdiction: (args) => {
      const id = args.text('jurisdiction_id')
      if (id !== undefined && id !== adcode) throw refusal('OPEN311_JURISDICTION_UNKNOWN', { id })
    },
    keyOf: async (args) => {
      const given = args.text('api_key')
      const key = given === undefined ? undefined : await findLiveOpen311Key(db, hashOf(given))
      if (!key) throw refusal('OPEN311_KEY_INVALID')
      return key
    },
    unitName: (id) => (id === null ? null : (env.reference.units.get(id)?.name ?? null))
  }
}

const argsOf = (req: FastifyRequest): Args => Args.of(Object.entries(req.query as Record<string, unknown>))

/** Open311 GeoReport v2: discovery at /open311, everything else at /open311/v2. */
export const open311Routes: FastifyPluginAsync = async (app) => {
  publishCases()
  const open311 = await open311Of(app)
  app.setErrorHandler(answerError)
  await app.register(multipart)
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_req, text, done) =>
    done(null, new URLSearchParams(String(text)))
  )
  for (const format of OPEN311_FORMATS) {
    app.get(`/open311/discovery.${format}`, HIDE, (req, reply) => {
      const origin = `${req.protocol}://${req.host}`
      return answer(reply, format, { root: 'discovery', single: discoveryOf(origin) })
    })
    reads(app, open311, format)
  }
  open311Writes(app, open311)
  const unknown = (): never => {
    throw refusal('OPEN311_RESOURCE_UNKNOWN')
  }
  app.get('/open311/*', HIDE, unknown)
  app.post('/open311/*', HIDE, unknown)
}

function reads(app: FastifyInstance, open311: Open311, format: Open311Format): void {
  const { env, table, unitName } = open311
  const { db } = app
  const send = (reply: FastifyReply, root: string, item: string, rows: readonly Row[]) =>
    answer(reply, format, { root, item, rows })
  const at = (path: string, serve: (args: Args, reply: FastifyReply, id: string, origin: string) => unknown): void => {
    app.get<{ Params: { id?: string } }>(`/open311/v2/${path}`, HIDE, async (req, reply) => {
      const args = argsOf(req)
      open311.checkJurisdiction(args)
      return serve(args, reply, req.params.id ?? '', `${req.protocol}://${req.host}`)
    })
  }

  const presentAll = async (cases: readonly PublicCase[], extensions: boolean, origin: string) => {
    const asked = extensions ? cases : cases.filter((c) => c.status === 'not_registered' || c.status === 'cancelled')
    const steps = Map.groupBy(
      await listPublicSteps(
        db,
        asked.map((c) => c.id)
      ),
      (s: PublicStep) => s.case_id
    )
    const photos = await listReleasedPhotos(
      db,
      cases.map((c) => c.id)
    )
    const media = new Map([...photos].map(([caseId, fileId]) => [caseId, `${origin}/api/public/photos/${fileId}`]))
    const how = { table: table(), unitName, now: new Date(), steps, media, extensions }
    return cases.map((c) => presentRequest(c, how))
  }

  at(`services.${format}`, (_args, reply) =>
    send(
      reply,
      'services',
      'service',
      table().services.map((s) => presentService(s, table()))
    )
  )
  at(`services/:id.${format}`, (_args, reply, id) => {
    const service = table().find(id)
    if (!service) throw refusal('OPEN311_SERVICE_UNKNOWN', { code: id })
    return answer(reply, format, { root: 'service_definition', single: presentDefinition(service) })
  })
  at(`requests.${format}`, async (args, reply, _id, origin) => {
    const extensions = isTrue(args, 'extensions')
    const services = table()
    const ids = args.list('service_request_id', 1000)
    if (ids)
      return send(
        reply,
        'service_requests',
        'request',
        await presentAll(await findPublicCases(db, ids, services.hidden()), extensions, origin)
      )
    const query = readRequestQuery(args, (code) => services.find(code) !== undefined, new Date())
    const classes = query.services?.flatMap((code) => services.classesOf(code))
    const cases = await listPublicCases(db, query, classes, services.hidden())
    return send(reply, 'service_requests', 'request', await presentAll(cases, extensions, origin))
  })
  at(`requests/:id.${format}`, async (args, reply, id, origin) => {
    const cases = await findPublicCases(db, [id], table().hidden())
    if (cases.length === 0) throw refusal('OPEN311_REQUEST_UNKNOWN', { id })
    return send(reply, 'service_requests', 'request', await presentAll(cases, isTrue(args, 'extensions'), origin))
  })
  at(`tokens/:id.${format}`, async (_args, reply, id) => {
    const number = await findByToken(db, id)
    if (number === undefined) throw refusal('OPEN311_TOKEN_UNKNOWN')
    return send(reply, 'service_requests', 'request', [{ service_request_id: number, token: id }])
  })
  at(`servicerequestupdates.${format}`, async (args, reply) => {
    const key = args.text('api_key') === undefined ? undefined : await open311.keyOf(args)
    const rows = await listUpdates(env.db, spanOf(args, new Date(), 1), pageOf(args), key?.id, table().hidden())
    return send(
      reply,
      'service_request_updates',
      'request_update',
      rows.map((s) => presentUpdate(s))
    )
  })
}
