import type { ModuleDef } from '../../platform/module.ts'
import { queueForPeers } from './commands/peer-queue.ts'

/** What other servers are sent or told is queued with the step itself. */
export const peerListeners: NonNullable<ModuleDef['listeners']> = { 'cases.moved': queueForPeers }
