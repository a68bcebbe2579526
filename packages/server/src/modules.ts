import type { ModuleDef } from './platform/module.ts'

/** Boot order, written down: each module may depend only on those before it. */
export const MODULES: readonly ModuleDef[] = []
