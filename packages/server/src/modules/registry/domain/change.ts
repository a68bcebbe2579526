import { canonical } from '@chengyun/contract/history'

/** The facts of an item that a history keeps: what SQL columns and attributes say, flat by field name. */
export type Facts = Readonly<Record<string, unknown>>

/** The fields in which two states of an item differ; null stands for "not there". */
export function difference(before: Facts, after: Facts): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const out = { before: {} as Record<string, unknown>, after: {} as Record<string, unknown> }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[key] ?? null, after[key] ?? null]
    if (was === is || canonical(was) === canonical(is)) continue
    out.before[key] = was
    out.after[key] = is
  }
  return out
}

/** What sort of change a difference is: only the place — moved; else modified. */
export const kindOfChange = (after: Readonly<Record<string, unknown>>): 'modify' | 'move' =>
  Object.keys(after).every((key) => PLACE_FIELDS.has(key)) ? 'move' : 'modify'

const PLACE_FIELDS = new Set(['place', 'shape', 'grid', 'address'])
