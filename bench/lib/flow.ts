/** Transitions and reports over HTTP in rounds, beside pgbench in the same rounds. */
import type { Bed, Bench } from './bed.ts'
import { quiet } from './bed.ts'
import { makeReported, OPEN, textOf } from './data.ts'
import { pgbench, post, type Shot } from './load.ts'
import { CaseMaker, insertMade } from './maker.ts'
import { RAW_SUBMIT, RAW_TRANSITION } from './raw.ts'

/** The rate no machine of ours exceeds: how many cases one round must have ready. */
const MAX_PER_S = 9000
const CONNECTIONS = 64
const CLIENTS = 16
let prefix = 99_900

export interface Rounds {
  /** Answers a second, one figure a round. */
  rates: number[]
  /** Seconds until everything that was announced had been delivered, after each round. */
  drainS: number[]
  p50Ms: number[]
  p99Ms: number[]
  /** Processor time of the server process per request, in microseconds. */
  nodeUs: number[]
  /** Processor time of PostgreSQL per request, delivery of the events included. */
  postgresUs: number[]
}
export interface RawRounds {
  rates: number[]
  postgresUs: number[]
}
export const noRawRounds = (): RawRounds => ({ rates: [], postgresUs: [] })
export const noRounds = (): Rounds => ({ rates: [], drainS: [], p50Ms: [], p99Ms: [], nodeUs: [], postgresUs: [] })

async function shoot(bench: Bench, bed: Bed, shots: readonly Shot[], into: Rounds): Promise<number> {
  const cluster = await bench.cluster()
  const [cpu, postgres] = [bed.product.cpuS(), cluster.cpuS()]
  const out = await post(bench.wrk(), bed.product.url, bed.acceptor, shots, { connections: CONNECTIONS, seconds: bench.seconds })
  if (out.failed > 0) throw new Error(`${out.failed} of ${out.done} requests failed on ${bed.name}`)
  into.rates.push(out.perS)
  into.p50Ms.push(out.p50Ms)
  into.p99Ms.push(out.p99Ms)
  into.nodeUs.push(((bed.product.cpuS() - cpu) / out.done) * 1e6)
  into.drainS.push(await quiet(bed))
  into.postgresUs.push(((cluster.cpuS() - postgres) / out.done) * 1e6)
  return out.done
}

/** One round of `accept` on cases reported for it, each once; then `register` with its automatic dispatch on those accepted. */
export async function transitionRound(bench: Bench, bed: Bed, accept: Rounds, register: Rounds | null): Promise<void> {
  prefix += 1
  const made = makeReported(bed.world, MAX_PER_S * bench.seconds, String(prefix))
  await insertMade(bed.pool, made)
  const path = (id: string, op: string) => `/api/cases/${id}/operations/${op}?view=row`
  await shoot(
    bench,
    bed,
    made.map(({ record }) => ({ path: path(record.id, 'accept'), body: '{"version":1}' })),
    accept
  )
  if (!register) return
  const ids = made.map((m) => m.record.id)
  const { rows } = await bed.pool.query<{ id: string; condition: string }>(
    `select c.id, (select k.id from cases.condition k where k.standard_ref = c.standard_ref and k.kind = c.kind and k.code = c.class_code and k.active order by sort, id limit 1) as condition
     from cases."case" c where c.id = any($1) and c.status = 'pending_register'`,
    [ids]
  )
  await shoot(
    bench,
    bed,
    rows.map((r) => ({ path: path(r.id, 'register'), body: JSON.stringify({ version: 2, conditionId: r.condition }) })),
    register
  )
}

/** One round of reports: each placed, numbered, and its clock started. */
export async function submitRound(bench: Bench, bed: Bed, into: Rounds): Promise<void> {
  prefix += 1
  const maker = new CaseMaker(bed.world, `submit-${prefix}`)
  const text = textOf()(maker)
  const shots = Array.from({ length: MAX_PER_S * bench.seconds }, (): Shot => {
    const place = maker.pick(bed.world.places, 1.6)
    const cls = maker.pick(bed.world.classes, 2.5)
    return {
      path: '/api/cases?view=row',
      body: JSON.stringify({
        standardRef: cls.standardRef,
        kind: cls.kind,
        classCode: cls.code,
        ...text(place, cls),
        location: [place.lng, place.lat],
        sourceType: 'hotline'
      })
    }
  })
  await shoot(bench, bed, shots, into)
}

export const rawTransitions = (bench: Bench, bed: Bed, into: RawRounds): Promise<void> =>
  raw(bench, bed, RAW_TRANSITION, { first: bed.cases - OPEN + 1, last: bed.cases }, into)
export const rawSubmits = (bench: Bench, bed: Bed, into: RawRounds): Promise<void> => raw(bench, bed, RAW_SUBMIT, {}, into)

async function raw(bench: Bench, bed: Bed, script: string, variables: Record<string, number>, into: RawRounds): Promise<void> {
  const cluster = await bench.cluster()
  const before = cluster.cpuS()
  const rate = await pgbench(cluster, bed.name, script, { clients: CLIENTS, seconds: bench.seconds, variables })
  into.rates.push(rate)
  into.postgresUs.push(((cluster.cpuS() - before) / (rate * bench.seconds)) * 1e6)
}
