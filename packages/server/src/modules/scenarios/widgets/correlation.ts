/** Complaints of citizens held against the things that serve them. */
import { offsetAt } from '@chengyun/contract/clock'
import type { CorrelationData } from '@chengyun/contract/scenarios'
import { bursts, type Complaint, explain, following, median } from '@chengyun/scenario-kit/correlation'
import type { PackDocument } from '@chengyun/scenario-kit/packs'
import { findType } from '../../registry/index.ts'
import { listTemplates, type ThingFacts } from '../../streams/index.ts'
import type { Eye } from '../eye.ts'
import { type FoundComplaint, findComplaints } from '../queries/complaints.ts'
import { attributesOf } from '../queries/items.ts'
import { hourMeans, sumSpans } from '../queries/rollups.ts'

type Correlation = PackDocument['correlations'][number]
const HOUR = 3_600_000
const DAY = 86_400_000
/** So long is remembered what is usual. */
const KNOWN_DAYS = 60
/** So long is learned how a source follows what it should. */
const LEARN_DAYS = 21
const METRES_PER_DEGREE = 111_320
const MOST_PLACES = 2000
/** From so many others on, a source is held against what they deliver in the same hour; below, against its own habit. */
const PEERS = 5
/** A shortfall below this share of what is usual is none, however little the others differ. */
const LEAST_SHARE = 0.05
const REACH_H = 12

/** Which source serves a place: the nearest, or that whose area its grid lies in. */
function sourceFinder(c: Correlation, things: readonly ThingFacts[], areas: ReadonlyMap<string, (string | null)[]>) {
  if ('attribute' in c.by) {
    const served = things.flatMap((t, i) =>
      (areas.get(t.item_id)?.[1] ?? '')
        .split(/[^0-9]+/)
        .filter((code) => code.length >= 6)
        .map((code) => ({ code, i }))
    )
    return ({ grid_code: grid }: FoundComplaint): number =>
      served.filter((s) => grid?.startsWith(s.code)).sort((a, b) => b.code.length - a.code.length)[0]?.i ?? -1
  }
  const within = c.by.nearestM
  const size = within / METRES_PER_DEGREE
  const cellOf = (v: number) => Math.floor(v / size)
  const placed = [...things.keys()].filter((i) => things[i]!.lng !== null)
  const cells = Map.groupBy(placed, (i) => `${cellOf(things[i]!.lng!)} ${cellOf(things[i]!.lat!)}`)
  return ({ lng, lat }: FoundComplaint): number => {
    const kx = METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180)
    let [best, found] = [within, -1]
    for (const dx of [-2, -1, 0, 1, 2])
      for (const dy of [-1, 0, 1])
        for (const i of cells.get(`${cellOf(lng) + dx} ${cellOf(lat) + dy}`) ?? []) {
          const far = Math.hypot((things[i]!.lng! - lng) * kx, (things[i]!.lat! - lat) * METRES_PER_DEGREE)
          if (far <= best) [best, found] = [far, i]
        }
    return found
  }
}

interface Supply {
  /** What is missing at a source at an instant, NaN where not known. */
  of(source: number, at: number): number
  /** From where on that is more than it differs anyway. */
  enough(source: number): number
}

/**
 * What sources delivered less than they should have. A source whose readings keep to the stream that they should follow (the weather, a set point) is held against
 * that; others against what the rest delivers in the same hour, which has the same weather.
 */
async function shortfalls(eye: Eye, c: Correlation, things: readonly ThingFacts[], sources: readonly number[]): Promise<Supply> {
  const own = await followed(eye, c, things, sources)
  const others = sources.every((source) => own.has(source)) ? null : await besides(eye, c, things)
  const supplyOf = (source: number): Supply => own.get(source) ?? others!
  return { of: (source, at) => supplyOf(source).of(source, at), enough: (source) => supplyOf(source).enough(source) }
}

const first = (eye: Eye, c: Correlation): number => Math.floor((eye.now - (c.windowH + REACH_H + 1) * HOUR) / HOUR) * HOUR
const enoughOf = (spread: number, level: number): number => Math.max(3 * (spread || 0), LEAST_SHARE * level, Number.EPSILON)

/** Sources that were seen to follow what they should until shortly before, and for which that is known now. */
async function followed(eye: Eye, c: Correlation, things: readonly ThingFacts[], sources: readonly number[]) {
  const out = new Map<number, Supply>()
  if (c.expected === undefined) return out
  const [key, wanted] = [c.explains, c.expected].map((ref) => ref.split('/')[1]!) as [string, string]
  const from = first(eye, c)
  const streams = sources.map((source) => ({
    source,
    own: eye.streamOf(things[source]!, key),
    other: eye.streamOf(things[source]!, wanted)
  }))
  const ids = streams.flatMap((s) => [s.own, s.other]).filter((id) => id > 0)
  const series = Map.groupBy(await hourMeans(eye.db, ids, from - LEARN_DAYS * DAY, eye.now), (r) => r.stream_id)
  for (const { source, own, other } of streams) {
    const [is, should] = [own, other].map((id) => new Map((series.get(id) ?? []).map((r) => [r.at, r.mean])))
    const pairs = [...is!].flatMap(([at, y]): [number, number, number][] => (should!.has(at) ? [[should!.get(at)!, y, at]] : []))
    const line = following(pairs.filter(([, , at]) => at < from).map(([x, y]) => [x, y] as const))
    if (!line || pairs.filter(([, , at]) => at >= from).length < (eye.now - from) / HOUR / 2) continue
    const enough = enoughOf(line.spread, Math.abs(median(pairs.map(([, y]) => y))))
    out.set(source, {
      of: (_, at) => {
        const hour = Math.floor(at / HOUR) * HOUR
        return line.at(should!.get(hour) ?? Number.NaN) - (is!.get(hour) ?? Number.NaN)
      },
      enough: () => enough
    })
  }
  return out
}

/** Every source against the middle of all in the same hour; of few, against its own habit. */
async function besides(eye: Eye, c: Correlation, things: readonly ThingFacts[]): Promise<Supply> {
  const key = c.explains.split('/')[1]!
  const sourceOf = new Map(things.map((t, i) => [eye.streamOf(t, key), i]))
  const ids = [...sourceOf.keys()].filter((id) => id > 0)
  const rows = await hourMeans(eye.db, ids, first(eye, c), eye.now)
  const hours = Map.groupBy(rows, (r) => Math.floor(r.at / HOUR))
  const own = Map.groupBy(rows, (r) => sourceOf.get(r.stream_id)!)
  const usual = new Map(
    [...hours].map(([hour, list]) => [hour, list.length > PEERS ? median(list.map((r) => r.mean)) : Number.NaN])
  )
  const habit = new Map([...own].map(([source, list]) => [source, median(list.map((r) => r.mean))]))
  const expected = (source: number, hour: number): number => {
    const peers = usual.get(hour) ?? Number.NaN
    return Number.isNaN(peers) ? (habit.get(source) ?? Number.NaN) : peers
  }
  const values = new Map(rows.map((r) => [`${sourceOf.get(r.stream_id)} ${Math.floor(r.at / HOUR)}`, r.mean]))
  const offs = rows
    .map((r) => Math.abs(expected(sourceOf.get(r.stream_id)!, Math.floor(r.at / HOUR)) - r.mean))
    .filter((v) => !Number.isNaN(v))
  const enough = enoughOf(1.4826 * median(offs), Math.abs(median(rows.map((r) => r.mean))) || 0)
  return {
    enough: () => enough,
    of: (source, at) => {
      const hour = Math.floor(at / HOUR)
      return expected(source, hour) - (values.get(`${source} ${hour}`) ?? Number.NaN)
    }
  }
}

export async function correlation(eye: Eye, c: Correlation): Promise<CorrelationData> {
  const things = eye.things(c.register)
  const from = eye.now - KNOWN_DAYS * DAY
  const keys = [c.customers ?? '', 'attribute' in c.by ? c.by.attribute : '']
  const [areas, type, found, weather] = await Promise.all([
    attributesOf(eye.db, c.register, keys),
    findType(eye.db, c.register),
    findComplaints(eye.db, { words: c.words, classCodes: c.classCodes ?? [], since: from, reach: eye.reach }),
    c.weather
      ? sumSpans(
          eye.db,
          'hour',
          eye
            .streamsOf(c.weather)
            .slice(0, 200)
            .map((s) => s.id),
          from,
          eye.now
        )
      : []
  ])
  const sourceAt = sourceFinder(c, things, areas)
  const joined = found.map((x) => ({ ...x, source: sourceAt(x) }))
  const complaints: Complaint[] = joined.filter((x) => x.source >= 0).map(({ at, source }) => ({ at, source }))
  const degrees = new Map(weather.map((w) => [Math.floor(w.at / HOUR), w.mean]))
  const known = found.length === 0 ? eye.now : Math.min(...found.map((x) => x.at))
  const all = bursts({
    sources: things.map((t) => ({ customers: Math.max(1, Number(areas.get(t.item_id)?.[0] ?? 1) || 1) })),
    complaints,
    temperature: (hour) => degrees.get(hour) ?? Number.NaN,
    hourOfDay: (at) => new Date(at + offsetAt(eye.zone, at)).getUTCHours(),
    // Nothing is known of the time before the first complaint there is.
    from: Math.max(from, known - DAY),
    now: eye.now,
    windowH: c.windowH,
    falseShare: c.falseShare
  })
  const supply = await shortfalls(
    eye,
    c,
    things,
    all.map((b) => b.source)
  )
  const shown = all.map((b) =>
    explain(b, complaints, supply.of, { now: eye.now, enough: supply.enough(b.source), reachH: REACH_H })
  )
  const declared = await declaredStream(eye, c.explains)
  const burstOf = new Map(shown.map((b, i) => [b.source, i]))
  const iso = (ms: number) => new Date(ms).toISOString()
  return {
    type: 'correlation',
    at: iso(eye.now),
    headline: headlineOf(shown.map((b) => ({ ...b, name: things[b.source]!.name }))),
    from: iso(from),
    to: iso(eye.now),
    register: { type: c.register, name: type?.declaration.name ?? { zh: c.register, en: c.register } },
    stream: declared,
    complaints: found.length,
    joined: complaints.length,
    sources: things.length,
    falseShare: c.falseShare,
    bursts: shown.map((b) => {
      const thing = things[b.source]!
      return {
        thing: {
          code: thing.code,
          name: thing.name,
          place: thing.lng === null || thing.lat === null ? null : [thing.lng, thing.lat]
        },
        windowH: b.windowH,
        observed: b.observed,
        expected: b.expected,
        p: b.p,
        verdict: b.verdict,
        lagMinutes: b.lagMinutes,
        shortfall: b.shortfall,
        since: b.since === null ? null : iso(b.since),
        door: null
      }
    }),
    places: joined.slice(0, MOST_PLACES).map((x) => [x.lng, x.lat, burstOf.get(x.source) ?? -1])
  }
}

/** A stream as it is declared, by this pack or another. */
async function declaredStream(eye: Eye, ref: string): Promise<CorrelationData['stream']> {
  const [register = '', key = ''] = ref.split('/')
  const found = (await listTemplates(eye.db, register)).find((t) => t.key === key)?.declaration
  return { name: found?.name ?? { zh: key, en: key }, unit: found?.unit.symbol ?? '', decimals: found?.decimals ?? 1 }
}

function headlineOf(
  all: readonly { name: string; verdict: string; observed: number; expected: number; lagMinutes: number | null }[]
) {
  const first = all[0]
  if (!first) return null
  const { name, observed, lagMinutes: lag } = first
  const expected = Math.round(first.expected)
  if (first.verdict === 'explained')
    return {
      zh: `${name}可以解释：滞后 ${lag} 分钟，预期 ${expected} 件，实有 ${observed} 件`,
      en: `Explained by ${name}: lag ${lag} min, expected ${expected}, observed ${observed}`
    }
  if (first.verdict === 'unknown')
    return {
      zh: `${name}一带投诉集中（预期 ${expected} 件，实有 ${observed} 件），该站读数缺失，无法判断`,
      en: `Complaints around ${name} (expected ${expected}, observed ${observed}); its readings are missing`
    }
  return {
    zh: `${name}一带投诉集中（预期 ${expected} 件，实有 ${observed} 件），站上供给正常，建议查立管、户内`,
    en: `Complaints around ${name} (expected ${expected}, observed ${observed}) that the source does not explain: suspect the riser`
  }
}
