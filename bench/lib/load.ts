/** The two load generators: wrk for HTTP, pgbench for the raw limit. Both are C, so that the client does not halve the figure. */
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE, type Cluster } from './machine.ts'
import type { Session } from './product.ts'

export interface Shots {
  /** Requests a second that were answered. */
  perS: number
  done: number
  failed: number
  seconds: number
  p50Ms: number
  p95Ms?: number
  p99Ms: number
}

export interface Shot {
  path: string
  body: string
}

const LUA = `
local counter = 0
function setup(thread)
  thread:set('slice', counter)
  counter = counter + 1
end
function init(args)
  lines = {}
  at = 0
  local n = 0
  for line in io.lines(args[1]) do
    if n % THREADS == slice then lines[#lines + 1] = line end
    n = n + 1
  end
  wrk.headers['cookie'] = COOKIE
  wrk.headers['x-csrf-token'] = CSRF
  wrk.headers['content-type'] = 'application/json'
end
function request()
  at = at + 1
  if at > #lines then
    wrk.thread:stop()
    return wrk.format('GET', '/healthz')
  end
  local tab = string.find(lines[at], '\\t', 1, true)
  return wrk.format('POST', string.sub(lines[at], 1, tab - 1), nil, string.sub(lines[at], tab + 1))
end
function done(summary, latency)
  local bad = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  io.write(string.format('RESULT %d %d %d %d %d\\n', summary.requests, bad, summary.duration, latency:percentile(50), latency:percentile(99)))
end
`

/** Posts each shot once, as fast as the server answers, for `seconds` or until the shots are used up. */
export async function post(
  wrk: string,
  url: string,
  session: Session,
  shots: readonly Shot[],
  options: { connections: number; seconds: number }
): Promise<Shots> {
  const dir = join(CACHE, 'shots')
  mkdirSync(dir, { recursive: true })
  const script = join(dir, `shots-${process.pid}.lua`)
  const list = join(dir, `shots-${process.pid}.txt`)
  const threads = 2
  const head = `THREADS = ${threads}\nCOOKIE = ${JSON.stringify(session.cookie)}\nCSRF = ${JSON.stringify(session.csrf)}\n`
  writeFileSync(script, head + LUA)
  writeFileSync(list, shots.map((s) => `${s.path}\t${s.body}`).join('\n'))
  const out = await runText(wrk, [
    `-t${threads}`,
    `-c${options.connections}`,
    `-d${options.seconds}s`,
    '--timeout',
    '30s',
    '-s',
    script,
    url,
    '--',
    list
  ])
  const [, done, failed, us, p50, p99] = (/RESULT (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(out) ?? []).map(Number)
  if (done === undefined || failed === undefined || !us) throw new Error(`wrk said nothing we understand:\n${out}`)
  return { perS: done / (us / 1e6), done, failed, seconds: us / 1e6, p50Ms: (p50 ?? 0) / 1000, p99Ms: (p99 ?? 0) / 1000 }
}

const GET_LUA = `
local counter = 0
function setup(thread)
  thread:set('at', counter * 7919)
  counter = counter + 1
end
function init(args)
  paths = {}
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
  wrk.headers['cookie'] = COOKIE
  wrk.headers['accept-encoding'] = 'gzip'
end
function request()
  at = at + 1
  return wrk.format('GET', paths[at % #paths + 1])
end
function done(summary, latency)
  local bad = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  io.write(string.format('RESULT %d %d %d %d %d %d\\n', summary.requests, bad, summary.duration, latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
`

/** Asks for these paths one after another, over and over, for `seconds`. */
export async function get(
  wrk: string,
  url: string,
  session: Session,
  paths: readonly string[],
  options: { connections: number; seconds: number }
): Promise<Shots> {
  const dir = join(CACHE, 'shots')
  mkdirSync(dir, { recursive: true })
  const script = join(dir, `paths-${process.pid}.lua`)
  const list = join(dir, `paths-${process.pid}.txt`)
  writeFileSync(script, `COOKIE = ${JSON.stringify(session.cookie)}\n${GET_LUA}`)
  writeFileSync(list, paths.join('\n'))
  const out = await runText(wrk, ['-t1', `-c${options.connections}`, `-d${options.seconds}s`, '-s', script, url, '--', list])
  const [, done, failed, us, p50, p95, p99] = (/RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(out) ?? []).map(Number)
  if (done === undefined || failed === undefined || !us) throw new Error(`wrk said nothing we understand:\n${out}`)
  return {
    perS: done / (us / 1e6),
    done,
    failed,
    seconds: us / 1e6,
    p50Ms: (p50 ?? 0) / 1000,
    p95Ms: (p95 ?? 0) / 1000,
    p99Ms: (p99 ?? 0) / 1000
  }
}

/** Transactions a second of a pgbench script: prepared statements, 16 clients. */
export async function pgbench(
  cluster: Cluster,
  database: string,
  script: string,
  options: { clients: number; seconds: number; variables?: Record<string, number> }
): Promise<number> {
  const dir = join(CACHE, 'shots')
  mkdirSync(dir, { recursive: true })
  const file = join(dir, `pgbench-${process.pid}.sql`)
  writeFileSync(file, script)
  const variables = Object.entries(options.variables ?? {}).flatMap(([k, v]) => ['-D', `${k}=${v}`])
  const args = [
    '-n',
    '-M',
    'prepared',
    '-c',
    String(options.clients),
    '-j',
    '2',
    '-T',
    String(options.seconds),
    '-f',
    file,
    ...variables
  ]
  const out = await runText(join(cluster.bin, 'pgbench'), ['-h', cluster.socketDir, '-U', 'chengyun', ...args, database])
  const tps = Number(/tps = ([\d.]+) \(without initial/.exec(out)?.[1])
  if (!(tps > 0)) throw new Error(`pgbench said nothing we understand:\n${out}`)
  return tps
}

function runText(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve(out) : reject(new Error(`${command} failed (${code}):\n${out}`))))
  })
}
