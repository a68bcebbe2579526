import type { DeviceView, MappingView } from '@chengyun/contract/streams'
import { type Actor, may } from '../../platform/actor.ts'
import { CONFIG } from './policy.ts'
import type { DeviceListRow, MappingRow } from './queries/devices.ts'

/** A device as people see it: never with a secret. Its configuration names addresses inside plants: shown to those who configure. */
export function presentDevice(row: DeviceListRow, actor: Actor): DeviceView {
  const mayConfig = may(actor, CONFIG)
  return {
    id: row.item_id,
    register: row.type_id,
    code: row.code,
    name: row.name,
    thing: { id: row.thing_id, register: row.thing_type, code: row.thing_code, name: row.thing_name },
    protocol: row.protocol,
    account: row.account,
    config: mayConfig ? row.config : {},
    rights: row.rights,
    silentAfterS: row.silent_after_s,
    firmware: row.firmware,
    notes: row.notes,
    enabled: row.enabled,
    state: row.state,
    stateAt: row.state_at?.toISOString() ?? null,
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    secretAt: row.secret_at.toISOString(),
    calibrationDueOn: row.calibration_due_on,
    faults: row.faults,
    lastFault:
      row.fault_at === null
        ? null
        : { at: row.fault_at.toISOString(), code: row.fault_code ?? '', detail: row.fault_detail ?? '' },
    version: row.version,
    can: [
      ...(mayConfig ? (['edit', 'rotate', 'remove'] as const) : []),
      ...(row.protocol === 'mqtt' && row.enabled && may(actor, 'alarms:actuate') ? (['command'] as const) : [])
    ]
  }
}

export const presentMapping = (row: MappingRow): MappingView => ({
  id: row.id,
  declaration: row.declaration,
  enabled: row.enabled,
  origin: row.origin,
  version: row.version,
  updatedAt: row.updated_at.toISOString()
})
