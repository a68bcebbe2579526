/** `chengyun import devices FILE`: device, thing, streams and account of each row; the secrets go into a result file. */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { openKeyring } from '../modules/org/index.ts'
import { registryEnv } from '../modules/registry/index.ts'
import { provisionCsv, provisionDevices, readDeviceRows } from '../modules/streams/index.ts'
import { SYSTEM } from '../platform/actor.ts'
import type { Db } from '../platform/db.ts'
import type { Settings } from '../platform/settings.ts'
import { progressBar } from './progress.ts'
import { UsageError } from './refusal.ts'

export const IMPORT_DEVICES_HELP = `chengyun import devices FILE [options]           devices (CSV or XLSX): item, thing, streams, account of each row

  --dry-run         judge every row and make nothing
  --out FILE        where the result with the secrets is written (default beside the file, *.result.csv; readable by its owner only)
  --json            one JSON object instead of lines (the secrets stay in the result file)

Columns: register (device), code or account, name, class, lng, lat, protocol (mqtt, hj212, modbus, push), secret, thingRegister and thingCode,
streams (keys by |, or all), mn, config (JSON), silentAfterS; any other column is an attribute of the register. Chinese names are understood.
A row whose device or account is there already is passed over, so a file that broke off is simply called again.
Exit code: 0 every row made or there, 1 some rows were refused or it failed, 2 wrong arguments.
`

const OPTIONS = {
  'dry-run': { type: 'boolean', default: false },
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false }
} as const

/** @throws UsageError */
export async function importDevices(
  argv: readonly string[],
  withDatabase: (run: (db: Db, settings: Settings) => Promise<number>) => Promise<number>
): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
  const [file] = positionals
  if (values.help) {
    process.stdout.write(IMPORT_DEVICES_HELP)
    return 0
  }
  if (file === undefined || positionals.length !== 1) throw new UsageError('one FILE is needed')
  const out = values.out ?? `${file}.result.csv`
  const bar = progressBar(values.json)
  try {
    return await withDatabase(async (db, settings) => {
      const rows = await readDeviceRows(readFileSync(file))
      const parts = { db, env: await registryEnv(db), keyring: openKeyring(settings), actor: SYSTEM }
      const report = await provisionDevices(parts, rows, values['dry-run'], {
        progress: (done) => bar.show('devices', done, rows.length)
      })
      bar.end()
      writeFileSync(out, provisionCsv(report.rows), { mode: 0o600 })
      const { read, made, existing, refused } = report
      if (values.json)
        process.stdout.write(`${JSON.stringify({ read, made, existing, refused, dryRun: report.dryRun, result: out })}\n`)
      else
        process.stdout.write(
          `${read} rows = ${made} ${report.dryRun ? 'would be made' : 'made'} + ${existing} already there + ${refused} refused; ${out}\n`
        )
      return refused > 0 ? 1 : 0
    })
  } finally {
    bar.end()
  }
}
