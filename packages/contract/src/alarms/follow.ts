import { type Static, Type } from 'typebox'
import { CASE_KINDS, STANDARD_REFS } from '../cases/index.ts'
import { Words } from '../common/index.ts'
import { AlarmLevel } from './words.ts'

const closed = { additionalProperties: false }
const Levels = Type.Array(AlarmLevel, { minItems: 1, maxItems: 4, uniqueItems: true })
const Key = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })

/** Which levels become a case, and of what class. */
export const FollowCase = Type.Object(
  {
    standardRef: Words(STANDARD_REFS),
    kind: Words(CASE_KINDS),
    classCode: Type.String({ pattern: '^[0-9]{4,5}$' }),
    levels: Levels,
    /** Levels whose case is urgent and goes straight to the owner unit (特急, 点对点); level 1 always does. */
    urgent: Type.Optional(Levels)
  },
  closed
)
export type FollowCase = Static<typeof FollowCase>

/** A command to an actuator of the same item, where the operator allows it (ADR 0020). */
export const FollowActuation = Type.Object({ actuator: Key, command: Key, levels: Levels }, closed)
export type FollowActuation = Static<typeof FollowActuation>
