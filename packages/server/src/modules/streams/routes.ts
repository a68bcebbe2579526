import type { FastifyPluginAsync } from 'fastify'
import { gatewayPlugin } from './gateways/plugin.ts'
import { liveRoutes } from './routes/live.ts'
import { readingRoutes } from './routes/readings.ts'
import { streamRoutes } from './routes/streams.ts'
import { templateRoutes } from './routes/templates.ts'
import { streamsOf } from './runtime.ts'
import type { StreamsSettings } from './settings.ts'

/** Streams over HTTP. */
export const streamsRoutes: FastifyPluginAsync = async (app) => {
  const settings = app.settings as unknown as StreamsSettings
  const streams = await streamsOf(app.db, {
    queue: settings.CHENGYUN_STREAM_QUEUE,
    hotDays: settings.CHENGYUN_STREAM_HOT_DAYS,
    rawDays: settings.CHENGYUN_STREAM_RAW_DAYS,
    minuteDays: settings.CHENGYUN_STREAM_MINUTE_DAYS,
    failed: (error, what) => app.log.error({ err: error, what }, 'streams')
  })
  app.hub.watch((event) => {
    streams.hear(event).catch((error: unknown) => app.log.error({ err: error, event: event.name }, 'streams not read again'))
  })
  await app.register(streamRoutes(streams))
  await app.register(readingRoutes(streams))
  await app.register(templateRoutes(streams))
  await app.register(liveRoutes(streams))
  app.addHook('onReady', () => streams.followers.start())
  app.addHook('onClose', () => streams.close())
  await app.register(gatewayPlugin)
}
