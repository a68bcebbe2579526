import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import type { BandView, ExplainView } from '@chengyun/contract/alarms'
import {
  BEGAN,
  compile,
  expectation,
  LEVEL,
  type Node,
  onCurve,
  type Program,
  SEEN,
  SIGNAL,
  wallClock
} from '@chengyun/scenario-kit/rules'
import type { Db } from '../../../platform/db.ts'
import { readSeries, type Series } from '../../streams/index.ts'
import { unpackSlots } from '../domain/judge-codec.ts'
import { factsOf } from '../domain/rule-facts.ts'
import { findTimeZone } from '../queries/city.ts'
import { readJudgeStateBackwards } from '../queries/judge-state.ts'
import { listRuleStreams, type RuleStreamRow } from '../queries/rule-streams.ts'
import { listRules, type RuleRow } from '../queries/rules.ts'
import { judgeOf } from './judge.ts'
import { meaningOf } from './table.ts'

const decompress = promisify(zstdDecompress)

/** A rule over one stream, with its slots as far as they are known here. */
interface Known {
  rule: RuleRow
  program: Program
  row: RuleStreamRow
  /** Never known of a rule that also reads what nobody may see. */
  slots: Float64Array | null
}

/** The stream asked for: register, code of the item, key. */
export interface Asked {
  stream: number
  type: string
  code: string
  key: string
}

/** Rules that watch a stream, with their slots: of this process when it judges, else as they were saved last. */
async function knownOf(db: Db, asked: Asked, only?: string): Promise<Known[]> {
  const clock = wallClock(await findTimeZone(db))
  const rules = (await listRules(db, { type: asked.type, stream: asked.key })).filter(
    (r) => r.enabled && (only === undefined || r.id === only)
  )
  const out: Known[] = []
  for (const rule of rules) {
    const program = compile(rule.declaration, clock)
    const [row] = await listRuleStreams(db, rule.declaration.on, program.inputs, program.parameters, [asked.code])
    if (row?.streams[0] === asked.stream) out.push({ rule, program, row, slots: null })
  }
  const table = judgeOf(db).judging
  const open = out.filter((k) => !k.row.hidden)
  for (const k of open) {
    const of = table?.rules.get(k.rule.id)?.streams.get(asked.stream)?.of
    if (table && of !== undefined) k.slots = table.engine.slotsOf(of).slice()
  }
  const missing = open.filter((k) => k.slots === null)
  if (!table && missing.length > 0) await fromSaved(db, missing, asked.stream)
  return out
}

/** Slots as they were saved last. They are unpacked beside the event loop, and only as far back as something is wanted. */
async function fromSaved(db: Db, wanted: readonly Known[], stream: number): Promise<void> {
  const open = new Set(wanted)
  for await (const body of readJudgeStateBackwards(db)) {
    for (const entry of unpackSlots(await decompress(body), stream))
      for (const k of open) {
        if (k.rule.no !== entry.rule || meaningOf(k.rule.declaration) !== entry.fingerprint) continue
        k.slots = entry.slots
        open.delete(k)
      }
    if (open.size === 0) return
  }
}

const finite = (x: number | undefined): number | null => (x !== undefined && Number.isFinite(x) ? x : null)
const instant = (x: number): string | null => (Number.isFinite(x) ? new Date(x).toISOString() : null)

/** What every rule makes of a stream now. */
export async function explain(db: Db, asked: Asked): Promise<ExplainView> {
  const known = await knownOf(db, asked)
  return {
    streamId: asked.stream,
    rules: known.map(({ rule, program, slots }) => {
      const b = program.root.at
      const level = slots ? slots[b + LEVEL]! : 0
      const seen = slots ? slots[b + SEEN]! : Number.NaN
      return {
        ruleId: rule.id,
        name: rule.declaration.name,
        kind: rule.declaration.condition.kind,
        signal: slots ? finite(slots[b + SIGNAL]!) : null,
        standing: level === 0 ? null : (level as 1),
        began: level === 0 ? null : instant(slots![b + BEGAN]!),
        judgedAt: instant(seen),
        facts: slots
          ? factsOf(program, slots, 0, { level: (level || lightest(program.root)) as 1, signal: slots[b + SIGNAL]!, at: seen })
          : {}
      }
    })
  }
}

const lightest = (n: Node): number => n.levels[0] ?? 4

/** What the rules expect of a stream between two instants, at as many instants as there are pixels. */
export async function bandOf(
  db: Db,
  asked: Asked,
  span: { from: number; to: number; points: number },
  only?: string
): Promise<BandView> {
  const step = (span.to - span.from) / (span.points - 1)
  const at = Array.from({ length: span.points }, (_, i) => Math.round(span.from + i * step))
  const bands: BandView['bands'] = []
  for (const k of await knownOf(db, asked, only)) {
    if (k.row.hidden) continue
    const band = await bandFor(db, k, at)
    if (band) bands.push({ ruleId: k.rule.id, name: k.rule.declaration.name, kind: k.program.root.kind, ...band })
  }
  return { at: at.map((t) => new Date(t).toISOString()), bands }
}

type Band = Pick<BandView['bands'][number], 'expected' | 'low' | 'high' | 'limits'>

async function bandFor(db: Db, k: Known, at: readonly number[]): Promise<Band | null> {
  const n = k.program.root
  const none = at.map(() => null)
  if (n.kind === 'threshold')
    return {
      expected: none,
      low: none,
      high: none,
      limits: Array.from(n.levels, (level, r) => ({ level: level as 1, high: finite(n.hi[r]), low: finite(n.lo[r]) }))
    }
  if (n.kind !== 'baseline' && n.kind !== 'setPoint') return null
  const other = n.other < 0 ? null : await otherAt(db, k, n, at)
  if (n.kind === 'baseline') {
    const slots = k.slots
    if (!slots) return null
    const e = at.map((t, i) => expectation(n, slots, n.at, k.program.clock, t, other ? other[i]! : Number.NaN))
    return {
      expected: e.map((x) => finite(x?.expected)),
      low: e.map((x) => finite(x?.low)),
      high: e.map((x) => finite(x?.high)),
      limits: []
    }
  }
  const target = at.map((_, i) => {
    if (other) return n.curveX.length === 0 ? other[i]! : onCurve(n.curveX, n.curveY, other[i]!)
    return n.param < 0 ? n.limit : (k.row.parameters[0] ?? Number.NaN)
  })
  const edge = (off: number): (number | null)[] => target.map((x) => finite(n.relative ? x + Math.abs(x) * off : x + off))
  return {
    expected: target.map(finite),
    low: edge(Math.max(...n.lo)),
    high: edge(Math.min(...n.hi)),
    limits: []
  }
}

/** The last value of the other stream at each instant, NaN where it was too old. */
async function otherAt(db: Db, k: Known, n: Node, at: readonly number[]): Promise<number[]> {
  const stream = k.row.streams[n.other] ?? -1
  if (stream < 0) return at.map(() => Number.NaN)
  const series: Series = await readSeries(db, stream, at[0]! - n.otherFreshMs, at.at(-1)! + 1)
  let i = -1
  return at.map((t) => {
    while (i + 1 < series.length && series.at[i + 1]! <= t) i++
    return i >= 0 && t - series.at[i]! <= n.otherFreshMs ? series.values[i]! : Number.NaN
  })
}
