import type { CaseMoved } from '@chengyun/contract/cases'
import type { RegistryChanged, RegistryItemsChanged, RegistryRelocated } from '@chengyun/contract/registry'
import type { StreamsCalibrationDue, StreamsChanged, StreamsDeviceReplied, StreamsMaintenance } from '@chengyun/contract/streams'
import { SYSTEM } from '../../platform/actor.ts'
import { AUDIT_EVENT, appendToOutbox, auditPayload, type CommandContext } from '../../platform/command.ts'
import type { Tx } from '../../platform/db.ts'
import type { DeliveredEvent, ModuleDef } from '../../platform/module.ts'
import { followCases } from './commands/case-link.ts'
import { followItems } from './commands/follow-items.ts'
import { followMaintenance } from './commands/maintenance.ts'
import { touch, touchStreams } from './commands/rules.ts'
import { takeReplies } from './commands/tasks.ts'
import { tellRoles } from './commands/tell.ts'

/** A listener works in the relay's transaction: what it announces goes into the outbox of the same commit. */
async function asSystem(tx: Tx, now: Date, work: (ctx: CommandContext) => Promise<void>): Promise<void> {
  const said: { name: string; payload: Record<string, unknown> }[] = []
  await work({
    actor: SYSTEM,
    now,
    emit: (name, payload) => void said.push({ name, payload }),
    audit: (entry) => void said.push({ name: AUDIT_EVENT, payload: auditPayload(SYSTEM, now, entry) })
  })
  await appendToOutbox(tx, said, now)
}

const payloads = <T>(events: readonly DeliveredEvent[]): T[] => events.map((e) => e.payload as unknown as T)

/** Cases of alarms moved; devices answered; items that alarms are about got another place, name or unit; streams came and went. */
export const listeners: NonNullable<ModuleDef['listeners']> = {
  'cases.moved': (tx, events) => asSystem(tx, events.at(-1)!.at, (ctx) => followCases(tx, payloads<CaseMoved>(events), ctx)),
  'streams.deviceReplied': (tx, events) =>
    asSystem(tx, events.at(-1)!.at, (ctx) => takeReplies(tx, payloads<StreamsDeviceReplied>(events), ctx)),
  'streams.maintenance': (tx, events) =>
    asSystem(tx, events.at(-1)!.at, async (ctx) => {
      for (const work of payloads<StreamsMaintenance>(events)) await followMaintenance(tx, work, ctx)
    }),
  'streams.calibrationDue': (tx, events) =>
    asSystem(tx, events.at(-1)!.at, async (ctx) => {
      for (const due of payloads<StreamsCalibrationDue>(events)) await tellRoles.within(tx, calibrationNotice(due), ctx)
    }),
  'registry.changed': async (tx, events) => {
    await followItems(tx, [...new Set(payloads<RegistryChanged>(events).map((e) => e.id))])
    await touch(tx, typesOf(events))
  },
  'registry.relocated': async (tx, events) => {
    await followItems(tx, null)
    await touch(tx, typesOf(events))
  },
  'registry.itemsChanged': async (tx, events) => {
    await followItems(tx, null)
    await touch(tx, typesOf(events))
  },
  'streams.changed': async (tx, events) => {
    for (const change of payloads<StreamsChanged>(events)) await touchStreams(tx, change)
  }
}

/** Registers whose items changed: what rules watch there is looked at again. */
const typesOf = (events: readonly DeliveredEvent[]): string[] => [
  ...new Set(payloads<RegistryChanged | RegistryItemsChanged | RegistryRelocated>(events).map((e) => e.typeId))
]

/** The shift leader is told: he sends somebody. */
function calibrationNotice({
  name,
  code,
  gridCode,
  unitIds,
  dueOn,
  days,
  deviceId
}: StreamsCalibrationDue): Parameters<typeof tellRoles.within>[1] {
  const device = `${name || code}（${code}）`
  const english = `${name || code} (${code})`
  return {
    roles: ['shiftLeader'],
    kind: 'calibration',
    level: 4,
    text:
      days < 0
        ? {
            zh: `${device}校准已过期 ${-days} 天（${dueOn}）`,
            en: `Calibration of ${english} is ${-days} days overdue (${dueOn})`
          }
        : {
            zh: `${device}应在 ${dueOn} 前校准，还有 ${days} 天`,
            en: `${english} is to be calibrated by ${dueOn}, in ${days} days`
          },
    link: `/streams/devices/${deviceId}`,
    where: { gridCode, unitIds }
  }
}
