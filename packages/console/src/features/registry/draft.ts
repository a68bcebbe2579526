import type { ItemCard, ItemFacts, RegisterDeclaration } from '@chengyun/contract/registry'

// What is written into the form of an item, flat by field; and what of it the server is told. Pure.

/** Values by field: columns of an item, keys of attributes, and `rel.<key>` with codes. */
export type Draft = Readonly<Record<string, unknown>>

const UNITS = ['authority', 'owner', 'maintainer'] as const

/** The item as it is, for its form. Masked attributes are left out: what is not read is not written. */
export function draftOf(d: RegisterDeclaration, card: ItemCard): Draft {
  const out: Record<string, unknown> = {
    name: card.name,
    status: card.status,
    address: card.address,
    place: card.place,
    class: card.class?.code ?? null
  }
  for (const unit of UNITS) out[unit] = card[unit]?.id ?? null
  for (const a of d.attributes) if (!card.masked.includes(a.key)) out[a.key] = card.attributes[a.key] ?? null
  for (const r of d.relations ?? [])
    out[`rel.${r.key}`] = card.relations.find((x) => x.key === r.key)?.items.map((i) => i.code) ?? []
  return out
}

const bare = (v: unknown): unknown => (v === undefined || v === '' || (Array.isArray(v) && v.length === 0) ? null : v)
const same = (a: unknown, b: unknown): boolean => JSON.stringify(bare(a)) === JSON.stringify(bare(b))

/** Fields that differ. */
export function changedFields(before: Draft, after: Draft): string[] {
  return Object.keys(after).filter((key) => !same(before[key], after[key]))
}

/** Some fields of a draft as the server takes them: texts are never null, what is left empty is. */
export function factsOf(d: RegisterDeclaration, draft: Draft, fields: readonly string[]): ItemFacts {
  const facts: Record<string, unknown> = {}
  const attributes: Record<string, unknown> = {}
  const relations: Record<string, string[]> = {}
  for (const field of fields) {
    const value = draft[field]
    if (field.startsWith('rel.')) relations[field.slice(4)] = Array.isArray(value) ? value.map(String) : []
    else if (d.attributes.some((a) => a.key === field)) attributes[field] = bare(value)
    else if (field === 'name' || field === 'address') facts[field] = typeof value === 'string' ? value.trim() : ''
    else if (field === 'status') facts[field] = String(value)
    else if (field !== 'code') facts[field] = bare(value)
  }
  return {
    ...facts,
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    ...(Object.keys(relations).length > 0 ? { relations } : {})
  }
}

/** The fields of a new item that say something. */
export function filledFields(draft: Draft): string[] {
  return Object.keys(draft).filter((key) => bare(draft[key]) !== null)
}
