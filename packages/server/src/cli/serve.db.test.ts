import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { DEMO_PASSWORD } from '../modules/org/index.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'chengyun-serve-'))
const children: ChildProcess[] = []
afterAll(() => {
  for (const c of children) if (c.exitCode === null) c.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

interface Server {
  url: string
  process: ChildProcess
  said(): string
  ended: Promise<number | null>
}

/** The real program as a process of its own, on a port it picks itself. */
function startServer(env: Record<string, string> = {}): Promise<Server> {
  const { DATABASE_URL: _outside, ...rest } = process.env
  const child = spawn(process.execPath, [MAIN, '--city', 'new-york', '--no-simulate'], {
    // Without the demonstrations of packs: a set-up of theirs is tested where they are.
    env: {
      ...rest,
      PORT: '0',
      CHENGYUN_DATA: dir,
      CHENGYUN_LOG: 'error',
      CHENGYUN_DEMO_SCALE: '0',
      CHENGYUN_GATEWAYS: 'none',
      ...env
    }
  })
  children.push(child)
  let said = ''
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += String(chunk)
      const url = /Console\s+(http:\S+?)\/\n/.exec(said)?.[1]
      if (url) resolve({ url, process: child, said: () => said, ended })
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${said}`)))
  })
}

async function signIn(url: string): Promise<Record<string, string>> {
  const reply = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'acceptor', password: DEMO_PASSWORD })
  })
  expect(reply.status).toBe(200)
  const { csrfToken } = (await reply.json()) as { csrfToken: string }
  return {
    cookie: reply.headers.get('set-cookie')!.split(';')[0]!,
    'x-csrf-token': csrfToken,
    'content-type': 'application/json'
  }
}

const REPORT = JSON.stringify({
  kind: 'matter',
  classCode: '06010',
  description: 'litter on the pavement',
  location: [-73.9857, 40.7484],
  sourceType: 'hotline'
})

test('a server told to stop finishes what it took; every acknowledged report is there afterwards, and a second start is quick', async () => {
  const first = await startServer()
  const headers = await signIn(first.url)
  const acknowledged: string[] = []
  let refused = 0
  const worker = async () => {
    for (;;) {
      try {
        const reply = await fetch(`${first.url}/api/cases`, { method: 'POST', headers, body: REPORT })
        if (reply.status !== 201) {
          // Told plainly that it is stopping, or not connected at all: both are a refusal, not a loss.
          expect(reply.status).toBe(503)
          refused += 1
          return
        }
        acknowledged.push(((await reply.json()) as { id: string }).id)
        if (acknowledged.length === 40) first.process.kill('SIGTERM')
      } catch {
        refused += 1
        return
      }
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  expect(await first.ended).toBe(0)
  expect(first.said()).toContain('stopped')
  expect(acknowledged.length).toBeGreaterThanOrEqual(40)
  expect(refused).toBeGreaterThan(0)

  const second = await startServer()
  const again = await signIn(second.url)
  for (const id of acknowledged) expect((await fetch(`${second.url}/api/cases/${id}`, { headers: again })).status).toBe(200)
  second.process.kill('SIGTERM')
  expect(await second.ended).toBe(0)
}, 120_000)

test('wrong settings are listed together, by name, and no secret is shown', async () => {
  const wrong = startServer({ PORT: 'eighty', CHENGYUN_LOG: 'loud', CHENGYUN_SECRET: 'short-secret', CHENGYUN_COLOUR: 'red' })
  await expect(wrong).rejects.toThrow(/PORT="eighty"/)
  await wrong.catch((error: Error) => {
    for (const name of ['PORT', 'CHENGYUN_LOG', 'CHENGYUN_SECRET', 'CHENGYUN_COLOUR']) expect(error.message).toContain(name)
    expect(error.message).not.toContain('short-secret')
  })
})
