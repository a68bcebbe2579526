import type { ItemClass, RegisterDeclaration, TypeView } from '@chengyun/contract/registry'
import { type Actor, may } from '../../platform/actor.ts'
import { searchTextsOf } from './domain/search-texts.ts'
import { componentClasses } from './ports.ts'
import type { TypeRecord } from './queries/types.ts'

/** The classes of a register: its own, or the national ones. */
export function classesOf(d: RegisterDeclaration): readonly ItemClass[] {
  if (!d.classes) return []
  if ('from' in d.classes) return componentClasses().all()
  return d.classes.list.map(({ code, name }) => ({
    code,
    name: name.zh,
    nameEn: name.en,
    majorCode: null,
    majorName: null,
    standardRef: null,
    active: true
  }))
}

/** A class of a register by its code. */
export function classOf(d: RegisterDeclaration, code: string): ItemClass | undefined {
  if (d.classes && 'from' in d.classes) return componentClasses().find(code)
  return classesOf(d).find((c) => c.code === code)
}

/** A register with its counts, and what this person may do with it. */
export function presentType(row: TypeRecord, counts: Record<string, number>, actor: Actor): TypeView {
  const ends = new Set(row.declaration.states.filter((s) => s.ends).map((s) => s.key))
  const total = Object.entries(counts).reduce((sum, [state, n]) => sum + (ends.has(state) ? 0 : n), 0)
  return {
    id: row.id,
    version: row.version,
    state: row.state,
    origin: row.origin,
    declaration: row.declaration,
    counts,
    total,
    updatedAt: row.updated_at.toISOString(),
    can: {
      edit: row.state === 'active' && (may(actor, 'registry:edit') || may(actor, 'registry:config')),
      config: may(actor, 'registry:config'),
      review: may(actor, 'registry:review')
    }
  }
}

/** The searchable attributes of an item as texts; choices by their names. */
export const searchTexts = (d: RegisterDeclaration, values: Readonly<Record<string, unknown>>): string[] =>
  searchTextsOf(d)(values)
