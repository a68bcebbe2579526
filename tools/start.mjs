// npm start: from a bare checkout to a running Chengyun. Arguments go to the server: --empty, --city <id>.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled, NODE_FLAGS, needNode, ROOT, say } from './node.mjs'
import { ensureWeb } from './web-build.mjs'

await ensureInstalled({ dev: false })
const node = needNode()
if (!(await ensureWeb())) process.exit(1)

say('starting the server')
const main = join(ROOT, 'packages/server/src/main.ts')
const server = spawn(node, [...NODE_FLAGS, main, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { NODE_ENV: 'production', MALLOC_ARENA_MAX: '2', ...process.env },
  // A session of its own: Ctrl-C reaches terminal, npm and us together, but the server must hear it exactly once.
  detached: process.platform !== 'win32'
})

let lastAt = 0
function pass(signal) {
  const now = Date.now()
  if (now - lastAt < 1_000) return
  lastAt = now
  server.kill(signal)
}
process.on('SIGINT', () => pass('SIGINT'))
process.on('SIGTERM', () => pass('SIGTERM'))
// A closed terminal is a wish to end, not a reason to die at once.
process.on('SIGHUP', () => pass('SIGTERM'))
if (process.env.npm_lifecycle_event) {
  // npm passes SIGTERM to the shell between us and it, which dies without a word: we notice by getting another parent.
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && pass('SIGTERM'), 300).unref()
}
server.once('error', (e) => {
  say(`the server could not be started: ${e.message}`)
  process.exit(1)
})
server.once('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 1)))
