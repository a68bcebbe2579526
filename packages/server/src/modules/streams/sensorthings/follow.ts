/** A thing that is moved in the register is at another Location from then on. */

import type { RegistryChanged, RegistryItemsChanged } from '@chengyun/contract/registry'
import type { Tx } from '../../../platform/db.ts'
import type { DeliveredEvent } from '../../../platform/module.ts'
import { followItems } from '../commands/sta-places.ts'

export const placeListeners: Readonly<Record<string, (tx: Tx, events: readonly DeliveredEvent[]) => Promise<void>>> = {
  'registry.changed': async (tx, events) => {
    for (const { payload, at } of events) {
      const { typeId, id, before, after } = payload as unknown as RegistryChanged
      if (before?.lng !== after.lng || before?.lat !== after.lat) await followItems(tx, typeId, id, at)
    }
  },
  'registry.itemsChanged': async (tx, events) => {
    for (const { payload, at } of events) await followItems(tx, (payload as unknown as RegistryItemsChanged).typeId, null, at)
  }
}
