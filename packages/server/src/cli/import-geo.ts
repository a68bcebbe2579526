/** `chengyun import divisions|grids FILE`: surveyed boundaries from GeoJSON, with a report of every refused feature. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { CRS_NAMES, type Crs, GEO_ERRORS, type ImportReport } from '@chengyun/contract/geo'
import { type CutReport, cutGrids, type ImportInput, importDivisions, importGrids, readCityFiles } from '../modules/geo/index.ts'
import { type Actor, SYSTEM } from '../platform/actor.ts'
import type { Db } from '../platform/db.ts'
import { UsageError } from './refusal.ts'

export const IMPORT_GEO_HELP = `chengyun import divisions FILE [options]   outlines of districts, streets, communities
chengyun import grids FILE [options]       unit grids (15-digit codes)

  FILE is a GeoJSON FeatureCollection of polygons. Options:
  --crs NAME          ${CRS_NAMES.join(', ')} (default CGCS2000)
  --map KEY=PROPERTY  how the file names code, name, validFrom, landUse, manageLevel, remark; may be repeated
  --dry-run           check and report, write nothing
  --cut-grids         divisions only: cut unit grids inside what was imported, where none are surveyed
  --city ID           city profile whose cell sizes --cut-grids uses (default qingdao)
  --report FILE       write refused features as CSV
  --json              print the whole report as JSON
`

const OPTIONS = {
  crs: { type: 'string', default: 'CGCS2000' },
  map: { type: 'string', multiple: true, default: [] as string[] },
  'dry-run': { type: 'boolean', default: false },
  'cut-grids': { type: 'boolean', default: false },
  city: { type: 'string', default: 'qingdao' },
  report: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false }
} as const

const OPERATOR: Actor = { ...SYSTEM, name: '命令行', username: 'command-line' }
const MAPPABLE = ['code', 'name', 'validFrom', 'landUse', 'manageLevel', 'remark']

function readMapping(crs: string, pairs: readonly string[]): NonNullable<ImportInput['mapping']> {
  if (!(CRS_NAMES as readonly string[]).includes(crs)) throw new UsageError(`--crs must be one of ${CRS_NAMES.join(', ')}`)
  const mapping: Record<string, string> = {}
  for (const pair of pairs) {
    const [key = '', property = ''] = pair.split('=', 2)
    if (!MAPPABLE.includes(key) || property === '')
      throw new UsageError(`--map ${pair}: write one of ${MAPPABLE.join(', ')}, =, and the property's name`)
    mapping[key] = property
  }
  return { ...mapping, crs: crs as Crs }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const csvCell = (value: unknown): string => `"${String(value ?? '').replaceAll('"', '""')}"`

function writeReport(file: string, report: ImportReport): void {
  const rows = report.rejections.map((r) => [
    r.index,
    r.code,
    r.reason,
    GEO_ERRORS[r.reason as keyof typeof GEO_ERRORS]?.zh,
    r.detail
  ])
  const lines = [['feature', 'code', 'reason', 'text', 'detail'], ...rows].map((row) => row.map(csvCell).join(','))
  // The byte order mark lets Excel read the Chinese texts.
  writeFileSync(file, `\uFEFF${lines.join('\r\n')}\r\n`)
}

/** Runs the import on an open database. Answers 0, or 1 when features were refused. Throws UsageError, AppError. */
export async function importGeo(
  kind: 'divisions' | 'grids',
  args: readonly string[],
  db: Db,
  say: (line: string) => void
): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  const [file] = positionals
  if (values.help) {
    say(IMPORT_GEO_HELP)
    return 0
  }
  if (file === undefined) throw new UsageError(`which file?\n\n${IMPORT_GEO_HELP}`)
  const input: ImportInput = { file: readJson(file), mapping: readMapping(values.crs, values.map), dryRun: values['dry-run'] }
  const report = await (kind === 'divisions' ? importDivisions : importGrids)(db, OPERATOR, input)
  const cut = kind === 'divisions' && values['cut-grids'] && !values['dry-run'] ? await cutInside(db, values.city) : null
  if (values.report !== undefined) writeReport(values.report, report)
  if (values.json) say(JSON.stringify({ ...report, cut }))
  else printReport(report, cut, values['dry-run'], say)
  return report.rejections.length > 0 ? 1 : 0
}

async function cutInside(db: Db, city: string): Promise<CutReport> {
  const { profile } = readCityFiles(fileURLToPath(new URL(`../../../../cities/${city}/`, import.meta.url)))
  const { cellM, defaultCellM, referenceLat } = profile.unitGrid
  return cutGrids(db, OPERATOR, {
    within: [profile.adcode.slice(0, 4)],
    cellM,
    defaultCellM,
    referenceLat,
    seed: profile.demoSeed
  })
}

function printReport(report: ImportReport, cut: CutReport | null, isDryRun: boolean, say: (line: string) => void): void {
  say(
    `${report.total} features: ${report.accepted} ${isDryRun ? 'would be ' : ''}accepted, ${report.rejections.length} refused, ${report.retired} unit grids retired`
  )
  const counts = Map.groupBy(report.rejections, (r) => r.reason)
  for (const [reason, own] of counts)
    say(`  ${String(own.length).padStart(6)}  ${reason}  ${GEO_ERRORS[reason as keyof typeof GEO_ERRORS]?.en ?? ''}`)
  for (const r of report.rejections.slice(0, 20)) say(`    feature ${r.index} ${r.code ?? '(no code)'}: ${r.reason} ${r.detail}`)
  if (report.rejections.length > 20) say(`    … ${report.rejections.length - 20} more; --report FILE writes all`)
  if (cut)
    say(
      `cut ${cut.grids} unit grids in ${cut.communities} communities, ${cut.retired} retired, ${cut.skipped} communities with surveyed grids left alone`
    )
}
