import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { maskName, maskPhone } from '../../org/index.ts'

type Mask = NonNullable<RegisterDeclaration['attributes'][number]['mask']>

const KEPT_OF_ADDRESS = 6

/** A personal value as it is shown until it is revealed (GB/T 35273-2020). */
export function maskValue(mask: Mask, value: string): string {
  switch (mask) {
    case 'name':
      return maskName(value)
    case 'phone':
      return maskPhone(value)
    case 'idNumber':
      return value.length > 7 ? value.slice(0, 3) + '*'.repeat(value.length - 7) + value.slice(-4) : '*'.repeat(value.length)
    case 'address':
      return value.length > KEPT_OF_ADDRESS ? `${value.slice(0, KEPT_OF_ADDRESS)}****` : '****'
  }
}

export interface ShownAttributes {
  attributes: Record<string, unknown>
  /** Keys whose values are masked. */
  masked: string[]
}

/** Attributes as a person may see them: restricted ones are left out without `restricted`, personal ones masked without `clear`. */
export function shownAttributes(
  { attributes }: RegisterDeclaration,
  values: Readonly<Record<string, unknown>>,
  { restricted, clear }: { restricted: boolean; clear: boolean }
): ShownAttributes {
  const out: ShownAttributes = { attributes: {}, masked: [] }
  for (const { key, visibility, mask } of attributes) {
    const value = values[key]
    if (value === undefined || value === null || (visibility === 'restricted' && !restricted)) continue
    const hidden = mask !== undefined && !clear && typeof value === 'string' && value !== ''
    out.attributes[key] = hidden ? maskValue(mask, value) : value
    if (hidden) out.masked.push(key)
  }
  return out
}
