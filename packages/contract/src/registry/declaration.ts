import { type Static, Type } from 'typebox'
import { Words } from '../common/index.ts'

// What a register type says of itself (台账定义). Lists, forms, cards, import templates and map layers are drawn from it alone (ADR 0017).

const closed = { additionalProperties: false }
const Key = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })

/** A name in both languages; Chinese first. */
export const BothNames = Type.Object(
  { zh: Type.String({ minLength: 1, maxLength: 60 }), en: Type.String({ minLength: 1, maxLength: 60 }) },
  closed
)
export type BothNames = Static<typeof BothNames>

/** Kinds of value an attribute can hold. `date` is a day (YYYY-MM-DD), `instant` a moment with offset, `choices` several of the listed values. */
export const ATTRIBUTE_TYPES = [
  'text',
  'integer',
  'number',
  'boolean',
  'date',
  'instant',
  'choice',
  'choices',
  'uscc',
  'phone',
  'url'
] as const
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number]

/** Who may read an attribute: anybody, whoever may read the register, or only those with `registry:restricted`. */
export const VISIBILITIES = ['public', 'staff', 'restricted'] as const
/** How a personal value is hidden until it is revealed (GB/T 35273-2020). */
export const MASKS = ['name', 'phone', 'idNumber', 'address'] as const

export const AttributeDeclaration = Type.Object(
  {
    key: Key,
    name: BothNames,
    type: Words(ATTRIBUTE_TYPES),
    /** UCUM or the field's own word: m, mm, kPa, L/s. */
    unit: Type.Optional(Type.String({ maxLength: 20 })),
    minimum: Type.Optional(Type.Number()),
    maximum: Type.Optional(Type.Number()),
    maxLength: Type.Optional(Type.Integer({ minimum: 1, maximum: 4000 })),
    pattern: Type.Optional(Type.String({ maxLength: 200 })),
    choices: Type.Optional(
      Type.Array(Type.Object({ value: Type.String({ maxLength: 60 }), name: BothNames }, closed), { maxItems: 200 })
    ),
    required: Type.Optional(Type.Boolean()),
    /** The code of the field in a standard: ZGBMDM of GB/T 47678.5-2026 table 2, OBJNAME of old shapefiles. Import finds columns by it. */
    alias: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10 })),
    visibility: Type.Optional(Words(VISIBILITIES)),
    mask: Type.Optional(Words(MASKS)),
    searchable: Type.Optional(Type.Boolean()),
    /** Given with every object of a tile; few and short ones only. */
    inTile: Type.Optional(Type.Boolean()),
    help: Type.Optional(BothNames)
  },
  closed
)
export type AttributeDeclaration = Static<typeof AttributeDeclaration>

/**
 * How items are coded. `component`: 16 or 17 digits, 6 county + 2 major + 2 or 3 class + 6 sequence (GB/T 30428.2, GB/T 47678.5);
 * `sequence`: a prefix and a running number; `given`: what the owner says, checked by a pattern.
 */
export const CodeRule = Type.Union([
  Type.Object({ rule: Type.Literal('component') }, closed),
  Type.Object(
    {
      rule: Type.Literal('sequence'),
      /** `{county}` and `{class}` are filled in. */
      prefix: Type.String({ pattern: '^([A-Z0-9-]|\\{county\\}|\\{class\\})*$', maxLength: 40 }),
      digits: Type.Integer({ minimum: 3, maximum: 10 })
    },
    closed
  ),
  Type.Object({ rule: Type.Literal('given'), pattern: Type.String({ minLength: 1, maxLength: 200 }) }, closed)
])
export type CodeRule = Static<typeof CodeRule>

/** A state of the life cycle; an item in an `ends` state is no longer there, and its code is never given again. */
export const StateDeclaration = Type.Object(
  {
    key: Key,
    name: BothNames,
    ends: Type.Optional(Type.Boolean()),
    tone: Type.Optional(Type.Union([Type.Literal('ok'), Type.Literal('soon'), Type.Literal('late'), Type.Literal('paused')]))
  },
  closed
)

export const RelationDeclaration = Type.Object(
  { key: Key, name: BothNames, to: Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' }), many: Type.Optional(Type.Boolean()) },
  closed
)

export const RegisterDeclaration = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' }),
    name: BothNames,
    /** Under which heading it stands in lists and in the layer tree. */
    group: Type.Union([
      Type.Literal('component'),
      Type.Literal('facility'),
      Type.Literal('device'),
      Type.Literal('vehicle'),
      Type.Literal('site'),
      Type.Literal('business'),
      Type.Literal('person'),
      Type.Literal('area')
    ]),
    description: Type.Optional(
      Type.Object(
        { zh: Type.String({ minLength: 1, maxLength: 300 }), en: Type.String({ minLength: 1, maxLength: 300 }) },
        closed
      )
    ),
    geometry: Type.Union([
      Type.Literal('point'),
      Type.Literal('line'),
      Type.Literal('polygon'),
      Type.Literal('any'),
      Type.Literal('none')
    ]),
    /** Whether an item may stand in the register without a place. */
    placeOptional: Type.Optional(Type.Boolean()),
    code: CodeRule,
    /** `component`: the national tables of both generations; otherwise the classes listed here. */
    classes: Type.Optional(
      Type.Union([
        Type.Object({ from: Type.Literal('component') }, closed),
        Type.Object(
          {
            list: Type.Array(Type.Object({ code: Type.String({ pattern: '^[A-Za-z0-9-]{1,20}$' }), name: BothNames }, closed), {
              minItems: 1,
              maxItems: 500
            })
          },
          closed
        )
      ])
    ),
    states: Type.Array(StateDeclaration, { minItems: 1, maxItems: 20 }),
    initialState: Key,
    /** Which units an item can name: 主管, 权属, 养护. */
    units: Type.Optional(
      Type.Array(Type.Union([Type.Literal('authority'), Type.Literal('owner'), Type.Literal('maintainer')]), {
        uniqueItems: true
      })
    ),
    attributes: Type.Array(AttributeDeclaration, { maxItems: 120 }),
    relations: Type.Optional(Type.Array(RelationDeclaration, { maxItems: 20 })),
    /** Columns of the list: attribute keys or code, class, name, status, place, address, owner, maintainer, authority, updatedAt. */
    columns: Type.Array(Type.String(), { minItems: 1, maxItems: 12 }),
    /** Sections of the form; attributes named nowhere stand in a last section. */
    form: Type.Optional(
      Type.Array(Type.Object({ name: BothNames, fields: Type.Array(Type.String(), { minItems: 1 }) }, closed), { maxItems: 20 })
    ),
    symbol: Type.Object(
      {
        shape: Type.Union([
          Type.Literal('dot'),
          Type.Literal('ring'),
          Type.Literal('square'),
          Type.Literal('diamond'),
          Type.Literal('triangle')
        ]),
        color: Type.String({ pattern: '^#[0-9a-fA-F]{6}$' })
      },
      closed
    ),
    /** `open`: may be published without an account, rounded to 5 decimals; `staff`: whoever has registry:read; `restricted`: only with registry:restricted. */
    access: Type.Union([Type.Literal('open'), Type.Literal('staff'), Type.Literal('restricted')]),
    standardRef: Type.Optional(Type.String({ maxLength: 60 }))
  },
  closed
)
export type RegisterDeclaration = Static<typeof RegisterDeclaration>

/** Names an attribute may not take: they are columns of every item. */
export const ITEM_COLUMNS = [
  'code',
  'class',
  'name',
  'status',
  'place',
  'address',
  'owner',
  'maintainer',
  'authority',
  'grid',
  'updatedAt',
  'createdAt'
] as const
