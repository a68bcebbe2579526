import type { PackList } from '@chengyun/contract/scenarios'
import type { StreamPage } from '@chengyun/contract/streams'
import type { Demo } from '@chengyun/scenario-kit/packs'
import type { Static } from 'typebox'
import { type Client, Refusal } from '../client.ts'
import type { Staff } from '../staff.ts'
import { repeat } from './repeat.ts'
import { type Listed, sensorsOf } from './roster.ts'
import { type Said, Senses, Voices } from './senses.ts'
import type { Sensor } from './timetable.ts'

export interface FeedOptions {
  client: Client
  staff: Staff
  seed: string
  /** Of the packs that can be installed, by pack. */
  demos: ReadonlyMap<string, Demo>
  /** What the city's wall clock is ahead of UTC at an instant, ms. */
  offset: (at: number) => number
  paused: () => boolean
  say: (message: string) => void
}

const SEND_MS = 5000
/** How far back readings are made up for after the server did not answer: about a restart. What was missed longer ago is missed. */
const CATCH_UP_S = 120
const LOOK_MS = 5 * 60_000
const WHOLE_LOOK_MS = 60 * 60_000
const PAGE = 500

/** Sends what the sensors of the installed packs say, as a data administrator, in the words of the SensorThings API. In real time, whatever `--speed` is. */
export class Feed {
  readonly #o: FeedOptions
  #senses: Senses | null = null
  /** What was found in each register, and when. */
  readonly #listed = new Map<string, { total: number; sensors: readonly Sensor[]; at: number }>()
  #lookAt = 0
  /** The last second that was sent. */
  #sent = 0
  readonly counts = { sensors: 0, readings: 0, readingsRefused: 0 }

  constructor(options: FeedOptions) {
    this.#o = options
  }

  run(stop: AbortSignal, until: number): Promise<void> {
    return repeat((now) => this.tick(now), { everyMs: SEND_MS, stop, until, say: this.#o.say })
  }

  async tick(now: number): Promise<void> {
    const second = Math.floor(now / 1000)
    if (this.#o.paused()) {
      this.#sent = second
      return
    }
    const as = (await this.#o.staff.atCentre('dataAdmin'))[0] as string
    if (now >= this.#lookAt) {
      await this.#look(as, now)
      this.#lookAt = now + LOOK_MS
    }
    const from = second - this.#sent > CATCH_UP_S ? second : this.#sent + 1
    const said: Said[] = []
    for (let s = from; this.#senses && s <= second; s++) said.push(...this.#senses.said(s))
    if (said.length > 0) await this.#send(as, said)
    this.#sent = second
  }

  async #send(as: string, said: readonly Said[]): Promise<void> {
    const groups = [...Map.groupBy(said, (s) => s.sensor)].map(([{ id, kind }, some]) => ({
      Datastream: { '@iot.id': id },
      components: ['phenomenonTime', 'result'],
      'dataArray@iot.count': some.length,
      dataArray: some.map(({ at, value }) => [new Date(at).toISOString(), kind === 'truth' ? value !== 0 : value])
    }))
    try {
      const answers = await this.#o.client.post<string[]>(as, '/sta/v1.1/CreateObservations', groups)
      const refused = answers.filter((a) => a.startsWith('error')).length
      this.counts.readings += answers.length - refused
      this.counts.readingsRefused += refused
    } catch (error) {
      // A stream is gone: its register was removed or given away. Look again, and go on from now.
      if (!(error instanceof Refusal) || error.status < 400 || error.status >= 500 || error.status === 401) throw error
      this.#listed.clear()
      this.#lookAt = 0
      this.#sent = Math.floor(Date.now() / 1000)
      throw error
    }
  }

  /** Which streams there are to speak for. Registers are listed again when their number of streams changed, and every hour. */
  async #look(as: string, now: number): Promise<void> {
    const { client, seed, offset } = this.#o
    const { items } = await client.get<Static<typeof PackList>>(as, '/api/scenarios')
    const installed = items.filter((p) => p.state !== 'offered').map((p) => p.id)
    const demos = installed.flatMap((id) => this.#o.demos.get(id) ?? [])
    const registers = new Set(demos.flatMap((d) => d.streams.map((s) => s.of.slice(0, s.of.indexOf('/')))))
    const voices = new Voices(demos, offset)
    let changed = this.#senses === null
    for (const register of this.#listed.keys()) if (!registers.has(register)) changed = this.#listed.delete(register)
    for (const register of registers) {
      const known = this.#listed.get(register)
      const { total } = await client.get<StreamPage>(as, `/api/streams?type=${register}&limit=1`)
      if (known?.total === total && now - known.at < WHOLE_LOOK_MS) continue
      this.#listed.set(register, { total, sensors: sensorsOf(await this.#list(as, register), voices, now), at: now })
      changed = true
    }
    if (!changed) return
    const sensors = [...this.#listed.values()].flatMap((l) => l.sensors)
    this.#senses = new Senses(seed, voices, sensors)
    this.counts.sensors = sensors.length
  }

  async #list(as: string, register: string): Promise<Listed[]> {
    const out: Listed[] = []
    let cursor: string | null = null
    do {
      const page: StreamPage = await this.#o.client.get(
        as,
        `/api/streams?type=${register}&limit=${PAGE}${cursor ? `&cursor=${cursor}` : ''}`
      )
      for (const { id, key, kind, intervalS, item, latest, hidden } of page.items)
        out.push({ id, key, kind, intervalS, item, latest, hidden })
      cursor = page.next
    } while (cursor)
    return out
  }
}
