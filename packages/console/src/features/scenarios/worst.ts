import type { DataOf } from '@chengyun/contract/scenarios'

type Stations = DataOf<'stations'>
export interface Sort {
  /** `worst`, `name`, `heard`, a column or an attribute with an @ before it. */
  key: string
  down: boolean
}

/** States in which nothing is known of now. */
const SILENT = new Set(['noData', 'stale'])

/** Whether nothing is known of any of a thing's streams that it has. */
export function isSilent(data: Stations, i: number): boolean {
  const has = data.columns.flatMap((_, c) => (data.things?.streamIds[c]?.[i] ? [data.states[data.state[c]?.[i] ?? 0] ?? ''] : []))
  return has.length === 0 || has.every((s) => SILENT.has(s))
}

/** How bad it is: gravest alarm first, then silence, then readings that are not good, then the rest. */
function badness(data: Stations, i: number): number {
  const level = data.levels[i] ?? 0
  if (level > 0) return level
  if (isSilent(data, i)) return 10
  return data.columns.some((_, c) => data.things?.streamIds[c]?.[i] && data.states[data.state[c]?.[i] ?? 0] !== 'good') ? 11 : 12
}

/** Numbers of the things in the order of the table. What is not known comes last whichever way it is sorted. */
export function orderOf(data: Stations, sort: Sort, only?: (i: number) => boolean): number[] {
  const names = data.things?.names ?? []
  const order = names.map((_, i) => i).filter((i) => !only || only(i))
  const byName = (a: number, b: number) => (names[a] ?? '').localeCompare(names[b] ?? '', 'zh-CN', { numeric: true })
  const sign = sort.down ? -1 : 1
  const numbers = (of: (i: number) => number | null | undefined) => (a: number, b: number) => {
    const [x, y] = [of(a) ?? null, of(b) ?? null]
    if (x === null || y === null) return x === y ? byName(a, b) : x === null ? 1 : -1
    return sign * (x - y) || byName(a, b)
  }
  if (sort.key === 'worst') {
    const bad = new Map(order.map((i) => [i, badness(data, i)]))
    return order.sort((a, b) => (bad.get(a) ?? 0) - (bad.get(b) ?? 0) || byName(a, b))
  }
  if (sort.key === 'heard') return order.sort(numbers((i) => data.heard[i]))
  if (sort.key.startsWith('@')) {
    const texts = data.things?.attributes[data.attributes.findIndex((a) => `@${a.key}` === sort.key)] ?? []
    return order.sort((a, b) => {
      const [x, y] = [texts[a] ?? null, texts[b] ?? null]
      if (x === null || y === null) return x === y ? byName(a, b) : x === null ? 1 : -1
      return sign * x.localeCompare(y, 'zh-CN', { numeric: true }) || byName(a, b)
    })
  }
  const c = data.columns.findIndex((x) => x.key === sort.key)
  return c < 0 ? order.sort((a, b) => sign * byName(a, b)) : order.sort(numbers((i) => data.values[c]?.[i]))
}
