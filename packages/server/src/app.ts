import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { Logger } from 'pino'
import { demoRoutes } from './city/demo-control.ts'
import { cityRoutes } from './city/routes.ts'
import { geoService } from './modules/geo/index.ts'
import { authHook, currentActor } from './modules/org/index.ts'
import { MODULES } from './modules.ts'
import type { Db } from './platform/db.ts'
import { buildHttp } from './platform/http.ts'
import { type JobRunner, startJobs } from './platform/jobs.ts'
import { LiveHub, liveRoute } from './platform/live.ts'
import { useMetrics } from './platform/metrics.ts'
import { type Relay, startRelay } from './platform/outbox.ts'
import type { Settings } from './platform/settings.ts'
import { serveWeb } from './web.ts'

export interface App {
  http: FastifyInstance
  relay: Relay
  jobs: JobRunner
  hub: LiveHub
  /** Stop taking requests, finish those under way, deliver what waits, stop the jobs. */
  close(): Promise<void>
}

/** Build the whole server on an open, migrated database. Used by main.ts and by every test, so that both are the same program. */
export async function build(options: { db: Db; settings: Settings; log: Logger; jobs?: boolean }): Promise<App> {
  const { db, settings, log } = options
  const http = await buildHttp({ settings, log, catalogues: MODULES.flatMap((m) => (m.errors ? [m.errors] : [])) })
  http.decorate('db', db)
  const relay = startRelay(db, MODULES, (what, error) => log.error({ err: error, what }, 'event not handled'))
  const hub = new LiveHub(db, MODULES, (error, what) => log.error({ err: error, what }, 'not loaded again'))
  await hub.start(relay)
  http.decorate('hub', hub)
  useMetrics(http, { relay, hub })
  await authHook(http)
  let ready = true
  http.get('/healthz', { config: { public: true }, schema: { hide: true } }, () => ({ ok: true }))
  http.get('/readyz', { config: { public: true }, schema: { hide: true } }, async (_req, reply) => {
    if (!ready) return reply.code(503).send({ ok: false })
    await sql`select 1`.execute(db)
    return { ok: true }
  })
  liveRoute(http, hub, currentActor)
  http.decorate('geo', await geoService(db))
  for (const m of MODULES) if (m.routes) await http.register(m.routes, { prefix: '/api' })
  for (const m of MODULES) if (m.rootRoutes) await http.register(m.rootRoutes)
  await http.register(cityRoutes, { prefix: '/api' })
  await http.register(demoRoutes, { prefix: '/api' })
  await serveWeb(http)
  await http.ready()
  const jobs = startJobs(db, options.jobs === false ? [] : MODULES.flatMap((m) => m.jobs ?? []), settings, log)

  return {
    http,
    relay,
    jobs,
    hub,
    close: async () => {
      ready = false
      await hub.stop()
      await jobs.stop()
      await http.close()
      await relay.settle()
      await relay.stop()
    }
  }
}
