import type { StreamView } from '@chengyun/contract/streams'
import type { Voices } from './senses.ts'
import type { Sensor } from './timetable.ts'

/** What of a stream is looked at. */
export type Listed = Pick<StreamView, 'id' | 'key' | 'kind' | 'intervalS' | 'item' | 'latest' | 'hidden'>

/** So long a stream is left to whoever spoke for it last. */
const OTHERS_MS = 3_600_000

/**
 * The streams the simulator speaks for. A thing whose latest readings are none that the demonstration would say is somebody's own, connected by hand: it is
 * left alone, and so is a stream that never spoke. Where somebody says something for a thing of the demonstration, its stream is his for an hour.
 */
export function sensorsOf(listed: readonly Listed[], voices: Voices, now: number): Sensor[] {
  const things = Map.groupBy(listed, (s) => `${s.item.type}/${s.item.code}`)
  return [...things.values()].flatMap((streams) => {
    const known = streams.flatMap((view) => {
      const sensor = sensorOf(view)
      const mark = sensor && view.latest && voices.has(sensor.ref) ? markOf(view, sensor, voices) : null
      return sensor && mark && view.latest ? [{ sensor, mark, at: Date.parse(view.latest.at) }] : []
    })
    // Yes and no say little: half of all would be right by chance.
    const telling = known.filter((k) => k.mark !== 'hidden' && k.sensor.kind !== 'truth')
    const marks = telling.length > 0 ? telling : known
    if (!marks.some((k) => k.mark !== 'other')) return []
    return known.filter((k) => k.mark !== 'other' || now - k.at > OTHERS_MS).map((k) => k.sensor)
  })
}

function sensorOf({ id, key, kind, intervalS, item }: Listed): Sensor | null {
  if ((kind !== 'number' && kind !== 'count' && kind !== 'truth') || !intervalS) return null
  return { id, ref: `${item.type}/${key}`, thing: item.code, kind, intervalS }
}

/** Episodes of earlier runs count too: whatever a fault of the pack can make of the plain value. */
function markOf({ latest, hidden }: Listed, sensor: Sensor, voices: Voices): 'ours' | 'other' | 'hidden' {
  if (hidden || !latest || latest.value === null) return 'hidden'
  const at = Date.parse(latest.at)
  const { value } = latest
  const plain = voices.plain(sensor, at)
  const slack = 1e-4 * Math.max(1, Math.abs(value))
  const within = (low: number, high: number) => value >= Math.min(low, high) - slack && value <= Math.max(low, high) + slack
  const faulty = voices.faultsOf(sensor.ref).some(({ kind, size = 0, forS }) => {
    if (kind === 'value') return within(size, size)
    if (kind === 'ramp') return within(plain, plain + (size * forS) / 3600)
    return within(plain + size, plain + size)
  })
  const said = voices.reading(sensor, at) ?? plain
  return faulty || within(plain, plain) || within(said, said) ? 'ours' : 'other'
}
