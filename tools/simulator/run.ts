import { setTimeout as sleep } from 'node:timers/promises'
import { offsetAt } from '@chengyun/contract/clock'
import { readCity } from './city.ts'
import { Client, Refusal } from './client.ts'
import { Desk } from './desk.ts'
import { Driver } from './driver.ts'
import { AlarmDesk } from './sensing/alarm-desk.ts'
import { Feed } from './sensing/feed.ts'
import { readDemos } from './sensing/packs.ts'
import { Staff } from './staff.ts'
import { TruthFile } from './truth.ts'
import { MINUTE_MS, worldOf } from './world.ts'

export interface SimulateOptions {
  url: string
  seed: string
  /** Cases in a usual hour. */
  rate: number
  /** Simulated seconds per second. */
  speed: number
  /** Ends after so many minutes of the wall clock. */
  minutes: number
  /** File the truth labels go to. */
  truth: string | null
  quiet: boolean
  stop: AbortSignal
}

const RETRY_MS = 3000
const REPORT_MS = MINUTE_MS

/** Run the simulator until it is stopped; answers the exit code. */
export async function simulate(options: SimulateOptions): Promise<number> {
  const { stop, quiet } = options
  const complain = (message: string) => void process.stderr.write(`simulator: ${message}\n`)
  const say = quiet ? () => undefined : complain
  const until = Date.now() + options.minutes * MINUTE_MS
  const client = new Client(options.url, stop)
  let truth: TruthFile | null = null
  try {
    const visitors = await whenReachable(() => client.readDemo(), stop, say)
    if (visitors === null) {
      complain(`${options.url} is not a demonstration: it offers no demonstration accounts`)
      return 2
    }
    const staff = new Staff(client, visitors)
    await staff.start()
    const zone = await zoneOf(client, staff.reader)
    const city = await readCity(client, staff.reader, zone, new Date())
    const world = worldOf(city, options.seed)
    say(
      `${city.streets.length} streets, ${world.matters.length} kinds of problems, seed ${options.seed}, ${options.rate} cases in a usual hour`
    )
    truth = options.truth === null ? null : new TruthFile(options.truth)
    const driver = new Driver(
      {
        world,
        client,
        desk: new Desk(client, staff, city.utcOffsetMin),
        staff,
        rate: options.rate,
        speed: options.speed,
        truth,
        say: complain
      },
      Date.now()
    )
    const beside = { client, staff, seed: options.seed, say: complain, paused: () => driver.paused }
    const feed = new Feed({ ...beside, demos: readDemos(), offset: offsetsOf(zone) })
    const alarms = new AlarmDesk(beside)
    const counts = () => ({ ...driver.counts, ...feed.counts, ...alarms.counts })
    await driver.fill(Date.now())
    const timer = setInterval(() => say(JSON.stringify(counts())), REPORT_MS)
    timer.unref()
    await Promise.all([driver.run(stop, until), feed.run(stop, until), alarms.run(stop, until)])
    clearInterval(timer)
    say(`ended: ${JSON.stringify(counts())}`)
    return 0
  } catch (error) {
    if (stop.aborted) return 0
    complain(error instanceof Error ? error.message : String(error))
    return 1
  } finally {
    await truth?.close()
  }
}

/** A zone's offset at an instant, looked up once a quarter of an hour. */
function offsetsOf(zone: string): (at: number) => number {
  const known = new Map<number, number>()
  return (at) => {
    const quarter = Math.floor(at / (15 * MINUTE_MS))
    const offset = known.get(quarter) ?? offsetAt(zone, quarter * 15 * MINUTE_MS)
    if (known.size > 500) known.clear()
    known.set(quarter, offset)
    return offset
  }
}

/** The server may be starting beside us. */
async function whenReachable<T>(work: () => Promise<T>, stop: AbortSignal, say: (message: string) => void): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (stop.aborted || !(error instanceof Refusal) || (error.status !== 0 && error.status !== 503)) throw error
      if (attempt === 0) say(`waiting for the server: ${error.message}`)
      await sleep(RETRY_MS, undefined, { signal: stop })
    }
  }
}

async function zoneOf(client: Client, reader: string): Promise<string> {
  try {
    return (await client.get<{ timeZone: string }>(reader, '/api/demo')).timeZone
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return 'Asia/Shanghai'
    throw error
  }
}
