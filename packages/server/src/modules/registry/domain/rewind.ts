import type { ItemRecord } from '../queries/items.ts'
import type { Facts } from './change.ts'
import { RELATION, rowOfFacts } from './facts.ts'

interface Undone {
  kind: string
  before: Facts
}

/** An item as it was before some changes, newest first; null when it was not there then. */
export function rewound(row: ItemRecord, changes: readonly Undone[]): ItemRecord | null {
  let now = row
  let isGone = row.removed_at !== null
  for (const { kind, before } of changes) {
    if (kind === 'add') return null
    isGone = kind === 'remove' ? false : kind === 'restore' ? true : isGone
    // Whatever is neither column nor relation is an attribute, of whichever version of the declaration.
    const attributes = Object.keys(before).filter((key) => !key.startsWith(RELATION))
    now = { ...now, ...rowOfFacts(before, now, new Set(attributes)) }
  }
  return isGone ? null : { ...now, removed_at: null }
}
