import { Id, Words } from '@chengyun/contract/common'
import {
  BlockedWords,
  CaseNo,
  MaskRequest,
  REVIEW_KINDS,
  ReportWarnings,
  ReviewDecision,
  type ReviewItem,
  ReviewList,
  ReviewQuery
} from '@chengyun/contract/public'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Actor } from '../../../platform/actor.ts'
import { AppError } from '../../../platform/errors.ts'
import { type CaseEnv, type CaseRecord, getVisibleCase, moveCase } from '../../cases/index.ts'
import { fault } from '../commands/citizen-guard.ts'
import { decide, decidePhoto, saveBlockedWords } from '../commands/citizen-review.ts'
import { blockedWords, reportOfCase } from '../queries/citizen-reports.ts'
import { caseOfPhoto, findReview, meTooCount, openReviews, type ReviewRow } from '../queries/citizen-review.ts'

const REVIEW = { permission: 'public:review' } as const
const CONFIG = { permission: 'public:config' } as const
const tags = ['review']
const ById = Type.Object({ id: Id })
const Done = Type.Object({ ok: Type.Boolean() })

/** What the public said and shows, before the public sees it: words, photos, requests to open again. Each reviewer in his own scope. */
export const reviewRoutes =
  (env: CaseEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = app

    app.get(
      '/public/review',
      {
        config: REVIEW,
        schema: { tags, summary: 'What waits for a reviewer', querystring: ReviewQuery, response: { 200: ReviewList } }
      },
      async (req) => {
        const rows = await openReviews(db, REVIEW_KINDS)
        const cases = await Promise.all(rows.map((row) => visible(env, req.actor, row.caseId)))
        const mine = rows.flatMap((row, i) => (cases[i] ? [{ row, record: cases[i] }] : []))
        const counts = { words: 0, reopen: 0, photo: 0 }
        for (const { row } of mine) counts[row.kind] += 1
        const wanted = mine.filter(({ row }) => req.query.kind === undefined || row.kind === req.query.kind)
        return { items: wanted.slice(0, req.query.limit ?? 100).map(({ row, record }) => presentItem(env, row, record)), counts }
      }
    )

    app.post(
      '/public/review/:kind/:id',
      {
        config: REVIEW,
        schema: {
          tags,
          summary: 'Decide on words or on a request to open again',
          params: Type.Object({ kind: Words(['words', 'reopen'] as const), id: Id }),
          body: ReviewDecision,
          response: { 200: Done }
        }
      },
      async (req) => {
        const review = await findReview(db, req.params.id)
        const record = review?.kind === req.params.kind && (await visible(env, req.actor, review.caseId))
        if (!review || !record) throw fault('PUBLIC_REVIEW_NOT_FOUND')
        if (review.state !== 'open') throw fault('PUBLIC_REVIEW_DECIDED')
        const { approve, note } = req.body
        if (review.kind === 'reopen' && approve) {
          const reason = `市民申请重办：${review.reason ?? ''}`.slice(0, 500)
          const options = { now: new Date(), key: `review:${review.id}` }
          await moveCase(env, req.actor, record.id, 'reopen', { version: record.version, reason }, options)
        }
        const decision = { id: review.id, caseId: record.id, kind: review.kind, approve, note: note?.trim() || null }
        if (!(await decide(db, req.actor, decision))) throw fault('PUBLIC_REVIEW_DECIDED')
        return { ok: true }
      }
    )

    app.post(
      '/public/review/photos/:id/mask',
      {
        config: REVIEW,
        schema: {
          tags,
          summary: 'Release a photo with boxes made unrecognisable, or withhold it',
          params: ById,
          body: MaskRequest,
          response: { 200: Done }
        }
      },
      async (req) => {
        const caseId = await caseOfPhoto(db, req.params.id)
        if (!caseId || !(await visible(env, req.actor, caseId))) throw fault('PUBLIC_REVIEW_NOT_FOUND')
        await decidePhoto(db, req.actor, { fileId: req.params.id, caseId, ...req.body })
        return { ok: true }
      }
    )

    app.get(
      '/public/review/cases/:no',
      {
        config: REVIEW,
        schema: {
          tags,
          summary: 'What speaks against a report, and how many it troubles',
          params: Type.Object({ no: CaseNo }),
          response: { 200: ReportWarnings }
        }
      },
      async (req) => {
        const record = await visible(env, req.actor, req.params.no)
        if (!record) throw fault('PUBLIC_REVIEW_NOT_FOUND')
        const report = await reportOfCase(db, record.id)
        return { items: report?.warnings ?? [], meToo: await meTooCount(db, record.id) }
      }
    )

    app.get(
      '/public/blocked-words',
      { config: CONFIG, schema: { tags, summary: 'Blocked words', response: { 200: BlockedWords } } },
      async () => ({
        words: await blockedWords(db)
      })
    )
    app.put(
      '/public/blocked-words',
      {
        config: CONFIG,
        schema: { tags, summary: 'Save the whole list of blocked words', body: BlockedWords, response: { 200: BlockedWords } }
      },
      async (req) => {
        await saveBlockedWords(db, req.actor, req.body)
        return { words: await blockedWords(db) }
      }
    )
  }

/** The case, if this person may see it. */
async function visible(env: CaseEnv, actor: Actor, idOrNo: string): Promise<CaseRecord | undefined> {
  try {
    return await getVisibleCase(env.db, actor, idOrNo)
  } catch (error) {
    if (error instanceof AppError && error.status === 404) return undefined
    throw error
  }
}

const presentItem = (env: CaseEnv, row: ReviewRow, record: CaseRecord): ReviewItem => ({
  id: row.id,
  kind: row.kind,
  caseId: row.caseId,
  caseNo: row.caseNo,
  status: record.status,
  className: env.reference.findClass(record.standardRef, record.kind, record.classCode)?.name ?? record.classCode,
  text: record.description,
  words: row.words,
  reason: row.reason,
  photoUrls: row.fileIds.map((id) => `/api/media/${id}/shown`),
  phase: row.phase,
  waitingSince: row.at.toISOString()
})
