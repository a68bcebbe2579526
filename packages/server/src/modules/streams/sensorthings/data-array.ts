/** Observations as columns: the data array extension (SensorThings 1.1, 12). */
import type { RegistryEnv } from '../../registry/index.ts'
import type { PendingReading } from '../commands/sta-write.ts'
import { referenceOf } from '../domain/sta/address.ts'
import { readBody } from '../domain/sta/body.ts'
import { StaError } from '../domain/sta/fault.ts'
import { MODEL } from '../domain/sta/model.ts'
import type { Observation } from '../domain/sta/observation.ts'
import type { Options } from '../domain/sta/options.ts'
import { instantOf, isoOf } from '../domain/sta/time.ts'
import type { Asking } from './asking.ts'
import { idOf, type Json, observationValues } from './present.ts'
import { demandWritable, type Stored, storeReadings } from './readings.ts'
import { pendingOf } from './write.ts'

/** Observations one request may bring. */
const MOST = 100_000
const COMPONENTS = ['id', 'phenomenonTime', 'result', 'resultTime', 'resultQuality', 'validTime', 'parameters']

/** A page as arrays, one for each Datastream. */
export function toArrays(asking: Asking, found: readonly Observation[], { select }: Options): Json[] {
  const rare = new Set(found.flatMap((o) => Object.keys(o.extra ?? {})))
  const components = select
    ? COMPONENTS.filter((c) => select.has(c))
    : COMPONENTS.filter((c) => (c !== 'validTime' && c !== 'parameters') || rare.has(c))
  const { catalogue } = asking.streams
  return [...Map.groupBy(found, (o) => o.stream)].map(([stream, some]) => ({
    'Datastream@iot.navigationLink': `${asking.base}/${referenceOf('Datastream', stream)}`,
    components,
    'dataArray@iot.count': some.length,
    dataArray: some.map((o) => {
      const values: Json = { ...observationValues(o, catalogue.kindOf(stream)), id: idOf(o) }
      return components.map((c) => values[c] ?? null)
    })
  }))
}

interface Row {
  reading: PendingReading | null
  error: string | null
}

/** `CreateObservations`: answers a selfLink or `error` for each row, in order (12.2.1). @throws StaError when nothing of it can be understood */
export async function createObservations(asking: Asking, env: RegistryEnv, body: unknown): Promise<string[]> {
  if (!Array.isArray(body)) throw new StaError('a list of data arrays is expected')
  const rows: Row[] = []
  for (const group of body as unknown[]) await readGroup(asking, env, group, rows)
  const readings = rows.flatMap((r) => (r.reading ? [r.reading] : []))
  const stored = readings.length === 0 ? [] : await storeReadings(asking.streams, readings, asking.now)
  let i = 0
  return rows.map((row) => {
    if (!row.reading) return `error: ${row.error ?? ''}`
    const done = stored[i++] as Stored | StaError
    return done instanceof StaError ? `error: ${done.message}` : `${asking.base}/${referenceOf('Observation', done.id)}`
  })
}

async function readGroup(asking: Asking, env: RegistryEnv, group: unknown, rows: Row[]): Promise<void> {
  const g = group as { Datastream?: { '@iot.id'?: unknown }; components?: unknown; dataArray?: unknown } | null
  const stream = Number(g?.Datastream?.['@iot.id'])
  if (!Number.isInteger(stream)) throw new StaError('Datastream: @iot.id is missing')
  if (!Array.isArray(g?.components) || !Array.isArray(g.dataArray)) throw new StaError('components and dataArray are lists')
  const components = g.components as unknown[]
  for (const name of components)
    if (typeof name !== 'string' || (name !== 'FeatureOfInterest/id' && !Object.hasOwn(MODEL.Observation.properties, name)))
      throw new StaError(`components: there is no ${String(name)} of Observations`)
  if (!components.includes('result')) throw new StaError('components: result is missing')
  if (rows.length + g.dataArray.length > MOST) throw new StaError(`more than ${MOST} Observations`, 413)
  await demandWritable(asking, stream)
  const isPlain = components.length === 2 && components[0] === 'phenomenonTime' && components[1] === 'result'
  for (const values of g.dataArray as unknown[])
    rows.push(isPlain ? plainRow(stream, values) : await anyRow(asking, env, stream, components as string[], values))
}

/** What almost every array is: an instant and a result. */
function plainRow(stream: number, row: unknown): Row {
  if (!Array.isArray(row) || row.length !== 2) return { reading: null, error: 'as many values as components are expected' }
  const [time, result] = row as [unknown, unknown]
  const at = typeof time === 'string' ? instantOf(time) : null
  if (at === null || result === null || typeof result === 'object') return careful(stream, { phenomenonTime: time, result })
  return { reading: { stream, values: { phenomenonTime: isoOf(at), result }, feature: null }, error: null }
}

function careful(stream: number, object: Json): Row {
  try {
    return {
      reading: { stream, values: readBody(object, 'Observation', true, ['Datastream']).values, feature: null },
      error: null
    }
  } catch (error) {
    if (!(error instanceof StaError)) throw error
    return { reading: null, error: error.message }
  }
}

async function anyRow(
  asking: Asking,
  env: RegistryEnv,
  stream: number,
  components: readonly string[],
  row: unknown
): Promise<Row> {
  if (!Array.isArray(row) || row.length !== components.length)
    return { reading: null, error: 'as many values as components are expected' }
  const object: Json = {}
  for (const [i, name] of components.entries()) {
    const value = (row as unknown[])[i]
    if (name === 'FeatureOfInterest/id') {
      if (value !== null) object.FeatureOfInterest = { '@iot.id': value }
    } else if (value !== null || name === 'result') object[name] = value
  }
  try {
    const draft = readBody(object, 'Observation', true, ['Datastream'])
    return { reading: await pendingOf(asking, env, draft, { Datastream: stream }), error: null }
  } catch (error) {
    if (!(error instanceof StaError)) throw error
    return { reading: null, error: error.message }
  }
}
