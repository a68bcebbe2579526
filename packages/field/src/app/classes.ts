import { STANDARD_REFS } from '@chengyun/contract/cases'
import type { FieldClass } from '@chengyun/contract/field'

/** The classes new reports are filed under: those of the newest edition the city has; both side by side would name everything twice. */
export function currentClasses(all: readonly FieldClass[]): readonly FieldClass[] {
  const edition = STANDARD_REFS.find((ref) => all.some((c) => c.standardRef === ref))
  return all.filter((c) => c.standardRef === edition)
}
