import { CRS, SEVERITIES, SOURCE_TYPES } from '@chengyun/contract/cases'
import { Words } from '@chengyun/contract/common'
import { type Static, Type } from 'typebox'

const strict = { additionalProperties: false } as const
const Column = Type.String({ minLength: 1, maxLength: 100 })
const Target = Type.String({ pattern: '^(component|matter):\\d{4,5}$' })
const UnitKey = Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{1,63}$' })

/** The ways a time may be written. Those without an offset are read in the map's time zone. */
export const TIME_FORMATS = [
  'yyyyMMdd',
  'yyyyMMddHHmmss',
  'yyyy-MM-dd',
  'yyyy-MM-ddTHH:mm:ss',
  'yyyy/MM/dd HH:mm',
  'MM/dd/yyyy hh:mm:ss a',
  'iso-offset'
] as const
export type TimeFormat = (typeof TIME_FORMATS)[number]

/** A time column. `take`: only the first n characters are the time. `timeOfDay` (HH:mm): used when the format knows the day only. */
export const TimeRule = Type.Object(
  {
    column: Column,
    format: Words(TIME_FORMATS),
    take: Type.Optional(Type.Integer({ minimum: 1, maximum: 40 })),
    timeOfDay: Type.Optional(Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }))
  },
  strict
)
export type TimeRule = Static<typeof TimeRule>

/**
 * One class rule; all parts given must hold. `path`: the leading class columns, each '*', one value or several;
 * `text`: one of these words occurs in the text columns. The first rule that holds wins.
 */
export const ClassRule = Type.Object(
  {
    path: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })]), { minItems: 1 })),
    text: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })),
    to: Target
  },
  strict
)
export type ClassRule = Static<typeof ClassRule>

/**
 * One rule for orders that are answered, not handled: what the acceptor writes when he does not register them. All parts given
 * must hold; `unmapped` holds when no class rule did. The first rule that holds wins.
 */
export const AnswerRule = Type.Object(
  {
    path: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })]), { minItems: 1 })),
    text: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })),
    unmapped: Type.Optional(Type.Boolean()),
    opinion: Type.String({ minLength: 2, maxLength: 500 })
  },
  strict
)
export type AnswerRule = Static<typeof AnswerRule>

/** A unit rule: the unit column contains one of the words. */
export const UnitRule = Type.Object({ contains: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }), to: UnitKey }, strict)

/** MAP.json: how the columns of a foreign work-order file become reports. A closed vocabulary: data, no program. */
export const ImportMap = Type.Object(
  {
    format: Type.Literal('chengyun-import-map/1'),
    name: Type.String({ minLength: 1, maxLength: 100 }),
    city: Type.String({ pattern: '^[a-z0-9-]{1,40}$' }),
    note: Type.String(),
    /** Name of the foreign system, kept with every case beside its number there. */
    system: Type.String({ minLength: 1, maxLength: 40 }),
    timeZone: Type.String({ minLength: 1, maxLength: 60 }),
    /** Columns that must exist; a file without one is refused before its first row. */
    columns: Type.Array(Column, { minItems: 1 }),
    externalNo: Type.Object({ column: Column }, strict),
    reportedAt: TimeRule,
    closedAt: Type.Optional(TimeRule),
    class: Type.Object(
      {
        standardRef: Type.Literal('GB/T 47678.5-2026'),
        columns: Type.Array(Column, { minItems: 1, maxItems: 6 }),
        textColumns: Type.Array(Column),
        rules: Type.Array(ClassRule),
        fallback: Target
      },
      strict
    ),
    /** Columns joined to the description; `strip` are phrases taken out, `maxLength` what fits (the whole stays in the kept row). */
    description: Type.Object(
      {
        columns: Type.Array(Column, { minItems: 1 }),
        joiner: Type.String({ maxLength: 10 }),
        strip: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
        maxLength: Type.Integer({ minimum: 20, maximum: 500 })
      },
      strict
    ),
    address: Type.Optional(
      Type.Object({ columns: Type.Array(Column, { minItems: 1 }), joiner: Type.String({ maxLength: 10 }) }, strict)
    ),
    place: Type.Object(
      {
        coordinates: Type.Optional(
          Type.Object(
            {
              lng: Column,
              lat: Column,
              crs: Words(CRS),
              /** Values that mean "no coordinates". An empty cell always does. */
              absent: Type.Array(Type.String())
            },
            strict
          )
        ),
        /** Columns that name a division outright: value → division code. */
        columns: Type.Array(
          Type.Object(
            { column: Column, values: Type.Record(Type.String(), Type.String({ pattern: '^\\d{6}(\\d{3})?$' })) },
            strict
          )
        ),
        /** Columns searched for names of districts and streets. */
        textColumns: Type.Array(Column),
        /** Further names of divisions in texts: name → code. */
        aliases: Type.Record(Type.String({ minLength: 2 }), Type.String({ pattern: '^\\d{6}(\\d{3})?$' })),
        /** Columns (handling unit) searched last: a district's own unit tells the district. */
        unitColumns: Type.Array(Column)
      },
      strict
    ),
    sourceType: Words(SOURCE_TYPES),
    /** Questions and matters of offices outside city management: answered with an opinion instead of being registered. */
    answers: Type.Optional(Type.Array(AnswerRule)),
    unit: Type.Optional(
      Type.Object(
        {
          column: Column,
          /** Exact original name → unit key; keys that begin with 'district-' mean that department of the case's district. */
          names: Type.Record(Type.String(), UnitKey),
          rules: Type.Array(UnitRule)
        },
        strict
      )
    ),
    severity: Type.Object(
      {
        default: Words(SEVERITIES),
        rules: Type.Array(
          Type.Object({ column: Column, values: Type.Array(Type.String(), { minItems: 1 }), to: Words(SEVERITIES) }, strict)
        )
      },
      strict
    )
  },
  strict
)
export type ImportMap = Static<typeof ImportMap>

/** Why a row was refused. `field` names our field, `column` stands in the message. */
export const IMPORT_ERRORS = {
  IMPORT_COLUMNS_MISSING: { status: 422, zh: '文件缺少列：{columns}', en: 'the file lacks the columns {columns}' },
  IMPORT_FIELD_EMPTY: { status: 422, zh: '“{column}”为空', en: '{column} is empty' },
  IMPORT_FIELD_TOO_LONG: {
    status: 422,
    zh: '“{column}”过长（最多 {max} 字）',
    en: '{column} is too long (at most {max} characters)'
  },
  IMPORT_TIME_INVALID: { status: 422, zh: '“{column}”不是有效时间：{value}', en: '{column} is not a valid time: {value}' },
  IMPORT_TIME_FUTURE: { status: 422, zh: '“{column}”晚于当前时间：{value}', en: '{column} lies in the future: {value}' },
  IMPORT_POINT_INVALID: { status: 422, zh: '坐标无效：{value}', en: 'the coordinates are not valid: {value}' },
  IMPORT_POINT_OUTSIDE_CITY: { status: 422, zh: '坐标不在本市范围内：{value}', en: 'the point lies outside the city: {value}' },
  IMPORT_ROW_BROKEN: { status: 422, zh: '该行无法读取：{reason}', en: 'the row cannot be read: {reason}' },
  IMPORT_FILE_KIND: { status: 422, zh: '不支持的文件类型：{file}', en: 'unsupported kind of file: {file}' }
} as const
export type ImportErrorCode = keyof typeof IMPORT_ERRORS

/** A map's faults that its schema cannot see: unknown classes and unit keys, rules without effect, columns used but not listed. */
export function mapFaults(
  map: ImportMap,
  hasClass: (kind: string, code: string) => boolean,
  hasUnitKey: (key: string) => boolean
): string[] {
  const faults: string[] = []
  const targets = [map.class.fallback, ...map.class.rules.map((r) => r.to)]
  for (const target of new Set(targets)) {
    const [kind = '', code = ''] = target.split(':')
    if (!hasClass(kind, code)) faults.push(`class ${target}`)
  }
  for (const [i, rule] of map.class.rules.entries()) {
    if (!rule.path && !rule.text) faults.push(`class rule ${i + 1} has neither path nor text`)
    if ((rule.path?.length ?? 0) > map.class.columns.length)
      faults.push(`class rule ${i + 1} has a longer path than there are columns`)
  }
  for (const [i, rule] of (map.answers ?? []).entries()) {
    if (!rule.path && !rule.text && rule.unmapped === undefined)
      faults.push(`answer rule ${i + 1} has neither path, text nor unmapped`)
  }
  const listed = new Set(map.columns)
  for (const column of new Set(columnsOf(map))) if (!listed.has(column)) faults.push(`column ${column} is used but not listed`)
  const keys = map.unit ? [...Object.values(map.unit.names), ...map.unit.rules.map((r) => r.to)] : []
  for (const key of new Set(keys)) if (!hasUnitKey(key)) faults.push(`unit ${key}`)
  return faults
}

function columnsOf(map: ImportMap): string[] {
  const { coordinates } = map.place
  return [
    map.externalNo.column,
    map.reportedAt.column,
    ...(map.closedAt ? [map.closedAt.column] : []),
    ...map.class.columns,
    ...map.class.textColumns,
    ...map.description.columns,
    ...(map.address?.columns ?? []),
    ...(coordinates ? [coordinates.lng, coordinates.lat] : []),
    ...map.place.columns.map((c) => c.column),
    ...map.place.textColumns,
    ...map.place.unitColumns,
    ...(map.unit ? [map.unit.column] : []),
    ...map.severity.rules.map((r) => r.column)
  ]
}
