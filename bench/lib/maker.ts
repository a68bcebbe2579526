/** Cases made by the product's own rules: the same plan, clocks and hash chain as a case that people worked on. */
import { createHash } from 'node:crypto'
import type { OperationKey } from '@chengyun/contract/cases'
import { nextStep } from '@chengyun/contract/history'
import type pg from 'pg'
import { applyClocks } from '../../packages/server/src/modules/cases/domain/clocks.ts'
import {
  factsOf,
  type PlannedStep,
  plan,
  type Resolved,
  settle,
  stepRow
} from '../../packages/server/src/modules/cases/domain/plan.ts'
import { CASE_KEYS, type CaseRecord, caseRow } from '../../packages/server/src/modules/cases/domain/record.ts'
import { type ConditionRow, Reference } from '../../packages/server/src/modules/cases/queries/reference.ts'
import { randomOf } from '../../packages/server/src/modules/geo/domain/random.ts'
import type { Db } from '../../packages/server/src/platform/db.ts'
import { newId } from '../../packages/server/src/platform/ids.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const MINUTE = 60_000

export interface Place {
  lng: number
  lat: number
  district: string
  districtName: string
  street: string
  streetName: string
  community: string
  grid: string
  dutyGrid: string | null
  /** Units that work there. */
  units: string[]
}
export interface ClassChoice {
  standardRef: CaseRecord['standardRef']
  kind: CaseRecord['kind']
  code: string
  majorCode: string
  name: string
  condition: ConditionRow
}
interface Person {
  id: string
  name: string
  unitId: string
}
export interface World {
  reference: Reference
  places: Place[]
  classes: ClassChoice[]
  people: Record<'collector' | 'acceptor' | 'dispatcher' | 'dept' | 'handler', Person>
}

/** What a set-up city offers to make cases of. */
export async function readWorld(db: Db, pool: pg.Pool): Promise<World> {
  const reference = await Reference.load(db)
  const { rows: places } = await pool.query<Place>(`
    select g.lng, g.lat, left(g.code, 6) as district, d.name as "districtName", left(g.code, 9) as street, s.name as "streetName", g.community_code as community, g.code as grid,
      m.duty_grid_code as "dutyGrid",
      array(select u.id from org.pub_unit u where u.active and u.kind in ('base_unit', 'street_station') and (u.street_code = left(g.code, 9) or (u.street_code is null and u.district_code = left(g.code, 6)))
        order by u.code limit 8) as units
    from geo.pub_unit_grid g join geo.pub_division d on d.code = left(g.code, 6) join geo.pub_division s on s.code = left(g.code, 9)
      left join geo.pub_duty_grid_member m on m.grid_code = g.code order by md5(g.code) limit 20000`)
  const classes = [...reference.classes.values()].flatMap((c): ClassChoice[] => {
    const condition =
      c.active && c.standardRef === 'GB/T 47678.5-2026' ? reference.conditionsOf(c.standardRef, c.kind, c.code)[0] : undefined
    return condition
      ? [{ standardRef: c.standardRef, kind: c.kind, code: c.code, majorCode: c.majorCode, name: c.name, condition }]
      : []
  })
  classes.sort((a, b) => (sha256(a.code) < sha256(b.code) ? -1 : 1))
  const roles = ['collector', 'acceptor', 'dispatcher', 'dept', 'handler'] as const
  const { rows: people } = await pool.query<Person & { username: string }>(
    `select u.id, u.name, u.username, (select p.unit_id from org.pub_post p where p.user_id = u.id limit 1) as "unitId" from org.pub_user u where u.username = any($1)`,
    [roles]
  )
  const person = (role: string) => people.find((p) => p.username === role)!
  return {
    reference,
    places: places.filter((p) => p.units.length > 0),
    classes,
    people: Object.fromEntries(roles.map((r) => [r, person(r)])) as unknown as World['people']
  }
}

export interface Made {
  record: CaseRecord
  steps: (PlannedStep & { seq: number; prevHash: string; hash: string })[]
}

const PATH: readonly { op: OperationKey; by: keyof World['people']; afterMin: number }[] = [
  { op: 'accept', by: 'acceptor', afterMin: 8 },
  { op: 'register', by: 'acceptor', afterMin: 10 },
  { op: 'dispatch', by: 'dispatcher', afterMin: 7 },
  { op: 'assign', by: 'dept', afterMin: 25 },
  { op: 'submitHandle', by: 'handler', afterMin: 300 },
  { op: 'deptConfirm', by: 'dept', afterMin: 20 },
  { op: 'forward', by: 'dispatcher', afterMin: 10 },
  { op: 'sendCheck', by: 'acceptor', afterMin: 10 },
  { op: 'submitCheck', by: 'collector', afterMin: 25 },
  { op: 'close', by: 'acceptor', afterMin: 10 }
]
export const WHOLE_PATH = PATH.length

/** A source of cases; the same seed gives the same ones. */
export class CaseMaker {
  readonly #random: () => number
  readonly #world: World

  constructor(world: World, seed: string) {
    this.#world = world
    this.#random = randomOf(seed)
  }

  /** Few things happen often, many seldom. */
  pick<T>(from: readonly T[], skew = 2): T {
    return from[Math.floor(from.length * this.#random() ** skew)]!
  }

  between(low: number, high: number): number {
    return low + this.#random() * (high - low)
  }

  /** A case reported at `at` with the first `steps` operations of the path done; clocks settled as of `now`. */
  make(input: {
    at: Date
    now: Date
    caseNo: string
    steps: number
    text: (place: Place, cls: ClassChoice) => { description: string; address: string }
  }): Made {
    const { reference, people } = this.#world
    const place = this.pick(this.#world.places, 1.6)
    const cls = this.pick(this.#world.classes, 2.5)
    const current = reference.calendarOf(place.district)
    const ctx = { current, book: reference.book, config: reference.config }
    const at = input.at.toISOString()
    const clocks = applyClocks({}, ['start:accept'], {
      now: input.at,
      ...ctx,
      stageLimits: ctx.config.stageLimits,
      handleLimit: null,
      sameUnit: false,
      reworkMode: 'fresh'
    })
    const blank = Object.fromEntries(CASE_KEYS.map((k) => [k, null])) as unknown as CaseRecord
    const made: CaseRecord = {
      ...blank,
      id: newId(input.at.getTime()),
      caseNo: input.caseNo,
      version: 1,
      status: 'reported',
      isOpen: true,
      standardRef: cls.standardRef,
      kind: cls.kind,
      classCode: cls.code,
      majorCode: cls.majorCode,
      sourceType: this.pick(['collector', 'hotline', 'public', 'video', 'vehicle', 'app', 'uav', 'iot', 'leader'] as const, 2),
      ...input.text(place, cls),
      severity: 'general',
      urgent: this.#random() < 0.02,
      reporterId: people.collector.id,
      lng: place.lng,
      lat: place.lat,
      precision: 'exact',
      districtCode: place.district,
      streetCode: place.street,
      communityCode: place.community,
      gridCode: place.grid,
      dutyGridCode: place.dutyGrid,
      unitIds: [],
      foundAt: at,
      reportedAt: at,
      supervised: false,
      selfHandled: false,
      forced: false,
      timeoutExempt: false,
      extendCount: 0,
      reworkCount: 0,
      returnCount: 0,
      needVisit: false,
      clocks,
      state: {},
      lastHash: ''
    }
    let record = settle(made, ctx, input.at)
    const steps: Made['steps'] = []
    this.#append(steps, record, {
      at,
      op: 'report',
      record: 'forward',
      fromStatus: null,
      toStatus: 'reported',
      actor: { ...people.collector, role: 'collector' },
      opinion: null,
      data: { facts: factsOf(record) },
      stage: null,
      usedS: null,
      overdue: false
    })
    let time = input.at.getTime()
    for (const { op, by, afterMin } of PATH.slice(0, input.steps)) {
      time += afterMin * MINUTE * this.between(0.3, 1.5)
      const outcome = plan(record, op, this.#input(op, cls, place), {
        ...ctx,
        now: new Date(time),
        actor: { ...people[by], role: by },
        resolved: this.#resolved(op, cls, place, record)
      })
      record = outcome.next
      this.#append(steps, record, outcome.step)
    }
    record = { ...settle(record, ctx, input.now), lastHash: steps.at(-1)!.hash }
    return { record, steps }
  }

  #input(op: OperationKey, cls: ClassChoice, place: Place) {
    if (op === 'register') return { conditionId: cls.condition.id }
    if (op === 'dispatch') return { unitId: place.units[0]! }
    if (op === 'assign') return { handlerId: this.#world.people.handler.id }
    if (op === 'submitHandle' || op === 'deptConfirm') return { opinion: '已到现场处置完毕，请核查。' }
    return op === 'submitCheck' ? { result: 'pass' as const } : {}
  }

  #resolved(op: OperationKey, cls: ClassChoice, place: Place, record: CaseRecord): Resolved {
    const { reference, people } = this.#world
    const resolved: Resolved = { shiftLeader: true, forUnit: true }
    if (op === 'register')
      resolved.condition = { id: cls.condition.id, limit: reference.limitOf(cls.condition, record.districtCode) }
    if (op === 'dispatch') {
      const id = this.pick(place.units, 1.5)
      resolved.unit = { id, ancestorIds: reference.units.get(id)?.path ?? [id] }
    }
    if (op === 'assign') resolved.handler = people.handler
    if (op === 'sendCheck') resolved.collector = { ...people.collector, distanceM: 120 }
    return resolved
  }

  #append(steps: Made['steps'], record: CaseRecord, step: PlannedStep): void {
    const last = steps.at(-1)
    const chained = nextStep(
      last ? { seq: last.seq, hash: last.hash } : null,
      {
        caseId: record.id,
        at: step.at,
        op: step.op,
        fromStatus: step.fromStatus,
        toStatus: step.toStatus,
        actorId: step.actor.id,
        actorName: step.actor.name,
        unitId: step.actor.unitId,
        opinion: step.opinion,
        data: step.data
      },
      sha256
    )
    steps.push({ ...step, seq: chained.seq, prevHash: chained.prevHash, hash: chained.hash })
  }
}

/** Writes made cases with their steps, a thousand at a time. */
export async function insertMade(pool: pg.Pool, made: readonly Made[]): Promise<void> {
  for (let i = 0; i < made.length; i += 1000) {
    const part = made.slice(i, i + 1000)
    const rows = part.map(({ record }) => caseRow(record))
    const steps = part.flatMap(({ record, steps: all }) => all.map((s) => stepRow(record.id, s)))
    await pool.query('insert into cases."case" select * from jsonb_populate_recordset(null::cases."case", $1::jsonb)', [
      JSON.stringify(rows)
    ])
    await pool.query('insert into cases.step select * from jsonb_populate_recordset(null::cases.step, $1::jsonb)', [
      JSON.stringify(steps)
    ])
  }
}
