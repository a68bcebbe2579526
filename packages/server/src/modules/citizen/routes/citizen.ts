import { Id } from '@chengyun/contract/common'
import {
  CaseNo,
  CitizenCase,
  CitizenCaseLines,
  CitizenReceipt,
  CitizenReport,
  CitizenUpload,
  MeTooRequest,
  MeTooView,
  SimilarQuery,
  SimilarReports
} from '@chengyun/contract/public'
import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Settings } from '../../../platform/settings.ts'
import type { CaseEnv } from '../../cases/index.ts'
import { receiveEvidence } from '../../media/index.ts'
import { fileReport } from '../commands/citizen-filing.ts'
import { admit, fault, signedIn, whoAsks } from '../commands/citizen-guard.ts'
import { addMeToo, keepUpload } from '../commands/citizen-reports.ts'
import { metres, shownPlace, similarWithinM } from '../domain/citizen-privacy.ts'
import { CITIZEN } from '../policy.ts'
import { photoSigned, presentCitizenCase, presentLine, presentSimilar } from '../present-citizen.ts'
import { pageByTracking, pageFor } from '../queries/citizen-page.ts'
import { lookOf, publicCopy } from '../queries/citizen-pictures.ts'
import { openAround, releasedPhoto, reportsOf } from '../queries/citizen-reports.ts'

/** How often one address may ask in a minute; what is written is counted by the hour besides (citizen-guard.ts). */
const OPEN = { public: true, rateLimit: { max: 240, timeWindow: '1 minute' } } as const
const tags = ['citizen']
const ByNo = Type.Object({ no: CaseNo })
const MB = 1024 * 1024
/** What the multipart frame may add to a file. */
const FRAME = 64 * 1024

/** Largest upload of a citizen in MB, by the settings of the media store. */
export const uploadLimits = (settings: Settings): { photoMb: number; videoMb: number } => ({
  photoMb: Number(settings.CHENGYUN_MEDIA_IMAGE_MB),
  videoMb: Math.min(Number(settings.CHENGYUN_MEDIA_VIDEO_MB), 50)
})

/** Reports of citizens: files, filing, what is close by, progress. */
export const citizenReportRoutes =
  (env: CaseEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db, settings } = app
    await app.register(multipart)

    app.post(
      '/public/media',
      {
        config: OPEN,
        schema: {
          tags,
          summary:
            'Upload a photo, video or sound for a report (multipart/form-data: phase = near | far | video | audio, deviceId, capturedAt?, lng?, lat?, sha256?, file)',
          consumes: ['multipart/form-data'],
          querystring: Type.Object({ deviceId: CitizenReport.properties.deviceId }, { additionalProperties: false }),
          response: { 201: CitizenUpload }
        }
      },
      async (req, reply) => {
        const who = await whoAsks(env, req, req.query.deviceId)
        const length = Number(req.headers['content-length'] ?? Number.NaN)
        if (!Number.isFinite(length)) throw fault('PUBLIC_FILE_LENGTH')
        const { videoMb } = uploadLimits(settings)
        if (length > videoMb * MB + FRAME) throw fault('PUBLIC_FILE_TOO_LARGE', { limitMb: videoMb })
        await admit(env, 'upload', who)
        req.actor = CITIZEN
        const now = new Date()
        const file = await receiveEvidence(req, undefined, now)
        if (file.kind === 'document') throw fault('PUBLIC_FILE_KIND')
        const look = file.kind === 'image' ? await lookOf(settings, file.sha256) : null
        await keepUpload(db, CITIZEN, { fileId: file.id, deviceHash: who.deviceHash!, sha256: file.sha256, look }, now)
        return reply.code(201).send({ id: file.id, kind: file.kind, size: file.size, width: file.width, height: file.height })
      }
    )

    app.post(
      '/public/reports',
      { config: OPEN, schema: { tags, summary: 'File a report', body: CitizenReport, response: { 201: CitizenReceipt } } },
      async (req, reply) => {
        const who = await whoAsks(env, req, req.body.deviceId)
        return reply.code(201).send(await fileReport(env, who, req.body, new Date()))
      }
    )

    app.get(
      '/public/similar',
      {
        config: OPEN,
        schema: { tags, summary: 'Open reports close by', querystring: SimilarQuery, response: { 200: SimilarReports } }
      },
      async (req) => {
        const { lng, lat, crs = 'CGCS2000', classCode } = req.query
        const at = env.toCgcs2000([lng, lat], crs)
        const withinM = similarWithinM(classCode)
        const dLat = withinM / 110_000
        const dLng = dLat / Math.max(0.2, Math.cos((at[1] * Math.PI) / 180))
        const rows = await openAround(db, { w: at[0] - dLng, s: at[1] - dLat, e: at[0] + dLng, n: at[1] + dLat }, classCode)
        const now = new Date()
        const items = rows
          .filter((row) => metres(at, [row.lng, row.lat]) <= withinM)
          .map((row) => presentSimilar(env, row, metres(at, shownPlace(row.lng, row.lat, row.classCode).location), now))
          .sort((a, b) => a.distanceM - b.distanceM)
          .slice(0, 10)
        return { items, withinM }
      }
    )

    app.post(
      '/public/reports/:no/me-too',
      {
        config: OPEN,
        schema: { tags, summary: 'The same problem troubles me', params: ByNo, body: MeTooRequest, response: { 200: MeTooView } }
      },
      async (req) => {
        const who = await whoAsks(env, req, req.body.deviceId)
        await admit(env, 'voice', who)
        const page = await pageFor(env, req, who, req.params.no)
        if (!page.lead.isOpen) throw fault('PUBLIC_NOT_OPEN')
        return addMeToo(db, CITIZEN, { caseId: page.lead.id, person: who.person })
      }
    )

    app.get(
      '/public/reports/:no',
      {
        config: OPEN,
        schema: {
          tags,
          summary: 'Progress of a report (own ones: bearer token or x-tracking-code)',
          params: ByNo,
          response: { 200: CitizenCase }
        }
      },
      async (req, reply) => {
        const who = await whoAsks(env, req)
        void reply.header('cache-control', 'no-store')
        return presentCitizenCase(env, await pageFor(env, req, who, req.params.no), new Date())
      }
    )

    app.get(
      '/public/progress',
      {
        config: OPEN,
        schema: { tags, summary: 'The report that x-tracking-code opens, without its number', response: { 200: CitizenCase } }
      },
      async (req, reply) => {
        const who = await whoAsks(env, req)
        void reply.header('cache-control', 'no-store')
        return presentCitizenCase(env, await pageByTracking(env, req, who), new Date())
      }
    )

    app.get(
      '/public/mine',
      { config: OPEN, schema: { tags, summary: 'Reports of the signed-in citizen', response: { 200: CitizenCaseLines } } },
      async (req, reply) => {
        const contact = signedIn(await whoAsks(env, req))
        void reply.header('cache-control', 'no-store')
        const now = new Date()
        return { items: (await reportsOf(db, contact.id)).map((row) => presentLine(env, row, false, true, now)) }
      }
    )

    app.get(
      '/public/photos/:id',
      {
        config: OPEN,
        schema: {
          tags,
          summary: 'The public copy of a released photo',
          params: Type.Object({ id: Id }),
          querystring: Type.Object(
            { until: Type.Optional(Type.Integer()), sig: Type.Optional(Type.String({ maxLength: 100 })) },
            { additionalProperties: false }
          )
        }
      },
      async (req, reply) => {
        const photo = await releasedPhoto(db, req.params.id)
        const { until, sig } = req.query
        if (!photo || !(photo.open || photoSigned(env, req.params.id, until, sig, new Date())))
          throw fault('PUBLIC_PHOTO_NOT_FOUND')
        const bytes = await publicCopy(settings, photo.sha256, photo.boxes)
        // A photo can be withdrawn: caches ask again before long.
        return reply
          .header('cache-control', photo.open ? 'public, max-age=300' : 'private, max-age=300')
          .type('image/webp')
          .send(bytes)
      }
    )
  }
