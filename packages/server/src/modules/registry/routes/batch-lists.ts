import { Id, Words } from '@chengyun/contract/common'
import {
  BATCH_ERRORS,
  DiffPage,
  DiffQuery,
  EXPORT_FORMATS,
  FindingPage,
  FindingQuery,
  RejectPage,
  RejectQuery,
  SampleDraw,
  SamplePage,
  SampleQuery,
  SampleVerdict,
  VersionPage,
  VersionQuery
} from '@chengyun/contract/registry'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Actor } from '../../../platform/actor.ts'
import { thrower } from '../../../platform/errors.ts'
import { drawSample, judgeSample } from '../commands/batch-sample.ts'
import { recordExport } from '../commands/export.ts'
import { shownAttributes } from '../domain/masking.ts'
import { exportVersion } from '../export.ts'
import { rejectsCsv } from '../export-rejects.ts'
import { mayReadRestricted } from '../policy.ts'
import { findingText, presentDiff } from '../present-batches.ts'
import { presentItem, unitIdsOf } from '../present-items.ts'
import { listDiff, listFindings, listRejects, listSample } from '../queries/batch-lists.ts'
import { listUnits } from '../queries/city.ts'
import { isPublished, publishedDiff, publishedRows, versionPage } from '../version.ts'
import type { SeenBatch } from './batches.ts'

/** The work of data administrators; who reviews changes of registers looks on. */
const READ = { config: { permission: 'registry:review' } } as const
/** Rows of files may hold what is personal: only who imports, and who decides, sees them. */
const CONFIG = { config: { permission: 'registry:config' } } as const
const REVIEW = { config: { permission: 'registry:review' } } as const
const ById = Type.Object({ id: Id }, { additionalProperties: false })
const ByFormat = Type.Object({ id: Id, format: Words(EXPORT_FORMATS) }, { additionalProperties: false })
const ByCode = Type.Object({ id: Id, code: Type.String({ maxLength: 60 }) }, { additionalProperties: false })

const fail = thrower(BATCH_ERRORS)

/** What a dry run found: refused rows, findings, the sample, the comparison. */
export const batchListRoutes =
  (seen: SeenBatch): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = app
    app.get(
      '/registry/batches/:id/rejects',
      { ...CONFIG, schema: { params: ById, querystring: RejectQuery, response: { 200: RejectPage } } },
      async (req) => {
        const { batch } = await seen(req.actor, req.params.id)
        const { rule, cursor = '-1', limit = 50 } = req.query
        const rows = await listRejects(db, batch.id, rule, cursor, limit + 1)
        const items = rows.slice(0, limit).map((r) => ({
          no: Number(r.row_no),
          file: r.file_no,
          row: Number(r.file_row),
          code: r.code,
          reasons: r.reasons,
          fields: r.fields
        }))
        return { items, next: rows.length > limit ? String(items.at(-1)?.no) : null }
      }
    )
    app.get('/registry/batches/:id/rejects.csv', { ...CONFIG, schema: { params: ById } }, async (req, reply) => {
      const { batch } = await seen(req.actor, req.params.id)
      const english = /^en\b/i.test(req.headers['accept-language'] ?? '')
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="rejected-${batch.id.slice(0, 8)}.csv"`)
        .send(rejectsCsv(db, batch.id, english))
    })
    app.get(
      '/registry/batches/:id/findings',
      { ...READ, schema: { params: ById, querystring: FindingQuery, response: { 200: FindingPage } } },
      async (req) => {
        const { batch, d } = await seen(req.actor, req.params.id)
        const { kind, cursor = '0', limit = 100 } = req.query
        const rows = await listFindings(db, batch.id, kind, Number(cursor), limit + 1)
        const items = rows.slice(0, limit).map((f) => ({
          seq: f.seq,
          kind: f.kind,
          code: f.code,
          otherCode: f.other_code,
          class: f.class_code,
          place: f.lng === null || f.lat === null ? null : ([f.lng, f.lat] as [number, number]),
          text: findingText(f, d)
        }))
        return { items, next: rows.length > limit ? String(items.at(-1)?.seq) : null }
      }
    )
    app.get(
      '/registry/batches/:id/comparison',
      { ...READ, schema: { params: ById, querystring: DiffQuery, response: { 200: DiffPage } } },
      async (req) => {
        const { batch, d } = await seen(req.actor, req.params.id)
        const { limit = 50, cursor = '', ...rest } = req.query
        const asked = { ...rest, cursor, limit: limit + 1 }
        const rows = isPublished(batch) ? await publishedDiff(db, batch, asked) : await listDiff(db, batch, asked)
        const hidden = new Set(
          d.attributes.filter((a) => a.mask || (a.visibility === 'restricted' && !mayReadRestricted(req.actor))).map((a) => a.key)
        )
        const items = rows.slice(0, limit).map((r) => {
          const item = presentDiff(r, batch)
          return {
            ...item,
            fields: item.fields.map((f) => (hidden.has(f.field) ? { field: f.field, before: '***', after: '***' } : f))
          }
        })
        return { items, next: rows.length > limit ? (items.at(-1)?.code ?? null) : null }
      }
    )
    const opened = async (actor: Actor, id: string) => {
      const { batch, d } = await seen(actor, id)
      if (!isPublished(batch)) throw fail('BATCH_STATE', { state: batch.state })
      return { batch, d }
    }
    app.get(
      '/registry/batches/:id/items',
      {
        ...READ,
        schema: {
          summary: 'Items as they were when the batch was published',
          params: ById,
          querystring: VersionQuery,
          response: { 200: VersionPage }
        }
      },
      async (req) => {
        const { batch, d } = await opened(req.actor, req.params.id)
        const { cursor = '', limit = 50, ...filter } = req.query
        const page = await versionPage(db, batch, filter, cursor, limit)
        const units = await listUnits(db, unitIdsOf(page.rows))
        return { items: page.rows.map((row) => presentItem(row, d, units, req.actor)), next: page.next }
      }
    )
    app.get(
      '/registry/batches/:id/items.:format',
      {
        ...READ,
        schema: {
          summary: 'Items as they were when the batch was published, as a file',
          params: ByFormat,
          querystring: Type.Omit(VersionQuery, ['cursor', 'limit'], { additionalProperties: false })
        }
      },
      async (req, reply) => {
        const { id, format } = req.params
        const { batch, d } = await opened(req.actor, id)
        const english = /^en\b/i.test(req.headers['accept-language'] ?? '')
        const file = await exportVersion(db, req.actor, { batch, d, filter: req.query }, format, english)
        await recordExport(db, req.actor, { type: batch.type_id, format, query: { ...req.query, batch: id } })
        return reply
          .header('content-type', file.contentType)
          .header('content-disposition', `attachment; filename="${file.fileName}"`)
          .send(file.body)
      }
    )
    app.post(
      '/registry/batches/:id/sample',
      { ...REVIEW, schema: { params: ById, body: SampleDraw, response: { 201: Type.Object({ drawn: Type.Integer() }) } } },
      async (req, reply) => {
        await seen(req.actor, req.params.id)
        return reply.code(201).send({ drawn: await drawSample(db, req.actor, { id: req.params.id, percent: req.body.percent }) })
      }
    )
    app.get(
      '/registry/batches/:id/sample',
      { ...READ, schema: { params: ById, querystring: SampleQuery, response: { 200: SamplePage } } },
      async (req) => {
        const { batch, d } = await seen(req.actor, req.params.id)
        const { open = false, cursor = '', limit = 50 } = req.query
        const rows = await listSample(db, batch, open, cursor, limit + 1)
        const sight = { restricted: mayReadRestricted(req.actor), clear: false }
        const shown = rows.slice(0, limit)
        const then = isPublished(batch)
          ? await publishedRows(
              db,
              batch,
              shown.map((r) => r.code)
            )
          : null
        const items = shown
          .map((judged) => ({ ...judged, ...then?.get(judged.code) }))
          .map((r) => ({
            code: r.code,
            class: r.class_code,
            name: r.name ?? '',
            place: r.lng === null || r.lat === null ? null : ([r.lng, r.lat] as [number, number]),
            address: r.address ?? '',
            attributes: shownAttributes(d, r.attributes ?? {}, sight).attributes,
            verdict: r.verdict,
            note: r.note,
            judgedByName: r.judged_by_name
          }))
        return { items, next: rows.length > limit ? (items.at(-1)?.code ?? null) : null }
      }
    )
    app.put(
      '/registry/batches/:id/sample/:code',
      { ...REVIEW, schema: { params: ByCode, body: SampleVerdict } },
      async (req, reply) => {
        await seen(req.actor, req.params.id)
        await judgeSample(db, req.actor, { ...req.params, ...req.body })
        return reply.code(204).send()
      }
    )
  }
