import type { Rule } from '@chengyun/contract/alarms'
import { QUALITIES, qualityCode, type ReadingBatch } from '@chengyun/contract/streams'
import { compile, Engine, type Finding, NEIGHBOURS, type WallClock, wallClock } from '../rules/index.ts'
import type { PackTest } from './demo.ts'
import type { PackFault } from './form.ts'
import type { Pack } from './pack.ts'

/** Tests are told in the wall clock of China. */
const CLOCK: WallClock = wallClock('Asia/Shanghai')

interface Said {
  s: number
  kind: 'raise' | 'level' | 'clear'
  level?: number
  thing?: number
}

interface Entry {
  s: number
  stream: string
  value: number | null
  quality: string
  thing: number
}

/** Every reading of a test in the order of its second; those of one second as they are written, single ones first. */
function readingsOf(test: PackTest): Entry[] {
  const out: Entry[] = test.readings.map(([s, stream, value, quality = 'good', thing = 0]) => ({
    s,
    stream,
    value,
    quality,
    thing
  }))
  const written = new Set(out.map((e) => `${e.s} ${e.stream} ${e.thing}`))
  for (const { from, to, everyS, stream, value, step = 0, thing = 0 } of test.steady ?? [])
    for (let n = 0; from + n * everyS <= to; n++) {
      const s = from + n * everyS
      if (!written.has(`${s} ${stream} ${thing}`)) out.push({ s, stream, value: value + n * step, quality: 'good', thing })
    }
  return out.sort((a, b) => a.s - b.s)
}

/** What a test's rule says of its readings, in seconds from the beginning. Attributes of the thing are the rule's parameters. */
export function runTest(pack: Pick<Pack, 'rules' | 'things'>, test: PackTest): Said[] {
  const rule = pack.rules.find((r) => r.key === test.rule)
  if (!rule) return []
  const begins = Date.parse(test.begins)
  const entries = readingsOf(test)
  const things = test.things?.length ?? Math.max(1, ...entries.map((e) => e.thing + 1))
  const keys = [...new Set(entries.map((e) => e.stream))]
  const number = (thing: number, key: string): number => (keys.includes(key) ? thing * keys.length + keys.indexOf(key) + 1 : -1)
  const engine = new Engine()
  const watch = (r: Rule): number[] => {
    const program = compile(r, CLOCK)
    const of = engine.addProgram(program)
    return Array.from({ length: things }, (_, thing) => {
      // What stands at the other end of a relation is the second thing of a test.
      const streams = program.inputs.map((i) => number(i.relation === null ? thing : 1, i.stream ?? r.on.stream))
      const parameters = program.parameters.map(({ what, input }) =>
        'attribute' in what
          ? Number(test.attributes?.[what.attribute] ?? Number.NaN)
          : (pack.things.things
              .find((t) => t.register === r.on.type)
              ?.streams.find((x) => x.key === (program.inputs[input]?.stream ?? r.on.stream))?.[what.limit] ?? Number.NaN)
      )
      return engine.add({ program: of, streams, parameters }, begins)
    })
  }
  const watched = watch(rule)
  if (rule.condition.kind === 'count') countNeighbours(pack, rule, test, { engine, begins }, watched, watch)
  const found: Finding[] = []
  for (const entry of entries) found.push(...engine.take(batchOf(entry, begins, number), begins + entry.s * 1000))
  const end = test.untilS ?? entries.at(-1)?.s ?? 0
  found.push(...engine.tick(begins + end * 1000 + 2000))
  return found
    .filter((f) => watched.includes(f.of))
    .map((f) => ({
      s: (f.at - begins) / 1000,
      kind: f.kind,
      ...(f.kind !== 'clear' && { level: f.level }),
      ...(watched.indexOf(f.of) > 0 && { thing: watched.indexOf(f.of) })
    }))
}

function countNeighbours(
  pack: Pick<Pack, 'rules' | 'things'>,
  rule: Rule,
  test: PackTest,
  { engine, begins }: { engine: Engine; begins: number },
  watched: number[],
  watch: (r: Rule) => number[]
): void {
  const { condition } = rule
  const counted = condition.kind === 'count' ? pack.rules.find((r) => r.key === condition.ofRule) : undefined
  if (!counted || condition.kind !== 'count') return
  const near = watch(counted)
  const places = test.things ?? [{ eastM: 0, northM: 0 }]
  watched.forEach((of, i) => {
    const from = places[i] ?? places[0]!
    const others = places
      .map((p, j) => ({ j, m: Math.hypot(p.eastM - from.eastM, p.northM - from.northM) }))
      .filter(({ m }) => condition.withinM === undefined || m <= condition.withinM)
      .sort((a, b) => a.m - b.m)
      .slice(0, NEIGHBOURS)
    engine.watch(
      of,
      others.map(({ j }) => near[j] ?? -1),
      begins
    )
  })
}

function batchOf(entry: Entry, begins: number, number: (thing: number, key: string) => number): ReadingBatch {
  const quality = QUALITIES.find((q) => q === entry.quality) ?? 'fault'
  return {
    length: 1,
    streams: Int32Array.of(number(entry.thing, entry.stream)),
    at: Float64Array.of(begins + entry.s * 1000),
    values: Float64Array.of(entry.value ?? Number.NaN),
    values2: null,
    quality: Uint8Array.of(qualityCode(quality)),
    extra: null
  }
}

const told = (said: readonly Said[]): string =>
  said.map((f) => `${f.s} s ${f.kind}${f.level ? ` ${f.level}` : ''}${f.thing ? ` of thing ${f.thing}` : ''}`).join(', ') || '–'

/** Runs every test of a pack: what its rules say has to be exactly what is expected. */
export function runTests(pack: Pack): PackFault[] {
  const faults: PackFault[] = []
  for (const [file, test] of pack.tests) {
    if (!pack.rules.some((r) => r.key === test.rule)) {
      faults.push({ file, path: '/rule', zh: `没有规则“${test.rule}”`, en: `there is no rule "${test.rule}"` })
      continue
    }
    const [said, expected] = [told(runTest(pack, test)), told(test.expect)]
    if (said !== expected)
      faults.push({
        file,
        path: '/expect',
        zh: `应为 ${expected}，实为 ${said}`,
        en: `expects ${expected}; the rule says ${said}`
      })
  }
  return faults
}
