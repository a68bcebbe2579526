import type { CaseMoved } from '@chengyun/contract/cases'
import type { RegistryChanged } from '@chengyun/contract/registry'
import { appendToOutbox } from '../../platform/command.ts'
import type { Tx } from '../../platform/db.ts'
import type { DeliveredEvent, ModuleDef } from '../../platform/module.ts'
import { followCases } from './commands/case-link.ts'
import { followItems } from './commands/follow-items.ts'

/** Cases of alarms moved; items that alarms are about got another place, name or unit. */
export const listeners: NonNullable<ModuleDef['listeners']> = {
  'cases.moved': async (tx: Tx, events: readonly DeliveredEvent[]) => {
    const now = events.at(-1)!.at
    const said: { name: string; payload: Record<string, unknown> }[] = []
    const emit = (name: string, payload: Record<string, unknown>) => void said.push({ name, payload })
    await followCases(
      tx,
      events.map((e) => e.payload as unknown as CaseMoved),
      emit,
      now
    )
    await appendToOutbox(tx, said, now)
  },
  'registry.changed': async (tx: Tx, events: readonly DeliveredEvent[]) => {
    const ids = events.map((e) => (e.payload as unknown as RegistryChanged).id)
    await followItems(tx, [...new Set(ids)])
  },
  'registry.relocated': async (tx: Tx) => followItems(tx, null),
  'registry.itemsChanged': async (tx: Tx) => followItems(tx, null)
}
