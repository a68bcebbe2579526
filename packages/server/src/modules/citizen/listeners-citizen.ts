import type { CaseMoved } from '@chengyun/contract/cases'
import type { ModuleDef } from '../../platform/module.ts'
import { hideUnfinished } from './commands/citizen-reports.ts'
import { CITIZEN } from './policy.ts'

/**
 * A citizen's case is filed first and gets its report beside it in the next commit. Should the server stop between the two, nobody
 * knows whether it was meant to be private: it stays hidden until the app sends the same draft again.
 */
export const citizenListeners: NonNullable<ModuleDef['listeners']> = {
  'cases.moved': async (tx, events) => {
    const filed = events
      .map((e) => e.payload as unknown as CaseMoved)
      .filter((m) => m.op === 'report' && m.actorId === CITIZEN.id)
    if (filed.length > 0) await hideUnfinished(tx, [...new Set(filed.map((m) => m.caseId))].sort(), events.at(-1)!.at)
  }
}
