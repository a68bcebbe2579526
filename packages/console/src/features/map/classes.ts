import type { LayerClass } from '@chengyun/contract/geo'
import type { Language } from '@chengyun/ui'
import { isChosen } from './dress.ts'

/** A major class with those of its classes that are shown. */
export interface ClassGroup {
  code: string
  name: string
  count: number
  classes: LayerClass[]
}

/** Classes under their majors (the first two digits); those that hold `sought`, most frequent first. One group when there are no majors. */
export function groupsOf(
  classes: readonly LayerClass[],
  majors: ReadonlyMap<string, string>,
  language: Language,
  sought: string
): ClassGroup[] {
  const grouped = classes.every((c) => majors.has(c.code.slice(0, 2)))
  const groups = new Map<string, ClassGroup>()
  for (const c of classes) {
    const code = grouped ? c.code.slice(0, 2) : ''
    const group = groups.get(code) ?? { code, name: majors.get(code) ?? code, count: 0, classes: [] }
    groups.set(code, group)
    if (sought && !c.name[language].toLowerCase().includes(sought) && !c.code.startsWith(sought)) continue
    group.count += c.count
    group.classes.push(c)
  }
  const out = [...groups.values()].filter((g) => g.classes.length > 0)
  for (const g of out) g.classes.sort((a, b) => b.count - a.count || a.code.localeCompare(b.code))
  return out.toSorted((a, b) => a.code.localeCompare(b.code))
}

/** How much of a group is chosen. */
export function partOf(group: ClassGroup, chosen: readonly string[] | null): 'all' | 'some' | 'none' {
  const on = group.classes.filter((c) => isChosen(chosen, c.code)).length
  return on === group.classes.length ? 'all' : on > 0 ? 'some' : 'none'
}

/** The choice with one class more or less. */
export function chooseClass(classes: readonly LayerClass[], chosen: readonly string[] | null, code: string): string[] | null {
  const on = new Set(classes.filter((c) => isChosen(chosen, c.code)).map((c) => c.code))
  if (!on.delete(code)) on.add(code)
  return shortened(classes, on)
}

/** The choice with a whole group more or less; from everything, a click leaves that group alone. */
export function chooseGroup(
  classes: readonly LayerClass[],
  chosen: readonly string[] | null,
  group: ClassGroup
): string[] | null {
  const on = new Set(classes.filter((c) => isChosen(chosen, c.code)).map((c) => c.code))
  const whole = partOf(group, chosen) === 'all'
  for (const c of group.classes) {
    if (whole) on.delete(c.code)
    else on.add(c.code)
  }
  return shortened(classes, on)
}

/** Whole majors by their two digits, so that an address stays short; all of them is no filter. */
function shortened(classes: readonly LayerClass[], on: ReadonlySet<string>): string[] | null {
  if (classes.every((c) => on.has(c.code))) return null
  const heads = [...new Set(classes.map((c) => c.code.slice(0, 2)))]
  return heads.flatMap((head) => {
    const all = classes.filter((c) => c.code.startsWith(head))
    return all.length > 1 && all.every((c) => on.has(c.code)) ? [head] : all.filter((c) => on.has(c.code)).map((c) => c.code)
  })
}
