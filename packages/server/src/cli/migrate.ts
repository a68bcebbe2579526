import { MODULES } from '../modules.ts'
import { migrate as applyMigrations } from '../platform/db/migrate.ts'
import { openDatabase } from '../platform/db/open.ts'
import { readSettings } from '../platform/settings.ts'
import type { CliCommand } from './index.ts'

/** `chengyun migrate`: bring the database to this version and stop. */
export const migrate: CliCommand = {
  name: 'migrate',
  summary: 'bring the database to this version',
  async run(argv) {
    if (argv.includes('--help')) {
      process.stdout.write(
        'chengyun migrate\n\nApplies what is missing to DATABASE_URL, or to the embedded database of CHENGYUN_DATA.\n'
      )
      return 0
    }
    const settings = readSettings(
      process.env,
      MODULES.flatMap((m) => (m.settings ? [m.settings] : []))
    )
    const database = await openDatabase({
      databaseUrl: settings.DATABASE_URL,
      dataDir: settings.CHENGYUN_DATA,
      log: (m) => process.stdout.write(`${m}\n`)
    })
    try {
      await applyMigrations(database.pool, MODULES)
      process.stdout.write('The database is at this version.\n')
      return 0
    } finally {
      await database.close()
    }
  }
}
