import type { FastifyPluginAsync } from 'fastify'
import type { TObject } from 'typebox'
import type { Actor } from './actor.ts'
import type { Db, Tx } from './db.ts'
import type { ErrorCatalogue } from './errors.ts'
import type { Settings } from './settings.ts'

/** An event as listeners and live screens get it. `seq` grows without gaps in delivery order. */
export interface DeliveredEvent<P = Record<string, unknown>> {
  seq: number
  name: string
  at: Date
  payload: P
}

/** Scheduled work: run by one process at a time (advisory lock), never overlapping itself. */
export interface Job {
  name: string
  everyS: number
  run(ctx: { db: Db; now: Date; settings: Settings; log: (message: string, data?: object) => void }): Promise<void>
}

/** What a module tells the platform about itself. The boot order is `modules.ts`; `dependsOn` is checked against real imports. */
export interface ModuleDef {
  name: string
  dependsOn: readonly string[]
  migrations: URL
  routes?: FastifyPluginAsync
  /** Routes at addresses that a standard fixes, outside /api. */
  rootRoutes?: FastifyPluginAsync
  /**
   * Reactions to events, run inside the relay's transaction together with the removal from the outbox: what a listener writes is
   * written exactly once. A listener gets all events of its name in the batch, in order.
   */
  listeners?: Readonly<Record<string, (tx: Tx, events: readonly DeliveredEvent[]) => Promise<void>>>
  /** May this person's open screens hear of the event? Events without a filter do not leave the server. */
  live?: Readonly<Record<string, (actor: Actor, payload: Record<string, unknown>) => boolean>>
  jobs?: readonly Job[]
  errors?: ErrorCatalogue
  settings?: TObject
}

export const defineModule = (module: ModuleDef): ModuleDef => module
