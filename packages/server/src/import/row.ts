import type { ClassKind, Severity, SourceType } from '@chengyun/contract/cases'
import { IMPORT_ERRORS, type ImportErrorCode, type ImportMap, type TimeRule } from './map.ts'
import { type PlaceNames, placeFromWords, type RowPlace } from './place.ts'
import { type ParsedTime, parseTime } from './times.ts'

/** What a row needs besides its map. `extent` is the city's [west, south, east, north]. */
export interface RowContext {
  now: Date
  names: PlaceNames
  extent: readonly [number, number, number, number]
}

/** Things that were done to a row and that its reader should know; nothing of it is lost, `raw` keeps the whole row. */
export type RowNote =
  | 'CLASS_FALLBACK'
  | 'DESCRIPTION_SHORTENED'
  | 'DESCRIPTION_FROM_CLASS'
  | 'TIME_DAY_ONLY'
  | 'CLOSED_TIME_IGNORED'
  | 'PLACE_APPROXIMATE'

/** A foreign work order as a report of ours. `unitKey` is null when the map knows no unit: responsibility decides then. */
export interface ReportDraft {
  standardRef: 'GB/T 47678.5-2026'
  kind: ClassKind
  classCode: string
  description: string
  address: string
  place: RowPlace
  crs: 'CGCS2000' | 'WGS84' | 'GCJ02' | 'BD09'
  sourceType: SourceType
  severity: Severity
  reportedAt: Date
  timePrecision: ParsedTime['precision']
  closedAt: Date | null
  external: { system: string; no: string; className: string; unitName: string | null }
  unitKey: string | null
  /** Set when the map says that this order is answered rather than handled: why it is not registered. */
  answer: string | null
  notes: RowNote[]
  raw: Readonly<Record<string, string>>
}

/** A refused row: coded, naming our field, with a message for the report file. */
export interface RowReject {
  code: ImportErrorCode
  field: string
  message: string
  /** Values of the message, for the other language: see IMPORT_ERRORS. */
  details: Readonly<Record<string, string>>
}

export type RowResult = { ok: ReportDraft } | { reject: RowReject }

/** Maps one row. Pure: the same row, map and context give the same result; a row is either a draft or a coded reject. */
export function mapRow(row: Readonly<Record<string, string>>, map: ImportMap, context: RowContext): RowResult {
  const no = cell(row, map.externalNo.column)
  if (no === '') return reject('IMPORT_FIELD_EMPTY', 'externalNo', { column: map.externalNo.column })
  if (no.length > 80) return reject('IMPORT_FIELD_TOO_LONG', 'externalNo', { column: map.externalNo.column, max: '80' })
  const reported = readTime(row, map.reportedAt, map.timeZone)
  if (!reported)
    return reject('IMPORT_TIME_INVALID', 'reportedAt', { column: map.reportedAt.column, value: cell(row, map.reportedAt.column) })
  if (reported.at > context.now)
    return reject('IMPORT_TIME_FUTURE', 'reportedAt', { column: map.reportedAt.column, value: cell(row, map.reportedAt.column) })
  const notes: RowNote[] = []
  if (reported.precision === 'day') notes.push('TIME_DAY_ONLY')
  const place = readPlace(row, map, context)
  if ('reject' in place) return place
  if (place.precision !== 'exact') notes.push('PLACE_APPROXIMATE')
  const target = classOf(row, map)
  if (!target.matched) notes.push('CLASS_FALLBACK')
  const [kind = 'matter', classCode = ''] = target.to.split(':')
  const className = clip(
    map.class.columns
      .map((c) => cell(row, c))
      .filter(Boolean)
      .join(' / '),
    200
  )
  const described = describe(row, map, className)
  if (described.text === '') return reject('IMPORT_FIELD_EMPTY', 'description', { column: map.description.columns.join(', ') })
  if (described.note) notes.push(described.note)
  return {
    ok: {
      standardRef: map.class.standardRef,
      kind: kind === 'component' ? 'component' : 'matter',
      classCode,
      description: described.text,
      address: clip(
        (map.address?.columns ?? [])
          .map((c) => cell(row, c))
          .filter(Boolean)
          .join(map.address?.joiner ?? ' '),
        256
      ),
      place,
      crs: map.place.coordinates?.crs ?? 'CGCS2000',
      sourceType: map.sourceType,
      severity: map.severity.rules.find((r) => r.values.includes(cell(row, r.column)))?.to ?? map.severity.default,
      reportedAt: reported.at,
      timePrecision: reported.precision,
      closedAt: readClosed(row, map, reported.at, context.now, notes),
      external: { system: map.system, no, className, unitName: map.unit ? clip(cell(row, map.unit.column), 100) || null : null },
      unitKey: unitOf(row, map),
      answer: answerOf(row, map, target.matched),
      notes,
      raw: row
    }
  }
}

/** Columns the map needs and the header lacks. */
export function missingColumns(header: readonly string[], map: ImportMap): string[] {
  const have = new Set(header)
  return map.columns.filter((c) => !have.has(c))
}

function reject(code: ImportErrorCode, field: string, details: Record<string, string>): { reject: RowReject } {
  const message = IMPORT_ERRORS[code].en.replace(/\{(\w+)\}/g, (_, name: string) => details[name] ?? '')
  return { reject: { code, field, message, details } }
}

function cell(row: Readonly<Record<string, string>>, column: string): string {
  return (row[column] ?? '').trim()
}

/** Cuts to `max` UTF-16 units without splitting a character in two. */
function clip(text: string, max: number): string {
  if (text.length <= max) return text
  const cut = text.slice(0, max)
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut
}

function readTime(row: Readonly<Record<string, string>>, rule: TimeRule, timeZone: string): ParsedTime | null {
  const text = cell(row, rule.column)
  return parseTime(rule.take ? text.slice(0, rule.take) : text, rule.format, timeZone, rule.timeOfDay)
}

function readClosed(
  row: Readonly<Record<string, string>>,
  map: ImportMap,
  reportedAt: Date,
  now: Date,
  notes: RowNote[]
): Date | null {
  if (!map.closedAt || cell(row, map.closedAt.column) === '') return null
  const closed = readTime(row, map.closedAt, map.timeZone)
  if (closed && closed.at >= reportedAt && closed.at <= now) return closed.at
  notes.push('CLOSED_TIME_IGNORED')
  return null
}

function readPlace(row: Readonly<Record<string, string>>, map: ImportMap, context: RowContext): RowPlace | { reject: RowReject } {
  const words = placeFromWords(row, map.place, context.names)
  const rule = map.place.coordinates
  if (!rule) return words
  const lngText = cell(row, rule.lng)
  const latText = cell(row, rule.lat)
  const absent = (text: string) => text === '' || rule.absent.includes(text)
  if (absent(lngText) && absent(latText)) return words
  const value = `${lngText}, ${latText}`
  const lng = Number(lngText)
  const lat = Number(latText)
  if (
    absent(lngText) ||
    absent(latText) ||
    !Number.isFinite(lng) ||
    !Number.isFinite(lat) ||
    Math.abs(lng) > 180 ||
    Math.abs(lat) > 90
  )
    return reject('IMPORT_POINT_INVALID', 'location', { value })
  const [west, south, east, north] = context.extent
  // The extent is in CGCS2000; the Chinese systems differ by up to about a kilometre, the exact test is the server's.
  const margin = rule.crs === 'GCJ02' || rule.crs === 'BD09' ? 0.02 : 0
  if (lng < west - margin || lng > east + margin || lat < south - margin || lat > north + margin)
    return reject('IMPORT_POINT_OUTSIDE_CITY', 'location', { value })
  return { precision: 'exact', divisionCode: words.divisionCode, source: 'coordinates', point: [lng, lat] }
}

interface Pattern {
  path?: readonly (string | readonly string[])[]
  text?: readonly string[]
}

const holds = ({ path = [], text }: Pattern, values: readonly string[], words: string): boolean =>
  path.every((want, i) => want === '*' || (typeof want === 'string' ? want === values[i] : want.includes(values[i] ?? ''))) &&
  (!text || text.some((word) => words.includes(word)))

function classOf(row: Readonly<Record<string, string>>, map: ImportMap): { to: string; matched: boolean } {
  const path = map.class.columns.map((c) => cell(row, c))
  const text = map.class.textColumns.map((c) => cell(row, c)).join('\n')
  const rule = map.class.rules.find((r) => holds(r, path, text))
  return rule ? { to: rule.to, matched: true } : { to: map.class.fallback, matched: false }
}

function answerOf(row: Readonly<Record<string, string>>, map: ImportMap, matched: boolean): string | null {
  if (!map.answers) return null
  const path = map.class.columns.map((c) => cell(row, c))
  const text = map.description.columns.map((c) => cell(row, c)).join('\n')
  return map.answers.find((r) => (r.unmapped ?? !matched) === !matched && holds(r, path, text))?.opinion ?? null
}

function describe(
  row: Readonly<Record<string, string>>,
  map: ImportMap,
  className: string
): { text: string; note: RowNote | null } {
  const { columns, joiner, strip, maxLength } = map.description
  let text = columns
    .map((c) => cell(row, c))
    .filter(Boolean)
    .join(joiner)
  for (const phrase of strip ?? []) text = text.replaceAll(phrase, '')
  text = text.replace(/\s+/g, ' ').trim()
  if (text === '') return { text: clip(className, maxLength), note: 'DESCRIPTION_FROM_CLASS' }
  if (text.length <= maxLength) return { text, note: null }
  return { text: `${clip(text, maxLength - 1)}…`, note: 'DESCRIPTION_SHORTENED' }
}

function unitOf(row: Readonly<Record<string, string>>, map: ImportMap): string | null {
  if (!map.unit) return null
  const name = cell(row, map.unit.column)
  if (name === '') return null
  return map.unit.names[name] ?? map.unit.rules.find((r) => r.contains.some((word) => name.includes(word)))?.to ?? null
}
