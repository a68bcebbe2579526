import type { FastifyReply } from 'fastify'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { recordDownload, sha256 } from './commands/reports.ts'

const TYPES = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
} as const

export interface SentFile {
  body: Buffer
  format: keyof typeof TYPES
  lang: 'zh' | 'en'
  pack: string
  report: string
  code: string
  /** Days it is about. */
  days: string
}

/** Sends a file of a report; who took it stands on the audit trail first. */
export async function sendFile(reply: FastifyReply, db: Db, actor: Actor, file: SentFile): Promise<FastifyReply> {
  const { body, format, lang, pack, report, code, days } = file
  await recordDownload(db, actor, { pack, report, code, days, format, language: lang, hash: sha256(body) })
  const name = [pack, report, code, days].filter((part) => part !== '').join('-')
  return reply
    .header('content-type', TYPES[format])
    .header('content-disposition', `inline; filename="${encodeURIComponent(name)}.${format}"`)
    .send(body)
}
