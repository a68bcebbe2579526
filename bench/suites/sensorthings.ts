/** SensorThings over HTTP beside a bare endpoint that stores what waits: single Observations, and arrays of a thousand. Durable before the answer on both sides. */
import type { Bench } from '../lib/bed.ts'
import { post, type Shot } from '../lib/load.ts'
import { type Product, type Session, startProduct } from '../lib/product.ts'
import { startStaPeer } from '../lib/sta-peer.ts'
import { type BenchRow, median, round } from '../lib/stats.ts'
import { openStreams } from '../lib/streams.ts'

const CONNECTIONS = 32
const ROWS = 1000
const NOBODY: Session = { cookie: '', csrf: '', headers: {} }

export async function run(bench: Bench): Promise<BenchRow[]> {
  const cluster = await bench.cluster()
  const bed = await openStreams(cluster, bench.say)
  const product = await startProduct({ databaseUrl: bed.url, dataDir: bed.dataDir })
  const peer = await startStaPeer(bed.url)
  try {
    const session = await product.signIn('dataadmin')
    // Nothing is a repetition, and nothing lies before what its stream said last: singles and arrays have streams of their own.
    const half = Math.floor(bed.ids.length / 2)
    const { rows } = await bed.pool.query<{ last: number | null }>(
      'select extract(epoch from max(at))::float8 * 1000 as last from streams.reading'
    )
    // After what an earlier run stored: a late reading would be stored in another, slower way.
    const from = Math.max(Date.now() - 2 * 3_600_000, Math.ceil(rows[0]?.last ?? 0) + 1)
    let [single, array] = [0, 0]
    const singles = (count: number): Shot[] =>
      Array.from({ length: count }, (_, i) => ({
        path: '/sta/v1.1/Observations',
        body: JSON.stringify({
          phenomenonTime: new Date(from + Math.floor(single / half)).toISOString(),
          result: i % 100,
          Datastream: { '@iot.id': bed.ids[single++ % half] }
        })
      }))
    const arrays = (count: number): Shot[] =>
      Array.from({ length: count }, () => {
        const begins = from + Math.floor(array / half) * ROWS
        const stream = bed.ids[half + (array++ % half)]
        return {
          path: '/sta/v1.1/CreateObservations',
          body: JSON.stringify([
            {
              Datastream: { '@iot.id': stream },
              components: ['phenomenonTime', 'result'],
              'dataArray@iot.count': ROWS,
              dataArray: Array.from({ length: ROWS }, (_, i) => [new Date(begins + i).toISOString(), i % 100])
            }
          ])
        }
      })
    return [
      await paired(
        bench,
        product,
        session,
        peer.url,
        'single POST',
        '/s',
        1,
        () => singles(60_000 * bench.seconds),
        '≥ 0.50',
        0.5
      ),
      await paired(
        bench,
        product,
        session,
        peer.url,
        `rows in dataArrays of ${ROWS}`,
        '/s',
        ROWS,
        () => arrays(600 * bench.seconds),
        '≥ 0.60',
        0.6
      )
    ]
  } finally {
    await peer.stop()
    await product.stop()
    await bed.pool.query('drop table if exists raw_observation')
    await bed.close()
  }
}

async function paired(
  bench: Bench,
  product: Product,
  session: Session,
  peer: string,
  name: string,
  unit: BenchRow['unit'],
  each: number,
  shots: () => Shot[],
  target: string,
  least: number
): Promise<BenchRow> {
  const wrk = bench.wrk()
  const options = { connections: CONNECTIONS, seconds: bench.seconds }
  const [ours, raw]: [number[], number[]] = [[], []]
  for (let i = -1; i < bench.rounds; i += 1) {
    const side = async (isOurs: boolean): Promise<number> => {
      const done = await post(wrk, isOurs ? product.url : peer, isOurs ? session : NOBODY, shots(), options)
      if (done.failed > 0) throw new Error(`${name}: ${done.failed} of ${done.done} were refused`)
      return done.perS * each
    }
    const first = i % 2 === 0
    const a = await side(first)
    const b = await side(!first)
    // The first round warms both sides.
    if (i < 0) continue
    ours.push(first ? a : b)
    raw.push(first ? b : a)
    bench.say(`  ${name}, round ${i + 1}: ${round(ours.at(-1) ?? 0, 0)} ${unit}, bare ${round(raw.at(-1) ?? 0, 0)} ${unit}`)
  }
  const ratio = median(ours.map((rate, i) => rate / (raw[i] as number)))
  return {
    suite: 'sensorthings',
    name: `${name} ÷ bare group-commit endpoint`,
    unit,
    ours: median(ours),
    limit: median(raw),
    ratio,
    target,
    ok: ratio >= least,
    note: `${CONNECTIONS} connections, durable before the answer; the bare one signs nobody in and checks nothing`
  }
}
