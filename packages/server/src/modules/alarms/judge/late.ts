import { Engine, type Finding, type LateReading, type Node } from '@chengyun/scenario-kit/rules'
import type { Db } from '../../../platform/db.ts'
import { readSeries } from '../../streams/index.ts'
import type { AlarmChange } from '../domain/change.ts'
import { factsOf } from '../domain/rule-facts.ts'
import { listSpans } from '../queries/judge-state.ts'
import { batchOfSeries } from './series.ts'
import type { JudgedRule, JudgeTable } from './table.ts'

/** Where the judge stands: instant and number of what it took last. */
export interface Standpoint {
  at: number
  seq: number
}

/**
 * Judge readings again that came late: the rule runs from empty slots over the stored readings of its horizon around them. Alarms it raises from the first
 * late reading on, of which none is known, are written as late; where it ends with one standing that the judge does not have, its slots are taken over.
 */
export async function judgeAgain(
  db: Db,
  table: JudgeTable,
  late: readonly LateReading[],
  standpoint: Standpoint
): Promise<AlarmChange[]> {
  const since = new Map<number, number>()
  for (const { of, at } of late) {
    if (table.engine.offsetOf(of) < 0) continue
    const rule = table.ruleOf(of)
    if (!canBeRunAgain(rule.compiled.root) || standpoint.at - at > rule.compiled.lateMs) continue
    since.set(of, Math.min(since.get(of) ?? Infinity, at))
  }
  const out: AlarmChange[] = []
  for (const [of, at] of since) out.push(...(await again(db, table, of, at, standpoint)))
  return out
}

/** What was learned over weeks is not learned anew for one reading, and neighbours are not run along. */
const canBeRunAgain = (n: Node): boolean => n.kind !== 'baseline' && n.kind !== 'count' && n.parts.every(canBeRunAgain)

async function again(db: Db, table: JudgeTable, of: number, lateAt: number, standpoint: Standpoint): Promise<AlarmChange[]> {
  const rule = table.ruleOf(of)
  const stream = table.engine.streamOf(of)
  const entry = rule.streams.get(stream)
  if (!entry) return []
  const from = lateAt - rule.compiled.horizonMs
  const engine = new Engine()
  engine.addProgram(rule.compiled)
  const streams = entry.row.streams
  const parameters = entry.row.parameters.map((p) => p ?? Number.NaN)
  engine.add({ program: 0, streams, parameters, areas: table.engine.areasOf(of) }, from)
  const known = streams.filter((s) => s >= 0)
  const batch = batchOfSeries(
    await Promise.all(known.map(async (s) => ({ stream: s, series: await readSeries(db, s, from, standpoint.at + 1) })))
  )
  // Everything as if it had come when it was made: timers that were due in between fire before the readings after them.
  const findings = [...engine.take(batch, Number.NEGATIVE_INFINITY), ...engine.tick(standpoint.at)]
  const spans = await listSpans(db, rule.id, stream, new Date(from), new Date(standpoint.at))
  const missing = spansOf(findings).filter(
    (span) =>
      span[0]!.at >= lateAt && !spans.some((s) => overlaps(span, s.began_at.getTime(), s.cleared_at?.getTime() ?? Infinity))
  )
  if (engine.standing(0) && !table.engine.standing(of) && missing.at(-1)?.at(-1)?.kind !== 'clear')
    table.engine.adopt(of, engine.slotsOf(0).slice())
  return missing.flat().map((f) => changeOf(rule, stream, engine, f, standpoint.seq))
}

/** Findings alarm by alarm. */
function spansOf(findings: readonly Finding[]): Finding[][] {
  const out: Finding[][] = []
  for (const f of findings) {
    if (f.kind === 'raise') out.push([f])
    else out.at(-1)?.push(f)
  }
  return out
}

function overlaps(span: readonly Finding[], began: number, cleared: number): boolean {
  const last = span.at(-1)!
  return began <= (last.kind === 'clear' ? last.at : Infinity) && cleared >= span[0]!.began
}

const changeOf = (rule: JudgedRule, stream: number, engine: Engine, f: Finding, seq: number): AlarmChange => ({
  rule: rule.inForce,
  streamId: stream,
  beganAt: f.began,
  kind: f.kind,
  level: f.level,
  at: f.at,
  value: Number.isFinite(f.value) ? f.value : null,
  seq,
  late: true,
  facts: {
    ...factsOf(rule.compiled, engine.slots, engine.offsetOf(0), f),
    ...(f.kind === 'clear' && { reason: 'recovered' })
  }
})
