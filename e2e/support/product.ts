import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startBaseMaps } from './base-maps.ts'
import { SMS_SECRET, startGateway } from './gateway.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The demonstration city is set up in some 20 s on two idle cores; a busy machine takes its time. */
const READY_MS = 240_000
const STOP_MS = 20_000

/**
 * Starts the product as `npm start` does, without the simulator, on a free port over a fresh data directory; the returned function stops
 * it. Base maps of others stand on this machine (base-maps.ts). `CHENGYUN_E2E_URL` in the environment names a server that already runs and is left alone; it should post its codes to
 * `http://127.0.0.1:<CHENGYUN_E2E_SMS_PORT>/` (see gateway.ts), `CHENGYUN_E2E_SECRET` is its
 * `CHENGYUN_SECRET` (see captcha.ts), and `CHENGYUN_E2E_MQTT` the address of its MQTT endpoint.
 */
export default async function startProduct(): Promise<() => Promise<void>> {
  const gateway = await startGateway()
  process.env.CHENGYUN_E2E_SMS = gateway.url
  if (process.env.CHENGYUN_E2E_URL) return async () => gateway.stop()
  if (!existsSync(join(ROOT, 'packages/console/dist/index.html'))) await buildConsole()
  process.env.CHENGYUN_E2E_SECRET = randomBytes(36).toString('base64url')
  const bases = await startBaseMaps()
  const mqtt = await freePort()
  process.env.CHENGYUN_E2E_MQTT = `mqtt://127.0.0.1:${mqtt}`
  const data = await mkdtemp(join(tmpdir(), 'chengyun-e2e-'))
  // Open to the account PostgreSQL runs as: else the cluster would lie elsewhere, and stay.
  await chmod(data, 0o755)
  const server = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'packages/server/src/main.ts', '--no-simulate', '--city', 'qingdao'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        // What is meant for the journeys is no setting of the server, which refuses what it does not know.
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CHENGYUN_E2E_'))),
        NODE_ENV: 'production',
        PORT: '0',
        CHENGYUN_DATA: data,
        CHENGYUN_SECRET: process.env.CHENGYUN_E2E_SECRET,
        CHENGYUN_LOG: 'error',
        CHENGYUN_SMS_WEBHOOK: `${gateway.url}/`,
        CHENGYUN_SMS_SECRET: SMS_SECRET,
        CHENGYUN_BASE_LAYERS: bases.setting,
        // Servers of other runs may stand beside this one: the ports of devices are its own.
        CHENGYUN_GATEWAYS: 'mqtt',
        MQTT_PORT: String(mqtt),
        DATABASE_URL: ''
      }
    }
  )
  const errors = errorsOf(server)
  const stop = async () => {
    await end(server)
    // What went wrong inside is seen beside what a journey saw of it.
    for (const line of errors) process.stderr.write(`${line}\n`)
    gateway.stop()
    await bases.stop()
    await rm(data, { recursive: true, force: true })
  }
  try {
    process.env.CHENGYUN_E2E_URL = await addressOf(server)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}

/** The errors a server logs, as they come; the first hundred. */
function errorsOf(server: ChildProcess): string[] {
  const errors: string[] = []
  let rest = ''
  server.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('{"level":50') && errors.length < 100) errors.push(line)
  })
  return errors
}

/** Waits for the address the server prints when it is ready. */
async function addressOf(server: ChildProcess): Promise<string> {
  let said = ''
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the server was not ready after ${READY_MS / 1000} s:\n${said}`)), READY_MS)
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      const url = /Console\s+(http:\/\/\S+?)\/\s/.exec(said)?.[1]
      if (!url) return
      clearTimeout(late)
      resolve(url)
    }
    server.stdout?.on('data', hear)
    server.stderr?.on('data', hear)
    server.once('exit', (code) => {
      clearTimeout(late)
      reject(new Error(`the server ended with ${code}:\n${said}`))
    })
  })
}

/** A port nobody listens at now. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const gone = once(server, 'exit')
  server.kill('SIGTERM')
  const late = setTimeout(() => server.kill('SIGKILL'), STOP_MS)
  await gone
  clearTimeout(late)
}

async function buildConsole(): Promise<void> {
  const build = spawn(process.execPath, [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: join(ROOT, 'packages/console'),
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production' }
  })
  const [code] = await once(build, 'exit')
  if (code !== 0) throw new Error('the console could not be built')
}
