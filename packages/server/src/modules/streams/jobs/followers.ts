/** Whoever follows the journal: one process at a time for a name, in order, from where its saved state ends. */
import { sql } from 'kysely'
import type pg from 'pg'
import { type Db, poolOf } from '../../../platform/db.ts'
import type { JournalFollower } from '../ports.ts'
import { type Journal, journalMarks, quietInstant, TRIMMED } from '../queries/journal.ts'

/** Advisory lock class of followers; the second key is the name, hashed by the database. */
const FOLLOWER_LOCK = 727_042
const ASK_MS = 2000
const TICK_MS = 1000
const SAVE_MS = 10_000
/** After a failure it begins again from its saved state. */
const PAUSE_MS = 3000
/** Rows stay for so long after everybody has saved them: other processes may not have seen them. */
const KEEP_MS = 60_000

export interface FollowersOptions {
  journal: Journal
  make: () => readonly ((db: Db) => JournalFollower)[]
  failed(error: unknown, what: string): void
}

interface Led {
  follower: JournalFollower
  taken: number
  saved: number
  run: Promise<void>
}

export class Followers {
  readonly #db: Db
  readonly #options: FollowersOptions
  readonly #led = new Map<string, Led>()
  readonly #pausedUntil = new Map<string, number>()
  #made: JournalFollower[] | undefined
  #holder: pg.PoolClient | undefined
  #timer: NodeJS.Timeout | undefined
  #asking: Promise<void> | undefined
  #words: Promise<unknown> = Promise.resolve()
  #isStopped = false

  constructor(db: Db, options: FollowersOptions) {
    this.#db = db
    this.#options = options
  }

  /** From now on this process follows whatever no other one does. */
  async start(): Promise<void> {
    if (this.#timer || this.#isStopped) return
    this.#made = this.#options.make().map((make) => make(this.#db))
    this.#timer = setInterval(() => void this.#ask(), ASK_MS)
    this.#timer.unref()
    await this.#ask()
  }

  /** Names this process follows for. */
  get leads(): string[] {
    return [...this.#led.keys()]
  }

  /** Resolves when all that is in the journal was taken by the followers of this process. */
  async settle(): Promise<void> {
    const { last } = await quietInstant(this.#db)
    await this.#options.journal.follow()
    const isDone = (): boolean => [...this.#led.values()].every((l) => l.taken >= last)
    while (!this.#isStopped && !isDone()) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  /** Saves what was taken, lets others follow. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    await this.#asking
    this.#options.journal.nudge()
    await Promise.all([...this.#led.values()].map((l) => l.run))
    this.#release()
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#take()
      .catch((error: unknown) => this.#options.failed(error, 'followers'))
      .finally(() => {
        this.#asking = undefined
      })
    return this.#asking
  }

  async #take(): Promise<void> {
    const free = (this.#made ?? []).filter((f) => !this.#led.has(f.name) && (this.#pausedUntil.get(f.name) ?? 0) <= Date.now())
    if (free.length === 0 || this.#isStopped) return
    const holder = await this.#connection()
    for (const follower of free) {
      if (!(await this.#lockWord(holder, 'select pg_try_advisory_lock($1, hashtext($2)) as got', follower.name))) continue
      const led: Led = { follower, taken: -1, saved: -1, run: Promise.resolve() }
      this.#led.set(follower.name, led)
      led.run = this.#lead(led, holder)
    }
  }

  /** The connection that holds the locks. When it breaks, so do they: nothing is followed any more until it is there again. */
  async #connection(): Promise<pg.PoolClient> {
    if (this.#holder) return this.#holder
    const client = await poolOf(this.#db).connect()
    this.#holder = client
    client.on('error', () => {
      if (this.#holder === client) this.#release()
    })
    return client
  }

  /** One question at a time on the connection of the locks. */
  #lockWord(holder: pg.PoolClient, text: string, name: string): Promise<boolean> {
    const asked = this.#words.then(async () => {
      const { rows } = await holder.query<{ got: boolean }>(text, [FOLLOWER_LOCK, name])
      return rows[0]?.got === true
    })
    this.#words = asked.catch(() => undefined)
    return asked
  }

  #release(): void {
    const holder = this.#holder
    this.#holder = undefined
    // Ended, not given back: the locks end with it.
    holder?.release(true)
  }

  async #lead(led: Led, holder: pg.PoolClient): Promise<void> {
    const { follower } = led
    const isMine = (): boolean => !this.#isStopped && this.#holder === holder
    try {
      const saved = await follower.open(this.#db)
      led.taken = saved ?? (await journalMarks(this.#db)).trimmed
      led.saved = saved ?? -1
      await this.#follow(led, isMine)
      if (this.#holder === holder && led.taken !== led.saved) await this.#save(led)
    } catch (error) {
      this.#options.failed(error, `follower ${follower.name}`)
      this.#pausedUntil.set(follower.name, Date.now() + PAUSE_MS)
    }
    await follower.close?.().catch((error: unknown) => this.#options.failed(error, `follower ${follower.name}`))
    this.#led.delete(follower.name)
    // Who ends gives up all his locks with the connection.
    if (this.#holder === holder && !this.#isStopped)
      await this.#lockWord(holder, 'select pg_advisory_unlock($1, hashtext($2)) as got', follower.name).catch(() =>
        this.#release()
      )
  }

  async #follow(led: Led, isMine: () => boolean): Promise<void> {
    const { journal } = this.#options
    const { follower } = led
    const everyMs = (follower.saveEveryS ?? SAVE_MS / 1000) * 1000
    let lastSave = Date.now()
    let lastTick = 0
    while (isMine()) {
      const batches = await journal.after(led.taken)
      for (const batch of batches) {
        await follower.take(batch)
        led.taken = batch.seq
        if (!isMine()) return
      }
      const now = Date.now()
      if ((now - lastSave >= everyMs || follower.wantsSave?.()) && led.taken > led.saved) {
        await this.#save(led)
        lastSave = now
      }
      if (batches.length > 0) continue
      if (follower.tick && now - lastTick >= TICK_MS) {
        lastTick = now
        const quiet = await quietInstant(this.#db)
        // What was committed meanwhile is taken first.
        if (quiet.last <= led.taken) await follower.tick(quiet.now)
        else await journal.follow()
      }
      await journal.waitFor(led.taken, TICK_MS)
    }
  }

  async #save(led: Led): Promise<void> {
    const { follower, taken } = led
    await follower.save(taken)
    await sql`insert into streams.follower (name, seq, at) values (${follower.name}, ${taken}, now())
      on conflict (name) do update set seq = excluded.seq, at = excluded.at`.execute(this.#db)
    led.saved = taken
    await this.#trim()
  }

  /** Removes the rows that everybody who follows has saved; the last row stays, its instant is the floor of the next. */
  async #trim(): Promise<void> {
    const names = (this.#made ?? []).map((f) => f.name)
    await sql`with saved as (
        select min(coalesce(f.seq, 0)) as seq from unnest(${names}::text[]) as n (name) left join streams.follower f using (name)
      ), gone as (
        delete from streams.journal using saved
        where journal.seq <= saved.seq and received_at < clock_timestamp() - ${KEEP_MS} * interval '1 ms'
          and journal.seq < (select max(seq) from streams.journal) returning journal.seq
      )
      insert into streams.follower (name, seq, at) select ${TRIMMED}, max(seq), now() from gone having max(seq) is not null
      on conflict (name) do update set seq = greatest(follower.seq, excluded.seq), at = excluded.at`.execute(this.#db)
  }
}
