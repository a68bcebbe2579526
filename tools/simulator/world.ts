// The city as it would be without us: what goes wrong where and when. A pure function of (city, seed, simulated minute): nothing here
// knows the wall clock, the server or what happened before, so any stretch of it can be computed again, in any order.
import type { Matter } from './matter.ts'
import { activityAt, MATTERS } from './matters.ts'
import { type Story, storyOf } from './people.ts'
import { type Chance, chanceOf } from './random.ts'

/** A piece of road where things may happen. Coordinates are CGCS2000 [lng, lat]. */
export interface Street {
  name: string
  districtCode: string
  /** Relative share of the city's life. */
  weight: number
  line: readonly (readonly [number, number])[]
}

export interface City {
  streets: readonly Street[]
  /** Minutes the city's wall clock is ahead of UTC. */
  utcOffsetMin: number
  /** `kind/code` of the classes this city can register; others are left out. */
  classes: ReadonlySet<string>
  /** Those of them a collector may put right on the spot. */
  selfHandled: ReadonlySet<string>
}

export type Source = 'collector' | 'public' | 'hotline' | 'video'

/** One problem that arises and is reported. */
export interface SimEvent {
  /** `<minute>.<index>`: with the seed, the name of this event for ever. */
  id: string
  /** Milliseconds since the epoch, in simulated time. */
  at: number
  matter: Matter
  /** The class in the report: the true one, or the one it was mistaken for. */
  reportedCode: string
  source: Source
  location: [number, number]
  districtCode: string
  street: string
  description: string
  severity: 'daily' | 'general' | 'serious'
  urgent: boolean
  reporter: { name: string; phone: string } | null
  accuracyM: number
  /** Id of the event this one repeats. */
  duplicateOf: string | null
  story: Story
}

export const MINUTE_MS = 60_000
/** Events a simulated minute can have at most; the rate thins them out, so that a slower city is part of a faster one. */
const SLOTS = 6
export const MAX_RATE = SLOTS * 60
const DUPLICATE_SHARE = 0.04
const HOTSPOT_SHARE = 0.35
const HOTSPOTS = 28
const SPOTS = [
  '路口',
  '便道',
  '公交站旁',
  '小区门口',
  '临街商铺前',
  '绿化带旁',
  '学校附近',
  '菜市场外',
  '停车带',
  '桥下',
  '车站出口',
  '中段'
]
const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧'

interface Hotspot {
  street: number
  along: number
  subject: string
}

/** Streets indexed for drawing, and the spots where the same thing happens again and again. Derived from city and seed. */
export interface World {
  city: City
  seed: string
  matters: readonly Matter[]
  hotspots: readonly Hotspot[]
  /** Running sums of the streets' weights. */
  sums: Float64Array
}

export function worldOf(city: City, seed: string): World {
  if (city.streets.length === 0) throw new Error('the city has no streets to simulate on')
  const matters = MATTERS.filter((m) => city.classes.has(`${m.kind}/${m.code}`))
  if (matters.length === 0) throw new Error('the city can register none of the simulated classes')
  const sums = new Float64Array(city.streets.length)
  let sum = 0
  city.streets.forEach((street, i) => {
    sum += street.weight
    sums[i] = sum
  })
  const chance = chanceOf(`${seed}/hotspots`)
  const hotspots = Array.from({ length: HOTSPOTS }, () => ({
    street: indexOf(sums, chance.next()),
    along: chance.next(),
    subject: chance.weigh(matters, (m) => m.weight).subject
  }))
  return { city, seed, matters, hotspots, sums }
}

function indexOf(sums: Float64Array, share: number): number {
  const wanted = share * (sums.at(-1) as number)
  let [low, high] = [0, sums.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sums[middle] as number) > wanted) high = middle
    else low = middle + 1
  }
  return low
}

/** Hour with fraction and day of week on the city's wall clock. */
export function wallOf(city: Pick<City, 'utcOffsetMin'>, at: number): { hour: number; weekday: number } {
  const wall = new Date(at + city.utcOffsetMin * MINUTE_MS)
  return { hour: wall.getUTCHours() + wall.getUTCMinutes() / 60, weekday: wall.getUTCDay() }
}

/** How much is going on at an instant, 1 being a usual daytime hour; never nothing, a demonstration should not look dead at night. */
export function bustleAt(world: World, at: number): number {
  const { hour, weekday } = wallOf(world.city, at)
  const total = world.matters.reduce((sum, m) => sum + m.weight, 0)
  const now = world.matters.reduce((sum, m) => sum + m.weight * activityAt(m.rhythm, hour, weekday), 0)
  return Math.min(1.3, Math.max(0.35, now / total))
}

/** Everything that arises in one minute of simulated time (`minute` counts from the epoch) at a rate in cases per usual hour. */
export function eventsOfMinute(world: World, minute: number, rate: number): SimEvent[] {
  const share = shareAt(world, minute, rate)
  return Array.from({ length: SLOTS }, (_, slot) => eventAt(world, minute, slot, share)).filter((e) => e !== null)
}

const shareAt = (world: World, minute: number, rate: number): number =>
  Math.min(1, (rate / MAX_RATE) * bustleAt(world, minute * MINUTE_MS))

/** The first `count` events from an instant on: what a test, or an experiment, compares. */
export function planOf(world: World, start: number, rate: number, count: number): SimEvent[] {
  const events: SimEvent[] = []
  for (let minute = Math.floor(start / MINUTE_MS); events.length < count; minute++)
    events.push(...eventsOfMinute(world, minute, rate))
  return events.slice(0, count)
}

function eventAt(world: World, minute: number, slot: number, share: number): SimEvent | null {
  const chance = chanceOf(`${world.seed}/${minute}/${slot}`)
  const luck = chance.next()
  if (luck >= share) return null
  const event = draw(world, minute, slot, chance)
  return chance.hit(DUPLICATE_SHARE) ? (repeated(world, event, minute, luck, chance) ?? event) : event
}

/** Somebody else reports the same thing, a little later and a few metres off, in his own words. */
function repeated(world: World, event: SimEvent, minute: number, luck: number, chance: Chance): SimEvent | null {
  const [back, from] = [chance.int(4, 40), chance.int(0, SLOTS - 1)]
  for (let step = 0; step < SLOTS * 15; step++) {
    const [earlier, slot] = [minute - back - Math.floor(step / SLOTS), (from + step) % SLOTS]
    const again = chanceOf(`${world.seed}/${earlier}/${slot}`)
    // Luckier than the repeat: then it arises at every rate at which the repeat does, and the pair does not depend on the rate.
    if (again.next() >= luck) continue
    const first = draw(world, earlier, slot, again)
    // A repeat is never the first of another repeat, and nobody repeats what was not there.
    if (again.hit(DUPLICATE_SHARE) || first.story.ghost || first.story.selfHandled || first.reportedCode !== first.matter.code)
      continue
    const location = moved(first.location, chance.around(8, 0.4), chance.next() * 2 * Math.PI)
    const source = chance.pick(['public', 'hotline', 'collector'] as const)
    const story = storyOf(chance, { source, canBeMistaken: false, canSelfHandle: false })
    return {
      ...event,
      matter: first.matter,
      reportedCode: first.matter.code,
      source,
      location,
      districtCode: first.districtCode,
      street: first.street,
      description: wordsOf(first.matter, first.street, chance),
      reporter: reporterOf(source, chance),
      duplicateOf: first.id,
      story: { ...story, ghost: false, merge: chance.hit(0.8) }
    }
  }
  return null
}

function draw(world: World, minute: number, slot: number, chance: Chance): SimEvent {
  const at = minute * MINUTE_MS + chance.int(0, 59) * 1000
  const { hour, weekday } = wallOf(world.city, at)
  const matter = chance.weigh(world.matters, (m) => m.weight * activityAt(m.rhythm, hour, weekday))
  const place = placeFor(world, matter, chance)
  const source = chance.weigh(
    ['collector', 'public', 'hotline', 'video'] as const,
    (s) => ({ collector: 58, public: 24, hotline: 13, video: 5 })[s]
  )
  const { classes, selfHandled } = world.city
  const story = storyOf(chance, {
    source,
    canBeMistaken: matter.mistakenFor !== undefined && classes.has(`matter/${matter.mistakenFor}`),
    canSelfHandle: selfHandled.has(`${matter.kind}/${matter.code}`)
  })
  return {
    id: `${minute}.${slot}`,
    at,
    matter,
    source,
    ...place,
    reportedCode: story.wrongClass ? (matter.mistakenFor as string) : matter.code,
    description: wordsOf(matter, place.street, chance),
    severity: chance.weigh(['general', 'daily', 'serious'] as const, (s) => ({ general: 80, daily: 14, serious: 6 })[s]),
    urgent: matter.subject === 'cover' || matter.subject === 'cable' ? chance.hit(0.35) : chance.hit(0.02),
    reporter: reporterOf(source, chance),
    accuracyM: Math.round(chance.around(8, 0.5)),
    duplicateOf: null,
    story
  }
}

function placeFor(world: World, matter: Matter, chance: Chance): Pick<SimEvent, 'location' | 'street' | 'districtCode'> {
  const { city, hotspots, sums } = world
  const known = hotspots.filter((h) => h.subject === matter.subject)
  const hotspot = known.length > 0 && chance.hit(HOTSPOT_SHARE) ? chance.pick(known) : null
  const street = city.streets[hotspot?.street ?? indexOf(sums, chance.next())] as Street
  const along = hotspot ? hotspot.along : chance.next()
  const spot = moved(pointAlong(street.line, along), chance.around(5, 0.5), chance.next() * 2 * Math.PI)
  return {
    location: hotspot ? moved(spot, chance.around(18, 0.6), chance.next() * 2 * Math.PI) : spot,
    street: street.name,
    districtCode: street.districtCode
  }
}

const metresPerDegree = (lat: number): [number, number] => [111_320 * Math.cos((lat * Math.PI) / 180), 110_950]
const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6

function moved([lng, lat]: readonly [number, number], metres: number, heading: number): [number, number] {
  const [x, y] = metresPerDegree(lat)
  return [round(lng + (metres * Math.cos(heading)) / x), round(lat + (metres * Math.sin(heading)) / y)]
}

/** The point at a share of a line's length. */
export function pointAlong(line: Street['line'], share: number): [number, number] {
  const [x, y] = metresPerDegree(line[0]?.[1] ?? 0)
  const lengths = line
    .slice(1)
    .map(([lng, lat], i) => Math.hypot((lng - (line[i]?.[0] ?? lng)) * x, (lat - (line[i]?.[1] ?? lat)) * y))
  let left = share * lengths.reduce((sum, length) => sum + length, 0)
  for (const [i, length] of lengths.entries()) {
    const [a, b] = [line[i] as readonly [number, number], line[i + 1] as readonly [number, number]]
    if (left <= length && length > 0) return [a[0] + ((b[0] - a[0]) * left) / length, a[1] + ((b[1] - a[1]) * left) / length]
    left -= length
  }
  const [lng, lat] = line.at(-1) ?? [0, 0]
  return [lng, lat]
}

const wordsOf = (matter: Matter, street: string, chance: Chance): string =>
  chance
    .pick(matter.texts)
    .replace('{place}', `${street}${chance.pick(SPOTS)}`)
    .replace('{n}', String(chance.int(2, 6)))

function reporterOf(source: Source, chance: Chance): SimEvent['reporter'] {
  if (source !== 'public' && source !== 'hotline') return null
  // 100 is nobody's mobile prefix: a demonstration never rings at a stranger's.
  return {
    name: `${chance.pick([...SURNAMES])}${chance.pick(['先生', '女士'])}`,
    phone: `1000${String(chance.int(0, 9_999_999)).padStart(7, '0')}`
  }
}
