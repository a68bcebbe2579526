import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { LiveHub } from './live.ts'
import type { Relay } from './outbox.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Where modules put gauges of their own. */
    metrics: Registry
  }
}

/** `/metrics` for Prometheus: requests, the outbox, open screens, the process itself. */
export function useMetrics(app: FastifyInstance, parts: { relay: Relay; hub: LiveHub }): void {
  const registry = new Registry()
  app.decorate('metrics', registry)
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'chengyun_http_request_seconds',
    help: 'Time of HTTP requests by route and status class.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [registry]
  })
  new Gauge({
    name: 'chengyun_outbox_waiting',
    help: 'Committed events not yet delivered.',
    registers: [registry],
    async collect() {
      const { rows } = await sql<{
        n: number
      }>`select count(*)::int as n from (select 1 from platform.outbox limit 10000) t`.execute(app.db)
      this.set(rows[0]?.n ?? 0)
    }
  })
  new Gauge({
    name: 'chengyun_live_screens',
    help: 'Open event streams.',
    registers: [registry],
    collect() {
      this.set(parts.hub.screens)
    }
  })
  new Gauge({
    name: 'chengyun_events_delivered',
    help: 'Events delivered by this process since start.',
    registers: [registry],
    collect() {
      this.set(parts.relay.delivered())
    }
  })
  // Looking a child up by its labels costs more than counting in it.
  const children = new Map<string, Histogram.Internal<string>>()
  app.addHook('onResponse', (req, reply, done) => {
    const route = req.routeOptions.url
    if (route) {
      const status = `${Math.floor(reply.statusCode / 100)}xx`
      const key = `${req.method} ${status} ${route}`
      let child = children.get(key)
      if (!child) {
        child = requests.labels({ method: req.method, route, status })
        children.set(key, child)
      }
      child.observe(reply.elapsedTime / 1000)
    }
    done()
  })
  app.get('/metrics', { config: { public: true }, schema: { hide: true } }, async (_req, reply) => {
    reply.header('content-type', registry.contentType)
    return registry.metrics()
  })
}
