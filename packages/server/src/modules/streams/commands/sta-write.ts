/** The commands of SensorThings. Readings do not pass here: they go through the intake when all else is committed. */
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { type RegistryEnv, reachOf } from '../../registry/index.ts'
import type { Draft } from '../domain/sta/body.ts'
import type { EntityName } from '../domain/sta/model.ts'
import { Changer } from './sta-change.ts'
import type { Linked, PendingReading } from './sta-make.ts'

export type { PendingReading }

export interface Outcome {
  entity: EntityName
  id: number
  readings: PendingReading[]
  /** Streams and things that were made or changed: what is held in memory is read again. */
  streams: number[]
  things: number[]
}

const writer = async (tx: Tx, env: RegistryEnv, ctx: CommandContext): Promise<Changer> =>
  new Changer(tx, env, ctx, await reachOf(tx, ctx.actor, 'streams:write'))

const outcome = (w: Changer, entity: EntityName, id: number): Outcome => ({
  entity,
  id,
  readings: w.readings,
  streams: [...new Set(w.streams)],
  things: [...new Set(w.things)]
})

function tell(w: Changer, action: string, entity: EntityName, id: number): void {
  w.ctx.audit({ action: `streams.${action}`, objectType: `sensorthings:${entity}`, objectId: String(id), result: 'ok' })
}

/** Makes an entity with everything in it. Throws StaError and what registers refuse. */
export const createEntity = (env: RegistryEnv) =>
  command(async (tx, input: { draft: Draft; given: Linked }, ctx): Promise<Outcome> => {
    const w = await writer(tx, env, ctx)
    if (input.given.Thing !== undefined) await w.item(Number(input.given.Thing))
    const id = await w.create(input.draft, input.given)
    tell(w, 'createEntity', input.draft.entity, id)
    return outcome(w, input.draft.entity, id)
  })

/** Readings that bring a feature with them: the feature is made, the readings are handed back. */
export const prepareReading = (env: RegistryEnv) =>
  command(async (tx, input: { draft: Draft; given: Linked }, ctx): Promise<PendingReading> => {
    const w = await writer(tx, env, ctx)
    await w.reading(input.draft, input.given)
    return w.readings[0] as PendingReading
  })

/** Changes an entity that is there. Throws StaError and what registers refuse. */
export const changeEntity = (env: RegistryEnv) =>
  command(async (tx, input: { id: number; draft: Draft }, ctx): Promise<Outcome> => {
    const w = await writer(tx, env, ctx)
    await w.change(input.id, input.draft)
    tell(w, 'changeEntity', input.draft.entity, input.id)
    return outcome(w, input.draft.entity, input.id)
  })

/** Ends an entity that is there. Throws StaError and what registers refuse. */
export const removeEntity = (env: RegistryEnv) =>
  command(async (tx, input: { entity: EntityName; id: number }, ctx): Promise<Outcome> => {
    const w = await writer(tx, env, ctx)
    await w.remove(input.entity, input.id)
    tell(w, 'removeEntity', input.entity, input.id)
    return outcome(w, input.entity, input.id)
  })
