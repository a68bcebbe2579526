import { Words } from '@chengyun/contract/common'
import { dayAt, isDay } from '@chengyun/contract/indicators'
import { SCENARIOS_ERRORS } from '@chengyun/contract/scenarios'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { findItem, findType, mayReadType, reaches, reachOf } from '../../registry/index.ts'
import { READ } from '../policy.ts'
import { cityOf } from '../queries/city.ts'
import { findPack } from '../queries/packs.ts'
import { makeReport } from '../report.ts'

const fail = thrower(SCENARIOS_ERRORS)
const closed = { additionalProperties: false }
const PackId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' })
const Both = Type.Object({ zh: Type.String(), en: Type.String() }, closed)
const ReportList = Type.Object(
  {
    items: Type.Array(
      Type.Object({ key: Type.String(), name: Both, subject: Type.String(), period: Words(['day', 'month'] as const) }, closed)
    )
  },
  closed
)

/** Reports of packs: which there are, and one on an item as a PDF. */
export const reportRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  const packOf = async (id: string) => {
    const pack = await findPack(db, id)
    if (pack?.state !== 'active') throw fail('SCENARIOS_NOT_INSTALLED', { pack: id })
    return pack.document
  }
  app.get(
    '/scenarios/:pack/reports',
    {
      config: { permission: READ },
      schema: { summary: 'Reports of a pack', params: Type.Object({ pack: PackId }, closed), response: { 200: ReportList } }
    },
    async (req) => {
      const { reports = [] } = await packOf(req.params.pack)
      return { items: reports.map(({ key, name, subject, period }) => ({ key, name, subject, period })) }
    }
  )
  app.get(
    '/scenarios/:pack/reports/:report/:code',
    {
      config: { permission: READ },
      schema: {
        summary: 'A report on one item as a PDF',
        params: Type.Object(
          { pack: PackId, report: Type.String({ maxLength: 40 }), code: Type.String({ maxLength: 60 }) },
          closed
        ),
        querystring: Type.Object(
          { day: Type.Optional(Type.String({ maxLength: 10 })), lang: Type.Optional(Words(['zh', 'en'] as const)) },
          closed
        )
      }
    },
    async (req, reply) => {
      const pack = await packOf(req.params.pack)
      const report = pack.reports?.find((r) => r.key === req.params.report)
      const type = report && (await findType(db, report.subject))
      const item = report && (await findItem(db, report.subject, req.params.code))
      const reach = await reachOf(db, req.actor, READ)
      const seen = item && item.removed_at === null && type && mayReadType(req.actor, type.declaration) && reaches(reach, item)
      const { timeZone } = (await cityOf(db)) ?? { timeZone: 'Asia/Shanghai' }
      const { day = dayAt(Date.now(), timeZone), lang = 'zh' } = req.query
      // What somebody may not see is as what there is not.
      if (!report || !seen || !isDay(day)) throw fail('SCENARIOS_REPORT_NOT_FOUND')
      const pdf = await makeReport(db, { pack, report, subject: item, day, timeZone, language: lang })
      return reply
        .header('content-type', 'application/pdf')
        .header('content-disposition', `inline; filename="${encodeURIComponent(`${report.key}-${item.code}-${day}`)}.pdf"`)
        .send(pdf)
    }
  )
}
