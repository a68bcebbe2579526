import {
  CitizenClasses,
  CitizenOptions,
  PRIVACY_VERSION,
  PublicMap,
  PublicMapQuery,
  Suggestions,
  SuggestRequest
} from '@chengyun/contract/public'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type CaseEnv, cityOf } from '../../cases/index.ts'
import { listDivisions } from '../../geo/index.ts'
import { channelOf } from '../commands/citizen-channel.ts'
import { fault } from '../commands/citizen-guard.ts'
import { shownPlace } from '../domain/citizen-privacy.ts'
import { progressOf } from '../domain/citizen-progress.ts'
import { suggest } from '../domain/citizen-suggest.ts'
import { classNameOf, unclassed } from '../present-citizen.ts'
import { publicReports } from '../queries/citizen-reports.ts'
import { uploadLimits } from './citizen.ts'

/** How often one address may ask in a minute; what is written is counted by the hour besides (citizen-guard.ts). */
const OPEN = { public: true, rateLimit: { max: 240, timeWindow: '1 minute' } } as const
const tags = ['citizen']
const STANDARD = 'GB/T 47678.5-2026'
/** Pins of one answer, and where counting stops. */
const PINS = 300
const CAP = 1000
/** A window may be as wide as a large city, in degrees. */
const WIDEST = 3

/** What the citizen app reads before anybody reports: the city, its classes, the public map. */
export const citizenCityRoutes =
  (env: CaseEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db, settings } = app
    const codes = channelOf(settings, app.log) !== null
    const classes = () =>
      [...env.reference.classes.values()].filter((c) => c.standardRef === STANDARD && c.kind === 'matter' && c.active && !c.local)

    app.get(
      '/public/options',
      { config: OPEN, schema: { tags, summary: 'What the app must know', response: { 200: CitizenOptions } } },
      async (_req, reply) => {
        const city = await cityOf(db)
        const { photoMb, videoMb } = uploadLimits(settings)
        const divisions = await listDivisions(db)
        void reply.header('cache-control', 'public, max-age=300')
        return {
          privacyVersion: PRIVACY_VERSION,
          codes,
          maxPhotoMb: photoMb,
          maxVideoMb: videoMb,
          maxFiles: 6,
          city: { name: city.name, center: city.center, extent: city.extent, demo: city.demo === true },
          streets: divisions
            .filter((d) => d.level === 'district' || d.level === 'street')
            .map((d) => ({ code: d.code, name: d.name, level: d.level as 'district' | 'street' }))
        }
      }
    )

    app.get(
      '/public/classes',
      { config: OPEN, schema: { tags, summary: 'Classes a citizen may choose', response: { 200: CitizenClasses } } },
      (_req, reply) => {
        void reply.header('cache-control', 'public, max-age=300')
        return {
          items: classes().map(({ code, name, nameEn, majorCode, majorName }) => ({ code, name, nameEn, majorCode, majorName }))
        }
      }
    )

    app.post(
      '/public/suggest',
      {
        config: OPEN,
        schema: { tags, summary: 'Likely classes of a text', body: SuggestRequest, response: { 200: Suggestions } }
      },
      (req) => ({
        items: suggest(req.body.text, classes())
      })
    )

    app.get(
      '/public/map',
      {
        config: OPEN,
        schema: { tags, summary: 'Recent public reports of a window', querystring: PublicMapQuery, response: { 200: PublicMap } }
      },
      async (req, reply) => {
        const [w, s, e, n] = req.query.bbox.split(',').map(Number) as [number, number, number, number]
        if (![w, s, e, n].every(Number.isFinite) || w >= e || s >= n || e - w > WIDEST || n - s > WIDEST)
          throw fault('PUBLIC_BOX')
        const since = new Date(Date.now() - (req.query.days ?? 90) * 86_400_000)
        const { rows, total } = await publicReports(db, [w, s, e, n], since, PINS, CAP)
        void reply.header('cache-control', 'public, max-age=30')
        const items = rows.map((row) => ({
          caseNo: row.caseNo,
          className: unclassed(row) ? null : classNameOf(env, row),
          ...shownPlace(row.lng, row.lat, row.classCode),
          progress: progressOf(row),
          reportedAt: row.reportedAt.toISOString()
        }))
        return { items, total, more: total >= CAP }
      }
    )
  }
