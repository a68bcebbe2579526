import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { type App, build } from './app.ts'
import { ensureCity } from './city/setup.ts'
import { MODULES } from './modules.ts'
import { migrate } from './platform/db/migrate.ts'
import { type Database, openDatabase } from './platform/db/open.ts'
import type { Settings } from './platform/settings.ts'

export interface StartOptions {
  settings: Settings
  log: Logger
  /** Profile to set an empty database up with; an existing one keeps its city. */
  city: string
  /** With people, roster and simulator (npm start), or bare (`--empty`). */
  demo: boolean
  say: (message: string) => void
}

export interface Running {
  app: App
  database: Database
  url: string
  stop(): Promise<void>
}

/** Open the database, bring it to this version, set the city up once, serve. */
export async function start(options: StartOptions): Promise<Running> {
  const { settings, log, say } = options
  const database = await openDatabase({
    databaseUrl: settings.DATABASE_URL,
    dataDir: settings.CHENGYUN_DATA,
    poolSize: settings.CHENGYUN_DB_POOL,
    log: say
  })
  let app: App | undefined
  try {
    await migrate(database.pool, MODULES)
    await ensureCity(database.db, settings, { city: options.city, demo: options.demo, now: new Date(), log: say })
    app = await build({ db: database.db, settings, log })
    await app.http.listen({ port: settings.PORT, host: settings.HOST })
    const { port } = app.http.server.address() as AddressInfo
    const served = app
    let stopping: Promise<void> | undefined
    const stop = (): Promise<void> => {
      stopping ??= served.close().finally(() => database.close())
      return stopping
    }
    return { app: served, database, url: `http://localhost:${port}`, stop }
  } catch (error) {
    await app?.close()
    await database.close()
    throw (error as { code?: string }).code === 'EADDRINUSE'
      ? new Error(`port ${settings.PORT} is in use; set PORT to another one`)
      : error
  }
}
