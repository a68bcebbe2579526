import type { CaseMoved } from '@chengyun/contract/cases'
import type { RegistryChanged, RegistryItemsChanged, RegistryRelocated } from '@chengyun/contract/registry'
import type { StreamsChanged } from '@chengyun/contract/streams'
import { appendToOutbox } from '../../platform/command.ts'
import type { Tx } from '../../platform/db.ts'
import type { DeliveredEvent, ModuleDef } from '../../platform/module.ts'
import { followCases } from './commands/case-link.ts'
import { followItems } from './commands/follow-items.ts'
import { touch, touchStreams } from './commands/rules.ts'

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
    await touch(tx, typesOf(events))
  },
  'registry.relocated': async (tx: Tx, events: readonly DeliveredEvent[]) => {
    await followItems(tx, null)
    await touch(tx, typesOf(events))
  },
  'registry.itemsChanged': async (tx: Tx, events: readonly DeliveredEvent[]) => {
    await followItems(tx, null)
    await touch(tx, typesOf(events))
  },
  'streams.changed': async (tx: Tx, events: readonly DeliveredEvent[]) => {
    for (const e of events) await touchStreams(tx, e.payload as unknown as StreamsChanged)
  }
}

/** Registers whose items changed: what rules watch there is looked at again. */
const typesOf = (events: readonly DeliveredEvent[]): string[] => [
  ...new Set(events.map((e) => (e.payload as unknown as RegistryChanged | RegistryItemsChanged | RegistryRelocated).typeId))
]
