import { Words } from '@chengyun/contract/common'
import { addDays, dayAt, isDay } from '@chengyun/contract/indicators'
import { ReportKinds, SCENARIOS_ERRORS } from '@chengyun/contract/scenarios'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { findItem, findType, mayReadType, reaches, reachOf } from '../../registry/index.ts'
import { daysOf, nextDue } from '../domain/report-due.ts'
import { READ } from '../policy.ts'
import { activePack } from '../queries/packs.ts'
import { fileOf, gatherReport } from '../report.ts'
import { zoneOf } from '../report-making.ts'
import { sendFile } from '../report-sending.ts'
import { ByPack, closed, PackId, ReportKey } from './params.ts'

const fail = thrower(SCENARIOS_ERRORS)

/** Reports of packs: which kinds there are, and one on an item as it is now, which is not kept. */
export const reportRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  app.get(
    '/scenarios/:pack/reports',
    {
      config: { permission: READ },
      schema: { summary: 'Reports of a pack', params: ByPack, response: { 200: ReportKinds } }
    },
    async (req) => {
      const { reports = [], scenario } = await activePack(db, req.params.pack)
      const timeZone = await zoneOf(db)
      const now = Date.now()
      const today = dayAt(now, timeZone)
      return {
        pack: scenario.id,
        packName: scenario.name,
        items: reports.map(({ key, name, subject, period, per = 'item', due }) => {
          const { from } = daysOf(period, today)
          return {
            key,
            name,
            subject,
            per,
            period,
            nextDue: due ? nextDue(period, due, now, timeZone).toISOString() : null,
            lastOver: addDays(from, -1)
          }
        })
      }
    }
  )
  app.get(
    '/scenarios/:pack/reports/:report/:code',
    {
      config: { permission: READ },
      schema: {
        summary: 'A report on one item as it is now: of a period that is not over, so far',
        params: Type.Object({ pack: PackId, report: ReportKey, code: Type.String({ maxLength: 60 }) }, closed),
        querystring: Type.Object(
          {
            day: Type.Optional(Type.String({ maxLength: 10 })),
            lang: Type.Optional(Words(['zh', 'en'] as const)),
            format: Type.Optional(Words(['pdf', 'docx'] as const))
          },
          closed
        )
      }
    },
    async (req, reply) => {
      const pack = await activePack(db, req.params.pack)
      const report = pack.reports?.find((r) => r.key === req.params.report && (r.per ?? 'item') === 'item')
      const type = report && (await findType(db, report.subject))
      const item = report && (await findItem(db, report.subject, req.params.code))
      const reach = await reachOf(db, req.actor, READ)
      const seen = item && item.removed_at === null && type && mayReadType(req.actor, type.declaration) && reaches(reach, item)
      const timeZone = await zoneOf(db)
      const { day = dayAt(Date.now(), timeZone), lang = 'zh', format = 'pdf' } = req.query
      // What somebody may not see is as what there is not.
      if (!report || !seen || !isDay(day)) throw fail('SCENARIOS_REPORT_NOT_FOUND')
      const { document } = await gatherReport(db, { pack, report, subject: item, day, timeZone })
      const body = await fileOf(document, format, lang)
      return sendFile(reply, db, req.actor, {
        body,
        format,
        lang,
        pack: pack.scenario.id,
        report: report.key,
        code: item.code,
        days: day
      })
    }
  )
}
