import type { CaseMoved } from '@chengyun/contract/cases'
import type { ModuleDef } from '../../platform/module.ts'
import { applyMoves } from './commands/apply.ts'

/** Sums follow the cases: exactly once, because the relay removes an event in the transaction that counts it. */
export const listeners: NonNullable<ModuleDef['listeners']> = {
  'cases.moved': (tx, events) =>
    applyMoves(
      tx,
      events.map((e) => e.payload as unknown as CaseMoved)
    )
}
