/** The product as it runs in production: its own process, signed in to like a person would. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DEMO_PASSWORD } from '../../packages/server/src/modules/org/index.ts'
// @ts-expect-error plain JavaScript that any Node can run
import { NODE_FLAGS } from '../../tools/node.mjs'

const MAIN = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url))
const READY_MS = 300_000

export interface Session {
  cookie: string
  csrf: string
  headers: Record<string, string>
}

export interface Product {
  url: string
  pid: number
  signIn(username: string): Promise<Session>
  /** Seconds of processor time it has used so far. */
  cpuS(): number
  /** Memory in MB: what it holds now. */
  rssMb(): number
  stop(): Promise<void>
}

export interface ProductOptions {
  /** A database of a server; without it the embedded one of `dataDir`. */
  databaseUrl?: string
  dataDir: string
  nodeArgs?: readonly string[]
  /** Settings beyond; gateways are closed unless they say otherwise, so that two servers do not meet at a port. */
  env?: Readonly<Record<string, string>>
  /** Arguments of `serve`. */
  args?: readonly string[]
  say?: (line: string) => void
}

/** Starts `chengyun serve` on a free port and waits until it is ready: a database without a city is set up on the way. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const { DATABASE_URL: _outer, ...env } = process.env
  const child: ChildProcess = spawn(
    process.execPath,
    [...NODE_FLAGS, ...(options.nodeArgs ?? []), MAIN, '--no-simulate', ...(options.args ?? [])],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...env,
        NODE_ENV: 'production',
        PORT: '0',
        HOST: '127.0.0.1',
        CHENGYUN_LOG: 'warn',
        CHENGYUN_DATA: options.dataDir,
        CHENGYUN_GATEWAYS: 'none',
        ...options.env,
        ...(options.databaseUrl && { DATABASE_URL: options.databaseUrl })
      }
    }
  )
  const url = await readyUrl(child, options.say)
  const pid = child.pid!
  let stopping: Promise<void> | undefined
  return {
    url,
    pid,
    signIn: (username) => signIn(url, username),
    cpuS: () => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
      return (Number(fields[11]) + Number(fields[12])) / 100
    },
    rssMb: () => Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024),
    stop: () => {
      stopping ??= (async () => {
        if (child.exitCode !== null || child.signalCode !== null) return
        child.kill('SIGTERM')
        await once(child, 'exit')
      })()
      return stopping
    }
  }
}

function readyUrl(child: ChildProcess, say: ((line: string) => void) | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const timer = setTimeout(() => reject(new Error(`the server was not ready after ${READY_MS / 1000} s:\n${text}`)), READY_MS)
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      reject(new Error(`the server ended (${signal ?? code}) before it was ready:\n${text}`))
    })
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      for (const line of chunk.split('\n')) if (/^\[.*(setting up|units|ready)/.test(line)) say?.(line)
      const address = /Console\s+(http:\/\/\S+?)\/\s/.exec(text)?.[1]
      if (!address) return
      clearTimeout(timer)
      resolve(address.replace('localhost', '127.0.0.1'))
    })
  })
}

async function signIn(url: string, username: string): Promise<Session> {
  const res = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: DEMO_PASSWORD })
  })
  const body = (await res.json()) as { csrfToken?: string; code?: string }
  const cookie = res.headers.getSetCookie()[0]?.split(';')[0]
  if (!res.ok || !cookie || !body.csrfToken) throw new Error(`${username} cannot sign in: ${res.status} ${JSON.stringify(body)}`)
  return { cookie, csrf: body.csrfToken, headers: { cookie, 'x-csrf-token': body.csrfToken, 'content-type': 'application/json' } }
}
