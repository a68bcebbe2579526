import { type Static, Type } from 'typebox'
import { Words } from '../common/index.ts'
import { ROLES } from '../org/index.ts'
import { BothNames } from '../registry/index.ts'
import { AlarmLevel, PartKey } from './rule-parts.ts'
import { CHANNELS, PARTIES } from './words.ts'

// What follows an alarm (响应流程): who sees it, who is told and through what, who must acknowledge in which time, and what happens if nobody does.

const closed = { additionalProperties: false }

/** What a party has to do with an alarm of a level. A party that is not listed does not see it; the monitoring hub always does. */
export const ResponseParty = Type.Object(
  {
    party: Words(PARTIES),
    /** Posts that are told; nobody where empty. */
    tell: Type.Array(Words(ROLES), { maxItems: 13, uniqueItems: true }),
    channels: Type.Array(Words(CHANNELS), { maxItems: 3, uniqueItems: true }),
    /** Within so many seconds the party must acknowledge; absent: it need not. */
    acknowledgeS: Type.Optional(Type.Integer({ minimum: 10, maximum: 604_800 }))
  },
  closed
)
export type ResponseParty = Static<typeof ResponseParty>

/** A rung of the ladder (升级): taken while somebody who must acknowledge has not. */
export const ResponseRung = Type.Object(
  {
    /** Seconds after the alarm was raised, or rose to the level. */
    afterS: Type.Integer({ minimum: 10, maximum: 604_800 }),
    tell: Type.Array(
      Type.Object(
        { party: Words(PARTIES), roles: Type.Array(Words(ROLES), { minItems: 1, maxItems: 13, uniqueItems: true }) },
        closed
      ),
      { maxItems: 3 }
    ),
    channels: Type.Array(Words(CHANNELS), { maxItems: 3, uniqueItems: true }),
    /** One level graver, with everything that follows from that. */
    raise: Type.Optional(Type.Boolean())
  },
  closed
)
export type ResponseRung = Static<typeof ResponseRung>

/** When alarms of one kind become one incident (风暴): so many within metres and seconds, or along a relation of the items. */
export const StormRule = Type.Object(
  {
    count: Type.Integer({ minimum: 2, maximum: 1000 }),
    withinM: Type.Integer({ minimum: 1, maximum: 100_000 }),
    withinS: Type.Integer({ minimum: 1, maximum: 86_400 }),
    /** Items that name the same other item by this relation (pipe segment, metered area) belong together however far apart. */
    along: Type.Optional(PartKey)
  },
  closed
)
export type StormRule = Static<typeof StormRule>

export const ResponseLevel = Type.Object(
  {
    level: AlarmLevel,
    parties: Type.Array(ResponseParty, { maxItems: 3 }),
    ladder: Type.Array(ResponseRung, { maxItems: 8 }),
    /** A case made of it is watched by the regulator (督办). */
    supervise: Type.Optional(Type.Boolean())
  },
  closed
)
export type ResponseLevel = Static<typeof ResponseLevel>

/** A response as packs (flows.json) and cities declare it. */
export const ResponseDeclaration = Type.Object(
  {
    /** Rules name it by this key, within their pack. */
    key: PartKey,
    name: BothNames,
    levels: Type.Array(ResponseLevel, { minItems: 1, maxItems: 4 }),
    storm: Type.Optional(StormRule)
  },
  closed
)
export type ResponseDeclaration = Static<typeof ResponseDeclaration>

const inApp = ['inApp' as const]
const loud = ['inApp' as const, 'sms' as const, 'webhook' as const]

/** What follows where neither rule nor pack says otherwise: acknowledged within 5, 15 and 30 minutes (standards 4.8). */
export const DEFAULT_RESPONSE: ResponseDeclaration = {
  key: 'default',
  name: { zh: '通用响应流程', en: 'General response' },
  storm: { count: 5, withinM: 500, withinS: 300 },
  levels: [
    {
      level: 1,
      supervise: true,
      parties: [
        { party: 'hub', tell: ['shiftLeader', 'dispatcher'], channels: loud, acknowledgeS: 300 },
        { party: 'regulator', tell: ['dept'], channels: loud },
        { party: 'owner', tell: ['dept'], channels: loud, acknowledgeS: 300 }
      ],
      ladder: [
        {
          afterS: 300,
          tell: [
            { party: 'hub', roles: ['leader', 'shiftLeader'] },
            { party: 'regulator', roles: ['dept'] }
          ],
          channels: loud
        },
        { afterS: 900, tell: [{ party: 'hub', roles: ['leader'] }], channels: loud }
      ]
    },
    {
      level: 2,
      parties: [
        { party: 'hub', tell: ['shiftLeader', 'dispatcher'], channels: inApp, acknowledgeS: 900 },
        { party: 'regulator', tell: [], channels: inApp },
        { party: 'owner', tell: ['dept'], channels: loud, acknowledgeS: 900 }
      ],
      ladder: [
        {
          afterS: 900,
          tell: [
            { party: 'hub', roles: ['shiftLeader'] },
            { party: 'regulator', roles: ['dept'] }
          ],
          channels: loud,
          raise: true
        }
      ]
    },
    {
      level: 3,
      parties: [
        { party: 'hub', tell: ['dispatcher'], channels: inApp, acknowledgeS: 1800 },
        { party: 'owner', tell: ['dept'], channels: inApp }
      ],
      ladder: [{ afterS: 1800, tell: [{ party: 'hub', roles: ['shiftLeader'] }], channels: inApp }]
    },
    { level: 4, parties: [{ party: 'owner', tell: [], channels: inApp }], ladder: [] }
  ]
}
