import { QUALITIES, type Quality, type StreamView } from '@chengyun/contract/streams'

/** A thing with its streams, in the order they came. */
export interface Thing {
  id: number
  code: string
  name: string
  type: string
  streams: StreamView[]
}

/** Streams by the things they belong to. */
export function thingsOf(streams: readonly StreamView[]): Thing[] {
  const things = new Map<number, Thing>()
  for (const s of streams) {
    const known = things.get(s.thingId)
    if (known) known.streams.push(s)
    else things.set(s.thingId, { id: s.thingId, code: s.item.code, name: s.item.name, type: s.item.type, streams: [s] })
  }
  return [...things.values()]
}

/** The keys of some streams, the commonest first, as columns of a table. */
export function keysOf(streams: readonly StreamView[]): { key: string; stream: StreamView; count: number }[] {
  const keys = new Map<string, { key: string; stream: StreamView; count: number }>()
  for (const s of streams) {
    const known = keys.get(s.key)
    if (known) known.count += 1
    else keys.set(s.key, { key: s.key, stream: s, count: 1 })
  }
  return [...keys.values()].sort((a, b) => b.count - a.count)
}

/** Whether a reading is drawn as part of a curve. */
export const isTrusted = (quality: Quality | undefined): boolean => quality === 'good' || quality === 'manual'

/** A line through a small box, broken at gaps and where readings are not to be trusted; null where there is nothing to draw. */
export function sparkPath(
  line: { at: readonly number[]; mean: readonly (number | null)[]; quality?: readonly number[] },
  width: number,
  height: number
): string | null {
  const mean = line.mean.map((v, i) => (isTrusted(QUALITIES[line.quality?.[i] ?? 0]) ? v : null))
  const values = mean.filter((v): v is number => v !== null)
  if (values.length < 2) return null
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const [from, to] = [line.at[0]!, line.at.at(-1)!]
  let path = ''
  let down = false
  mean.forEach((v, i) => {
    if (v === null) {
      down = false
      return
    }
    const x = to === from ? 0 : ((line.at[i]! - from) / (to - from)) * width
    const y = high === low ? height / 2 : height - ((v - low) / (high - low)) * height
    path += `${down ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`
    down = true
  })
  return path
}
