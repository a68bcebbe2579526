import { type Actor, may } from '../../platform/actor.ts'
import { mayReadRestricted, type Reach, reaches } from '../registry/index.ts'
import type { Catalogue, ThingFacts } from './domain/catalogue.ts'

export const READ = 'streams:read'
export const WRITE = 'streams:write'
export const CONFIG = 'streams:config'

/** Whether a person reaches a thing: its item by place or unit, and its register if that is one only some may know. */
export const reachesThing = (catalogue: Catalogue, actor: Actor, reach: Reach, thing: ThingFacts): boolean =>
  reaches(reach, thing) && (!catalogue.restricted.has(thing.type_id) || mayReadRestricted(actor))

/** What may be done with a stream by somebody who sees it. */
export const canOf = (actor: Actor): string[] => [
  ...(may(actor, WRITE) ? ['correct', 'maintain'] : []),
  ...(may(actor, CONFIG) ? ['edit'] : [])
]
