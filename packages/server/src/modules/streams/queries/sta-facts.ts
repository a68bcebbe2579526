/** What a filter of Observations says of streams and features, for readings whose days are packed: asked once of each, not of every reading. */
import type { StreamKind } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { FUNCTIONS, type Kind } from '../domain/sta/ast.ts'
import type { Bound, BoundCall, BoundPath } from '../domain/sta/bind.ts'
import { compileTest, type Subject } from '../domain/sta/evaluate.ts'
import { StaError } from '../domain/sta/fault.ts'
import { groundOf, type Observation, readingValue, rebased } from '../domain/sta/observation.ts'
import { column, sourceOf, visible } from './sta-model.ts'
import { answered } from './sta-read.ts'
import { type Compiled, factOf } from './sta-sql.ts'

interface Fact {
  of: 'Datastream' | 'FeatureOfInterest'
  node: Bound
  kind: Kind
  values: Map<number, unknown>
}

/** A filter of Observations as a test of readings in memory. */
export class PackedTest {
  readonly #db: Db
  readonly #c: Compiled
  readonly #facts: Fact[] = []
  readonly #test: (subject: Subject) => boolean
  readonly kinds = new Map<number, StreamKind>()
  readonly #features = new Map<number, { times: number[]; ids: number[]; own: number | null }>()
  readonly #usesFeatures: boolean

  /** @throws StaError for what can only be said of one of many */
  constructor(db: Db, c: Compiled, filter: Bound | undefined, withFeatures = false) {
    this.#db = db
    this.#c = c
    const prepared = filter === undefined ? null : this.#prepare(filter)
    this.#test = prepared === null ? () => true : compileTest(prepared, c.now)
    this.#usesFeatures = withFeatures || this.#facts.some((f) => f.of === 'FeatureOfInterest')
  }

  /** Parts that are about the stream or the feature alone become facts; in the rest single values do. */
  #prepare(node: Bound): Bound {
    if (node.node === 'literal') return node
    const ground = groundOf(node)
    if (ground === 'own') return node
    if ((ground === 'Datastream' || ground === 'FeatureOfInterest') && !isJunction(node)) return this.#fact(ground, node)
    if (node.node === 'path') throw new Error('unreachable')
    return {
      ...node,
      args: node.args.map((a, i) => (a.node === 'path' && a.steps.length > 0 ? this.#value(node, i) : this.#prepare(a)))
    }
  }

  #fact(of: Fact['of'], node: Bound, kind: Kind = node.kind): BoundPath {
    this.#facts.push({ of, node: rebased(node), kind, values: new Map() })
    const name = `#${this.#facts.length - 1}`
    return { node: 'path', from: 'Observation', steps: [], entity: 'Observation', property: name, below: [], kind }
  }

  #value(call: BoundCall, i: number): BoundPath {
    const path = call.args[i] as BoundPath
    if (path.steps.some((s) => s.many)) throw new StaError('of one of many nothing can be compared with a reading')
    // A member of `properties` is read as what compares with it, or as what the function takes.
    const wanted = call.as ?? FUNCTIONS[call.op]?.takes[i] ?? 'number'
    return this.#fact(path.steps[0]?.link as Fact['of'], path, path.kind === 'any' ? wanted : path.kind)
  }

  /** Looks up what is not known of these streams yet. */
  async learn(streams: readonly number[], span: { from: number; to: number }): Promise<void> {
    const unknown = [...new Set(streams)].filter((id) => !this.kinds.has(id))
    if (unknown.length === 0) return
    const { rows } = await sql<{
      id: number
      kind: StreamKind
    }>`select id, kind from streams.stream where id = any(${unknown}::int[])`.execute(this.#db)
    for (const row of rows) this.kinds.set(row.id, row.kind)
    await this.#learnFacts('Datastream', unknown)
    if (this.#usesFeatures) await this.#learnFeatures(unknown, span)
  }

  async #learnFacts(of: Fact['of'], ids: readonly number[]): Promise<void> {
    for (const fact of this.#facts.filter((f) => f.of === of)) {
      const rows = await answered(() =>
        sql<{ id: number; v: unknown }>`select e.id, to_jsonb(${factOf(fact.node, 'e', this.#c, fact.kind)}) as v
          from ${sourceOf(of, 'e')} where ${column('e', 'id')} = any(${[...ids]}::int[]) and ${visible(this.#c.sight, of, 'e')}`.execute(
          this.#db
        )
      )
      for (const { id, v } of rows) fact.values.set(id, fact.kind === 'time' && typeof v === 'string' ? Date.parse(v) : v)
    }
  }

  async #learnFeatures(streams: readonly number[], _span: { from: number; to: number }): Promise<void> {
    const { rows } = await sql<{ stream: number; at: number; feature: number }>`select s.id as stream,
        (extract(epoch from h.time) * 1000)::float8 as at, f.id as feature
      from streams.stream s join streams.historical_location h on h.thing_id = s.thing_id
        join streams.historical_place p on p.historical_id = h.id join streams.feature_of_interest f on f.location_id = p.location_id
      where s.id = any(${[...streams]}::int[]) order by h.time, h.id`.execute(this.#db)
    const { rows: own } = await sql<{
      stream: number
      feature: number
    }>`select s.id as stream, f.id as feature from streams.stream s
      join streams.feature_of_interest f on f.thing_id = s.thing_id where s.id = any(${[...streams]}::int[])`.execute(this.#db)
    for (const id of streams) this.#features.set(id, { times: [], ids: [], own: null })
    for (const { stream, at, feature } of rows) {
      this.#features.get(stream)?.times.push(at)
      this.#features.get(stream)?.ids.push(feature)
    }
    for (const { stream, feature } of own) (this.#features.get(stream) as { own: number | null }).own = feature
    await this.#learnFacts('FeatureOfInterest', [...new Set([...rows, ...own].map((r) => r.feature))])
  }

  /** The feature of a reading of a stream that was learnt. */
  featureOf(o: Observation): number | null {
    if (o.extra?.featureId !== undefined) return o.extra.featureId
    const known = this.#features.get(o.stream)
    if (!known) return null
    let i = known.times.findLastIndex((t) => t <= o.at)
    if (i < 0) i = 0
    return known.ids[i] ?? known.own
  }

  /** Features that single readings name are not known by their streams. */
  async learnOwnFeatures(observations: readonly Observation[]): Promise<void> {
    const facts = this.#facts.filter((f) => f.of === 'FeatureOfInterest')
    if (facts.length === 0) return
    const ids = new Set(observations.flatMap((o) => (o.extra?.featureId === undefined ? [] : [o.extra.featureId])))
    const unknown = [...ids].filter((id) => !facts[0]?.values.has(id))
    if (unknown.length > 0) await this.#learnFacts('FeatureOfInterest', unknown)
  }

  holds(o: Observation): boolean {
    const kind = this.kinds.get(o.stream) ?? 'number'
    return this.#test((path, as) => {
      if (!path.property.startsWith('#')) return readingValue(o, kind, path, as)
      const fact = this.#facts[Number(path.property.slice(1))] as Fact
      const key = fact.of === 'Datastream' ? o.stream : this.featureOf(o)
      return key === null ? null : (fact.values.get(key) ?? null)
    })
  }
}

const isJunction = (node: Bound): boolean => node.node === 'call' && (node.op === 'and' || node.op === 'or' || node.op === 'not')
