/** `chengyun export register TYPE --out FILE`: a register as a file. */
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { EXPORT_FORMATS, type ExportFormat } from '@chengyun/contract/registry'
import { offerClasses } from '../modules/cases/index.ts'
import { exportItems, recordExport } from '../modules/registry/index.ts'
import { type Actor, SYSTEM } from '../platform/actor.ts'
import type { Db } from '../platform/db.ts'

const OPERATOR: Actor = { ...SYSTEM, name: '命令行', username: 'command-line' }
const ENDS: readonly (readonly [RegExp, ExportFormat])[] = [
  [/\.csv$/i, 'csv'],
  [/\.xlsx$/i, 'xlsx'],
  [/\.(geo)?json$/i, 'geojson'],
  [/\.gpkg$/i, 'gpkg'],
  [/\.zip$/i, 'shp']
]

/** The format of a file by the end of its name; null when it is none. */
export const exportFormat = (path: string): ExportFormat | null => ENDS.find(([end]) => end.test(path))?.[1] ?? null
export const EXPORT_ENDS = EXPORT_FORMATS.join(', ')

/** Writes a register, personal attributes masked. The export is on the audit trail. */
export async function exportRegister(
  db: Db,
  type: string,
  path: string,
  format: ExportFormat,
  filter: { within?: string; class?: string }
): Promise<void> {
  await offerClasses(db)
  const file = await exportItems(db, OPERATOR, { type, ...filter }, format, false, new Date())
  await recordExport(db, OPERATOR, { type, format, query: filter })
  await pipeline(file.body, createWriteStream(path))
}
