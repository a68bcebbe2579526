/** Readings to open screens: what is new of the streams a screen shows, at most one message a second, never a message a reading. */
import { LiveQuery } from '@chengyun/contract/streams'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { currentActor } from '../../org/index.ts'
import { READ } from '../policy.ts'
import { columnsOf, matching, reachedBy } from '../reading.ts'
import type { Streams } from '../runtime.ts'

const EVERY_MS = 1000
const HEARTBEAT_MS = 20_000
/** What a person reaches, and which streams there are, is looked at again so often. */
const AGAIN_MS = 60_000
const MOST_WAITING = 1_000_000
const MOST_STREAMS = 50_000

/** `GET /api/streams/live`: server-sent events `readings`, columns as those of POST /api/streams/latest. The first message has all of them. */
export const liveRoutes =
  (streams: Streams): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = app
    const open = new Set<() => void>()
    app.addHook('preClose', async () => {
      for (const end of open) end()
    })
    app.get(
      '/streams/live',
      { config: { permission: READ }, schema: { hide: true, querystring: LiveQuery } },
      async (req, reply) => {
        const sessionId = req.actor.sessionId ?? ''
        const { query } = req
        const bbox = query.bbox?.split(',').map(Number)
        const asked = query.streams?.split(',').map(Number)
        const meant = async (): Promise<number[]> => {
          const isReached = await reachedBy(db, streams, currentActor(sessionId) ?? req.actor)
          const ids = asked ? asked.filter(isReached) : matching(streams, { ...query, bbox }, isReached)
          return ids.slice(0, MOST_STREAMS)
        }
        let ids = await meant()
        let [seen, readAt, spokeAt] = [0, Date.now(), Date.now()]
        reply.hijack()
        const res = reply.raw
        res.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store, no-transform',
          'x-accel-buffering': 'no',
          connection: 'keep-alive'
        })
        res.write('retry: 2000\n')
        const send = (some: readonly number[], now: number): void => {
          spokeAt = now
          res.write(`event: readings\ndata: ${JSON.stringify(columnsOf(streams, some, now))}\n\n`)
        }
        const look = (): void => {
          const now = Date.now()
          if (!currentActor(sessionId)) return void res.end('event: signed-out\ndata: {}\n\n')
          // Who does not read is sent nothing more until he has read; then he gets what is the latest by then.
          if (res.writableLength > MOST_WAITING) return
          const { latest } = streams
          if (latest.version > seen) {
            const fresh = ids.filter((id) => id < latest.size && latest.versions[id]! > seen)
            seen = latest.version
            if (fresh.length > 0) send(fresh, now)
          }
          if (now - spokeAt > HEARTBEAT_MS) {
            spokeAt = now
            res.write(': beat\n\n')
          }
          if (now - readAt > AGAIN_MS) {
            readAt = now
            meant()
              .then((next) => {
                ids = next
              })
              .catch((error: unknown) => req.log.error({ err: error }, 'live readings'))
          }
        }
        seen = streams.latest.version
        send(ids, Date.now())
        const timer = setInterval(look, EVERY_MS)
        const end = (): void => {
          clearInterval(timer)
          open.delete(end)
          res.end()
        }
        open.add(end)
        res.on('close', end)
      }
    )
  }
