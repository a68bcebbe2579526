import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'

const HOUR_MS = 3_600_000

/** Counts an act under several keys in the running hour (or the window that begins at `since`); answers how often each was counted, this time included. */
export const countHits = command(async (tx, input: { keys: readonly string[]; since?: Date }, { now }): Promise<number[]> => {
  const since = input.since ?? new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS)
  const out: number[] = []
  // In one order, so that two requests of one device never wait for each other.
  for (const key of [...input.keys].sort()) {
    const { rows } = await sql<{ n: number }>`insert into citizen.hit (key, since, n) values (${key}, ${since}, 1)
      on conflict (key, since) do update set n = citizen.hit.n + 1 returning n`.execute(tx)
    out[input.keys.indexOf(key)] = rows[0]!.n
  }
  return out
})

/** Forgets counts of hours that are over, codes that expired and sessions that ended. */
export const forgetOld = command(async (tx, _input: null, { now }) => {
  await sql`delete from citizen.hit where since < ${new Date(now.getTime() - 2 * HOUR_MS)}`.execute(tx)
  await sql`delete from citizen.one_time_code where expires_at < ${new Date(now.getTime() - HOUR_MS)}`.execute(tx)
  await sql`delete from citizen.session where expires_at < ${now}`.execute(tx)
})
