import { Words } from '@chengyun/contract/common'
import { BothNames } from '@chengyun/contract/registry'
import { type Static, Type } from 'typebox'
import { StreamRef } from './figures.ts'

const closed = { additionalProperties: false }
const Key = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })
const RegisterId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' })

/** How a layer is coloured: by the gravest standing alarm, by the latest value in bands, by silence, or not at all. */
export const LayerColour = Type.Union([
  Type.Object({ by: Type.Literal('alarm') }, closed),
  Type.Object(
    {
      by: Type.Literal('value'),
      stream: StreamRef,
      /** Bands from low to high; the last has no upper end. */
      bands: Type.Array(
        Type.Object(
          { below: Type.Optional(Type.Number()), tone: Words(['cold', 'ok', 'soon', 'late', 'grave'] as const), name: BothNames },
          closed
        ),
        {
          minItems: 2,
          maxItems: 7
        }
      )
    },
    closed
  ),
  Type.Object({ by: Type.Literal('plain') }, closed)
])

/** `layers.json`. */
export const Layers = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    layers: Type.Array(
      Type.Object(
        {
          key: Key,
          name: BothNames,
          register: RegisterId,
          colour: LayerColour,
          /** Written beside the mark: a stream's latest value or an attribute. */
          label: Type.Optional(Type.String({ maxLength: 60 })),
          minZoom: Type.Optional(Type.Integer({ minimum: 3, maximum: 18 }))
        },
        closed
      )
    )
  },
  closed
)
export type Layers = Static<typeof Layers>

/** `public.json`: what citizens may look up. Nothing is public that is not named here. */
export const Public = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    lists: Type.Array(
      Type.Object(
        {
          key: Key,
          name: BothNames,
          register: RegisterId,
          attributes: Type.Array(Type.String(), { maxItems: 12 }),
          streams: Type.Optional(Type.Array(Type.String(), { maxItems: 6 })),
          where: Type.Optional(Type.Record(Type.String(), Type.Array(Type.Union([Type.String(), Type.Boolean()])))),
          /** Class of matters (national table) a citizen's report at one of these begins with. */
          report: Type.Optional(Type.Object({ class: Type.String({ pattern: '^\\d{5}$' }) }, closed))
        },
        closed
      )
    )
  },
  closed
)
export type Public = Static<typeof Public>

/** What is masked for staff, and numbers of telephones, are nobody's outside. */
export const isPersonal = (a: { mask?: string; type: string }): boolean => a.mask !== undefined || a.type === 'phone'
