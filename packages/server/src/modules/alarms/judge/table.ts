import type { Rule } from '@chengyun/contract/alarms'
import {
  type Areas,
  compile,
  type Engine,
  makeAreas,
  NEIGHBOURS,
  type Polygon,
  type Program,
  type WallClock
} from '@chengyun/scenario-kit/rules'
import type { Db } from '../../../platform/db.ts'
import { findItem, unpackGeometry } from '../../registry/index.ts'
import { type RuleInForce, ruleInForce } from '../domain/change.ts'
import { fingerprintOf } from '../domain/judge-codec.ts'
import { nearest } from '../domain/nearest.ts'
import { listAreaCodes, listNamed, listRuleStreams, type RuleStreamRow } from '../queries/rule-streams.ts'
import type { RuleRow } from '../queries/rules.ts'

/** A rule the judge holds. */
export interface JudgedRule {
  id: string
  no: number
  fingerprint: number
  rule: Rule
  inForce: RuleInForce
  /** Its number in the engine. */
  program: number
  compiled: Program
  /** Streams watched: rule-stream and item, by the number of the stream. */
  streams: Map<number, { of: number; row: RuleStreamRow }>
}

/** What was ended because it is watched no more. */
export interface Ended {
  rule: JudgedRule
  stream: number
  level: 1 | 2 | 3 | 4
  began: number
  reason: 'ruleChanged' | 'streamRemoved'
}

/** Which rules watch which streams, held against the registers and brought up to date register by register. */
export class JudgeTable {
  readonly engine: Engine
  readonly rules = new Map<string, JudgedRule>()
  private readonly byProgram = new Map<number, JudgedRule>()
  private readonly db: Db
  private readonly clock: WallClock
  private readonly leavesOutHidden: boolean

  /** `leavesOutHidden`: for what is shown to a person; a rule that is in force reads all it watches. */
  constructor(db: Db, engine: Engine, clock: WallClock, leavesOutHidden = false) {
    this.db = db
    this.engine = engine
    this.clock = clock
    this.leavesOutHidden = leavesOutHidden
  }

  ruleOf(of: number): JudgedRule {
    return this.byProgram.get(this.engine.programOf(of))!
  }

  /**
   * Make the table say what these rules say now. `saved` gives slots a rule-stream had before, `at` is when new ones begin to be watched. `types`: registers
   * that changed; null: all.
   */
  async refresh(
    rows: readonly RuleRow[],
    at: number,
    types: ReadonlySet<string> | null,
    saved?: (rule: number, fingerprint: number, stream: number, size: number) => Float64Array | undefined
  ): Promise<Ended[]> {
    const ended: Ended[] = []
    const wanted = new Map(rows.filter((r) => r.enabled).map((r) => [r.id, r]))
    this.rename(wanted)
    for (const rule of [...this.rules.values()]) if (!wanted.has(rule.id)) this.drop(rule, 'ruleChanged', ended)
    // Counts look at rules that must be there before them.
    const sorted = [...wanted.values()].sort((a, b) => Number(isCount(a)) - Number(isCount(b)) || a.no - b.no)
    for (const row of sorted) {
      const before = this.rules.get(row.id)
      const changed = !before || before.inForce.version !== row.version
      if (!changed && types !== null && !touched(row.declaration, types)) continue
      await this.put(row, before, at, saved, ended)
    }
    return ended
  }

  /** A rule of a pack that got another key is the same rule: what it holds goes on. */
  private rename(wanted: ReadonlyMap<string, RuleRow>): void {
    const byNo = new Map([...this.rules.values()].map((r) => [r.no, r]))
    for (const row of wanted.values()) {
      const known = byNo.get(row.no)
      if (!known || known.id === row.id) continue
      this.rules.delete(known.id)
      known.id = row.id
      known.inForce = { ...known.inForce, id: row.id }
      this.rules.set(row.id, known)
    }
  }

  private async put(
    row: RuleRow,
    before: JudgedRule | undefined,
    at: number,
    saved: ((rule: number, fingerprint: number, stream: number, size: number) => Float64Array | undefined) | undefined,
    ended: Ended[]
  ): Promise<void> {
    const fingerprint = meaningOf(row.declaration)
    let judged = before
    if (judged && judged.fingerprint !== fingerprint) {
      this.drop(judged, 'ruleChanged', ended)
      judged = undefined
    }
    if (!judged) {
      const compiled = compile(row.declaration, this.clock)
      const program = this.engine.addProgram(compiled)
      judged = {
        id: row.id,
        no: row.no,
        fingerprint,
        rule: row.declaration,
        inForce: ruleInForce(row.id, row.version, row.pack, row.declaration),
        program,
        compiled,
        streams: new Map()
      }
      this.rules.set(row.id, judged)
      this.byProgram.set(program, judged)
    }
    judged.rule = row.declaration
    judged.inForce = ruleInForce(row.id, row.version, row.pack, row.declaration)
    await this.fill(judged, at, saved, ended)
  }

  private async fill(
    judged: JudgedRule,
    at: number,
    saved: ((rule: number, fingerprint: number, stream: number, size: number) => Float64Array | undefined) | undefined,
    ended: Ended[]
  ): Promise<void> {
    const { compiled, rule } = judged
    const all = await listRuleStreams(this.db, rule.on, compiled.inputs, compiled.parameters)
    const rows = this.leavesOutHidden ? all.filter((r) => !r.hidden) : all
    const there = new Map(rows.map((r) => [r.streams[0]!, r]))
    for (const [stream, { of, row }] of judged.streams) {
      const now = there.get(stream)
      // Another stream for an input makes it another rule-stream.
      if (now && now.streams.join() === row.streams.join()) continue
      this.end(judged, stream, of, 'streamRemoved', ended)
    }
    const areas = rule.condition.kind === 'geofence' ? await areasOf(this.db, rule) : null
    for (const row of rows) {
      const parameters = row.parameters.map((p) => p ?? Number.NaN)
      const area = areas?.(row.item_id) ?? null
      const known = judged.streams.get(row.streams[0]!)
      if (known) {
        known.row = row
        this.engine.set(known.of, parameters, area)
        continue
      }
      const slots = saved?.(judged.no, judged.fingerprint, row.streams[0]!, compiled.size)
      const of = this.engine.add({ program: judged.program, streams: row.streams, parameters, areas: area }, at, slots)
      judged.streams.set(row.streams[0]!, { of, row })
    }
    if (rule.condition.kind === 'count') await this.neighbours(judged, at)
  }

  /** For a spatial count: which rule-streams of the counted rule are near each thing. */
  private async neighbours(judged: JudgedRule, at: number): Promise<void> {
    const c = judged.rule.condition
    if (c.kind !== 'count') return
    const counted = this.rules.get(`${judged.inForce.pack}/${c.ofRule}`)
    const things = [...(counted?.streams.values() ?? [])].map(({ of, row }) => ({
      of,
      item: row.item_id,
      lng: row.lng,
      lat: row.lat
    }))
    const ofItem = new Map(things.map((t) => [t.item, t.of]))
    const named = c.relation === undefined ? null : await listNamed(this.db, judged.rule.on.type, c.relation)
    const near = nearest(things, c.withinM ?? 0, named, NEIGHBOURS - 1)
    for (const { of, row } of judged.streams.values())
      this.engine.watch(of, [ofItem.get(row.item_id) ?? -1, ...near(row.item_id)], at)
  }

  private drop(judged: JudgedRule, reason: Ended['reason'], ended: Ended[]): void {
    for (const [stream, { of }] of judged.streams) this.end(judged, stream, of, reason, ended)
    this.engine.programs[judged.program] = null
    this.byProgram.delete(judged.program)
    this.rules.delete(judged.id)
  }

  private end(judged: JudgedRule, stream: number, of: number, reason: Ended['reason'], ended: Ended[]): void {
    const standing = this.engine.standing(of)
    if (standing) ended.push({ rule: judged, stream, level: standing.level, began: standing.began, reason })
    this.engine.remove(of)
    judged.streams.delete(stream)
  }
}

const isCount = (row: RuleRow): boolean => row.declaration.condition.kind === 'count'

/** What slots depend on. */
export const meaningOf = (rule: Rule): number =>
  fingerprintOf([rule.on.type, rule.on.stream, rule.condition, rule.accept, rule.hours, rule.season])

/** Whether a change in these registers can change what the rule watches: its own, or any when it looks at other items. */
function touched(rule: Rule, types: ReadonlySet<string>): boolean {
  const c = rule.condition
  return (
    types.has('*') ||
    types.has(rule.on.type) ||
    (c.kind === 'geofence' ? types.has(c.areas.type) : JSON.stringify(c).includes('"relation"'))
  )
}

/** The areas of a geofence for each moving item. */
async function areasOf(db: Db, rule: Rule): Promise<(itemId: string) => Areas | null> {
  const c = rule.condition
  if (c.kind !== 'geofence') return () => null
  const codes = await listAreaCodes(db, c.areas, rule.on.type)
  const polygons: { named: string[] | null; polygons: Polygon[] }[] = []
  for (const { code, named_by } of codes) {
    const item = await findItem(db, c.areas.type, code)
    const geometry = item ? unpackGeometry(item) : null
    if (geometry?.type === 'Polygon') polygons.push({ named: named_by, polygons: [geometry.coordinates] })
    else if (geometry?.type === 'MultiPolygon') polygons.push({ named: named_by, polygons: geometry.coordinates })
  }
  if (polygons.length === 0) return () => null
  const all = makeAreas(polygons.flatMap((p) => p.polygons))
  if (c.areas.relation === undefined) return () => all
  return (itemId) => {
    const mine = polygons.filter((p) => p.named?.includes(itemId)).flatMap((p) => p.polygons)
    return mine.length === 0 ? null : makeAreas(mine)
  }
}
