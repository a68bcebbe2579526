import { type Static, Type } from 'typebox'
import { Instant, Nullable, Words } from '../common/index.ts'
import { BothNames } from '../registry/index.ts'
import { HELD } from './acts.ts'

const closed = { additionalProperties: false }

/** What a pack brings, by kind. */
export const PACK_OBJECTS = [
  'register',
  'attribute',
  'stream',
  'actuator',
  'class',
  'rule',
  'response',
  'indicator',
  'layer',
  'page',
  'public'
] as const
export type PackObjectKind = (typeof PACK_OBJECTS)[number]

/** One thing that an installation, an upgrade or a removal does. */
export const PlanStep = Type.Object(
  {
    act: Words(['add', 'change', 'rename', 'remove', 'retire', 'keep'] as const),
    kind: Words(PACK_OBJECTS),
    key: Type.String(),
    name: BothNames,
    /** Key it had before, of a rename. */
    from: Type.Optional(Type.String()),
    /** What would be lost with it: items, streams with readings, alarms. */
    holds: Type.Optional(Type.Integer({ minimum: 0 }))
  },
  closed
)
export type PlanStep = Static<typeof PlanStep>

/** A plan as it is shown before it is carried out. `token` tells it apart from one made of other circumstances. */
export const PackPlan = Type.Object({
  pack: Type.String(),
  /** `reinstall`: the same version with other files. */
  act: Words(['install', 'upgrade', 'reinstall', 'disable', 'enable', 'uninstall'] as const),
  /** What becomes of data that would be lost; null: with such data the act is refused. */
  held: Nullable(Words(HELD)),
  from: Nullable(Type.String()),
  to: Nullable(Type.String()),
  steps: Type.Array(PlanStep),
  token: Type.String()
})
export type PackPlan = Static<typeof PackPlan>

/** A fault in a file of a pack. */
export const PackFaultView = Type.Object({ file: Type.String(), path: Type.String(), zh: Type.String(), en: Type.String() })

/** A pack as lists show it: offered, installed, or both. */
export const PackView = Type.Object({
  id: Type.String(),
  name: BothNames,
  description: Type.Object({ zh: Type.String(), en: Type.String() }),
  kind: Type.String(),
  /** The version in the folder; null when the folder is gone. */
  offered: Nullable(Type.String()),
  installed: Nullable(Type.String()),
  state: Words(['offered', 'active', 'disabled'] as const),
  standards: Type.Array(Type.String()),
  owners: Type.Array(Type.String()),
  tier: Nullable(Type.String()),
  requires: Type.Record(Type.String(), Type.String()),
  faults: Type.Array(PackFaultView),
  installedAt: Nullable(Instant),
  counts: Type.Record(Type.String(), Type.Integer()),
  pages: Type.Array(Type.Object({ key: Type.String(), name: BothNames, theme: Type.String() })),
  can: Type.Object({
    install: Type.Boolean(),
    upgrade: Type.Boolean(),
    disable: Type.Boolean(),
    enable: Type.Boolean(),
    uninstall: Type.Boolean()
  })
})
export type PackView = Static<typeof PackView>
export const PackList = Type.Object({ items: Type.Array(PackView) })
