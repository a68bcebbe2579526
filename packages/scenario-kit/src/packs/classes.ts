import { Limit } from '@chengyun/contract/cases'
import { BothNames } from '@chengyun/contract/registry'
import { type Static, Type } from 'typebox'
import { BothTexts } from './text.ts'

const closed = { additionalProperties: false }

/**
 * `classes.json`: classes of matters that alarms of the pack become, where the national tables have none (GB/T 47678.5-2026 leaves monitoring events to part 6). Their
 * codes lie in 10930–10989, which the platform keeps for packs; cities number their own from 10999 downwards to 10990.
 */
export const Classes = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    classes: Type.Array(
      Type.Object(
        {
          code: Type.String({ pattern: '^109[3-8]\\d$' }),
          name: BothNames,
          conditions: Type.Array(
            Type.Object(
              { condition: BothTexts, close: BothTexts, limit: Limit, isDefault: Type.Optional(Type.Boolean()) },
              closed
            ),
            { minItems: 1 }
          )
        },
        closed
      )
    )
  },
  closed
)
export type Classes = Static<typeof Classes>
