import type { CaseMoved } from '@chengyun/contract/cases'
import type { Tx } from '../../platform/db.ts'
import type { DeliveredEvent, ModuleDef } from '../../platform/module.ts'
import { indexCases } from './commands/search-index.ts'

/** Words to search by are kept when a case comes in: off the path of the report itself. */
export const listeners: NonNullable<ModuleDef['listeners']> = {
  'cases.moved': async (tx: Tx, events: readonly DeliveredEvent[]) => {
    const fresh = events.map((e) => e.payload as unknown as CaseMoved).filter((m) => m.op === 'report' || m.op === 'selfHandle')
    if (fresh.length > 0) await indexCases(tx, [...new Set(fresh.map((m) => m.caseId))])
  }
}
