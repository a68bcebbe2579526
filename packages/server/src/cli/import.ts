import { parseArgs } from 'node:util'
import { DataFileError } from '../import/codes.ts'
import { ColumnsMissingError } from '../import/orders.ts'
import { ReadFileError } from '../import/read.ts'
import { MODULES } from '../modules.ts'
import { type Database, visitDatabase } from '../platform/db/open.ts'
import { readSettings, type Settings } from '../platform/settings.ts'
import { importCalendar } from './import/calendar.ts'
import { ImportRefused, importCases } from './import/cases.ts'
import { importDevices } from './import-devices.ts'
import { importGeo } from './import-geo.ts'
import { importRegister } from './import-register.ts'
import type { CliCommand } from './index.ts'
import { progressBar } from './progress.ts'
import { UsageError } from './refusal.ts'

const HELP = `chengyun import cases FILE --map MAP.json [options]     work orders (CSV, TSV, XLSX, JSON, NDJSON; .gz)
chengyun import divisions|grids FILE [options]           boundaries (GeoJSON); --help explains
chengyun import components|REGISTER FILE [options]       inventories into a register; --help explains
chengyun import devices FILE [options]                   devices with their streams and accounts (CSV, XLSX); --help explains
chengyun import calendar FILE [--district CODE] [--id ID]  a calendar (JSON), or days to lay over it (CSV)

import cases:
  --map FILE        how the columns become cases (cities/maps)
  --status WHAT     as-reported (default): every order waits to be accepted
                    closed: orders with a closing time are kept as ended at that time, the others as reported
  --city ID         import although the map names another city
  --limit N         the first N rows only
  --report FILE     where refused rows are written (default under CHENGYUN_DATA/import)
  --json            one JSON object instead of lines

Every row is imported, already there, or refused with its reason; an interrupted import goes on where it was when called again.
Works on DATABASE_URL, or on the embedded database of CHENGYUN_DATA, while the server runs or not.
Exit code: 0 everything imported, 1 some rows were refused or it failed, 2 wrong arguments.
`

const OPTIONS = {
  map: { type: 'string' },
  status: { type: 'string', default: 'as-reported' },
  city: { type: 'string' },
  limit: { type: 'string' },
  report: { type: 'string' },
  district: { type: 'string' },
  id: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false }
} as const

const readEnvironment = (): Settings =>
  readSettings(
    process.env,
    MODULES.flatMap((m) => (m.settings ? [m.settings] : []))
  )

async function withDatabase(run: (database: Database, settings: Settings) => Promise<number>): Promise<number> {
  const settings = readEnvironment()
  const database = await visitDatabase({ databaseUrl: settings.DATABASE_URL, dataDir: settings.CHENGYUN_DATA, poolSize: 4 })
  try {
    return await run(database, settings)
  } finally {
    await database.close()
  }
}

const out = (line: string): void => void process.stdout.write(`${line}\n`)

async function runCases(
  file: string,
  values: {
    map: string
    status: 'as-reported' | 'closed'
    city?: string | undefined
    report?: string | undefined
    json: boolean
  },
  limit: number
): Promise<number> {
  const bar = progressBar(values.json)
  try {
    return await withDatabase(async ({ db }, settings) => {
      const { map, status, city, report } = values
      const result = await importCases(db, settings, { file, map, status, city, report, limit }, (done, total) =>
        bar.show('imported', done, total)
      )
      bar.end()
      const { read, imported, existing, rejected, resumedAt, approximate, seconds } = result
      if (values.json) out(JSON.stringify(result))
      else {
        if (resumedAt > 0) out(`went on after row ${resumedAt}`)
        out(
          `${read} rows = ${imported} imported + ${existing} already there + ${rejected} refused, in ${seconds.toFixed(1)} s (${(imported / seconds).toFixed(0)} cases/s); ${approximate} placed approximately`
        )
        for (const [code, n] of Object.entries(result.byCode)) out(`  ${String(n).padStart(7)}  ${code}`)
        if (rejected > 0) out(`refused rows with their reasons: ${result.report}`)
      }
      if (read !== imported + existing + rejected)
        throw new Error(`${read} rows read, ${imported + existing + rejected} accounted for`)
      return rejected > 0 ? 1 : 0
    })
  } finally {
    bar.end()
  }
}

/** `chengyun import`: files of others into the database. */
export const importCommand: CliCommand = {
  name: 'import',
  summary: 'import divisions, grids, calendars, cases or registers from files',
  async run(argv) {
    const [what, ...rest] = argv
    try {
      if (what === 'divisions' || what === 'grids') return await withDatabase(({ db }) => importGeo(what, rest, db, out))
      if (what === 'devices') return await importDevices(rest, (run) => withDatabase(({ db }, settings) => run(db, settings)))
      if (what !== undefined && /^[a-z][a-z0-9-]+$/.test(what) && what !== 'cases' && what !== 'calendar')
        return await importRegister(what, rest, (run) => withDatabase(({ db }) => run(db)))
      const { values, positionals } = parseArgs({ args: rest, options: OPTIONS, allowPositionals: true })
      const [file] = positionals
      const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : Number(values.limit)
      const { map, status } = values
      if (what === 'calendar' && file !== undefined && positionals.length === 1 && !values.help) {
        const done = await withDatabase(async ({ db }) => {
          const made = await importCalendar(db, file, { district: values.district ?? null, id: values.id })
          out(values.json ? JSON.stringify(made) : `calendar ${made.id}: edition ${made.version}, ${made.days} special days`)
          return 0
        })
        return done
      }
      const statusFits = status === 'as-reported' || status === 'closed'
      if (
        what !== 'cases' ||
        file === undefined ||
        positionals.length !== 1 ||
        map === undefined ||
        !statusFits ||
        !(limit >= 1) ||
        values.help
      ) {
        process.stdout.write(HELP)
        return values.help || what === '--help' ? 0 : 2
      }
      return await runCases(file, { ...values, map, status }, limit)
    } catch (error) {
      const known = [UsageError, ImportRefused, DataFileError, ReadFileError, ColumnsMissingError].some(
        (kind) => error instanceof kind
      )
      if (!known) throw error
      process.stderr.write(`${(error as Error).message}\n`)
      return error instanceof UsageError ? 2 : 1
    }
  }
}
