import type { FastifyInstance } from 'fastify'
import { AppError } from './errors.ts'

/** Escapes of what is no text: the NUL character, and halves of a character (looked for before anything is walked through). */
const SUSPICIOUS = /\\u(0000|d[89a-f])|\0/i

const isText = (value: unknown): boolean =>
  typeof value === 'string'
    ? !value.includes('\0') && value.isWellFormed()
    : typeof value !== 'object' || value === null || Object.entries(value).every(([k, v]) => isText(k) && isText(v))

/**
 * JSON bodies as Fastify reads them (`__proto__` and `constructor` refused), and no text that no database can store: it would fail
 * much later, where nobody can say which field it was. @throws AppError INVALID_REQUEST
 */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (req, text, done) => {
    parse(req, text, (error, body) => {
      const bad = !error && SUSPICIOUS.test(text) && !isText(body)
      done(bad ? new AppError('INVALID_REQUEST', 400, 'Not text', { summary: 'U+0000 / U+D800–DFFF' }) : error, body)
    })
  })
}
