// Builds the browser side when its sources differ from those of the last build. Used by start.mjs and test.mjs.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hashOf, needNode, ROOT, run, say } from './node.mjs'

const SHARED = ['tools/vite', 'packages/ui', 'packages/contract', 'packages/verify', 'package-lock.json']
/** The browser programs: the console of the desk, the app of those in the street, the app of citizens. */
const APPS = ['console', 'field', 'citizen']

/** True when all are built and current afterwards. `force`: build whatever the stamps say. */
export async function ensureWeb({ force = false } = {}) {
  for (const app of APPS) if (!(await ensureBuilt(app, force))) return false
  return true
}

async function ensureBuilt(app, force) {
  const home = join(ROOT, 'packages', app)
  if (!existsSync(join(home, 'vite.config.ts'))) return true
  const stamp = join(ROOT, `.cache/${app}-build`)
  const hash = hashOf([`packages/${app}`, ...SHARED])
  const built = existsSync(join(home, 'dist/index.html'))
  if (!force && built && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return true
  say(`building ${app} …`)
  rmSync(stamp, { force: true })
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js')
  const options = { cwd: home, env: { NODE_ENV: 'production' }, quiet: true }
  const { code, seconds, output } = await run(needNode(), [vite, 'build', '--logLevel', 'warn'], options)
  if (code !== 0) {
    process.stdout.write(output)
    say(`${app} could not be built: see above`)
    return false
  }
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, hash)
  say(`built ${app} in ${seconds} s`)
  return true
}
