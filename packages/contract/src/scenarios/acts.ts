import { type Static, Type } from 'typebox'
import { Instant, Nullable, Words } from '../common/index.ts'

const closed = { additionalProperties: false }

/** What can be done with a pack. `install` and `upgrade` are told apart by what is installed. */
export const PACK_ACTS = ['install', 'upgrade', 'disable', 'enable', 'uninstall'] as const
export type PackAct = (typeof PACK_ACTS)[number]

/** What becomes of data at a removal: `keep` leaves it retired, `purge` takes it away. */
export const HELD = ['keep', 'purge'] as const

/** `GET /api/scenarios/{pack}/plan`: what an act would do. */
export const PlanQuery = Type.Object({ act: Words(PACK_ACTS), held: Type.Optional(Words(HELD)) }, closed)
export type PlanQuery = Static<typeof PlanQuery>

/** `POST /api/scenarios/{pack}/{act}`: carries out the plan that was shown. */
export const PackActInput = Type.Object(
  {
    /** Of the plan; another state of things refuses with SCENARIOS_PLAN_CHANGED. */
    token: Type.String({ minLength: 1, maxLength: 100 }),
    held: Type.Optional(Words(HELD)),
    /** With demonstration items and history. */
    demo: Type.Optional(Type.Boolean()),
    /** Id of the pack, written out by the person; asked for by `purge`. */
    confirm: Type.Optional(Type.String({ maxLength: 60 }))
  },
  closed
)
export type PackActInput = Static<typeof PackActInput>

/** `GET /api/scenarios/{pack}/history`: what was done with it, newest first. */
export const PackHistory = Type.Object({
  items: Type.Array(
    Type.Object({
      at: Instant,
      act: Type.String(),
      from: Nullable(Type.String()),
      to: Nullable(Type.String()),
      by: Nullable(Type.String()),
      /** How many objects were added, changed, removed and kept. */
      counts: Type.Record(Type.String(), Type.Integer())
    })
  )
})
export type PackHistory = Static<typeof PackHistory>
