// Builders for the tests of this module: a small organisation behind real HTTP on a real database. Not used by the product.
import type { RoleKey } from '@chengyun/contract/org'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { SYSTEM } from '../../platform/actor.ts'
import { command } from '../../platform/command.ts'
import type { Db } from '../../platform/db.ts'
import { buildHttp } from '../../platform/http.ts'
import { newId } from '../../platform/ids.ts'
import { openLog } from '../../platform/log.ts'
import { readSettings } from '../../platform/settings.ts'
import { testDb } from '../../platform/testing-db.ts'
import { hashPassword } from './auth/passwords.ts'
import org, { authHook, CSRF_HEADER, SESSION_COOKIE } from './index.ts'
import { OrgSettings } from './settings.ts'

export const PASSWORD = 'Right-2026'
export const SECRET = 'the secret of these tests, long enough'

export interface Client {
  get(url: string): Promise<LightMyRequestResponse>
  send(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object): Promise<LightMyRequestResponse>
  cookie: string
  csrf: string
}

/** A route as it was declared; without a permission it is public or for everybody who signed in. */
export interface GuardedRoute {
  method: string
  url: string
  permission: string | undefined
}

export interface OrgFixture {
  app: FastifyInstance
  db: Db
  routes: readonly GuardedRoute[]
  /** Put a person with one post into the database; the unit is named by key. */
  person(
    username: string,
    role: RoleKey | null,
    unitKey?: string,
    change?: { demo?: boolean; must_change?: boolean }
  ): Promise<string>
  unitId(key: string): string
  signIn(username: string, password?: string, totp?: string, ip?: string): Promise<LightMyRequestResponse>
  as(username: string): Promise<Client>
  close(): Promise<void>
}

const SMALL = [
  ['city', 'city_center', null, null, null],
  ['water', 'enterprise', 'city', null, null],
  ['water.crew', 'base_unit', 'water', null, null],
  ['south', 'district_center', 'city', '370202', null],
  ['north', 'district_center', 'city', '370203', null],
  ['street', 'street_station', 'south', '370202', '370202001']
] as const

/** Start `org` alone: its hook, its routes, its tables. */
export async function orgFixture(env: Record<string, string> = {}): Promise<OrgFixture> {
  const t = await testDb()
  const settings = readSettings(
    { CHENGYUN_SECRET: SECRET, CHENGYUN_LOG: 'silent', CHENGYUN_ORG_TOTP: 'off', CHENGYUN_ORG_ADDRESS_FAILURES: '1000', ...env },
    [OrgSettings]
  )
  const app = await buildHttp({ settings, log: openLog(settings.CHENGYUN_LOG), catalogues: [org.errors ?? {}] })
  app.decorate('db', t.db)
  await authHook(app)
  const routes: GuardedRoute[] = []
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const m of [method].flat())
      if (m !== 'HEAD' && m !== 'OPTIONS')
        routes.push({ method: m, url, permission: (config as { permission?: string }).permission })
  })
  await app.register(org.routes!, { prefix: '/api' })
  app.get('/api/test/cases', { config: { permission: 'cases:read' } }, (req) => ({ name: req.actor.name, ip: req.actor.ip }))
  app.post('/api/test/cases', { config: { permission: 'cases:report' } }, () => ({ ok: true }))
  await app.ready()
  const ids = new Map<string, string>()
  const hash = await hashPassword(PASSWORD)
  await seedUnits(t.db, ids)
  const person: OrgFixture['person'] = async (username, role, unitKey = 'city', change = {}) => {
    const id = newId()
    await insertPerson(t.db, SYSTEM, { id, username, role, unitId: ids.get(unitKey)!, hash, change })
    return id
  }
  const signIn: OrgFixture['signIn'] = (username, password = PASSWORD, totp, ip = '10.0.0.1') =>
    app.inject({ method: 'POST', url: '/api/session', remoteAddress: ip, payload: { username, password, ...(totp && { totp }) } })
  return {
    app,
    db: t.db,
    routes,
    person,
    unitId: (key) => ids.get(key)!,
    signIn,
    as: async (username) => {
      const reply = await signIn(username)
      if (reply.statusCode !== 200) throw new Error(`${username}: ${reply.body}`)
      return clientOf(
        app,
        reply.cookies.find((c) => c.name === SESSION_COOKIE)!.value,
        (reply.json() as { csrfToken: string }).csrfToken
      )
    },
    close: async () => {
      await app.close()
      await t.close()
    }
  }
}

export function clientOf(app: FastifyInstance, cookie: string, csrf: string): Client {
  const cookies = { [SESSION_COOKIE]: cookie }
  return {
    cookie,
    csrf,
    get: (url) => app.inject({ method: 'GET', url, cookies }),
    send: (method, url, payload) =>
      app.inject({ method, url, cookies, headers: { [CSRF_HEADER]: csrf }, ...(payload && { payload }) } as InjectOptions)
  }
}

const insertPerson = command(
  async (
    tx,
    p: {
      id: string
      username: string
      role: RoleKey | null
      unitId: string
      hash: string
      change: { demo?: boolean; must_change?: boolean }
    },
    { now }
  ): Promise<void> => {
    await tx
      .insertInto('org.user')
      .values({
        id: p.id,
        username: p.username,
        name: `${p.username}某`,
        phone_enc: null,
        phone_hmac: null,
        password_hash: p.hash,
        password_changed_at: now,
        totp_enc: null,
        totp_confirmed_at: null,
        failed_at: null,
        locked_until_at: null,
        last_sign_in_at: null,
        created_at: now,
        ...p.change
      })
      .execute()
    await tx.insertInto('org.password_history').values({ user_id: p.id, password_hash: p.hash, set_at: now }).execute()
    if (p.role === null) return
    await tx
      .insertInto('org.post')
      .values({
        id: newId(),
        user_id: p.id,
        role: p.role,
        unit_id: p.unitId,
        region_codes: null,
        valid_from_at: now,
        valid_to_at: null
      })
      .execute()
  }
)

async function seedUnits(db: Db, ids: Map<string, string>): Promise<void> {
  const write = command(async (tx, _: null, { now }): Promise<void> => {
    const paths = new Map<string, string[]>()
    for (const [key, kind, parent, district, street] of SMALL) {
      const id = newId()
      const path = [...(parent ? paths.get(parent)! : []), id]
      ids.set(key, id)
      paths.set(key, path)
      await tx
        .insertInto('org.unit')
        .values({
          id,
          key,
          code: null,
          kind,
          parent_id: parent ? ids.get(parent)! : null,
          path,
          district_code: district,
          street_code: street,
          name: `${key}单位`,
          short_name: key,
          valid_from_at: now,
          valid_to_at: null
        })
        .execute()
    }
  })
  await write(db, SYSTEM, null)
}
