import { setTimeout as sleep } from 'node:timers/promises'
import { Refusal } from '../client.ts'

const FIRST_WAIT_MS = 5000
const LONGEST_WAIT_MS = 60_000

/** Do something again and again until it is stopped. After a refusal longer and longer pauses, said once however long it lasts. */
export async function repeat(
  work: (now: number) => Promise<void>,
  options: { everyMs: number; stop: AbortSignal; until: number; say: (message: string) => void }
): Promise<void> {
  const { everyMs, stop, until, say } = options
  let wait = 0
  while (!stop.aborted && Date.now() < until) {
    try {
      await work(Date.now())
      wait = 0
    } catch (error) {
      if (stop.aborted) return
      if (!(error instanceof Refusal)) throw error
      if (wait === 0) say(`waiting for the server: ${error.message}`)
      wait = Math.min(LONGEST_WAIT_MS, wait * 2 || FIRST_WAIT_MS)
    }
    await sleep(wait || everyMs, undefined, { signal: stop }).catch(() => undefined)
  }
}
