import { CaseQuery, OPERATIONS } from '@chengyun/contract/cases'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

import { recordExport } from '../commands/personal.ts'
import { refuse } from '../domain/guards.ts'
import type { CaseEnv } from '../env.ts'
import { presentRow } from '../present.ts'
import { listCases } from '../queries/list.ts'

const MAX_ROWS = 20_000

const COLUMNS: readonly {
  header: { zh: string; en: string }
  width: number
  cell: (r: ReturnType<typeof presentRow>) => string | number | Date | null
}[] = [
  { header: { zh: '案件编号', en: 'Case no.' }, width: 22, cell: (r) => r.caseNo },
  { header: { zh: '状态', en: 'Status' }, width: 14, cell: (r) => r.status },
  { header: { zh: '类别代码', en: 'Class code' }, width: 10, cell: (r) => r.classCode },
  { header: { zh: '类别', en: 'Class' }, width: 18, cell: (r) => r.className },
  { header: { zh: '问题描述', en: 'Description' }, width: 50, cell: (r) => r.description },
  { header: { zh: '地址', en: 'Address' }, width: 36, cell: (r) => r.address },
  { header: { zh: '区（市）', en: 'District' }, width: 12, cell: (r) => r.districtName },
  { header: { zh: '街道', en: 'Street' }, width: 16, cell: (r) => r.streetName },
  { header: { zh: '处置单位', en: 'Unit' }, width: 24, cell: (r) => r.unitName },
  { header: { zh: '来源', en: 'Source' }, width: 10, cell: (r) => r.sourceType },
  { header: { zh: '上报时间', en: 'Reported' }, width: 20, cell: (r) => new Date(r.reportedAt) },
  { header: { zh: '当前时限', en: 'Due' }, width: 20, cell: (r) => (r.clock ? new Date(r.clock.deadlineAt) : null) },
  { header: { zh: '经度', en: 'Longitude' }, width: 12, cell: (r) => r.location[0] },
  { header: { zh: '纬度', en: 'Latitude' }, width: 12, cell: (r) => r.location[1] }
]

/** A cell that begins like a formula is text, not a formula: an export must not run anything in the reader's Excel. */
const safe = (value: string | number | Date | null) =>
  typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value

/** Any list as a workbook: the rows of the same filter, never the reporters; on the audit trail. */
export const exportRoutes =
  (env: CaseEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/cases/export.xlsx',
      {
        config: { permission: 'cases:export' },
        schema: { tags: ['cases'], summary: 'A list as a workbook', querystring: CaseQuery }
      },
      async (req, reply) => {
        const now = new Date()
        const english = /^en\b/i.test(req.headers['accept-language'] ?? '')
        // Loaded when the first list is exported: it is a third of the program's memory otherwise.
        const { default: ExcelJS } = await import('exceljs')
        const book = new ExcelJS.Workbook()
        const sheet = book.addWorksheet(english ? 'Cases' : '案件', { views: [{ state: 'frozen', ySplit: 1 }] })
        sheet.columns = COLUMNS.map((c) => ({ header: english ? c.header.en : c.header.zh, width: c.width }))
        sheet.getRow(1).font = { bold: true }
        let count = 0
        let cursor: string | undefined
        do {
          const page = await listCases(env.db, { ...req.query, limit: 200, ...(cursor && { cursor }) }, req.actor, now)
          for (const record of page.rows) sheet.addRow(COLUMNS.map((c) => safe(c.cell(presentRow(env, req.actor, record, now)))))
          count += page.rows.length
          if (count > MAX_ROWS) throw refuse('CASE_EXPORT_TOO_LARGE', { max: MAX_ROWS })
          cursor = page.nextCursor ?? undefined
        } while (cursor)
        await recordExport(env.db, req.actor, { rows: count, query: req.query })
        const body = Buffer.from(await book.xlsx.writeBuffer())
        return reply
          .header('content-type', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
          .header('content-disposition', `attachment; filename="cases-${now.toISOString().slice(0, 10)}.xlsx"`)
          .send(body)
      }
    )
    app.get(
      '/cases/flow',
      { config: { authenticated: true }, schema: { tags: ['cases'], summary: 'The operations of the flow' } },
      () => ({ operations: OPERATIONS })
    )
  }
