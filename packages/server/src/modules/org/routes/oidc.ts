import { ORG_ERRORS, type OrgErrorCode } from '@chengyun/contract/org'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { thrower } from '../../../platform/errors.ts'
import { setSessionCookie } from '../auth/hook.ts'
import { type OidcTrip, openOidc } from '../auth/oidc.ts'
import { visitor } from '../commands/org-command.ts'
import { openSession, recordFailure } from '../commands/session.ts'
import { findAccount } from '../queries/identity.ts'
import { originOf } from './session.ts'

const fail = thrower(ORG_ERRORS)
const TRIP_COOKIE = 'chengyun_oidc'
const TRIP_S = 600

/** Single sign-on: away to the provider and back. A fault comes back as a code on the sign-in page, which knows the words. */
export const oidcRoutes: FastifyPluginAsync = async (app) => {
  const { db, keyring, orgSettings: settings } = app
  const oidc = openOidc(settings)
  const callbackOf = (req: FastifyRequest): string =>
    `${app.settings.CHENGYUN_PUBLIC_URL?.replace(/\/$/, '') ?? `${req.protocol}://${req.host}`}/api/session/oidc/callback`

  app.get('/session/oidc', { config: { public: true } }, async (req, reply) => {
    if (!oidc) throw fail('ORG_OIDC_OFF')
    try {
      const { url, trip } = await oidc.begin(callbackOf(req))
      reply.setCookie(TRIP_COOKIE, keyring.encrypt(JSON.stringify({ ...trip, at: Date.now() }), TRIP_COOKIE), {
        path: '/api/session/oidc',
        httpOnly: true,
        sameSite: 'lax',
        secure: callbackOf(req).startsWith('https:'),
        maxAge: TRIP_S
      })
      return reply.redirect(url)
    } catch (error) {
      req.log.warn({ err: error }, 'single sign-on could not begin')
      return reply.redirect('/?signInError=ORG_OIDC_FAILED')
    }
  })

  app.get('/session/oidc/callback', { config: { public: true } }, async (req, reply) => {
    if (!oidc) throw fail('ORG_OIDC_OFF')
    const origin = originOf(req)
    const now = new Date()
    const back = async (code: OrgErrorCode, username: string, reason: string) => {
      const failure = {
        userId: null,
        username,
        reason: `oidc: ${reason}`,
        lockAfter: settings.CHENGYUN_ORG_LOCK_AFTER,
        lockMinutes: settings.CHENGYUN_ORG_LOCK_MINUTES,
        origin
      }
      await recordFailure(db, visitor(origin.ip, username), failure, now)
      return reply.redirect(`/?signInError=${code}`)
    }
    reply.clearCookie(TRIP_COOKIE, { path: '/api/session/oidc' })
    const trip = tripOf(req.cookies[TRIP_COOKIE], now)
    if (!trip) return back('ORG_OIDC_FAILED', '', 'no trip under way')
    let identity: Awaited<ReturnType<typeof oidc.finish>>
    try {
      identity = await oidc.finish(new URL(`${callbackOf(req)}${req.url.slice(req.url.indexOf('?'))}`), trip)
    } catch (error) {
      req.log.warn({ err: error }, 'single sign-on failed')
      return back('ORG_OIDC_FAILED', '', error instanceof Error ? error.message : 'failed')
    }
    const account = await findAccount(db, identity.username)
    if (account?.status !== 'active')
      return back('ORG_OIDC_UNKNOWN_USER', identity.username.slice(0, 64), account ? 'disabled user' : 'unknown user')
    const opened = await openSession(
      db,
      { ...visitor(origin.ip), id: account.id, name: account.name, username: account.username },
      {
        userId: account.id,
        mfa: identity.mfa,
        method: 'oidc',
        expiresAt: new Date(now.getTime() + settings.CHENGYUN_ORG_SESSION_HOURS * 3_600_000),
        origin
      },
      now
    )
    setSessionCookie(app, req, reply, opened.token, opened.expiresAt)
    return reply.redirect('/')
  })

  function tripOf(cookie: string | undefined, now: Date): OidcTrip | undefined {
    if (cookie === undefined) return undefined
    try {
      const trip = JSON.parse(keyring.decrypt(cookie, TRIP_COOKIE)) as OidcTrip & { at: number }
      return now.getTime() - trip.at < TRIP_S * 1000 ? trip : undefined
    } catch {
      return undefined
    }
  }
}
