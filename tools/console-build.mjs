// Builds the browser side when its sources differ from those of the last build. Used by start.mjs and test.mjs.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hashOf, needNode, ROOT, run, say } from './node.mjs'

const SOURCES = ['packages/console', 'packages/ui', 'packages/contract', 'packages/verify', 'package-lock.json']
const STAMP = join(ROOT, '.cache/console-build')

/** True when the console is built and current afterwards. `force`: build whatever the stamp says. */
export async function ensureConsole({ force = false } = {}) {
  const hash = hashOf(SOURCES)
  const built = existsSync(join(ROOT, 'packages/console/dist/index.html'))
  if (!force && built && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return true
  say('building the console …')
  rmSync(STAMP, { force: true })
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js')
  const options = { cwd: join(ROOT, 'packages/console'), env: { NODE_ENV: 'production' }, quiet: true }
  const { code, seconds, output } = await run(needNode(), [vite, 'build', '--logLevel', 'warn'], options)
  if (code !== 0) {
    process.stdout.write(output)
    say('the console could not be built: see above')
    return false
  }
  mkdirSync(dirname(STAMP), { recursive: true })
  writeFileSync(STAMP, hash)
  say(`built the console in ${seconds} s`)
  return true
}
