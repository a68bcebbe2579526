import type { RegisterDeclaration } from '@chengyun/contract/registry'

/** The searchable attributes of an item as texts; choices by their names. */
export type SearchTexts = (attributes: Readonly<Record<string, unknown>>) => string[]

const compiled = new WeakMap<RegisterDeclaration, SearchTexts>()

/** What of the attributes of a register is searched; worked out once for a declaration. */
export function searchTextsOf(d: RegisterDeclaration): SearchTexts {
  const known = compiled.get(d)
  if (known) return known
  const searched = d.attributes
    .filter((a) => a.searchable)
    .map(({ key, choices = [] }) => ({ key, names: new Map(choices.map((c) => [c.value, c.name.zh])) }))
  const made: SearchTexts = (attributes) => {
    const out: string[] = []
    for (const { key, names } of searched) {
      const value = attributes[key]
      if (typeof value === 'string') out.push(names.get(value) ?? value)
    }
    return out
  }
  compiled.set(d, made)
  return made
}
