import { timingSafeEqual } from 'node:crypto'
import { ORG_ERRORS, PERMISSIONS } from '@chengyun/contract/org'
import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { may } from '../../../platform/actor.ts'
import { recordAudit } from '../../../platform/audit.ts'
import { AppError, thrower } from '../../../platform/errors.ts'
import { type Keyring, openKeyring } from '../keyring.ts'
import type { OrgSettings } from '../settings.ts'
import type { Entry } from './entry.ts'
import { SessionCache } from './session-cache.ts'

declare module 'fastify' {
  interface FastifyInstance {
    keyring: Keyring
    sessions: SessionCache
    orgSettings: OrgSettings
  }
  interface FastifyRequest {
    signedIn: Entry | null
  }
  interface FastifyContextConfig {
    /** Allowed although a password change or the enrolment of a second factor is still due. */
    whilePending?: boolean
  }
}

export const SESSION_COOKIE = 'chengyun_session'
export const CSRF_HEADER = 'x-csrf-token'

const fail = thrower(ORG_ERRORS)
const KNOWN = new Set<string>(PERMISSIONS)
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
const BEARER = /^Bearer ([\w-]{20,200})$/

/**
 * Finds out who asks, and refuses what the route does not allow. A route says `public`, `authenticated` or `permission` in its
 * config; one that says nothing, or names an unknown permission, fails when it is registered. Sets `req.actor` and `req.signedIn`.
 * Must be called before routes are registered.
 */
export async function authHook(app: FastifyInstance): Promise<void> {
  const settings = app.settings as unknown as OrgSettings
  const keyring = openKeyring(app.settings)
  const sessions = new SessionCache(app.db, settings, keyring)
  app.decorate('keyring', keyring)
  app.decorate('sessions', sessions)
  app.decorate('orgSettings', settings)
  app.decorateRequest('signedIn', null)
  app.addHook('onClose', () => sessions.close())
  app.addHook('onRoute', requireDeclaration)
  app.addHook('onRequest', (req, _reply, done) => {
    const token = tokenOf(req)
    if (token === undefined) {
      settle(app, req, undefined, done)
      return
    }
    const entry = sessions.hit(token.text, Date.now())
    if (entry) {
      settle(app, req, entry, done)
      return
    }
    sessions.find(token.text, token.kind, Date.now()).then(
      (found) => settle(app, req, found, done),
      (error: unknown) => done(error as Error)
    )
  })
}

function requireDeclaration(route: RouteOptions): void {
  const config = route.config as { public?: boolean; authenticated?: boolean; permission?: string; rootPath?: string } | undefined
  // Files of the built console: registered by @fastify/static, which cannot carry our word.
  if (config?.rootPath !== undefined) {
    config.public = true
    return
  }
  const said = [config?.public, config?.authenticated, config?.permission].filter((x) => x !== undefined && x !== false)
  if (said.length !== 1) {
    throw new Error(`${String(route.method)} ${route.url}: config must say exactly one of public, authenticated, permission`)
  }
  if (config?.permission !== undefined && !KNOWN.has(config.permission)) {
    throw new Error(`${String(route.method)} ${route.url}: unknown permission ${config.permission}`)
  }
}

function tokenOf(req: FastifyRequest): { text: string; kind: Entry['kind'] } | undefined {
  const header = req.headers.authorization
  if (header !== undefined) {
    const token = BEARER.exec(header)?.[1] ?? basicToken(header)
    return token === undefined ? undefined : { text: token, kind: 'token' }
  }
  const cookie = req.cookies[SESSION_COOKIE]
  return cookie === undefined || cookie.length > 200 ? undefined : { text: cookie, kind: 'session' }
}

/** Programs that know only name and password (map programs, spreadsheets) send the token as the password. */
function basicToken(header: string): string | undefined {
  if (!header.startsWith('Basic ') || header.length > 600) return undefined
  const [, ...password] = Buffer.from(header.slice(6), 'base64').toString().split(':')
  return BEARER.exec(`Bearer ${password.join(':')}`)?.[1]
}

function settle(app: FastifyInstance, req: FastifyRequest, entry: Entry | undefined, done: (error?: Error) => void): void {
  if (entry) {
    req.signedIn = entry
    // One object as long as nothing changes: scopes worked out for an actor are kept by whoever worked them out.
    if (entry.actor.ip !== req.ip) entry.actor = { ...entry.actor, ip: req.ip }
    req.actor = entry.actor
  }
  const fault = refusal(req, entry, req.routeOptions.config)
  if (fault === undefined) {
    done()
    return
  }
  if (fault.code === 'FORBIDDEN') auditRefusal(app, req, req.routeOptions.config.permission)
  done(fault)
}

/**
 * For a route whose config says `public` because some who come there (devices) are known to it alone: everybody else is asked what a config with this
 * permission asks, CSRF included. @throws AppError as the hook refuses
 */
export function demandPermission(app: FastifyInstance, req: FastifyRequest, permission: string): void {
  const fault = refusal(req, req.signedIn ?? undefined, { permission })
  if (fault === undefined) return
  if (fault.code === 'FORBIDDEN') auditRefusal(app, req, permission)
  throw fault
}

/** Why this request may not reach its route, or undefined when it may. */
function refusal(req: FastifyRequest, entry: Entry | undefined, config: FastifyContextConfig): AppError | undefined {
  if (config.public === true || req.is404) return undefined
  if (!entry) return new AppError('UNAUTHENTICATED', 401, 'Please sign in')
  if (!SAFE.has(req.method) && entry.kind === 'session' && !csrfFits(req, entry))
    return new AppError('CSRF_REQUIRED', 403, 'No valid CSRF token')
  if (entry.pending !== null && config.whilePending !== true)
    return fail(entry.pending === 'password' ? 'ORG_PASSWORD_PENDING' : 'ORG_TOTP_PENDING')
  if (config.authenticated === true) return undefined
  if (config.permission !== undefined && may(entry.actor, config.permission)) return undefined
  return new AppError('FORBIDDEN', 403, 'Not permitted', { permission: config.permission ?? null })
}

function csrfFits(req: FastifyRequest, entry: Entry): boolean {
  const given = req.headers[CSRF_HEADER]
  if (typeof given !== 'string' || given.length !== entry.csrf.length) return false
  return timingSafeEqual(Buffer.from(given), Buffer.from(entry.csrf))
}

/** A refused act is a fact worth keeping; that it could not be kept is no reason to fail the answer. */
function auditRefusal(app: FastifyInstance, req: FastifyRequest, permission = ''): void {
  recordAudit(app.db, {
    actor: req.actor,
    at: new Date(),
    action: 'http.refused',
    objectType: 'route',
    objectId: `${req.method} ${req.routeOptions.url ?? ''}`,
    result: 'denied',
    reason: permission,
    requestId: req.id
  }).catch((error: unknown) => req.log.error({ err: error }, 'refusal not audited'))
}

/** Hand the browser its session: not readable by scripts, not sent across sites, Secure where the site is https. */
export function setSessionCookie(
  app: FastifyInstance,
  req: FastifyRequest,
  reply: FastifyReply,
  token: string,
  expires: Date
): void {
  const secure = app.settings.CHENGYUN_PUBLIC_URL?.startsWith('https:') === true || req.protocol === 'https'
  reply.setCookie(SESSION_COOKIE, token, { path: '/', httpOnly: true, sameSite: 'lax', secure, expires })
}
