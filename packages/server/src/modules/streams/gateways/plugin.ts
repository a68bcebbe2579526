import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { Gauge } from 'prom-client'
import type { Db } from '../../../platform/db.ts'
import type { LiveHub } from '../../../platform/live.ts'
import { deviceRoutes } from '../routes/devices.ts'
import { mappingRoutes } from '../routes/mappings.ts'
import { provisionRoutes } from '../routes/provision.ts'
import { pushRoutes } from '../routes/push.ts'
import { streamsOf } from '../runtime.ts'
import type { GatewaySettings } from '../settings-gateways.ts'
import { Gateways } from './gateways.ts'

const running = new WeakMap<Db, Gateways>()

/** The gateways of a server, once its routes are registered. */
export const gatewaysOf = (db: Db): Gateways | undefined => running.get(db)

/** Opens the gateways of a server: what they know before the first request, their sockets when the server listens itself. */
export const gatewayPlugin: FastifyPluginAsync = async (app) => {
  const { db } = app
  const settings = app.settings as unknown as GatewaySettings
  const gateways = await Gateways.open({
    db,
    settings,
    log: app.log,
    keyring: app.keyring,
    streams: await streamsOf(db),
    actorOf: async (token) => (await app.sessions.find(token, 'token', Date.now()))?.actor,
    root: `${app.settings.CHENGYUN_PUBLIC_URL?.replace(/\/$/, '') ?? `http://localhost:${app.settings.PORT}`}/sta/v1.1`
  })
  running.set(db, gateways)
  const hub: LiveHub = app.hub
  hub.watch((event) => gateways.hear(event))
  app.addHook('onListen', async () => {
    try {
      await gateways.listen(app.settings.HOST)
      if (Object.keys(gateways.ports).length > 0) app.log.info(gateways.ports, 'gateways listen')
    } catch (error) {
      // The city's work goes on without: whoever runs it is told what to change.
      app.log.error({ err: error }, `gateways are closed: ${error instanceof Error ? error.message : String(error)}`)
    }
  })
  app.addHook('onClose', async () => {
    running.delete(db)
    await gateways.close()
  })
  useGauges(app, gateways)
  await app.register(deviceRoutes)
  await app.register(mappingRoutes(gateways))
  await app.register(pushRoutes(gateways))
  await app.register(provisionRoutes)
}

function useGauges(app: FastifyInstance, gateways: Gateways): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [app.metrics],
      collect() {
        this.set(value())
      }
    })
  const { broker, funnel } = gateways
  gauge('chengyun_mqtt_connections', 'Open connections of the MQTT endpoint.', () => broker.figures.connections)
  gauge('chengyun_mqtt_received', 'Publications taken since start.', () => broker.figures.received)
  gauge('chengyun_mqtt_sent', 'Messages handed to subscribers since start.', () => broker.figures.sent)
  gauge('chengyun_mqtt_dropped', 'Messages not delivered to slow subscribers.', () => broker.figures.dropped)
  gauge('chengyun_gateway_readings', 'Readings taken by the gateways since start.', () => funnel.readings)
}
