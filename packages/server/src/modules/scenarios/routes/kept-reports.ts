import { isDay } from '@chengyun/contract/indicators'
import {
  type KeptReport,
  KeptReportPage,
  KeptReportQuery,
  ReportFileQuery,
  ReportMade,
  ReportMake,
  ReportRuns,
  SCENARIOS_ERRORS
} from '@chengyun/contract/scenarios'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { type Actor, may } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { findType, mayReadType, reachOf } from '../../registry/index.ts'
import { cancelRun, keepFile, openRun, sha256 } from '../commands/reports.ts'
import type { ReportDocument } from '../domain/report.ts'
import { daysOf, isOver } from '../domain/report-due.ts'
import { CONFIG, READ } from '../policy.ts'
import { countKept, findKept, type KeptCursor, type KeptRow, listKept, listRuns } from '../queries/kept-reports.ts'
import { activePack } from '../queries/packs.ts'
import { fileOf } from '../report.ts'
import { zoneOf } from '../report-making.ts'
import { sendFile } from '../report-sending.ts'
import { ByPack, closed, PackId, ReportKey } from './params.ts'

const fail = thrower(SCENARIOS_ERRORS)
const Uuid = Type.String({ format: 'uuid' })
const PAGE = 50

const shown = (r: KeptRow): KeptReport => ({
  id: r.id,
  report: r.report,
  per: r.per,
  register: r.register,
  code: r.code,
  name: r.name,
  from: r.from,
  to: r.to,
  state: r.state,
  error: r.state === 'failed' ? r.error : null,
  hash: r.hash,
  madeAt: r.madeAt?.toISOString() ?? null,
  version: r.version,
  files: r.files
})

function cursorOf(text: string | undefined): KeptCursor | null {
  const parts = text?.split('|') ?? []
  const [day = '', code = '', id = ''] = parts
  return parts.length === 3 && isDay(day) && /^[0-9a-f-]{36}$/.test(id) ? [day, code, id] : null
}

/** Registers the reports of a pack are about that this person may know of. */
async function registersFor(db: Db, actor: Actor, subjects: readonly string[]): Promise<string[]> {
  const types = await Promise.all([...new Set(subjects)].map((id) => findType(db, id)))
  return types.flatMap((t) => (t && mayReadType(actor, t.declaration) ? [t.id] : []))
}

/** Reports that are kept: the list, their files, making them, what is under way. */
export const keptReportRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  app.get(
    '/scenarios/:pack/kept-reports',
    {
      config: { permission: READ },
      schema: {
        summary: 'Reports of a pack that are kept, within reach',
        params: ByPack,
        querystring: KeptReportQuery,
        response: { 200: KeptReportPage }
      }
    },
    async (req) => {
      const { reports = [] } = await activePack(db, req.params.pack)
      const { cursor, limit = PAGE, report, state, day, q } = req.query
      if (day !== undefined && !isDay(day)) throw fail('SCENARIOS_REPORT_NOT_FOUND')
      const subjects = reports.map((r) => r.subject)
      const registers = await registersFor(db, req.actor, subjects)
      const filter = { pack: req.params.pack, registers, report, state, day, q }
      const reach = await reachOf(db, req.actor, READ)
      const [rows, counts] = await Promise.all([
        listKept(db, filter, reach, { after: cursorOf(cursor), limit: limit + 1 }),
        countKept(db, filter, reach)
      ])
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return { items: rows.slice(0, limit).map(shown), counts, next: last ? `${last.from}|${last.code}|${last.id}` : null }
    }
  )
  app.get(
    '/scenarios/kept-reports/:id/file',
    {
      config: { permission: READ },
      schema: {
        summary: 'A kept report as a file: the same ever after',
        params: Type.Object({ id: Uuid }, closed),
        querystring: ReportFileQuery
      }
    },
    async (req, reply) => {
      const { format, lang = 'zh' } = req.query
      const found = await findKept(db, req.params.id, await reachOf(db, req.actor, READ))
      const known = found && (await registersFor(db, req.actor, [found.register])).length > 0
      // What somebody may not see is as what there is not.
      if (!found || !known) throw fail('SCENARIOS_REPORT_NOT_FOUND')
      if (found.document === null) throw fail('SCENARIOS_REPORT_WAITS')
      if (sha256(found.document) !== found.hash) throw fail('SCENARIOS_REPORT_BROKEN')
      const document = JSON.parse(found.document) as ReportDocument
      const body = await keepFile(db, req.actor, {
        key: { report: found.id, format, language: lang },
        make: () => fileOf(document, format, lang)
      })
      const { pack, report, code, from } = found
      return sendFile(reply, db, req.actor, { body, format, lang, pack, report, code, days: from })
    }
  )
  app.post(
    '/scenarios/:pack/reports/:report/make',
    {
      config: { permission: READ },
      schema: {
        summary: 'Has the reports of a period made, of all items within reach',
        params: Type.Object({ pack: PackId, report: ReportKey }, closed),
        body: ReportMake,
        response: { 202: ReportMade }
      }
    },
    async (req, reply) => {
      const { pack, report: key } = req.params
      const { day } = req.body
      const report = (await activePack(db, pack)).reports?.find((r) => r.key === key)
      const known = report && (await registersFor(db, req.actor, [report.subject])).length > 0
      if (!report || !known || !isDay(day)) throw fail('SCENARIOS_REPORT_NOT_FOUND')
      if (!isOver(report.period, day, Date.now(), await zoneOf(db))) throw fail('SCENARIOS_REPORT_NOT_OVER', { day })
      const reach = await reachOf(db, req.actor, READ)
      const run = await openRun(db, req.actor, { pack, report, days: daysOf(report.period, day), reach })
      if (!run || run.waiting === 0) throw fail('SCENARIOS_REPORT_MADE')
      return reply.code(202).send({ run: run.id, waiting: run.waiting })
    }
  )
  app.get(
    '/scenarios/:pack/report-runs',
    {
      config: { permission: READ },
      schema: {
        summary: 'Reports that are being made: of one’s own asking, and for who reaches everything those that were due',
        params: ByPack,
        response: { 200: ReportRuns }
      }
    },
    async (req) => {
      await activePack(db, req.params.pack)
      const { all } = await reachOf(db, req.actor, READ)
      const runs = await listRuns(db, req.params.pack, req.actor.id, all, new Date())
      const any = may(req.actor, CONFIG)
      return {
        items: runs.map(({ askedBy, askedName, askedAt, endedAt, ...run }) => ({
          ...run,
          askedBy: askedName,
          askedAt: askedAt.toISOString(),
          endedAt: endedAt?.toISOString() ?? null,
          canCancel: endedAt === null && (any || askedBy === req.actor.id)
        }))
      }
    }
  )
  app.post(
    '/scenarios/:pack/report-runs/:id/cancel',
    {
      config: { permission: READ },
      schema: {
        summary: 'Stops making reports; what is made stays',
        params: Type.Object({ pack: PackId, id: Uuid }, closed),
        response: { 204: Type.Null() }
      }
    },
    async (req, reply) => {
      const { pack, id } = req.params
      if (!(await cancelRun(db, req.actor, { id, pack, any: may(req.actor, CONFIG) }))) throw fail('SCENARIOS_REPORT_NOT_FOUND')
      return reply.code(204).send(null)
    }
  )
}
