import { AttributeDeclaration, RegisterDeclaration } from '@chengyun/contract/registry'
import { ActuatorDeclaration, StreamDeclaration } from '@chengyun/contract/streams'
import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }
const RegisterId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' })

/** `registers.json`: lists the pack brings, and attributes it adds to lists that are there. */
export const Registers = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    declare: Type.Optional(Type.Array(RegisterDeclaration)),
    extend: Type.Optional(
      Type.Array(
        Type.Object(
          {
            register: RegisterId,
            attributes: Type.Array(AttributeDeclaration, { minItems: 1 })
          },
          closed
        )
      )
    )
  },
  closed
)
export type Registers = Static<typeof Registers>

/** `things.json`: what things of a register are observed for, and what can be done to them. */
export const Things = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    things: Type.Array(
      Type.Object(
        {
          register: RegisterId,
          streams: Type.Array(StreamDeclaration, { minItems: 1, maxItems: 60 }),
          actuators: Type.Optional(Type.Array(ActuatorDeclaration, { maxItems: 20 }))
        },
        closed
      )
    )
  },
  closed
)
export type Things = Static<typeof Things>
