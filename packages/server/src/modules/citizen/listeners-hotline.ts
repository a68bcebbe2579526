import type { ModuleDef } from '../../platform/module.ts'
import { queueStatuses } from './commands/hotline-outgoing.ts'

/** What hotlines are told is queued with the step itself. */
export const hotlineListeners: NonNullable<ModuleDef['listeners']> = { 'cases.moved': queueStatuses }
