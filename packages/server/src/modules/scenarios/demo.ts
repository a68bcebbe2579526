/** The demonstration of a pack: items, their streams, history, and what they say now. */
import { offsetAt } from '@chengyun/contract/clock'
import { dayAt, startOfDay } from '@chengyun/contract/indicators'
import { DemoSource, type PackDocument } from '@chengyun/scenario-kit/packs'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { listDemoItems, setUpWishes } from '../registry/index.ts'
import {
  createFromTemplates,
  emptyBatch,
  listTemplates,
  type Rollup,
  type Streams,
  streamsOf,
  writeHistory
} from '../streams/index.ts'
import { cityOf, type DemoCity } from './queries/city.ts'

const HOUR = 3_600_000
const DAY = 86_400_000
/** So many days of a demonstration's history are known by the hour. */
export const HOUR_DAYS = 7

export interface PackDemoOptions {
  /** Of the numbers of the pack, above 0 and at most 1. */
  scale: number
  /** Days of history by the hour; older ones by the day. */
  hourDays: number
  now: Date
}

export interface PackDemo {
  items: number
  streams: number
  rollups: number
}

/** Sets up what the pack says of its demonstration. What is there already counts; streams that are there keep their history. */
export async function setUpPackDemo(db: Db, actor: Actor, pack: PackDocument, options: PackDemoOptions): Promise<PackDemo> {
  const { demo } = pack
  const out: PackDemo = { items: 0, streams: 0, rollups: 0 }
  const city = await cityOf(db)
  if (!demo || !city) return out
  const { scale, now } = options
  const wishes = demo.items.map((wish) => ({ ...wish, count: Math.max(1, Math.round(wish.count * scale)) }))
  const made = await setUpWishes(db, actor, wishes, { seed: city.id, centre: city.center, now })
  for (const n of made.values()) out.items += n
  const streams = await streamsOf(db)
  const source = new DemoSource(demo, (at) => offsetAt(city.timeZone, at))
  const templates = await listTemplates(db)
  for (const { register, count } of wishes) {
    if (!templates.some((t) => t.type_id === register)) continue
    const items = (await listDemoItems(db, register)).slice(0, count)
    const { ids } = await createFromTemplates(db, actor, { typeId: register, itemIds: items.map((i) => i.id) })
    if (ids.length === 0) continue
    out.streams += ids.length
    await streams.hear({ name: 'streams.changed', payload: { what: 'stream', ids } })
    const made = ids.map((id) => ({
      id,
      thing: streams.catalogue.thingOf(id)?.code ?? '',
      ref: `${register}/${streams.catalogue.keyOf(id)}`
    }))
    const said = made.filter((s) => s.thing !== '' && source.has(s.ref))
    out.rollups += await writePast(db, source, said, city, { ...options, days: demo.historyDays })
    await sayNow(streams, source, said, now.getTime())
  }
  return out
}

interface Said {
  id: number
  thing: string
  ref: string
}

async function writePast(
  db: Db,
  source: DemoSource,
  streams: readonly Said[],
  { timeZone }: DemoCity,
  { now, hourDays, days }: PackDemoOptions & { days: number }
): Promise<number> {
  if (days === 0) return 0
  const today = startOfDay(dayAt(now.getTime(), timeZone), timeZone).getTime()
  const begun = today - days * DAY
  const hourly = Math.max(begun, today - hourDays * DAY)
  const to = Math.floor(now.getTime() / HOUR) * HOUR
  const hours = await writeHistory(db, 'hour', spans(source, streams, Math.floor(hourly / HOUR) * HOUR, to, HOUR, 2))
  const whole = await writeHistory(db, 'day', spans(source, streams, begun, today, DAY, 4))
  // Of the day that is not over, the hours that are.
  const part = await writeHistory(db, 'day', spans(source, streams, today, today + 1, to - today || 1, 4, today))
  return hours + whole + part
}

/** Each span is what some instants of it say. */
function* spans(
  source: DemoSource,
  streams: readonly Said[],
  from: number,
  to: number,
  step: number,
  samples: number,
  only?: number
): Generator<Rollup> {
  if (step <= 1) return
  for (const { id, thing, ref } of streams)
    for (let at = from; at < to; at += step) {
      const row: Rollup = {
        stream: id,
        at: only ?? at,
        count: samples,
        min: Infinity,
        max: -Infinity,
        sum: 0,
        last: 0,
        lastAt: at
      }
      for (let i = 0; i < samples; i++) {
        row.lastAt = at + Math.floor((step * (i + 0.5)) / samples)
        row.last = source.plain(ref, thing, row.lastAt)
        row.min = Math.min(row.min, row.last)
        row.max = Math.max(row.max, row.last)
        row.sum += row.last
      }
      yield row
    }
}

/** One reading of every stream, by the way all readings come. */
async function sayNow(streams: Streams, source: DemoSource, said: readonly Said[], now: number): Promise<void> {
  const PIECE = 5000
  for (let from = 0; from < said.length; from += PIECE) {
    const part = said.slice(from, from + PIECE)
    const batch = emptyBatch(part.length)
    batch.length = part.length
    for (const [i, { id, thing, ref }] of part.entries()) {
      batch.streams[i] = id
      batch.at[i] = now
      batch.values[i] = source.plain(ref, thing, now)
    }
    await streams.intake.submit(batch)
  }
}
