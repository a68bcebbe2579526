import { randomInt } from 'node:crypto'
import { Id } from '@chengyun/contract/common'
import {
  CaptchaView,
  CitizenSession,
  CodeRequest,
  CodeSent,
  FollowRequest,
  Follows,
  SessionRequest
} from '@chengyun/contract/public'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { CaseEnv } from '../../cases/index.ts'
import { maskPhone } from '../../org/index.ts'
import { newCaptcha } from '../commands/citizen-captcha.ts'
import { channelOf } from '../commands/citizen-channel.ts'
import { checkConsent } from '../commands/citizen-filing.ts'
import { admit, fault, signedIn, whoAsks } from '../commands/citizen-guard.ts'
import {
  addFollow,
  closeSession,
  dropCode,
  forgetContact,
  keepCode,
  openSession,
  removeFollow
} from '../commands/citizen-people.ts'
import { CITIZEN } from '../policy.ts'
import { presentLine } from '../present-citizen.ts'
import { pageFor } from '../queries/citizen-page.ts'
import { followsOf } from '../queries/citizen-people.ts'
import { linesOf, reportsIn } from '../queries/citizen-reports.ts'

/** How often one address may ask in a minute; what is written is counted by the hour besides (citizen-guard.ts). */
const OPEN = { public: true, rateLimit: { max: 240, timeWindow: '1 minute' } } as const
/** A picture is drawn for each: that costs more than a look-up. */
const DRAWN = { public: true, rateLimit: { max: 30, timeWindow: '1 minute' } } as const
const tags = ['citizen']
const Nothing = Type.Null()

/** How a citizen becomes a contact, and what a contact follows. */
export const citizenPeopleRoutes =
  (env: CaseEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db, settings, log } = app
    const channel = channelOf(settings, log)

    app.get(
      '/public/captcha',
      { config: DRAWN, schema: { tags, summary: 'A fresh captcha', response: { 200: CaptchaView } } },
      async (_req, reply) => {
        void reply.header('cache-control', 'no-store')
        return newCaptcha(env)
      }
    )

    app.post(
      '/public/codes',
      {
        config: OPEN,
        schema: { tags, summary: 'Send a one-time code to a phone', body: CodeRequest, response: { 202: CodeSent } }
      },
      async (req, reply) => {
        if (!channel) throw fault('PUBLIC_CODES_OFF')
        const { phone, deviceId, captcha } = req.body
        const who = await whoAsks(env, req, deviceId)
        const phoneHmac = env.blindIndex(phone)
        await admit(env, 'code', who, { captcha, contactKey: phoneHmac })
        const code = String(randomInt(0, 1_000_000)).padStart(6, '0')
        const kept = await keepCode(db, CITIZEN, { phoneHmac, code })
        if (!kept) throw fault('PUBLIC_CODE_TOO_SOON')
        try {
          await channel.send({ phone, code, expiresAt: kept.expiresAt })
        } catch (error) {
          await dropCode(db, CITIZEN, { phoneHmac })
          throw Object.assign(fault('PUBLIC_CODE_NOT_SENT'), { cause: error })
        }
        return reply.code(202).send({ expiresAt: kept.expiresAt.toISOString(), againAt: kept.againAt.toISOString() })
      }
    )

    app.post(
      '/public/sessions',
      {
        config: OPEN,
        schema: { tags, summary: 'Prove a phone by its code', body: SessionRequest, response: { 201: CitizenSession } }
      },
      async (req, reply) => {
        const { phone, code, deviceId, consent } = req.body
        checkConsent(consent)
        const who = await whoAsks(env, req, deviceId)
        const phoneHmac = env.blindIndex(phone)
        await admit(env, 'session', who, { contactKey: phoneHmac })
        const seal = (contactId: string): string => env.seal(phone, `citizen.phone:${contactId}`)
        const opened = await openSession(db, CITIZEN, { phoneHmac, code, consent, seal })
        if (!opened) throw fault('PUBLIC_CODE_WRONG')
        void reply.header('cache-control', 'no-store')
        return reply.code(201).send({ token: opened.token, expiresAt: opened.expiresAt.toISOString(), phone: maskPhone(phone) })
      }
    )

    app.delete(
      '/public/sessions',
      { config: OPEN, schema: { tags, summary: 'End this session', response: { 204: Nothing } } },
      async (req, reply) => {
        const who = await whoAsks(env, req)
        if (who.token) await closeSession(db, CITIZEN, { token: who.token })
        return reply.code(204).send(null)
      }
    )

    app.delete(
      '/public/account',
      {
        config: OPEN,
        schema: { tags, summary: 'Withdraw the consent: forget my number, sessions and follows', response: { 204: Nothing } }
      },
      async (req, reply) => {
        await forgetContact(db, CITIZEN, { contactId: signedIn(await whoAsks(env, req)).id })
        return reply.code(204).send(null)
      }
    )

    app.get(
      '/public/follows',
      { config: OPEN, schema: { tags, summary: 'What I follow, with its news', response: { 200: Follows } } },
      async (req) => {
        const contact = signedIn(await whoAsks(env, req))
        const now = new Date()
        const rows = await followsOf(db, contact.id)
        const reports = new Map(
          (
            await linesOf(
              db,
              rows.filter((f) => f.kind === 'report').map((f) => f.target),
              contact.id
            )
          ).map((line) => [line.caseNo, line])
        )
        const items = []
        for (const { id, kind, target, since } of rows) {
          const lines = kind === 'area' ? await reportsIn(db, target, 10) : [reports.get(target)].filter((r) => r !== undefined)
          items.push({
            id,
            kind,
            target,
            name: kind === 'area' ? app.geo.fullNameOf(target) : target,
            since: since.toISOString(),
            reports: lines.map((row) => presentLine(env, row, true, false, now))
          })
        }
        return { items }
      }
    )

    app.post(
      '/public/follows',
      {
        config: OPEN,
        schema: {
          tags,
          summary: 'Follow a report, a district or a street',
          body: FollowRequest,
          response: { 201: Type.Object({ id: Id }) }
        }
      },
      async (req, reply) => {
        const who = await whoAsks(env, req)
        const contact = signedIn(who)
        await admit(env, 'voice', who)
        if ('caseNo' in req.body) {
          const { record } = await pageFor(env, req, who, req.body.caseNo)
          return reply
            .code(201)
            .send(await addFollow(db, CITIZEN, { contactId: contact.id, kind: 'report', target: record.caseNo }))
        }
        const { areaCode } = req.body
        if (app.geo.nameOf(areaCode) === null) throw fault('PUBLIC_AREA_UNKNOWN')
        return reply.code(201).send(await addFollow(db, CITIZEN, { contactId: contact.id, kind: 'area', target: areaCode }))
      }
    )

    app.delete(
      '/public/follows/:id',
      {
        config: OPEN,
        schema: { tags, summary: 'Follow no longer', params: Type.Object({ id: Id }), response: { 204: Nothing } }
      },
      async (req, reply) => {
        await removeFollow(db, CITIZEN, { contactId: signedIn(await whoAsks(env, req)).id, id: req.params.id })
        return reply.code(204).send(null)
      }
    )
  }
