/** Rules of a pack over series of things, day by day: the evaluator and the order of a dry run (`alarms/judge/dry-run.ts`), without a database. */
import type { Rule } from '../../packages/contract/src/alarms/index.ts'
import { qualityCode, type ReadingBatch } from '../../packages/contract/src/streams/index.ts'
import { type Pack, readPack } from '../../packages/scenario-kit/src/packs/index.ts'
import { compile, Engine, NEIGHBOURS, SLACK_MS, wallClock } from '../../packages/scenario-kit/src/rules/index.ts'
import { readFolder, SCENARIOS } from '../../packages/server/src/modules/scenarios/folder.ts'

const DAY = 86_400_000
/** Times of files are taken as the wall clock of the city. */
export const CLOCK = wallClock('Asia/Shanghai')
export const localTime = (text: string): number => Date.parse(`${text.trim().replace(' ', 'T')}+08:00`)

export interface Column {
  at: Float64Array
  values: Float64Array
}

/** One thing of a register: attributes the rules read, and what its streams said. `xM`, `yM`: where it stands, metres. */
export interface Thing {
  name: string
  attributes?: Readonly<Record<string, number | boolean | string>>
  xM?: number
  yM?: number
  streams: Readonly<Record<string, Column>>
}

/** An alarm from raise to clear. */
export interface Alarm {
  rule: string
  sensorFault: boolean
  thing: number
  /** Gravest it came to. */
  level: number
  began: number
  raised: number
  /** Null: it stood at the end. */
  cleared: number | null
  value: number
}

export async function packOf(id: string): Promise<Pack> {
  const { pack, faults } = readPack(await readFolder(SCENARIOS, id))
  if (!pack) throw new Error(faults.map((f) => `${id}/${f.file} ${f.path} ${f.en}`).join('\n'))
  return pack
}

/** What rules on a register find in the series of its things between the first reading and `to` (the last reading when absent). */
export function replay(pack: Pick<Pack, 'things'>, rules: readonly Rule[], things: readonly Thing[], to?: number): Alarm[] {
  const engine = new Engine()
  const keys = [...new Set(things.flatMap((t) => Object.keys(t.streams)))]
  const streamOf = (thing: number, key: string): number => {
    const at = keys.indexOf(key)
    return at >= 0 && things[thing]!.streams[key] ? thing * keys.length + at + 1 : -1
  }
  const first = Math.min(...things.flatMap((t) => Object.values(t.streams).map((c) => c.at[0] ?? Infinity)))
  const named = new Map<number, { rule: Rule; thing: number }>()
  const byRule = new Map<string, number[]>()
  for (const rule of [...rules].sort((a, b) => Number(a.condition.kind === 'count') - Number(b.condition.kind === 'count'))) {
    const program = compile(rule, CLOCK)
    const number = engine.addProgram(program)
    const own = things.map((thing, i) => {
      if (streamOf(i, rule.on.stream) < 0 || !isMeant(rule, thing)) return -1
      const limits = pack.things.things.find((t) => t.register === rule.on.type)?.streams
      const of = engine.add(
        {
          program: number,
          streams: program.inputs.map((input) => streamOf(i, input.stream ?? rule.on.stream)),
          parameters: program.parameters.map(({ what, input }) =>
            'attribute' in what
              ? Number(thing.attributes?.[what.attribute] ?? Number.NaN)
              : Number(limits?.find((s) => s.key === (program.inputs[input]?.stream ?? rule.on.stream))?.[what.limit])
          )
        },
        first
      )
      named.set(of, { rule, thing: i })
      return of
    })
    byRule.set(rule.key, own)
    if (rule.condition.kind === 'count') neighbours(engine, rule, things, own, byRule.get(rule.condition.ofRule) ?? [], first)
  }
  return alarmsOf(run(engine, pack, rules[0]!.on.type, things, streamOf, to), named)
}

const isMeant = (rule: Rule, thing: Thing): boolean =>
  (rule.on.where ?? []).every((w) => w.is.includes(thing.attributes?.[w.attribute] as never))

function neighbours(engine: Engine, rule: Rule, things: readonly Thing[], own: number[], near: number[], first: number): void {
  const c = rule.condition
  if (c.kind !== 'count') return
  for (const [i, of] of own.entries()) {
    if (of < 0) continue
    const me = things[i]!
    const others = things
      .map((t, j) => ({ j, m: Math.hypot((t.xM ?? 0) - (me.xM ?? 0), (t.yM ?? 0) - (me.yM ?? 0)) }))
      .filter(({ j, m }) => j !== i && m <= (c.withinM ?? 0))
      .sort((a, b) => a.m - b.m)
    engine.watch(of, [near[i] ?? -1, ...others.slice(0, NEIGHBOURS - 1).map(({ j }) => near[j] ?? -1)], first)
  }
}

function run(
  engine: Engine,
  pack: Pick<Pack, 'things'>,
  register: string,
  things: readonly Thing[],
  streamOf: (thing: number, key: string) => number,
  to: number | undefined
) {
  const limits = pack.things.things.find((t) => t.register === register)?.streams ?? []
  const columns = things.flatMap((t, i) =>
    Object.entries(t.streams).map(([key, c]) => ({
      stream: streamOf(i, key),
      ...c,
      next: 0,
      low: limits.find((s) => s.key === key)?.low ?? Number.NEGATIVE_INFINITY,
      high: limits.find((s) => s.key === key)?.high ?? Number.POSITIVE_INFINITY
    }))
  )
  const first = Math.min(...columns.map((c) => c.at[0] ?? Infinity))
  const end = to ?? Math.max(...columns.map((c) => c.at.at(-1) ?? 0)) + 1
  const found = []
  for (let day = Math.floor(first / DAY) * DAY; day < end; day += DAY) {
    const until = Math.min(day + DAY, end)
    const parts = columns.map((c) => {
      const from = c.next
      while (c.next < c.at.length && c.at[c.next]! < until) c.next++
      return { c, from, to: c.next }
    })
    const batch = emptyBatch(parts.reduce((n, p) => n + p.to - p.from, 0))
    for (const { c, from, to: last } of parts)
      for (let i = from; i < last; i++) {
        const n = batch.length++
        batch.streams[n] = c.stream
        batch.at[n] = c.at[i]!
        batch.values[n] = c.values[i]!
        // As the intake does it: what no such sensor can say is kept and marked.
        batch.quality[n] = c.values[i]! < c.low || c.values[i]! > c.high ? qualityCode('outOfRange') : 0
      }
    found.push(...engine.take(batch, Number.NEGATIVE_INFINITY), ...engine.tick(until + SLACK_MS))
  }
  return found
}

const emptyBatch = (n: number): ReadingBatch => ({
  length: 0,
  streams: new Int32Array(n),
  at: new Float64Array(n),
  values: new Float64Array(n),
  values2: null,
  quality: new Uint8Array(n),
  extra: null
})

function alarmsOf(found: ReturnType<typeof run>, named: ReadonlyMap<number, { rule: Rule; thing: number }>): Alarm[] {
  const open = new Map<number, Alarm>()
  const out: Alarm[] = []
  for (const f of found) {
    const { rule, thing } = named.get(f.of)!
    const standing = open.get(f.of)
    if (f.kind === 'raise') {
      const alarm: Alarm = {
        rule: rule.key,
        sensorFault: rule.sensorFault === true,
        thing,
        level: f.level,
        began: f.began,
        raised: f.at,
        cleared: null,
        value: f.value
      }
      open.set(f.of, alarm)
      out.push(alarm)
    } else if (f.kind === 'level' && standing) standing.level = Math.min(standing.level, f.level)
    else if (f.kind === 'clear' && standing) {
      standing.cleared = f.at
      open.delete(f.of)
    }
  }
  return out.sort((a, b) => a.raised - b.raised)
}
