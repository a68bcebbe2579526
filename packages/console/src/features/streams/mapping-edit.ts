import type { PayloadMapping } from '@chengyun/contract/streams'

export type Steps = readonly (string | number)[]
export type MappedValue = NonNullable<PayloadMapping['values']>[number]
export type MappedTime = NonNullable<PayloadMapping['time']>

/** A place inside a payload as mappings write it: `a.b[0]['c d']`; `$` for the whole. */
export function pathText(steps: Steps): string {
  let out = ''
  for (const step of steps)
    if (typeof step === 'number') out += `[${step}]`
    else if (/^[^.[\]'"\s]+$/.test(step)) out += out === '' ? step : `.${step}`
    else out += step.includes("'") ? `["${step}"]` : `['${step}']`
  return out === '' ? '$' : out
}

/** The list a place lies in, outermost; null where it lies in none. */
export function listAround(steps: Steps): Steps | null {
  const at = steps.findIndex((s) => typeof s === 'number')
  return at < 0 ? null : steps.slice(0, at)
}

/** A place as a mapping that reads `each` entry of a list by itself writes it. */
export function withinEach(steps: Steps, each: string | undefined): string {
  const list = listAround(steps)
  return each !== undefined && list !== null && pathText(list) === each ? pathText(steps.slice(list.length + 1)) : pathText(steps)
}

/** A key of a stream after the name a maker uses: `supply_temp` → `supplyTemp`. */
export function keyFrom(steps: Steps): string {
  const name = String([...steps].reverse().find((s) => typeof s === 'string') ?? 'value')
  const parts = name.split(/[^A-Za-z0-9]+/).filter((p) => p !== '')
  const camel = parts.map((p, i) => (i === 0 ? p.charAt(0).toLowerCase() : p.charAt(0).toUpperCase()) + p.slice(1)).join('')
  return /^[a-z]/.test(camel) ? camel.slice(0, 40) : 'value'
}

/** How a moment is written, by an example. */
export function timeFrom(path: string, example: unknown): MappedTime {
  const n = typeof example === 'number' ? example : typeof example === 'string' && /^\d+$/.test(example) ? Number(example) : null
  if (n !== null) {
    if (String(example).length === 14) return { path, as: 'text', format: 'yyyyMMddHHmmss' }
    return { path, as: n > 1e14 ? 'us' : n > 1e11 ? 'ms' : 's' }
  }
  if (typeof example === 'string' && /(?:Z|[+-]\d\d:?\d\d)$/.test(example)) return { path, as: 'iso' }
  const text = String(example)
  const order = ['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss', 'SSS']
  let part = 0
  return { path, as: 'text', format: text.replace(/\d+/g, () => order[part++] ?? '').slice(0, 40) }
}

/** Reads a list entry by entry: places that led through its first entry are now places of an entry. */
export function readEach(d: PayloadMapping, list: Steps): PayloadMapping {
  const each = pathText(list)
  const prefix = new RegExp(`^${(each === '$' ? '' : each).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\[\\d+\\]\\.?`)
  const inside = (path: string) => path.replace(prefix, '') || '$'
  return {
    ...d,
    each,
    ...(d.values && { values: d.values.map((v) => ({ ...v, path: inside(v.path) })) }),
    ...(d.time && { time: { ...d.time, path: inside(d.time.path) } }),
    ...(d.device.path !== undefined && { device: { ...d.device, path: inside(d.device.path) } })
  }
}

/** What the form does not show of a declaration. */
export const beyondForm = (d: PayloadMapping): string[] => [
  ...(d.named ? ['named'] : []),
  ...(d.quality ? ['quality'] : []),
  ...(d.values?.some((v) => v.quality !== undefined) ? ['values.quality'] : [])
]
