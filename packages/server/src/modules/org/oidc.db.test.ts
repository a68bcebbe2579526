import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import Provider from 'oidc-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOidc } from './auth/oidc.ts'
import { type OrgFixture, orgFixture } from './fixtures.ts'
import { SESSION_COOKIE } from './index.ts'
import type { OrgSettings } from './settings.ts'

const PUBLIC = 'http://127.0.0.1:9'
let server: Server
let issuer: string
let org: OrgFixture

beforeAll(async () => {
  server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'chengyun', client_secret: 'client secret', redirect_uris: [`${PUBLIC}/api/session/oidc/callback`] }],
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    pkce: { required: () => true },
    cookies: { keys: ['test'] },
    findAccount: (_ctx: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) })
  })
  server.on('request', provider.callback())
  org = await orgFixture({
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: 'chengyun',
    OIDC_CLIENT_SECRET: 'client secret',
    CHENGYUN_PUBLIC_URL: PUBLIC
  })
  await org.person('wang.wu', 'acceptor', 'south')
})
afterAll(async () => {
  await org.close()
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

/** A browser at the provider: keeps cookies, signs in and consents on its pages, stops where it is sent back to us. */
async function signInAtProvider(start: string, login: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = start
  let form: URLSearchParams | undefined
  for (let hop = 0; hop < 15; hop++) {
    const reply = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([k, v]) => `${k}=${v}`).join('; ') },
      ...(form && { method: 'POST', body: form })
    })
    for (const set of reply.headers.getSetCookie()) {
      const [name, value] = set.split(';')[0]!.split('=') as [string, string]
      cookies.set(name, value)
    }
    form = undefined
    const location = reply.headers.get('location')
    if (location) {
      const next = new URL(location, url)
      if (next.href.startsWith(PUBLIC)) return next
      url = next.href
      continue
    }
    const page = await reply.text()
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1]
    if (!prompt) throw new Error(`provider: ${reply.status} ${page.slice(0, 300)}`)
    url = new URL(/action="([^"]+)"/.exec(page)![1]!, url).href
    form = new URLSearchParams(prompt === 'login' ? { prompt, login, password: 'x' } : { prompt })
  }
  throw new Error('provider: no end of redirects')
}

const begin = async () => {
  const reply = await org.app.inject('/api/session/oidc')
  expect(reply.statusCode).toBe(302)
  const trip = reply.cookies.find((c) => c.name === 'chengyun_oidc')!
  return { to: reply.headers.location as string, trip }
}
const comeBack = (url: URL, trip?: { name: string; value: string }) =>
  org.app.inject({ url: `${url.pathname}${url.search}`, ...(trip && { cookies: { [trip.name]: trip.value } }) })

test('a known person signs in through a real provider with state, nonce and PKCE', async () => {
  expect((await org.app.inject('/api/sign-in')).json().oidc).toEqual({ name: '统一身份认证', url: '/api/session/oidc' })
  const { to, trip } = await begin()
  const asked = new URL(to).searchParams
  expect(asked.get('code_challenge_method')).toBe('S256')
  expect(asked.get('state')).toBeTruthy()
  expect(asked.get('nonce')).toBeTruthy()
  expect(trip).toMatchObject({ httpOnly: true, path: '/api/session/oidc' })
  expect(trip.value).not.toContain(asked.get('state'))
  const back = await comeBack(await signInAtProvider(to, 'Wang.Wu'), trip)
  expect([back.statusCode, back.headers.location]).toEqual([302, '/'])
  const cookie = back.cookies.find((c) => c.name === SESSION_COOKIE)!
  const session = await org.app.inject({ url: '/api/session', cookies: { [SESSION_COOKIE]: cookie.value } })
  expect(session.json()).toMatchObject({ user: { username: 'wang.wu' }, mfa: false, pending: null })
})

test('a stranger, a foreign state, a missing trip and a used code are refused, on record', async () => {
  const stranger = await begin()
  const back = await comeBack(await signInAtProvider(stranger.to, 'stranger'), stranger.trip)
  expect(back.headers.location).toBe('/?signInError=ORG_OIDC_UNKNOWN_USER')

  const one = await begin()
  const two = await begin()
  const url = await signInAtProvider(one.to, 'wang.wu')
  expect((await comeBack(url, two.trip)).headers.location).toBe('/?signInError=ORG_OIDC_FAILED')
  expect((await comeBack(url)).headers.location).toBe('/?signInError=ORG_OIDC_FAILED')
  expect((await comeBack(url, { name: 'chengyun_oidc', value: 'v1.forged' })).headers.location).toBe(
    '/?signInError=ORG_OIDC_FAILED'
  )
  expect((await comeBack(url, one.trip)).headers.location).toBe('/')
  expect((await comeBack(url, one.trip)).headers.location).toBe('/?signInError=ORG_OIDC_FAILED')
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from platform.outbox where payload->>'action' = 'org.signIn' and payload->>'result' = 'failed'`.execute(
    org.db
  )
  expect(rows[0]!.n).toBe(5)
})

test('without settings there is no single sign-on; a provider in clear on another machine is refused at start', async () => {
  const plain = await orgFixture()
  try {
    expect((await plain.app.inject('/api/session/oidc')).statusCode).toBe(404)
  } finally {
    await plain.close()
  }
  const settings = { OIDC_ISSUER: 'http://sso.example.org', OIDC_CLIENT_ID: 'x' } as OrgSettings
  expect(() => openOidc(settings)).toThrow(/https/)
})
