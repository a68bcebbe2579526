import { parseArgs } from 'node:util'
import type { CliCommand } from './index.ts'
import { progressBar } from './progress.ts'
import { UnreachableError } from './replay/client.ts'
import { defaultJournal, faultsOf, replay as runReplay } from './replay/run.ts'
import { NoDemoError } from './replay/staff.ts'
import { inWords } from './replay/words.ts'

const HELP = `chengyun replay FILE --map MAP.json [options]

Drives every work order of FILE (CSV, TSV, XLSX, JSON, NDJSON; .gz) through the public API with the accounts of the demonstration:
report, accept, register, dispatch, assign, handle, confirm, forward, check, close — with returns, extensions and rework as they happen.
Then it reads every case back, verifies its history, looks for each acknowledged step, and compares its funnel with the overview.

  --map FILE        how the columns become reports (cities/maps)
  --url URL         the server (default http://localhost:8080)
  --speed N         original seconds per second, e.g. 3600; or max (default): as fast as the server takes them
  --limit N         the first N rows only
  --concurrency N   requests under way at once (default 16)
  --seed TEXT       which orders take a turn (default: 1); the same seed takes the same turns
  --journal FILE    where acknowledged transitions are kept (default under CHENGYUN_DATA/replay)
  --resume          go on with an interrupted replay of this journal
  --patience S      how long a server that does not answer is waited for (default 120)
  --json            one JSON object instead of lines

The server needs a demonstration city whose profile fits the map, without the simulator: npm start -- --city haikou --no-simulate
Exit code: 0 everything agrees, 1 something does not or it was interrupted, 2 wrong arguments.
`

const OPTIONS = {
  map: { type: 'string' },
  url: { type: 'string', default: `http://localhost:${process.env.PORT ?? 8080}` },
  speed: { type: 'string', default: 'max' },
  limit: { type: 'string' },
  concurrency: { type: 'string', default: '16' },
  seed: { type: 'string', default: '1' },
  journal: { type: 'string' },
  resume: { type: 'boolean', default: false },
  patience: { type: 'string', default: '120' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false }
} as const

/** A positive number of the command line, or undefined when it is none. */
const positive = (text: string, most: number): number | undefined => {
  const n = Number(text)
  return Number.isFinite(n) && n > 0 && n <= most ? n : undefined
}

/** `chengyun replay`: real work orders through the public API, and the proof that none of it was lost. */
export const replay: CliCommand = {
  name: 'replay',
  summary: 'drive real work orders through the public API',
  async run(argv) {
    const { values, positionals } = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true })
    const [file] = positionals
    const speed = values.speed === 'max' ? Number.POSITIVE_INFINITY : positive(values.speed, 1e9)
    const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : positive(values.limit, 1e9)
    const concurrency = positive(values.concurrency, 256)
    const patienceS = positive(values.patience, 86_400)
    if (
      values.help ||
      file === undefined ||
      positionals.length > 1 ||
      values.map === undefined ||
      !speed ||
      !limit ||
      !concurrency ||
      !patienceS
    ) {
      process.stdout.write(HELP)
      return values.help ? 0 : 2
    }
    let stopped = false
    const stop = () => {
      stopped = true
    }
    process.once('SIGINT', stop)
    const bar = progressBar(values.json)
    try {
      const report = await runReplay(
        {
          file,
          map: values.map,
          url: values.url,
          speed,
          limit,
          concurrency: Math.floor(concurrency),
          seed: values.seed,
          resume: values.resume,
          patienceS,
          journal: values.journal ?? defaultJournal(process.env.CHENGYUN_DATA ?? '.data', file, values.map)
        },
        { say: bar.say, progress: bar.show, stopped: () => stopped }
      )
      bar.end()
      const faults = faultsOf(report)
      if (values.json) {
        const { funnel, ...audit } = report.audit
        const told = {
          counts: funnel.counts,
          turns: funnel.turns,
          automatic: funnel.automatic,
          open: funnel.open,
          stages: funnel.stages()
        }
        process.stdout.write(`${JSON.stringify({ ...report, audit, funnel: told, faults })}\n`)
      } else process.stdout.write(`${inWords(report)}\n`)
      return faults.length === 0 && !report.interrupted ? 0 : 1
    } catch (error) {
      bar.end()
      if (!(error instanceof NoDemoError) && !(error instanceof UnreachableError)) throw error
      process.stderr.write(`${error.message}\n`)
      return 1
    } finally {
      process.off('SIGINT', stop)
    }
  }
}
