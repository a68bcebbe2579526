import type { DryRunAlarm, DryRunOutcome, Rule } from '@chengyun/contract/alarms'
import type { ReadingBatch } from '@chengyun/contract/streams'
import { compile, Engine, type Finding, SLACK_MS, type WallClock, wallClock } from '@chengyun/scenario-kit/rules'
import type { Actor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { readDay } from '../../streams/index.ts'
import { touchRuleDryRun } from '../commands/rule-dry-runs.ts'
import { findTimeZone } from '../queries/city.ts'
import { countSeenAndHidden, listRuleStreams } from '../queries/rule-streams.ts'
import { findDryRun, listRules, type RuleRow } from '../queries/rules.ts'
import { batchOfSeries } from './series.ts'
import { JudgeTable } from './table.ts'

const DAY = 86_400_000
/** Streams whose day is read at once. */
const STREAMS = 2000
/** Learning begins so long before the span at most. */
const WARM_UP = 60 * DAY
const LISTED = 500

/** What a rule finds in stored readings. */
export interface Replayed {
  streams: number
  /** Left out: nobody may see what they read. */
  hidden: number
  readings: number
  alarms: DryRunAlarm[]
}

/** Say how far it is; false: stop. */
type Report = (done: number) => Promise<boolean>

/**
 * Run a rule over stored readings, day by day in the order of their instants, every reading as if it had come when it was made. It begins before `from`, so
 * far as the rule looks back, and counts what is raised within the span. Hidden streams are left out: who may choose the threshold and sees what it finds
 * has read them (ADR 0020). Null: it was stopped.
 */
export async function replay(
  db: Db,
  subject: { pack: string; rule: Rule; items: readonly string[] | null },
  span: { from: number; to: number },
  report: Report
): Promise<Replayed | null> {
  const clock = wallClock(await findTimeZone(db))
  const { inputs } = compile(subject.rule, clock)
  const { hidden } = await countSeenAndHidden(db, subject.rule.on, inputs, subject.items ?? undefined)
  const out: Replayed = { streams: 0, hidden, readings: 0, alarms: [] }
  // A count looks at its neighbours, so all of them run together; others run some thousand at a time.
  const counted = subject.rule.condition.kind === 'count'
  const codes = counted ? null : await codesOf(db, subject)
  const groups = codes === null ? [subject.items] : chunks(codes, STREAMS)
  for (const [g, items] of groups.entries()) {
    const found = await replayGroup(db, { ...subject, items }, span, clock, (d) => report((g + d) / groups.length))
    if (!found) return null
    out.streams += found.streams
    out.readings += found.readings
    out.alarms.push(...found.alarms)
  }
  out.alarms.sort((a, b) => a.raisedAt.localeCompare(b.raisedAt) || a.streamId - b.streamId)
  return out
}

async function codesOf(db: Db, subject: { rule: Rule; items: readonly string[] | null }): Promise<string[]> {
  const rows = await listRuleStreams(db, subject.rule.on, [], [], subject.items ?? undefined)
  return rows.map((r) => r.code)
}

const chunks = (codes: readonly string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(codes.length / size) }, (_, i) => codes.slice(i * size, (i + 1) * size))

async function replayGroup(
  db: Db,
  subject: { pack: string; rule: Rule; items: readonly string[] | null },
  { from, to }: { from: number; to: number },
  clock: WallClock,
  report: Report
): Promise<Omit<Replayed, 'hidden'> | null> {
  const engine = new Engine()
  const table = new JudgeTable(db, engine, clock, true)
  const rows = [rowOf(subject, 1, subject.items)]
  const c = subject.rule.condition
  if (c.kind === 'count') {
    const counted = (await listRules(db, { pack: subject.pack })).find((r) => r.key === c.ofRule)
    if (counted) rows.unshift({ ...counted, enabled: true })
  }
  const horizon = Math.max(...rows.map((r) => horizonOf(r, clock)))
  const start = Math.floor((from - Math.min(horizon, WARM_UP)) / DAY) * DAY
  await table.refresh(rows, start, null)
  const judged = table.rules.get(rows.at(-1)!.id)!
  const streams = [
    ...new Set([...table.rules.values()].flatMap((r) => [...r.streams.values()].flatMap((s) => s.row.streams)))
  ].filter((s) => s >= 0)
  const found: Finding[] = []
  let readings = 0
  for (let day = start; day < to; day += DAY) {
    const series = await readDay(db, streams, day / DAY)
    const batch = cut(batchOfSeries([...series].map(([stream, s]) => ({ stream, series: s }))), to)
    if (day + DAY > from) readings += batch.length
    found.push(...engine.take(batch, Number.NEGATIVE_INFINITY))
    found.push(...engine.tick(Math.min(day + DAY, to) + SLACK_MS))
    if (!(await report((day + DAY - start) / (to - start)))) return null
  }
  const mine = found.filter((f) => engine.programOf(f.of) === judged.program)
  const named = new Map([...judged.streams.values()].map(({ of, row }) => [of, row]))
  return { streams: judged.streams.size, readings, alarms: alarmsOf(mine, engine, named, from, to) }
}

const horizonOf = (row: RuleRow, clock: WallClock): number => compile(row.declaration, clock).horizonMs

/** Readings from `to` on are not of the span. */
function cut(batch: ReadingBatch, to: number): ReadingBatch {
  let n = 0
  for (let i = 0; i < batch.length; i++) {
    if (batch.at[i]! >= to) continue
    batch.at[n] = batch.at[i]!
    batch.streams[n] = batch.streams[i]!
    batch.values[n] = batch.values[i]!
    if (batch.values2) batch.values2[n] = batch.values2[i]!
    batch.quality[n] = batch.quality[i]!
    n++
  }
  batch.length = n
  return batch
}

const rowOf = (subject: { pack: string; rule: Rule }, no: number, items: readonly string[] | null): RuleRow => ({
  id: `${subject.pack}/${subject.rule.key}`,
  no,
  pack: subject.pack,
  key: subject.rule.key,
  version: 1,
  enabled: true,
  declaration: items === null ? subject.rule : { ...subject.rule, on: { ...subject.rule.on, items: [...items] } },
  updated_at: new Date(0),
  removed_at: null
})

function alarmsOf(
  found: readonly Finding[],
  engine: Engine,
  named: ReadonlyMap<number, { item_id: string; code: string; name: string }>,
  from: number,
  to: number
): DryRunAlarm[] {
  const open = new Map<number, DryRunAlarm>()
  const out: DryRunAlarm[] = []
  for (const f of found) {
    if (f.kind === 'raise') {
      const item = named.get(f.of)
      if (!item || f.at < from || f.at >= to) continue
      const alarm: DryRunAlarm = {
        streamId: engine.streamOf(f.of),
        itemId: item.item_id,
        itemCode: item.code,
        itemName: item.name,
        level: f.level,
        beganAt: new Date(f.began).toISOString(),
        raisedAt: new Date(f.at).toISOString(),
        clearedAt: null,
        value: Number.isFinite(f.value) ? f.value : null,
        signal: Number.isFinite(f.signal) ? f.signal : null
      }
      open.set(f.of, alarm)
      out.push(alarm)
    } else if (f.kind === 'level') {
      const alarm = open.get(f.of)
      if (alarm) alarm.level = f.level
    } else {
      const alarm = open.get(f.of)
      if (alarm) alarm.clearedAt = new Date(f.at).toISOString()
      open.delete(f.of)
    }
  }
  return out
}

/** Compute a dry run that was written down: report its progress until it is done, cancelled or stopped (then it has failed). */
export async function computeRuleDryRun(db: Db, actor: Actor, id: string, stop: AbortSignal): Promise<void> {
  const run = await findDryRun(db, id)
  if (!run) return
  const span = { from: run.from_at.getTime(), to: run.to_at.getTime() }
  const half = run.compared ? 0.5 : 1
  let said = performance.now()
  const report =
    (base: number): Report =>
    async (done) => {
      stop.throwIfAborted()
      if (performance.now() - said < 500) return true
      said = performance.now()
      return touchRuleDryRun(db, actor, { id, progress: base + done * half })
    }
  try {
    const clock = wallClock(await findTimeZone(db))
    const mine = await replay(db, run.rule, span, report(0))
    if (!mine) return
    const other = run.compared ? await replay(db, { ...run.rule, rule: run.compared }, span, report(half)) : undefined
    if (other === null) return
    const outcome: DryRunOutcome = {
      streams: mine.streams,
      hidden: mine.hidden,
      readings: mine.readings,
      figures: figuresOf(mine.alarms, clock),
      compared: other ? figuresOf(other.alarms, clock) : null,
      list: mine.alarms.slice(0, LISTED)
    }
    await touchRuleDryRun(db, actor, { id, progress: 1, status: 'done', outcome })
  } catch (error) {
    await touchRuleDryRun(db, actor, { id, progress: 0, status: 'failed' })
    throw error
  }
}

function figuresOf(alarms: readonly DryRunAlarm[], clock: WallClock): DryRunOutcome['figures'] {
  const byLevel: Record<string, number> = {}
  const byDay = new Map<string, number>()
  for (const a of alarms) {
    byLevel[a.level] = (byLevel[a.level] ?? 0) + 1
    const at = Date.parse(a.raisedAt)
    const day = new Date(at + clock(at)).toISOString().slice(0, 10)
    byDay.set(day, (byDay.get(day) ?? 0) + 1)
  }
  return {
    alarms: alarms.length,
    byLevel,
    items: new Set(alarms.map((a) => a.itemId)).size,
    byDay: [...byDay].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, n]) => ({ day, alarms: n }))
  }
}
