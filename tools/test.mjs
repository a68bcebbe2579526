// npm test: everything, on a bare machine too. Stops at the first red stage; what could not run is named at the end, and the
// last line is always `N passed, N failed` (and `, N skipped`). `-- --only unit,db` runs some stages.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { elapsed, ensureInstalled, needNode, ROOT, run, say } from './node.mjs'
import { ensureWeb } from './web-build.mjs'

const bin = (path) => join(ROOT, 'node_modules', path)
const REPORT = join(ROOT, '.cache/test-report.json')
const totals = { passed: 0, failed: 0, skipped: 0 }
const notRun = []

/** Chromium for the browser journey: the system's, or none. */
const findChromium = () =>
  [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (f) => f && existsSync(f)
  )

/** A PostgreSQL ≥ 15 of the system; platform/db/engine.ts looks in the same places. */
const hasServer = () =>
  ['/usr/lib/postgresql', '/usr/pgsql', '/opt/homebrew/opt', '/usr/local/opt'].some(
    (base) =>
      existsSync(base) &&
      readdirSync(base).some((v) => Number(v.replace('postgresql@', '')) >= 15 && existsSync(join(base, v, 'bin/postgres')))
  )

const hasProgram = (name) => spawnSync(name, ['--version']).error === undefined
const hasPostgis = () => existsSync('/usr/share/postgresql/15/extension/postgis.control')
const hasChineseFont = () => ['/usr/share/fonts/opentype/noto', '/usr/share/fonts/noto-cjk'].some((d) => existsSync(d))

/** Installs by apt what the whole suite needs and the machine lacks; where that is impossible the suite goes on without. */
function installSystemPackages(stages) {
  const wanted = []
  if (stages.includes('db-server') && !hasServer()) wanted.push('postgresql-15')
  if (stages.includes('e2e') && !findChromium()) wanted.push('chromium')
  if (stages.includes('e2e') && !hasChineseFont()) wanted.push('fonts-noto-cjk')
  if (stages.includes('db') && !hasProgram('ogrinfo')) wanted.push('gdal-bin')
  if ((stages.includes('db') || stages.includes('e2e')) && !hasProgram('mosquitto_pub'))
    wanted.push('mosquitto-clients', 'mosquitto')
  if (stages.includes('db-server') && !hasPostgis()) wanted.push('postgresql-15-postgis-3')
  if (wanted.length === 0) return
  const apt = process.platform === 'linux' && existsSync('/usr/bin/apt-get') && process.getuid() === 0
  if (!apt) {
    say(`missing on this machine: ${wanted.join(', ')} (as root on Debian this command would install them)`)
    return
  }
  if (wanted.includes('postgresql-15') && !existsSync('/etc/postgresql-common/createcluster.conf')) {
    // We want the programs, not a server of the system that starts by itself and takes port 5432.
    mkdirSync('/etc/postgresql-common', { recursive: true })
    writeFileSync('/etc/postgresql-common/createcluster.conf', 'create_main_cluster = false\n')
  }
  say(`installing ${wanted.join(', ')} with apt-get …`)
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, encoding: 'utf8', timeout: 600_000 }
  const install = (name) =>
    spawnSync(
      'apt-get',
      ['install', '-y', '-q', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confold', name],
      options
    )
  const update = spawnSync('apt-get', ['update', '-q'], options)
  if (update.status !== 0) say(`apt-get update failed: ${lastLine(update)}`)
  for (const name of wanted) {
    let done = install(name)
    if (done.status !== 0 && name === 'postgresql-15') done = install('postgresql')
    say(done.status === 0 ? `installed ${name}` : `could not install ${name}: ${lastLine(done)}`)
  }
}

const lastLine = ({ stderr, stdout, error }) => (stderr || stdout || error?.message || '').trim().split('\n').at(-1)

/** A stage that is one check: red or green. */
const check = (command, args, options) => async () => {
  const { code } = await run(command, args, options)
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
}

/** A stage of many checks, one after the other, stopping at the first red. */
const checks =
  (...all) =>
  async () => {
    const sum = { passed: 0, failed: 0, skipped: 0 }
    for (const one of all) {
      add(sum, await one())
      if (sum.failed > 0) break
    }
    return sum
  }

/** A vitest project, counted by its own report. `env` chooses the engine. */
const vitest =
  (node, project, env = {}) =>
  async () => {
    rmSync(REPORT, { force: true })
    const args = [
      bin('vitest/vitest.mjs'),
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${REPORT}`
    ]
    const { code } = await run(node, args, { env })
    const report = readReport()
    if (!report) return { passed: 0, failed: 1, skipped: 0 }
    const failed = report.numFailedTests
    // A file that does not load, or an error outside any test, is red without a failed test.
    return {
      passed: report.numPassedTests,
      failed: failed === 0 && code !== 0 ? 1 : failed,
      skipped: report.numPendingTests + report.numTodoTests
    }
  }

/** The browser journey, counted by Playwright's own report. */
const playwright = (node) => async () => {
  rmSync(REPORT, { force: true })
  const args = [bin('@playwright/test/cli.js'), 'test', '-c', 'e2e/playwright.config.ts', '--reporter=list,json']
  const { code } = await run(node, args, { env: { PLAYWRIGHT_JSON_OUTPUT_NAME: REPORT, CHROMIUM_PATH: findChromium() } })
  const stats = readReport()?.stats
  if (!stats) return { passed: 0, failed: 1, skipped: 0 }
  const failed = stats.unexpected
  return { passed: stats.expected + stats.flaky, failed: failed === 0 && code !== 0 ? 1 : failed, skipped: stats.skipped }
}

function readReport() {
  try {
    return JSON.parse(readFileSync(REPORT, 'utf8'))
  } catch {
    return null
  }
}

function add(sum, counts) {
  for (const key of Object.keys(totals)) sum[key] += counts[key]
}

const has = (path) => existsSync(join(ROOT, path))

/** The stages in order: name, what it is for people, why it cannot run (or null), how it runs. */
const listStages = (node) => [
  {
    name: 'typecheck',
    run: checks(
      check(node, [bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json']),
      ...(has('tsconfig.web.json') ? [check(node, [bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.web.json'])] : [])
    )
  },
  { name: 'lint', run: check(node, [bin('@biomejs/biome/bin/biome'), 'check', '.']) },
  {
    name: 'arch',
    cannot: () => (has('tools/check-arch.ts') ? null : 'tools/check-arch.ts is not there'),
    run: check(node, ['tools/check-arch.ts'])
  },
  { name: 'unit', run: vitest(node, 'unit') },
  { name: 'db', run: vitest(node, 'db', { CHENGYUN_TEST_DB: 'embedded' }) },
  {
    name: 'db-server',
    cannot: () => (hasServer() ? null : 'no PostgreSQL 15 or newer on this machine (Debian: apt-get install postgresql-15)'),
    run: vitest(node, 'db', { CHENGYUN_TEST_DB: 'server' })
  },
  {
    name: 'build',
    run: async () =>
      (await ensureWeb({ force: true })) ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
  },
  {
    name: 'e2e',
    cannot: () => {
      if (!has('e2e/playwright.config.ts')) return 'e2e/playwright.config.ts is not there'
      return findChromium() ? null : 'no Chromium on this machine (Debian: apt-get install chromium fonts-noto-cjk)'
    },
    run: playwright(node)
  }
]

const NAMES = ['typecheck', 'lint', 'arch', 'unit', 'db', 'db-server', 'build', 'e2e']
const onlyAt = process.argv.findIndex((a) => a === '--only' || a.startsWith('--only='))
const only = onlyAt < 0 ? NAMES : (process.argv[onlyAt].split('=')[1] ?? process.argv[onlyAt + 1] ?? '').split(',')
const unknown = only.filter((name) => !NAMES.includes(name))
if (unknown.length > 0) {
  say(`--only knows ${NAMES.join(', ')}; not ${unknown.join(', ')}`)
  process.exit(2)
}

await ensureInstalled({ dev: true })
mkdirSync(join(ROOT, '.cache'), { recursive: true })
installSystemPackages(only)

const lines = []
for (const stage of listStages(needNode()).filter(({ name }) => only.includes(name))) {
  const reason = totals.failed > 0 ? 'an earlier stage is red' : (stage.cannot?.() ?? null)
  if (reason) {
    notRun.push(`${stage.name}: ${reason}`)
    totals.skipped += 1
    continue
  }
  say(`── ${stage.name}`)
  const since = Date.now()
  const counts = await stage.run()
  add(totals, counts)
  const skipped = counts.skipped ? `, ${counts.skipped} skipped` : ''
  lines.push(
    `${stage.name.padEnd(10)} ${elapsed(since).padStart(6)} s  ${counts.passed} passed, ${counts.failed} failed${skipped}`
  )
}

process.stdout.write(`\n${lines.join('\n')}\n`)
if (notRun.length > 0) process.stdout.write(`\nNot run:\n${notRun.map((line) => `  ${line}\n`).join('')}`)
const skipped = totals.skipped ? `, ${totals.skipped} skipped` : ''
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed${skipped}\n`)
process.exitCode = totals.failed > 0 ? 1 : 0
