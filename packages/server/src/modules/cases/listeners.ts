import type { AlarmsCaseWanted } from '@chengyun/contract/alarms'
import type { CaseMoved } from '@chengyun/contract/cases'
import type { Tx } from '../../platform/db.ts'
import type { DeliveredEvent, ModuleDef } from '../../platform/module.ts'
import { keepWishes } from './commands/alarm-cases.ts'
import { indexCases } from './commands/search-index.ts'

/** Words to search by are kept when a case comes in, off the path of the report itself; alarms wish for cases. */
export const listeners: NonNullable<ModuleDef['listeners']> = {
  'cases.moved': async (tx: Tx, events: readonly DeliveredEvent[]) => {
    const fresh = events.map((e) => e.payload as unknown as CaseMoved).filter((m) => m.op === 'report' || m.op === 'selfHandle')
    if (fresh.length > 0) await indexCases(tx, [...new Set(fresh.map((m) => m.caseId))])
  },
  'alarms.caseWanted': async (tx: Tx, events: readonly DeliveredEvent[]) => {
    await keepWishes(
      tx,
      events.map((e) => e.payload as unknown as AlarmsCaseWanted),
      events.at(-1)!.at
    )
  }
}
