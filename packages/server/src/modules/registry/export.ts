import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { BATCH_ERRORS, type ExportFormat, type ItemQuery, type RegisterDeclaration } from '@chengyun/contract/registry'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { thrower } from '../../platform/errors.ts'
import { unpackGeometry } from './domain/geometry.ts'
import { type ExportColumn, exportColumns, showFor } from './export-columns.ts'
import { writeGpkg } from './formats/write-gpkg.ts'
import { writeShp } from './formats/write-shp.ts'
import { type WrittenRow, writeCsv, writeGeoJson, writeXlsx } from './formats/write-table.ts'
import { unitIdsOf } from './present-items.ts'
import { listUnits } from './queries/city.ts'
import { listItemsWhole } from './queries/export.ts'
import type { ListPage } from './queries/list.ts'
import { readAsked } from './reading.ts'
import { type VersionFilter, versionPage } from './version.ts'

const fail = thrower(BATCH_ERRORS)
const TYPES: Readonly<Record<ExportFormat, { type: string; end: string }>> = {
  csv: { type: 'text/csv; charset=utf-8', end: 'csv' },
  xlsx: { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', end: 'xlsx' },
  geojson: { type: 'application/geo+json', end: 'geojson' },
  gpkg: { type: 'application/geopackage+sqlite3', end: 'gpkg' },
  shp: { type: 'application/zip', end: 'shp.zip' }
}

export interface ExportFile {
  body: Readable
  contentType: string
  fileName: string
}

/**
 * The items of a list as a file: the same filters, the same reach, the same masks. Written as it goes; GeoPackage and Shapefile, which have their
 * totals at the beginning, through a temporary folder. Throws EXPORT_GEOMETRY, REGISTRY_TYPE_NOT_FOUND, REGISTRY_QUERY_INVALID.
 */
export async function exportItems(
  db: Db,
  actor: Actor,
  query: ItemQuery & { type: string },
  format: ExportFormat,
  english: boolean,
  now: Date
): Promise<ExportFile> {
  const { asked, types } = await readAsked(db, actor, query)
  const d = types[0]?.declaration
  if (!d) throw new Error('readAsked answered no register')
  return fileOf(db, actor, { d, format, english, now, name: d.id }, (cursor) => listItemsWhole(db, asked, cursor, PAGE))
}

/** A published census as a file: its items as they were. Throws EXPORT_GEOMETRY. */
export function exportVersion(
  db: Db,
  actor: Actor,
  version: { batch: Parameters<typeof versionPage>[1]; d: RegisterDeclaration; filter: VersionFilter },
  format: ExportFormat,
  english: boolean
): Promise<ExportFile> {
  const { batch, d, filter } = version
  const what = { d, format, english, now: batch.published_at, name: `${d.id}-census` }
  return fileOf(db, actor, what, (cursor) => versionPage(db, batch, filter, cursor ?? '', PAGE))
}

interface What {
  d: RegisterDeclaration
  format: ExportFormat
  english: boolean
  /** The day in the name of the file. */
  now: Date
  name: string
}
type Paged = (cursor: string | undefined) => Promise<ListPage>

async function fileOf(
  db: Db,
  actor: Actor,
  { d, format, english, now, name: fileName }: What,
  pageOf: Paged
): Promise<ExportFile> {
  if (d.geometry === 'none' && format === 'shp') throw fail('EXPORT_GEOMETRY', { type: d.id })
  const columns = exportColumns(d, actor)
  const rows = () => written(db, pageOf, columns, showFor(d, actor))
  const header = columns.map((c) => (english ? c.en : c.zh))
  const place = d.geometry === 'none' ? 'none' : d.geometry === 'point' ? 'point' : 'any'
  const file = { contentType: TYPES[format].type, fileName: `${fileName}-${now.toISOString().slice(0, 10)}.${TYPES[format].end}` }
  if (format === 'csv') return { ...file, body: writeCsv(header, rows(), place) }
  if (format === 'xlsx') return { ...file, body: writeXlsx(english ? d.name.en : d.name.zh, header, rows(), place) }
  if (format === 'geojson')
    return {
      ...file,
      body: writeGeoJson(
        columns.map((c) => c.key),
        rows()
      )
    }
  const folder = await mkdtemp(join(tmpdir(), 'chengyun-export-'))
  try {
    const name = d.id.replaceAll('-', '_')
    const path = join(folder, 'export.gpkg')
    if (format === 'gpkg') await writeGpkg(path, name, columns, rows(), d.geometry !== 'none', now)
    const body = format === 'gpkg' ? createReadStream(path) : await writeShp(folder, name, columns, rows())
    body.once('close', () => void rm(folder, { recursive: true, force: true }))
    return { ...file, body }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

const PAGE = 2000

async function* written(
  db: Db,
  pageOf: Paged,
  columns: readonly ExportColumn[],
  show: ReturnType<typeof showFor>
): AsyncGenerator<WrittenRow[]> {
  for (let cursor: string | undefined; ; ) {
    const page = await pageOf(cursor)
    const units = await listUnits(db, unitIdsOf(page.rows))
    yield page.rows.map((row) => {
      const shown = show(row, units)
      return { cells: columns.map((c) => c.cell(shown)), geometry: unpackGeometry(row) }
    })
    if (page.next === null) return
    cursor = page.next
  }
}
