import { MEDIA_ERRORS } from '@chengyun/contract/media'
import type { Open311Format } from '@chengyun/contract/public'
import { PUBLIC_ERRORS } from '@chengyun/contract/public'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, fillText } from '../../../platform/errors.ts'
import { Refusals } from '../domain/open311-args.ts'
import { CONTENT_TYPES, type Document, write } from '../domain/open311-format.ts'

/** The format that the ending of the address asks for; XML is the one every server must have. */
export const formatOf = (url: string): Open311Format => (/\.json$/i.test(url.split('?')[0] ?? '') ? 'json' : 'xml')

/** Send a document in the format asked for. What is public may be read by pages of any origin. */
export function answer(reply: FastifyReply, format: Open311Format, document: Document, status = 200): FastifyReply {
  return reply
    .code(status)
    .header('access-control-allow-origin', '*')
    .header('cache-control', 'no-cache')
    .type(CONTENT_TYPES[format])
    .send(write(format, document))
}

const CATALOGUE: Record<string, { zh: string; en: string }> = { ...MEDIA_ERRORS, ...PUBLIC_ERRORS }

function wordsOf(error: AppError, req: FastifyRequest): string {
  const texts = CATALOGUE[error.code]
  const chinese = /^zh\b/i.test(req.headers['accept-language'] ?? '')
  return fillText(chinese && texts ? texts.zh : error.message, error.details)
}

/** GeoReport knows 400, 403 and 404; what is neither is a 400, unless waiting or the server helps. */
const statusOf = (error: AppError): number => ([403, 404, 429].includes(error.status) || error.status >= 500 ? error.status : 400)

/** Any failure as the error document of GeoReport v2, in the format of the address. */
export function answerError(error: FastifyError | AppError | Refusals, req: FastifyRequest, reply: FastifyReply): FastifyReply {
  const list = error instanceof Refusals ? error.list : [asAppError(error, req)]
  const rows = list.map((e) => ({ code: statusOf(e), description: wordsOf(e, req) }))
  const statuses = rows.map((r) => r.code)
  // Several faults at once: a missing key or resource says more than a missing argument.
  const status = [403, 404].find((s) => statuses.includes(s)) ?? statuses[0]!
  return answer(reply, formatOf(req.url), { root: 'errors', item: 'error', rows }, status)
}

function asAppError(error: FastifyError | AppError, req: FastifyRequest): AppError {
  if (error instanceof AppError)
    return error.code.startsWith('CASE_') && error.status === 404
      ? new AppError(error.code, 400, error.message, error.details)
      : error
  const status = error.statusCode ?? 500
  if (status < 500) return new AppError('INVALID_REQUEST', status, error.message)
  req.log.error({ err: error, requestId: req.id }, 'open311 request failed')
  return new AppError('INTERNAL', 500, 'Internal error')
}
