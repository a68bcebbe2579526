import type { StreamsDeviceState } from '@chengyun/contract/streams'
import { type Actor, may } from '../../platform/actor.ts'
import { mayReadRestricted, planReach, type Reach, reaches } from '../registry/index.ts'
import type { Catalogue, ThingFacts } from './domain/catalogue.ts'

export const READ = 'streams:read'
export const WRITE = 'streams:write'
export const CONFIG = 'streams:config'

/** Whether a person reaches a thing: its item by place or unit, and its register if that is one only some may know. */
export const reachesThing = (catalogue: Catalogue, actor: Actor, reach: Reach, thing: ThingFacts): boolean =>
  reaches(reach, thing) && (!catalogue.restricted.has(thing.type_id) || mayReadRestricted(actor))

/** Whose screens hear that a device fell silent or is back: whoever reaches its item by place or unit. */
export function hearsOfDevice(actor: Actor, payload: Record<string, unknown>): boolean {
  if (!may(actor, READ)) return false
  const plan = planReach(actor, READ)
  const { gridCode, unitIds } = payload as unknown as StreamsDeviceState
  return (
    plan.all ||
    (gridCode !== null && plan.regions.some((region) => gridCode.startsWith(region))) ||
    unitIds.some((id) => plan.unitIds.includes(id))
  )
}

/** What may be done with a stream by somebody who sees it. */
export const canOf = (actor: Actor): string[] => [
  ...(may(actor, WRITE) ? ['correct', 'maintain'] : []),
  ...(may(actor, CONFIG) ? ['edit'] : [])
]
