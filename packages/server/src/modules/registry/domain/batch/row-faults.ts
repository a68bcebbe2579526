import { ROW_FAULTS, type RowFaultRule } from '@chengyun/contract/registry'
import type { ItemFault } from '../check-item.ts'

/** Something wrong with a row: a fault of an item, or one that only files have. */
export type RowFault = Omit<ItemFault, 'rule'> & { rule: ItemFault['rule'] | RowFaultRule }

type Details = Readonly<Record<string, string | number>>
const filled = (text: string, details: Details): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(details[name] ?? whole).slice(0, 80))

/** A fault that only rows of files have. */
export const rowFault = (
  field: string,
  rule: RowFaultRule,
  details: Details = {},
  expected?: { zh: string; en: string }
): RowFault => ({
  field,
  rule,
  zh: filled(ROW_FAULTS[rule].zh, { ...details, ...(expected && { expected: expected.zh }) }),
  en: filled(ROW_FAULTS[rule].en, { ...details, ...(expected && { expected: expected.en }) })
})
