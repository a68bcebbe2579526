/** `npm run bench -- [suite …] --json FILE`: the product beside the raw limit of the same run. Not a test. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Bench } from './lib/bed.ts'
import { loadAverage, machine } from './lib/machine.ts'
import { type BenchRow, round, tableOf } from './lib/stats.ts'

type Suite = (bench: Bench) => Promise<BenchRow[]>
/** In this order: the later ones add open cases to the city that the earlier ones ask about. */
const SUITES: Readonly<Record<string, () => Promise<{ run: Suite }>>> = {
  geo: () => import('./suites/geo-rows.ts'),
  list: () => import('./suites/list.ts'),
  overview: () => import('./suites/overview-rows.ts'),
  live: () => import('./suites/live.ts'),
  transition: () => import('./suites/transition.ts'),
  submit: () => import('./suites/submit.ts'),
  open311: () => import('./suites/open311.ts'),
  registers: () => import('./suites/registers.ts'),
  mqtt: () => import('./suites/mqtt.ts'),
  provision: () => import('./suites/provision.ts'),
  tiles: () => import('./suites/tiles.ts'),
  frames: () => import('./suites/frames.ts'),
  field: () => import('./suites/field.ts'),
  streams: () => import('./suites/streams.ts'),
  sensorthings: () => import('./suites/sensorthings.ts'),
  alarms: () => import('./suites/alarms.ts'),
  rules: () => import('./suites/rules.ts'),
  detectors: () => import('./suites/detectors.ts'),
  'real-packs': () => import('./suites/real-packs.ts'),
  scale: () => import('./suites/scale.ts'),
  embedded: () => import('./suites/embedded.ts'),
  memory: () => import('./suites/memory.ts')
}

const HELP = `npm run bench -- [suite …] [--json FILE] [--rounds N] [--seconds N]

Suites: ${Object.keys(SUITES).join(', ')}; all of them without a name.
  --json FILE   the rows, the machine and the load as JSON too
  --rounds N    rounds of an interleaved comparison, default 5
  --seconds N   seconds of each side of a round, default 3
detectors and real-packs read real series from the folder BENCH_SERIES (nab, skab, heating_xai4heat, …); without it they say NOT MEASURED.
Needs PostgreSQL 15 or newer of the operating system, and wrk (installed with apt-get where that is allowed). The first run makes
4,000,000 cases (some minutes, 10 GB in the directory for temporary files); later ones use them again.
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    help: { type: 'boolean', short: 'h' }
  }
})
const unknown = positionals.filter((name) => !(name in SUITES))
if (values.help || unknown.length > 0) {
  process.stdout.write(unknown.length > 0 ? `no such suite: ${unknown.join(', ')}\n\n${HELP}` : HELP)
  process.exit(unknown.length > 0 ? 2 : 0)
}

const began = Date.now()
const say = (line: string): void =>
  void process.stderr.write(`[${String(Math.round((Date.now() - began) / 1000)).padStart(4)} s] ${line}\n`)
const here = machine()
say(`${here.cpu}, ${here.cores} cores, ${here.memoryGb} GB, ${here.system}, Node ${here.node}; load ${loadAverage()}`)
const bench = new Bench({ say, rounds: Number(values.rounds ?? 5), seconds: Number(values.seconds ?? 3) })
const results: { suite: string; load: number; seconds: number; rows: BenchRow[]; fault?: string }[] = []
try {
  for (const suite of positionals.length > 0 ? positionals : Object.keys(SUITES)) {
    say(`── ${suite}`)
    const since = Date.now()
    try {
      const { run } = await SUITES[suite]!()
      const rows = await run(bench)
      results.push({ suite, load: loadAverage(), seconds: round((Date.now() - since) / 1000, 0), rows })
      process.stdout.write(`\n${tableOf(rows)}\n(load average ${loadAverage()})\n\n`)
    } catch (error) {
      // What could not be measured is named; the other suites still are.
      results.push({ suite, load: loadAverage(), seconds: round((Date.now() - since) / 1000, 0), rows: [], fault: String(error) })
      say(`NOT MEASURED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
  }
} finally {
  await bench.close()
}

const rows = results.flatMap((r) => r.rows)
if (results.length > 1) process.stdout.write(`${tableOf(rows)}\n`)
const faults = results.filter((r) => r.fault)
for (const { suite, fault } of faults) process.stdout.write(`\n${suite} was not measured: ${fault}\n`)
process.stdout.write(
  `\n${rows.filter((r) => r.ok === true).length} targets met, ${rows.filter((r) => r.ok === false).length} short, ${faults.length} suites not measured\n`
)
if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ at: new Date(began).toISOString(), machine: here, results }, null, 2)}\n`)
process.exitCode = faults.length > 0 ? 1 : 0
