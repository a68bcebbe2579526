// `chengyun pack` on a database: a stranger's way from nothing to an installed pack and back.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEMO_PASSWORD } from '../modules/org/index.ts'
import { testApp, testCity, testSettings } from '../testing.ts'

const CLI = fileURLToPath(new URL('./index.ts', import.meta.url))
let root: string
let url: string
let close: () => Promise<void>

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'packs-'))
  const city = await testCity(testSettings())
  url = city.url
  close = () => city.close()
})
afterAll(async () => {
  await close()
  await rm(root, { recursive: true, force: true })
})

interface Ended {
  code: number | null
  out: string
  err: string
}

const run = (...args: string[]): Promise<Ended> => runWith({ DATABASE_URL: url, CHENGYUN_SCENARIOS: root }, args)

function runWith(settings: Record<string, string>, args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, CHENGYUN_LOG: 'error', ...settings }
  const child = spawn(process.execPath, [CLI, 'pack', ...args], { env })
  let out = ''
  let err = ''
  child.stdout.on('data', (piece) => (out += piece))
  child.stderr.on('data', (piece) => (err += piece))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

test('new, check, plan, install, list, uninstall', async () => {
  expect((await run('new', 'lamp-posts', '--name-zh', '路灯')).code).toBe(0)
  expect((await run('check')).out).toContain('lamp-posts 0.1.0: sound; bronze')
  const planned = await run('plan', 'lamp-posts', '--json')
  const { steps, act } = JSON.parse(planned.out) as { steps: object[]; act: string }
  expect([act, steps.length]).toEqual(['install', 9])
  expect((await run('install', 'lamp-posts')).out).toContain('install - → 0.1.0, 9 steps')
  expect((await run('list')).out).toMatch(/lamp-posts +active +0\.1\.0 +0\.1\.0 +路灯/)
  expect((await run('registers')).out).toContain('lamp-posts')
  expect((await run('disable', 'lamp-posts')).code).toBe(0)
  expect((await run('enable', 'lamp-posts')).code).toBe(0)
  expect((await run('uninstall', 'lamp-posts')).code).toBe(0)
  expect((await run('uninstall', 'lamp-posts')).err).toContain('SCENARIOS_NOT_INSTALLED')
}, 120_000)

test('what is wrong is said, and wrong arguments are told apart', async () => {
  const path = join(root, 'lamp-posts/rules.json')
  await writeFile(path, (await readFile(path, 'utf8')).replace('"stream": "level"', '"stream": "nothing"'))
  const checked = await run('check', 'lamp-posts')
  expect(checked.code).toBe(1)
  expect(checked.out).toContain('which no thing has')
  const refused = await run('install', 'lamp-posts')
  expect([refused.code, refused.err.includes('SCENARIOS_PACK_FAULTY')]).toEqual([1, true])
  expect((await run('install')).code).toBe(2)
  expect((await run('new', 'Lamp')).code).toBe(2)
  expect(await run('install', 'lamp-posts', '--demonstrate')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--demonstrate')
  })
  expect((await run('instal', 'lamp-posts')).err).toContain('no chengyun pack instal')
  const inChinese = { DATABASE_URL: url, CHENGYUN_SCENARIOS: root, LC_ALL: 'zh_CN.UTF-8' }
  expect((await runWith(inChinese, ['uninstall', 'lamp-posts'])).err).toMatch(/^SCENARIOS_NOT_INSTALLED: \p{Script=Han}/u)
  const nobody = await runWith({ ...inChinese, CHENGYUN_TOKEN: 'x' }, ['list', '--url', 'http://127.0.0.1:1'])
  expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('UNREACHABLE: http://127.0.0.1:1 没有应答') })
}, 120_000)

test('through a running server, by somebody with an account there', async () => {
  expect((await run('new', 'benches', '--name-zh', '座椅')).code).toBe(0)
  const t = await testApp({ CHENGYUN_SCENARIOS: root, CHENGYUN_GATEWAYS: 'none' })
  try {
    const address = await t.app.http.listen({ port: 0, host: '127.0.0.1' })
    const remote = (password: string, ...args: string[]) =>
      runWith(password === '' ? {} : { CHENGYUN_PASSWORD: password }, [...args, '--url', address, '--username', 'dataadmin'])
    expect((await remote('', 'list')).code).toBe(2)
    expect((await remote('not-his-password', 'list')).err).toContain('ORG_SIGN_IN_FAILED')
    expect((await remote(DEMO_PASSWORD, 'install', 'benches')).out).toContain('install - → 0.1.0')
    const person = await t.as('dataadmin')
    const made = await person.call<{ token: string }>('POST', '/api/session/tokens', { name: '命令行', days: 1 })
    const byToken = await runWith({ CHENGYUN_TOKEN: made.body.token }, ['list', '--url', address])
    expect(byToken.out).toMatch(/benches +active/)
    expect((await remote(DEMO_PASSWORD, 'uninstall', 'benches')).code).toBe(0)
    expect((await remote(DEMO_PASSWORD, 'uninstall', 'benches')).err).toContain('SCENARIOS_NOT_INSTALLED')
  } finally {
    await t.close()
  }
}, 120_000)
