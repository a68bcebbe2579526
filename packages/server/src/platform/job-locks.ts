import pg from 'pg'
import { type Db, poolOf } from './db.ts'

/** Advisory lock class of scheduled jobs; the second key is the job's name, hashed by the database. */
const JOB_LOCK = 727_002

/**
 * Session locks of all jobs of this process, on one connection beside the pool. Jobs that fall due together must not each hold a connection of the pool for
 * their lock while they wait for another one to work with: as many of them as the pool is large would wait for each other, and everybody for them.
 */
export class JobLocks {
  readonly #db: Db
  #client: Promise<pg.Client> | null = null

  constructor(db: Db) {
    this.#db = db
  }

  /** Does the work unless another process is at it. */
  async hold(name: string, work: () => Promise<void>): Promise<void> {
    const client = await this.#connected()
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as got', [
      JOB_LOCK,
      name
    ])
    if (!rows[0]?.got) return
    try {
      await work()
    } finally {
      // Where the connection broke meanwhile its locks are gone with it.
      await client.query('select pg_advisory_unlock($1, hashtext($2))', [JOB_LOCK, name]).catch(() => undefined)
    }
  }

  #connected(): Promise<pg.Client> {
    if (this.#client) return this.#client
    const { connectionString } = poolOf(this.#db).options
    const client = new pg.Client({ connectionString, application_name: 'chengyun jobs', keepAlive: true })
    const connected = client.connect().then(() => client)
    // One that broke is replaced at the next job.
    const forget = (): void => {
      if (this.#client === connected) this.#client = null
    }
    client.on('error', forget)
    client.on('end', forget)
    connected.catch(forget)
    this.#client = connected
    return connected
  }

  async end(): Promise<void> {
    const client = await this.#client?.catch(() => null)
    this.#client = null
    await client?.end()
  }
}
