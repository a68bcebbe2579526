import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { MODULES } from '../modules.ts'
import { sizeOf, writeBackup } from '../platform/backup.ts'
import { visitDatabase } from '../platform/db/open.ts'
import { readSettings } from '../platform/settings.ts'

const HELP = `chengyun backup FILE [--force] [--no-files] [--json]

Writes everything into one file: all tables in one consistent snapshot, and the files of the data directory (media, keys).
The server may go on working. The file can be restored on the embedded database and on any PostgreSQL, whichever made it.
It holds personal data and keys: keep it as you keep the database.

  --force     overwrite FILE
  --no-files  database only (media on S3 are never included)
  --json      one JSON object instead of lines

Database and directory are those of the settings DATABASE_URL and CHENGYUN_DATA.
Exit code: 0 written, 1 failed, 2 wrong arguments.
`

async function run(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
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
  if (existsSync(file) && !values.force) {
    process.stderr.write(`${file} exists; --force overwrites it.\n`)
    return 2
  }
  const settings = readSettings(
    process.env,
    MODULES.flatMap((m) => (m.settings ? [m.settings] : []))
  )
  const say = (message: string) => values.json || process.stdout.write(`${message}\n`)
  const dataDir = settings.CHENGYUN_DATA
  const began = performance.now()
  const database = await visitDatabase({ databaseUrl: settings.DATABASE_URL, dataDir, poolSize: 1, log: say })
  try {
    const manifest = await writeBackup({ pool: database.pool, file, dataDir: values['no-files'] ? null : dataDir, say })
    const rows = manifest.tables.reduce((n, t) => n + t.rows, 0)
    const seconds = Number(((performance.now() - began) / 1000).toFixed(1))
    const done = {
      file: resolve(file),
      bytes: sizeOf(file),
      tables: manifest.tables.length,
      rows,
      files: manifest.files.length,
      seconds
    }
    if (values.json) process.stdout.write(`${JSON.stringify(done)}\n`)
    else
      say(
        `${done.file}: ${done.tables} tables, ${rows} rows, ${done.files} files, ${(done.bytes / 1e6).toFixed(1)} MB in ${seconds} s`
      )
    return 0
  } finally {
    await database.close()
  }
}

export const command = { name: 'backup', summary: 'write everything into one file', run }
