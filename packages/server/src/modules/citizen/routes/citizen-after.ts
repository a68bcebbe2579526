import { CaseNo, CitizenCase, RatingRequest, ReopenRequest } from '@chengyun/contract/public'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { AppError } from '../../../platform/errors.ts'
import { type CaseEnv, type CaseRecord, moveCase } from '../../cases/index.ts'
import { admit, fault, whoAsks } from '../commands/citizen-guard.ts'
import { askReopen, keepRating, markVisited, type Rating } from '../commands/citizen-review.ts'
import { satisfactionOf } from '../domain/citizen-progress.ts'
import { CITIZEN } from '../policy.ts'
import { presentCitizenCase } from '../present-citizen.ts'
import { ownPage, pageFor } from '../queries/citizen-page.ts'
import { ownUploads } from '../queries/citizen-reports.ts'

/** How often one address may ask in a minute; what is written is counted by the hour besides (citizen-guard.ts). */
const OPEN = { public: true, rateLimit: { max: 240, timeWindow: '1 minute' } } as const
const tags = ['citizen']
const ByNo = Type.Object({ no: CaseNo })

/** What a citizen may say after a case was closed: a rating, or that it is not done. */
export const citizenAfterRoutes =
  (env: CaseEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = app

    app.post(
      '/public/reports/:no/rating',
      {
        config: OPEN,
        schema: { tags, summary: 'Rate a closed report', params: ByNo, body: RatingRequest, response: { 201: CitizenCase } }
      },
      async (req, reply) => {
        const who = await whoAsks(env, req)
        await admit(env, 'voice', who)
        const { lead, record } = await ownPage(env, req, who, req.params.no)
        if (lead.status !== 'closed' && lead.status !== 'forced_close') throw fault('PUBLIC_NOT_CLOSED')
        const { score, satisfied, text = '' } = req.body
        const rating = { caseId: record.id, score, satisfied, text: text.trim() }
        if (!(await keepRating(db, CITIZEN, rating))) throw fault('PUBLIC_RATED')
        if (lead.id === record.id) await visit(env, lead, rating)
        return reply.code(201).send(presentCitizenCase(env, await pageFor(env, req, who, req.params.no), new Date()))
      }
    )

    app.post(
      '/public/reports/:no/reopen-request',
      {
        config: OPEN,
        schema: {
          tags,
          summary: 'Say that a closed report is not done',
          params: ByNo,
          body: ReopenRequest,
          response: { 201: CitizenCase }
        }
      },
      async (req, reply) => {
        const { reason, deviceId, evidenceIds = [] } = req.body
        const who = await whoAsks(env, req, deviceId)
        await admit(env, 'voice', who)
        const { lead } = await ownPage(env, req, who, req.params.no)
        if (lead.status !== 'closed') throw fault('PUBLIC_NOT_CLOSED')
        const own = await ownUploads(db, who.deviceHash!, evidenceIds)
        if (own.length < evidenceIds.length) throw fault('PUBLIC_EVIDENCE_UNKNOWN')
        const asked = { caseId: lead.id, caseNo: lead.caseNo, address: lead.address, reason: reason.trim(), fileIds: evidenceIds }
        if (!(await askReopen(db, CITIZEN, asked))) throw fault('PUBLIC_REOPEN_ASKED')
        return reply.code(201).send(presentCitizenCase(env, await pageFor(env, req, who, req.params.no), new Date()))
      }
    )
  }

/** The citizen's word is the visit of the case, where the flow still waits for one (§2.12 row 31); else it only stays beside it. */
async function visit(env: CaseEnv, record: CaseRecord, rating: Rating): Promise<void> {
  const satisfaction = satisfactionOf(rating.score, rating.satisfied)
  const opinion = rating.text === '' ? `市民评价 ${rating.score} 分` : `市民评价 ${rating.score} 分：${rating.text}`
  try {
    await moveCase(env, CITIZEN, record.id, 'visit', { version: record.version, satisfaction, opinion }, { now: new Date() })
    await markVisited(env.db, CITIZEN, { caseId: record.id })
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error
  }
}
