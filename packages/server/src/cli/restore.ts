import { parseArgs } from 'node:util'
import { MODULES } from '../modules.ts'
import { openDatabase } from '../platform/db/open.ts'
import { restoreBackup } from '../platform/restore.ts'
import { readSettings } from '../platform/settings.ts'

const HELP = `chengyun restore FILE [--into URL] [--force] [--no-files] [--json]

Loads a backup into an empty database, reads every table back and compares it with the checksums of the backup. All or nothing:
when anything fails, the database is as it was before. Stop the server of the target first.

  --into URL  the PostgreSQL to load into; otherwise DATABASE_URL, otherwise the embedded one in CHENGYUN_DATA
  --force     replace the Chengyun that is there (all of its data is lost)
  --no-files  database only, without media and keys
  --json      one JSON object instead of lines

From the trial on one machine to a city's server:
  npx chengyun backup trial.backup
  npx chengyun restore trial.backup --into postgresql://chengyun@db.example/chengyun

Exit code: 0 restored and verified, 1 failed, 2 wrong arguments.
`

async function run(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      into: { type: 'string' },
      force: { type: 'boolean' },
      'no-files': { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' }
    }
  })
  const [file] = positionals
  if (values.help || !file || positionals.length > 1) {
    process.stdout.write(HELP)
    return values.help ? 0 : 2
  }
  const settings = readSettings(
    process.env,
    MODULES.flatMap((m) => (m.settings ? [m.settings] : []))
  )
  const say = (message: string) => values.json || process.stdout.write(`${message}\n`)
  const dataDir = settings.CHENGYUN_DATA
  const began = performance.now()
  // One connection: any other that calls itself chengyun is a server that runs on the target.
  const database = await openDatabase({ databaseUrl: values.into ?? settings.DATABASE_URL, dataDir, poolSize: 1, log: say })
  try {
    const manifest = await restoreBackup({
      pool: database.pool,
      file,
      dataDir: values['no-files'] ? null : dataDir,
      modules: MODULES,
      force: values.force ?? false,
      say
    })
    const rows = manifest.tables.reduce((n, t) => n + t.rows, 0)
    const seconds = Number(((performance.now() - began) / 1000).toFixed(1))
    if (values.json)
      process.stdout.write(`${JSON.stringify({ tables: manifest.tables.length, rows, files: manifest.files.length, seconds })}\n`)
    else
      say(`restored and verified ${manifest.tables.length} tables, ${rows} rows, ${manifest.files.length} files in ${seconds} s`)
    return 0
  } finally {
    await database.close()
  }
}

export const command = { name: 'restore', summary: 'restore a backup into this or another database', run }
