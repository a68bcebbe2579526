/** Widgets over time: curves with band and marks, and days by hours. */
import { addDays, dayAt, startOfDay } from '@chengyun/contract/indicators'
import type { HeatCalendarData, TrendData } from '@chengyun/contract/scenarios'
import type { Widget } from '@chengyun/scenario-kit/packs'
import { bandOf, countedAlarms } from '../../alarms/index.ts'
import { chartOf, type ThingFacts } from '../../streams/index.ts'
import type { Eye, SpanKey } from '../eye.ts'
import { sumSpans } from '../queries/rollups.ts'

type Of<T extends Widget['type']> = Extract<Widget, { type: T }>
const HOUR = 3_600_000
const DAY = 86_400_000
const BAND_POINTS = 120
const MOST_MARKS = 200
/** Fewer hidden streams than so many have no mean: it would tell of single people. */
const LEAST_HIDDEN = 5

/** A rolling span that ends now. */
const ROLLING: Record<string, number> = { day: DAY, week: 7 * DAY, month: 30 * DAY, season: 90 * DAY, year: 365 * DAY }

/** The thing of a code that a page has chosen, if the reader reaches it. */
export const chosen = (eye: Eye, register: string, code: string | undefined): ThingFacts | undefined =>
  code === undefined ? undefined : eye.things(register).find((t) => t.code === code)

export async function trend(
  eye: Eye,
  widget: Of<'trend'>,
  { subject, during, pixels = 600 }: { subject?: string | undefined; during?: SpanKey | undefined; pixels?: number | undefined }
): Promise<TrendData> {
  const to = eye.now
  const from = to - (ROLLING[during ?? widget.during ?? 'day'] ?? DAY)
  const register = widget.of[0]!.stream.split('/')[0]!
  const thing = chosen(eye, register, subject)
  const lines: TrendData['lines'] = []
  let things = 0
  const ids: number[] = []
  for (const { stream, role = 'value' } of widget.of) {
    const declared = eye.declared(stream)
    if (!declared) continue
    const facts = { stream, name: declared.name, unit: declared.unit.symbol, decimals: declared.decimals, role }
    const own = thing && stream.startsWith(`${register}/`) ? eye.streamOf(thing, declared.key) : 0
    if (thing && own > 0) {
      if (declared.hidden) continue
      ids.push(own)
      things = 1
      const [chart] = await chartOf(eye.db, eye.streams, [own], { from, to, pixels, how: 'minmax' }, to)
      lines.push({ ...facts, streamId: own, at: chart!.at, mean: chart!.mean, min: chart!.min, max: chart!.max })
    } else if (!thing) {
      const all = eye.streamsOf(stream).map((s) => s.id)
      if (declared.hidden && all.length < LEAST_HIDDEN) continue
      things = Math.max(things, all.length)
      const spans = await sumSpans(eye.db, to - from > 31 * DAY ? 'day' : 'hour', all, from, to)
      // Least and greatest of all things would be single values of hidden ones.
      const edge = (of: (s: (typeof spans)[number]) => number) => spans.map((s) => (declared.hidden ? null : of(s)))
      lines.push({
        ...facts,
        streamId: null,
        at: spans.map((s) => s.at),
        mean: spans.map((s) => s.mean),
        min: edge((s) => s.min),
        max: edge((s) => s.max)
      })
    }
  }
  const iso = (ms: number) => new Date(ms).toISOString()
  return {
    type: 'trend',
    at: iso(to),
    headline: null,
    from: iso(from),
    to: iso(to),
    subject: thing ? { register, code: thing.code, name: thing.name } : null,
    things,
    lines,
    band: thing && widget.band && ids[0] !== undefined ? await bandFor(eye, widget.band, thing, ids[0], from, to) : null,
    marks: thing ? await marksOf(eye, thing, from, to) : []
  }
}

async function bandFor(
  eye: Eye,
  key: string,
  thing: ThingFacts,
  stream: number,
  from: number,
  to: number
): Promise<TrendData['band']> {
  const asked = { stream, type: thing.type_id, code: thing.code, key: eye.streams.catalogue.keyOf(stream) }
  const { at, bands } = await bandOf(eye.db, asked, { from, to, points: BAND_POINTS }, `${eye.id}/${key}`)
  const band = bands[0]
  if (!band) return null
  const { low, high, expected, name } = band
  return { rule: name, at: at.map((t) => Date.parse(t)), low, high, expected }
}

async function marksOf(eye: Eye, thing: ThingFacts, from: number, to: number): Promise<TrendData['marks']> {
  const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
  const alarms = await countedAlarms(eye.db, eye.actor, { pack: eye.id, item: thing.item_id, ...span }, MOST_MARKS)
  return alarms.map((a) => ({
    alarmId: a.id,
    no: a.no,
    level: a.level,
    title: a.title,
    stream: `${a.type_id}/${a.stream_key}`,
    from: a.raised_at.toISOString(),
    to: a.cleared_at?.toISOString() ?? null
  }))
}

/** A month by hours, or a year by days. */
export async function heatCalendar(
  eye: Eye,
  widget: Of<'heatCalendar'>,
  { subject, during }: { subject?: string | undefined; during?: SpanKey | undefined }
): Promise<HeatCalendarData> {
  const by = during === 'year' || during === 'season' ? 'day' : 'hour'
  const today = dayAt(eye.now, eye.zone)
  const count = during === 'year' ? 365 : during === 'season' ? 90 : during === 'week' ? 7 : 30
  const days = Array.from({ length: count }, (_, i) => addDays(today, i - count + 1))
  const from = startOfDay(days[0]!, eye.zone).getTime()
  const place = new Map(days.map((day, i) => [day, i]))
  const cellOf = (at: number): [number, number] | null => {
    const day = dayAt(at, eye.zone)
    const n = place.get(day)
    return n === undefined ? null : [n, by === 'day' ? 0 : Math.floor((at - startOfDay(day, eye.zone).getTime()) / HOUR)]
  }
  const { of } = widget
  const cells: HeatCalendarData['cells'] = []
  let thing: ThingFacts | undefined
  if ('stream' in of) {
    const [register = '', key = ''] = of.stream.split('/')
    const declared = eye.declared(of.stream)
    thing = declared?.hidden ? undefined : chosen(eye, register, subject)
    const ids = thing ? [eye.streamOf(thing, key)].filter((id) => id > 0) : eye.streamsOf(of.stream).map((s) => s.id)
    if (!declared?.hidden || ids.length >= LEAST_HIDDEN)
      for (const s of await sumSpans(eye.db, by, ids, from, eye.now)) {
        const cell = cellOf(s.at)
        if (cell) cells.push([...cell, s[of.stat]])
      }
  } else {
    const counts = new Map<string, number>()
    const span = { from: new Date(from).toISOString(), to: new Date(eye.now).toISOString() }
    for (const a of await countedAlarms(eye.db, eye.actor, { pack: eye.id, ...span })) {
      const cell = cellOf(a.raised_at.getTime())
      if (cell) counts.set(cell.join(), (counts.get(cell.join()) ?? 0) + 1)
    }
    for (const [cell, n] of counts) cells.push([...(cell.split(',').map(Number) as [number, number]), n])
  }
  const declared = 'stream' in of ? eye.declared(of.stream) : undefined
  return {
    type: 'heatCalendar',
    at: new Date(eye.now).toISOString(),
    headline: null,
    name: declared?.name ?? widget.title,
    what: 'stream' in of ? 'value' : 'alarms',
    unit: declared?.unit.symbol ?? '',
    decimals: declared?.decimals ?? 0,
    days,
    by,
    cells,
    subject: thing ? { code: thing.code, name: thing.name } : null
  }
}
