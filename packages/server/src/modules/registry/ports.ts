import type { ItemClass } from '@chengyun/contract/registry'

/** The national component classes of both generations and the local ones: `cases` keeps them, and comes later in the boot order. */
export interface ComponentClasses {
  all(): readonly ItemClass[]
  find(code: string): ItemClass | undefined
  /** The 2026 class of a 2013 class; null where it was deleted or is local. */
  upgrade(code2013: string): string | null
}

let classes: ComponentClasses = { all: () => [], find: () => undefined, upgrade: () => null }

/** `cases` fills this port; without it registers that use the national classes know none. */
export function useComponentClasses(next: ComponentClasses): void {
  classes = next
}

/** The component classes of this process. */
export const componentClasses = (): ComponentClasses => classes
