import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { Actor } from './actor.ts'
import type { Db } from './db.ts'
import type { DeliveredEvent, ModuleDef } from './module.ts'
import type { Relay } from './outbox.ts'

const RING = 5000
const FOLLOW_MS = 250
const HEARTBEAT_MS = 20_000
const RECENT = 40

declare module 'fastify' {
  interface FastifyInstance {
    hub: LiveHub
  }
}

type Visible = (actor: Actor, payload: Record<string, unknown>) => boolean

interface Screen {
  actor: () => Actor | null
  write(event: DeliveredEvent): void
  lastSeq: number
}

/** Open screens and what they may hear. Follows the event log, so that it works the same in every process. */
export class LiveHub {
  readonly #screens = new Set<Screen>()
  readonly #ring: DeliveredEvent[] = []
  readonly #visible = new Map<string, Visible>()
  readonly #db: Db
  readonly #watchers: ((event: DeliveredEvent) => void)[] = []
  #seq = -1
  #timer: NodeJS.Timeout | undefined
  #following: Promise<void> | undefined
  readonly #keeping = new Set<Promise<void>>()
  readonly #failed: (error: unknown, what: string) => void
  #isStopped = false

  constructor(db: Db, modules: readonly ModuleDef[], failed: (error: unknown, what: string) => void) {
    this.#db = db
    this.#failed = failed
    for (const m of modules) for (const [name, visible] of Object.entries(m.live ?? {})) this.#visible.set(name, visible)
  }

  async start(relay: Relay): Promise<void> {
    const { rows } = await sql<{ event_seq: number }>`select event_seq from platform.relay`.execute(this.#db)
    this.#seq = rows[0]?.event_seq ?? 0
    relay.events.on('delivered', (events: readonly DeliveredEvent[]) => this.#heard(events))
    this.#timer = setInterval(() => this.#follow(), FOLLOW_MS)
    this.#timer.unref()
  }

  /** Hear nothing more; resolves when what was being loaded is loaded, so that the database may be closed. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    this.#screens.clear()
    await Promise.all([this.#following, ...this.#keeping])
  }

  /** Hear every event in this process, whichever process delivered it: for caches that must follow. */
  watch(watcher: (event: DeliveredEvent) => void): void {
    this.#watchers.push(watcher)
  }

  /**
   * Keep what this process holds in memory current: `load` runs after any of these events, never twice at once, and once more for all that
   * came while it ran. A failure is logged, and the next such event tries again.
   */
  keep(names: readonly string[], load: () => Promise<void>): void {
    let isWanted = false
    let running: Promise<void> | undefined
    const run = async () => {
      while (isWanted && !this.#isStopped) {
        isWanted = false
        await load().catch((error: unknown) => this.#failed(error, names.join(', ')))
      }
    }
    this.watch((event) => {
      if (!names.includes(event.name)) return
      isWanted = true
      if (running) return
      const work = run().finally(() => {
        this.#keeping.delete(work)
        running = undefined
      })
      running = work
      this.#keeping.add(work)
    })
  }

  get screens(): number {
    return this.#screens.size
  }

  /** What this process delivered itself need not be read again, unless something of another process lies between. */
  #heard(events: readonly DeliveredEvent[]): void {
    if (this.#isStopped) return
    if (this.#following) void this.#following.then(() => this.#follow())
    else if (events[0]?.seq !== this.#seq + 1) this.#follow()
    else
      try {
        for (const event of events) this.#take(event)
      } catch {
        this.#follow()
      }
  }

  #follow(): void {
    if (this.#isStopped) return
    this.#following ??= this.#catchUp()
      .catch(() => undefined)
      .finally(() => {
        this.#following = undefined
      })
  }

  /** Hear everything up to this event before going on: whoever dates an answer by an event must not answer from before it. */
  async reach(seq: number): Promise<void> {
    if (this.#seq >= seq) return
    this.#follow()
    await this.#following
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const { rows } =
        await sql<DeliveredEvent>`select seq, name, payload, at from platform.event where seq > ${this.#seq} order by seq limit 1000`.execute(
          this.#db
        )
      for (const event of rows) this.#take(event)
      if (rows.length < 1000) return
    }
  }

  #take(event: DeliveredEvent): void {
    if (event.seq <= this.#seq) return
    this.#seq = event.seq
    this.#ring.push(event)
    if (this.#ring.length > RING) this.#ring.shift()
    for (const watch of this.#watchers) watch(event)
    for (const screen of this.#screens) this.#offer(screen, event)
  }

  #offer(screen: Screen, event: DeliveredEvent): void {
    if (event.seq <= screen.lastSeq) return
    const actor = screen.actor()
    if (!actor) return
    screen.lastSeq = event.seq
    if (this.#visible.get(event.name)?.(actor, event.payload)) screen.write(event)
  }

  /** Open a screen; what happened since `after` is sent first. Returns the function that closes it. */
  async open(actor: () => Actor | null, after: number | null, write: (event: DeliveredEvent) => void): Promise<() => void> {
    const screen: Screen = { actor, write, lastSeq: after ?? this.#seq }
    if (after !== null && after < this.#seq) {
      const oldest = this.#ring[0]?.seq
      const missed =
        oldest !== undefined && oldest <= after + 1
          ? this.#ring.filter((e) => e.seq > after)
          : (
              await sql<DeliveredEvent>`select seq, name, payload, at from platform.event where seq > ${after} order by seq limit 5000`.execute(
                this.#db
              )
            ).rows
      for (const event of missed) this.#offer(screen, event)
    }
    this.#screens.add(screen)
    return () => this.#screens.delete(screen)
  }

  /** What this person may hear of what happened last, newest first: what a screen shows before anything new happens. */
  async recent(actor: Actor, limit: number): Promise<DeliveredEvent[]> {
    const { rows } =
      await sql<DeliveredEvent>`select seq, name, payload, at from platform.event order by seq desc limit ${limit * 10}`.execute(
        this.#db
      )
    return rows.filter((event) => this.#visible.get(event.name)?.(actor, event.payload)).slice(0, limit)
  }

  get seq(): number {
    return this.#seq
  }
}

/** `GET /api/live`: server-sent events, resumable by `Last-Event-ID`. The session is looked at again for each event. */
export function liveRoute(app: FastifyInstance, hub: LiveHub, currentActor: (sessionId: string) => Actor | null): void {
  app.get('/api/live/recent', { config: { authenticated: true }, schema: { hide: true } }, async (req) => {
    const events = await hub.recent(req.actor, RECENT)
    return { items: events.map(({ seq, name, payload, at }) => ({ ...payload, id: String(seq), event: name, at })) }
  })
  // A stream never ends by itself: without this a stop would wait for the last open screen.
  const streams = new Set<ServerResponse>()
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.end()
  })
  app.get('/api/live', { config: { authenticated: true }, schema: { hide: true } }, async (req, reply) => {
    const last = req.headers['last-event-id'] ?? (req.query as { after?: string }).after
    const after = typeof last === 'string' && /^\d{1,15}$/.test(last) ? Number(last) : null
    const sessionId = req.actor.sessionId ?? ''
    reply.hijack()
    const res = reply.raw
    res.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      connection: 'keep-alive'
    })
    res.write(`retry: 2000\nevent: ready\ndata: {"seq":${hub.seq}}\n\n`)
    const close = await hub.open(
      () => currentActor(sessionId),
      after,
      (event) => {
        // A screen that does not read is dropped rather than buffered without bound; it resumes by Last-Event-ID.
        if (res.writableLength > 1_000_000) return void res.destroy()
        res.write(`id: ${event.seq}\nevent: ${event.name}\ndata: ${JSON.stringify({ ...event.payload, at: event.at })}\n\n`)
      }
    )
    const beat = setInterval(() => {
      if (currentActor(sessionId)) res.write(': beat\n\n')
      else res.end('event: signed-out\ndata: {}\n\n')
    }, HEARTBEAT_MS)
    streams.add(res)
    res.on('close', () => {
      streams.delete(res)
      clearInterval(beat)
      close()
    })
  })
}
