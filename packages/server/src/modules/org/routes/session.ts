import {
  ORG_ERRORS,
  PasswordChange,
  PERMISSIONS,
  type Permission,
  ROLES,
  SessionView,
  SignIn,
  SignInPage,
  TokenCreate,
  TokenView,
  TotpCode,
  TotpEnrolment,
  TotpRemoval
} from '@chengyun/contract/org'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { toDataURL } from 'qrcode'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import type { Entry } from '../auth/entry.ts'
import { SESSION_COOKIE, setSessionCookie } from '../auth/hook.ts'
import { hashPassword, passwordFits } from '../auth/passwords.ts'
import { signIn } from '../auth/sign-in.ts'
import { newTotpSecret, totpStep, totpUri } from '../auth/totp.ts'
import { changePassword, confirmTotp, createToken, removeTotp, revokeToken, startTotp } from '../commands/own-account.ts'
import { endSession, type Origin } from '../commands/session.ts'
import { DEMO_PASSWORD } from '../domain/demo-organisation.ts'
import { PASSWORD_MEMORY, passwordFault } from '../domain/password.ts'
import { presentSession, presentToken } from '../present.ts'
import { findUserRow, listDemoAccounts, listPasswordHashes, listTokens } from '../queries/identity.ts'

const fail = thrower(ORG_ERRORS)
const Id = Type.String({ format: 'uuid', maxLength: 36 })
const Done = Type.Object({ ok: Type.Literal(true) })
const ok = { ok: true } as const

/** Where a request comes from, for the audit trail. */
export const originOf = (req: FastifyRequest): Origin => ({
  ip: req.ip,
  userAgent: req.headers['user-agent'] ?? null,
  requestId: req.id
})

/** The person behind the request; only behind `authenticated` routes. */
export const me = (req: FastifyRequest): Entry => {
  if (!req.signedIn) throw new Error('route is not authenticated')
  return req.signedIn
}

export const view = async (app: FastifyInstance, entry: Entry): Promise<SessionView> =>
  presentSession(entry, await app.sessions.directory())

/** Sign-in, the own account, access tokens. */
export const sessionRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db, keyring, orgSettings: settings } = app

  app.get('/sign-in', { config: { public: true }, schema: { response: { 200: SignInPage } } }, async () => ({
    oidc: settings.OIDC_ISSUER && settings.OIDC_CLIENT_ID ? { name: settings.OIDC_NAME, url: '/api/session/oidc' } : null,
    demo: app.settings.CHENGYUN_DEMO
      ? {
          password: DEMO_PASSWORD,
          accounts: (await listDemoAccounts(db))
            .sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role))
            .map((a) => ({
              username: a.username,
              name: a.name,
              role: a.role,
              unitName: a.unit_name
            }))
        }
      : null
  }))

  app.post(
    '/session',
    { config: { public: true }, schema: { body: SignIn, response: { 200: SessionView } } },
    async (req, reply) => {
      const opened = await signIn({ db, keyring, settings }, req.body, originOf(req))
      const entry = await app.sessions.find(opened.token, 'session', Date.now())
      if (!entry) throw fail('ORG_SIGN_IN_FAILED')
      req.actor = entry.actor
      setSessionCookie(app, req, reply, opened.token, opened.expiresAt)
      reply.header('cache-control', 'no-store')
      return view(app, entry)
    }
  )

  app.get(
    '/session',
    { config: { authenticated: true, whilePending: true }, schema: { response: { 200: SessionView } } },
    async (req, reply) => {
      reply.header('cache-control', 'no-store')
      return view(app, me(req))
    }
  )

  app.delete(
    '/session',
    { config: { authenticated: true, whilePending: true }, schema: { response: { 200: Done } } },
    async (req, reply) => {
      if (req.actor.sessionId && me(req).kind === 'session')
        await endSession(db, req.actor, { sessionId: req.actor.sessionId, reason: 'signed out' })
      reply.clearCookie(SESSION_COOKIE, { path: '/' }).header('clear-site-data', '"cache"')
      return ok
    }
  )

  app.put(
    '/session/password',
    { config: { authenticated: true, whilePending: true }, schema: { body: PasswordChange, response: { 200: Done } } },
    async (req) => {
      const user = await findUserRow(db, req.actor.id)
      if (!user || !(await passwordFits(user.password_hash, req.body.current))) throw fail('ORG_PASSWORD_WRONG')
      const fault = passwordFault(req.body.next, user.username)
      if (fault) throw fail(fault)
      for (const old of await listPasswordHashes(db, user.id, PASSWORD_MEMORY)) {
        if (await passwordFits(old, req.body.next)) throw fail('ORG_PASSWORD_REUSED', { count: PASSWORD_MEMORY })
      }
      await changePassword(db, req.actor, {
        userId: user.id,
        hash: await hashPassword(req.body.next),
        keepSession: req.actor.sessionId
      })
      return ok
    }
  )

  app.post(
    '/session/totp',
    { config: { authenticated: true, whilePending: true }, schema: { response: { 200: TotpEnrolment } } },
    async (req, reply) => {
      const secret = newTotpSecret()
      await startTotp(db, req.actor, { userId: req.actor.id, sealed: keyring.encrypt(secret, `totp:${req.actor.id}`) })
      const uri = totpUri(secret, req.actor.username)
      reply.header('cache-control', 'no-store')
      return { secret, uri, qr: await toDataURL(uri, { errorCorrectionLevel: 'M', margin: 1, width: 240 }) }
    }
  )

  app.put(
    '/session/totp',
    { config: { authenticated: true, whilePending: true }, schema: { body: TotpCode, response: { 200: Done } } },
    async (req) => {
      const user = await findUserRow(db, req.actor.id)
      if (!user?.totp_enc || user.totp_confirmed_at) throw fail('ORG_TOTP_NOT_STARTED')
      const step = totpStep(keyring.decrypt(user.totp_enc, `totp:${user.id}`), user.username, req.body.code, new Date())
      if (step === undefined) throw fail('ORG_TOTP_WRONG')
      await confirmTotp(db, req.actor, {
        userId: user.id,
        step,
        sessionId: me(req).kind === 'session' ? req.actor.sessionId : null
      })
      return ok
    }
  )

  app.delete(
    '/session/totp',
    { config: { authenticated: true }, schema: { body: TotpRemoval, response: { 200: Done } } },
    async (req) => {
      const user = await findUserRow(db, req.actor.id)
      if (!user || !(await passwordFits(user.password_hash, req.body.password))) throw fail('ORG_PASSWORD_WRONG')
      await removeTotp(db, req.actor, { userId: user.id, reason: 'by the person' })
      return ok
    }
  )

  app.get(
    '/session/tokens',
    { config: { authenticated: true }, schema: { response: { 200: Type.Array(TokenView) } } },
    async (req) => (await listTokens(db, req.actor.id)).map(presentToken)
  )

  app.post(
    '/session/tokens',
    { config: { authenticated: true }, schema: { body: TokenCreate, response: { 201: TokenView } } },
    async (req, reply) => {
      const held = new Set(me(req).actor.grants.flatMap((g) => [...g.permissions]))
      const permissions: Permission[] = (req.body.permissions ?? PERMISSIONS).filter((p) => held.has(p))
      const row = await createToken(db, req.actor, {
        userId: req.actor.id,
        name: req.body.name,
        permissions,
        expiresAt: new Date(Date.now() + req.body.days * 86_400_000)
      })
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...presentToken(row), token: row.token })
    }
  )

  app.delete(
    '/session/tokens/:id',
    { config: { authenticated: true }, schema: { params: Type.Object({ id: Id }), response: { 200: Done } } },
    async (req) => {
      await revokeToken(db, req.actor, { userId: req.actor.id, tokenId: req.params.id })
      return ok
    }
  )
}
