import { OPEN311_FORMATS, type Open311Format } from '@chengyun/contract/public'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../../platform/errors.ts'
import { intakeFile } from '../../media/index.ts'
import { actorOf, addOpen311Update, type Filed, fileOpen311Report, type Open311Key } from '../commands/open311-report.ts'
import { type Args, refusal } from '../domain/open311-args.ts'
import type { Row } from '../domain/open311-format.ts'
import { type Open311Report, readReport } from '../domain/open311-report.ts'
import { findOwnRequest } from '../queries/open311.ts'
import { findPlace } from '../queries/open311-place.ts'
import type { Open311 } from './open311.ts'
import { answer } from './open311-answer.ts'
import { type Body, readBody } from './open311-body.ts'

const POST = {
  config: { public: true, csrf: false, rateLimit: { max: 600, timeWindow: '1 minute' } },
  schema: { hide: true }
} as const

/** Requests that write: POST requests, and updates of one as FixMyStreet sends them. */
export function open311Writes(app: FastifyInstance, open311: Open311): void {
  for (const format of OPEN311_FORMATS) {
    const at = (
      path: string,
      serve: (req: FastifyRequest, reply: FastifyReply, body: Body, key: Open311Key) => Promise<unknown>
    ): void => {
      app.post(`/open311/v2/${path}.${format}`, POST, async (req, reply) => {
        const body = await readBody(req)
        try {
          const key = await open311.keyOf(body.args)
          open311.checkJurisdiction(body.args)
          return await serve(req, reply, body, key)
        } finally {
          await body.discard()
        }
      })
    }
    at('requests', async (req, reply, body, key) => {
      const filed = await file(app, open311, req, body, key)
      return answer(reply, format, { root: 'service_requests', item: 'request', rows: [filed] }, 201)
    })
    at('servicerequestupdates', (req, reply, body, key) =>
      update(open311, req, reply, format, key, body.args, body.args.text('service_request_id', 40))
    )
    at('requests/:id/updates', (req, reply, body, key) =>
      update(open311, req, reply, format, key, body.args, (req.params as { id: string }).id)
    )
  }
}

async function file(
  app: FastifyInstance,
  { env, table }: Open311,
  req: FastifyRequest,
  body: Body,
  key: Open311Key
): Promise<Row> {
  const now = new Date()
  const report = readReport(body.args, (code) => table().find(code))
  const place = await findPlace(env, app.geo, report.where, report.address)
  const evidenceIds: string[] = []
  const actor = actorOf(key, req.ip)
  for (const { path, fileName } of body.files) {
    const take = (phase: 'near' | 'attachment') => intakeFile(app, actor, { path, fields: { phase }, fileName }, now)
    const kept = await take('near').catch((error: unknown) => {
      // A video or a sound: welcome as well, only not a view of the place.
      if (error instanceof AppError && error.code === 'MEDIA_NOT_AN_IMAGE') return take('attachment')
      throw error
    })
    evidenceIds.push(kept.id)
  }
  const idempotencyKey = req.headers['idempotency-key']
  const filed = await fileOpen311Report(env, key, report, {
    place,
    evidenceIds,
    idempotencyKey: typeof idempotencyKey === 'string' ? idempotencyKey : undefined,
    ip: req.ip,
    now
  })
  return presentFiled(filed, report, now)
}

/** The answer to a report: its number, or a token for it, or neither, as its service is. */
function presentFiled({ record, token }: Filed, report: Open311Report, now: Date): Row {
  const hours = record.dueAt ? Math.max(1, Math.ceil((Date.parse(record.dueAt) - now.getTime()) / 3_600_000)) : null
  const notice = hours === null ? '已收到' : `已收到，预计 ${hours} 小时内受理`
  const number = report.service.type === 'blackbox' ? {} : token !== null ? { token } : { service_request_id: record.caseNo }
  return { ...number, service_notice: notice, account_id: report.accountId ?? null }
}

async function update(
  open311: Open311,
  req: FastifyRequest,
  reply: FastifyReply,
  format: Open311Format,
  key: Open311Key,
  args: Args,
  caseNo: string | undefined
): Promise<FastifyReply> {
  if (caseNo === undefined) throw refusal('OPEN311_ARGUMENT_MISSING', { name: 'service_request_id' })
  const text = args.text('description', 500)
  if (text === undefined) throw refusal('OPEN311_ARGUMENT_MISSING', { name: 'description' })
  const own = await findOwnRequest(open311.env.db, key.id, caseNo)
  if (!own) throw refusal('OPEN311_REQUEST_UNKNOWN', { id: caseNo })
  const updateId = args.text('update_id', 100)
  if (!own.is_open) throw refusal('OPEN311_REQUEST_CLOSED')
  const record = await addOpen311Update(open311.env, key, { caseNo, text, updateId }, { ip: req.ip, now: new Date() })
  const row = { update_id: updateId ?? `${caseNo}-${record.version}`, service_request_id: caseNo }
  return answer(reply, format, { root: 'service_request_updates', item: 'request_update', rows: [row] })
}
