import { type Static, Type } from 'typebox'
import { Nullable, Words } from '../common/index.ts'

// A file of an import or a census: what was found in it and what its columns mean.

const closed = { additionalProperties: false }
const Both = Type.Object({ zh: Type.String(), en: Type.String() })

export const FILE_FORMATS = ['csv', 'xlsx', 'geojson', 'ndgeojson', 'shp', 'gpkg'] as const
export type FileFormat = (typeof FILE_FORMATS)[number]
export const ENCODINGS = ['utf-8', 'gbk'] as const

/**
 * Coordinate systems a file may be in: degrees (CGCS2000, WGS-84, GCJ-02, BD-09), web mercator, and the Gauss–Krüger zones of CGCS2000 (EPSG:4491–4512 of
 * six degrees, 4513–4554 of three).
 */
export const FileCrs = Type.String({ pattern: '^(CGCS2000|WGS-84|GCJ-02|BD-09|EPSG:3857|EPSG:4(49[1-9]|5[0-4]\\d|55[0-4]))$' })

/**
 * What a column of a file can mean: a column of every item, `attr.<key>`, coordinates in one or two columns, the grid (or street or community) code
 * the source claims, or nothing (`-`). Several columns may go into one text; they are joined with a blank.
 */
export const COLUMN_TARGETS = [
  '-',
  'code',
  'class',
  'name',
  'status',
  'address',
  'authority',
  'owner',
  'maintainer',
  'lng',
  'lat',
  'wkt',
  'declaredGrid'
] as const
export const ColumnTarget = Type.String({
  pattern: `^(${COLUMN_TARGETS.join('|')}|attr\\.[a-z][a-zA-Z0-9]{0,39})$`
})
export const ColumnMapping = Type.Object(
  {
    column: Type.String({ minLength: 1, maxLength: 200 }),
    to: ColumnTarget,
    /** Words of the file and what they stand for; '' as a value: left blank. */
    values: Type.Optional(Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 200 }), { maxProperties: 500 })),
    /** Numbers are multiplied with it: 0.0630902 makes L/s of US gallons a minute. */
    factor: Type.Optional(Type.Number({ minimum: 1e-9, maximum: 1e9 }))
  },
  closed
)
export type ColumnMapping = Static<typeof ColumnMapping>
export const FileMapping = Type.Object(
  {
    columns: Type.Array(ColumnMapping, { maxItems: 300 }),
    /** Values for what no column says or a row leaves blank, by target. */
    defaults: Type.Optional(Type.Record(ColumnTarget, Type.String({ maxLength: 200 }), { maxProperties: 50 }))
  },
  closed
)
export type FileMapping = Static<typeof FileMapping>

/** A file of a batch: what was found in it, what it shall mean, how far it is read. */
export const BatchFile = Type.Object({
  no: Type.Integer(),
  name: Type.String(),
  format: Words(FILE_FORMATS),
  sizeBytes: Type.Integer(),
  /** Tables of a GeoPackage, sheets of a workbook, layers of a zip; the chosen one first. */
  layers: Type.Array(Type.String()),
  encoding: Words(ENCODINGS),
  crs: FileCrs,
  /** How the coordinate system was found: said by the file, guessed from the numbers, declared by a person. */
  crsFrom: Words(['file', 'numbers', 'person'] as const),
  columns: Type.Array(Type.String()),
  /** The first rows, cell by cell. */
  sample: Type.Array(Type.Array(Type.String())),
  /** Kind of its geometries; null when places stand in columns or nowhere. */
  geometry: Nullable(Type.String()),
  mapping: FileMapping,
  /** Where the mapping came from: remembered from a file with the same columns, proposed from names, set by a person. */
  mappingFrom: Words(['remembered', 'proposed', 'person'] as const),
  /** What has to be said before it can be read; empty: ready. */
  missing: Type.Array(Both),
  rows: Type.Integer(),
  rejected: Type.Integer()
})
export type BatchFile = Static<typeof BatchFile>
export const BatchFileEdit = Type.Object(
  {
    layer: Type.Optional(Type.String({ maxLength: 200 })),
    encoding: Type.Optional(Words(ENCODINGS)),
    crs: Type.Optional(FileCrs),
    mapping: Type.Optional(FileMapping)
  },
  closed
)
export type BatchFileEdit = Static<typeof BatchFileEdit>
