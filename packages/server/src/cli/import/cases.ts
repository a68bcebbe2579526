import { existsSync, mkdirSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { CASE_ERRORS } from '@chengyun/contract/cases'
import { unitKeyAt } from '../../import/codes.ts'
import { IMPORT_ERRORS, type ImportMap, mapFaults } from '../../import/map.ts'
import { type ReadOrder, readMap, readOrders } from '../../import/orders.ts'
import { placeNames } from '../../import/place.ts'
import { readRows } from '../../import/read.ts'
import { type Rejection, RejectReport, rejectionTexts } from '../../import/rejects.ts'
import { representativePoints } from '../../import/representative.ts'
import type { ReportDraft } from '../../import/row.ts'
import { type BulkCase, buildEnv, bulkImport, type CaseEnv, cityOf } from '../../modules/cases/index.ts'
import { geoService, listDivisions } from '../../modules/geo/index.ts'
import { rebuildTallies } from '../../modules/indicators/index.ts'
import { openKeyring } from '../../modules/org/index.ts'
import { type Actor, SYSTEM } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import type { Settings } from '../../platform/settings.ts'

export interface ImportCasesOptions {
  file: string
  map: string
  status: 'as-reported' | 'closed'
  /** The city the map is for, when it is not the one it names. */
  city: string | undefined
  report: string | undefined
  limit: number
}

export interface ImportCasesResult {
  read: number
  imported: number
  existing: number
  rejected: number
  /** Rows of an earlier run of the same file that was interrupted. */
  resumedAt: number
  byCode: Record<string, number>
  approximate: number
  report: string
  seconds: number
}

/** Which file, and how it is imported: another size, time or status begins anew. */
interface Stamp {
  file: string
  bytes: number
  modified: number
  status: string
}

interface Checkpoint extends Stamp {
  row: number
  reportBytes: number
  totals: Pick<ImportCasesResult, 'imported' | 'existing' | 'rejected' | 'approximate'>
  byCode: Record<string, number>
}

/** A fault of the call that the person at the terminal can mend. */
export class ImportRefused extends Error {}

const BATCH = 500
const OPERATOR: Actor = { ...SYSTEM, name: '命令行', username: 'command-line' }

/**
 * Import work orders in batches; after each the place reached is written down, so that an interrupted import goes on there. Safe
 * to repeat: an order already here is counted, not doubled. @throws ImportRefused, DataFileError, ReadFileError, ColumnsMissingError
 */
export async function importCases(
  db: Db,
  settings: Settings,
  options: ImportCasesOptions,
  progress: (done: number, total: number) => void
): Promise<ImportCasesResult> {
  const began = performance.now()
  const map = await readMap(options.map)
  const { env, place } = await open(db, settings, map, options)
  const checkpoint = new CheckpointFile(settings.CHENGYUN_DATA, options)
  const from = checkpoint.start()
  const rejects = new RejectReport(options.report ?? checkpoint.path.replace(/\.json$/, '-rejected.csv'), from.row > 0)
  if (from.row > 0) truncateSync(rejects.path, from.reportBytes)
  const { totals } = from
  const byCode = new Map(Object.entries(from.byCode))
  const run = bulkImport(env)
  let read = from.row
  const total = Math.min(options.limit, await countRows(options.file))

  const flush = async (batch: readonly ReadOrder[]): Promise<void> => {
    const refused: Rejection[] = []
    const cases: BulkCase[] = []
    for (const item of batch) {
      if ('reject' in item) {
        const { code, field, details, message } = item.reject
        refused.push({
          number: item.number,
          code,
          field,
          ...rejectionTexts(IMPORT_ERRORS[code], details, message),
          raw: item.raw
        })
        continue
      }
      const point = item.draft.place.point ?? (await place.pointFor(item.draft.place.divisionCode))
      if (point) cases.push(caseOf(item.number, item.draft, point))
      else refused.push(unplaced(item.number, item.draft))
      if (point && item.draft.place.point === null) totals.approximate += 1
    }
    const result = await run(db, OPERATOR, { cases, status: options.status })
    const rows = new Map(batch.map((item) => [item.number, 'draft' in item ? item.draft.raw : item.raw]))
    for (const { row, code, details } of result.rejected) {
      const entry = CASE_ERRORS[code as keyof typeof CASE_ERRORS]
      refused.push({
        number: row,
        code,
        field: FIELD_OF[code] ?? '',
        ...rejectionTexts(entry, details, code),
        raw: rows.get(row) ?? null
      })
    }
    for (const rejection of refused.sort((a, b) => a.number - b.number)) {
      rejects.add(rejection)
      byCode.set(rejection.code, (byCode.get(rejection.code) ?? 0) + 1)
    }
    totals.imported += result.imported
    totals.existing += result.existing
    totals.rejected += refused.length
    read = batch.at(-1)?.number ?? read
    checkpoint.write({ row: read, reportBytes: statSync(rejects.path).size, totals, byCode: Object.fromEntries(byCode) })
    progress(read, total)
  }

  let batch: ReadOrder[] = []
  for await (const item of readOrders(options.file, map, place.context)) {
    if (item.number > options.limit) break
    if (item.number <= from.row) continue
    batch.push(item)
    if (batch.length < BATCH) continue
    await flush(batch)
    batch = []
  }
  if (batch.length > 0) await flush(batch)
  // The sums of the indicators are kept by the events of living cases; these came without.
  await rebuildTallies(db)
  checkpoint.finish()
  return {
    read,
    ...totals,
    resumedAt: from.row,
    byCode: Object.fromEntries(byCode),
    report: rejects.path,
    seconds: (performance.now() - began) / 1000
  }
}

/** One pass ahead, a fiftieth of the work, so that the bar knows its end. */
async function countRows(file: string): Promise<number> {
  let rows = 0
  for await (const _row of readRows(file)) rows += 1
  return rows
}

/** The field of ours that a refusal of the case module is about. */
const FIELD_OF: Record<string, string> = { CASE_OUTSIDE_CITY: 'location', CASE_CLASS_UNKNOWN: 'classCode' }

async function open(
  db: Db,
  settings: Settings,
  map: ImportMap,
  options: ImportCasesOptions
): Promise<{ env: CaseEnv; place: Places }> {
  const city = await cityOf(db)
  if (city.id === 'none')
    throw new ImportRefused('this database has no city yet: start the server once (chengyun serve --empty --city ID)')
  if (city.id !== (options.city ?? map.city))
    throw new ImportRefused(`the map is for ${map.city}, this database serves ${city.id}; --city ${city.id} imports all the same`)
  const geo = await geoService(db)
  const env = await buildEnv({ db, geo, keyring: openKeyring(settings) })
  const keys = new Set([...env.reference.units.values()].map((u) => u.key))
  const hasKey = (key: string) => keys.has(key) || key === 'street' || key.startsWith('district-')
  const faults = mapFaults(map, (kind, code) => env.reference.findClass(map.class.standardRef, kind, code) !== undefined, hasKey)
  if (faults.length > 0) throw new ImportRefused(`the map does not fit this city: ${faults.slice(0, 10).join('; ')}`)
  const rows = (await listDivisions(db)).filter((d) => d.valid_to_on === null)
  const divisions = rows.map(({ code, level, name, lng, lat }) => ({
    code,
    level,
    name,
    centroid: lng === null || lat === null ? null : ([lng, lat] as const)
  }))
  const pointFor = representativePoints({ divisions, codeAt: ([lng, lat]) => geo.locate({ lng, lat })?.communityCode ?? null })
  const context = { now: new Date(), names: placeNames(divisions, map.place.aliases), extent: city.extent }
  return { env, place: { pointFor, context } }
}

interface Places {
  pointFor(code: string): Promise<[number, number] | null>
  context: Parameters<typeof readOrders>[2]
}

function caseOf(row: number, draft: ReportDraft, point: [number, number]): BulkCase {
  const { standardRef, kind, classCode, description, sourceType, severity, place, external, unitKey, answer, address } = draft
  return {
    row,
    report: {
      standardRef,
      kind,
      classCode,
      description,
      location: point,
      // Approximate points are ours and already in CGCS2000.
      crs: place.point === null ? 'CGCS2000' : draft.crs,
      precision: place.precision,
      sourceType,
      severity,
      ...(address !== '' && { address }),
      external: {
        system: external.system,
        no: external.no,
        className: external.className,
        ...(external.unitName && { unitName: external.unitName })
      }
    },
    reportedAt: draft.reportedAt,
    closedAt: draft.closedAt,
    unitKey: (at) => (unitKey === null ? null : unitKeyAt(unitKey, at)),
    answer
  }
}

const unplaced = (number: number, { place, raw }: ReportDraft): Rejection => ({
  number,
  code: 'IMPORT_POINT_INVALID',
  field: 'location',
  ...rejectionTexts(IMPORT_ERRORS.IMPORT_POINT_INVALID, { value: place.divisionCode }, ''),
  raw
})

/** Where an import of one file stands, beside the data. Belongs to this very file: another size or time begins anew. */
class CheckpointFile {
  readonly path: string
  readonly #options: ImportCasesOptions
  readonly #stamp: Stamp

  constructor(dataDir: string, options: ImportCasesOptions) {
    this.#options = options
    const { size, mtimeMs } = statSync(options.file)
    this.#stamp = { file: resolve(options.file), bytes: size, modified: Math.floor(mtimeMs), status: options.status }
    this.path = join(dataDir, 'import', `${basename(options.file)}-${basename(options.map, '.json')}.json`)
    mkdirSync(dirname(this.path), { recursive: true })
  }

  start(): Checkpoint {
    const fresh: Checkpoint = {
      ...this.#stamp,
      row: 0,
      reportBytes: 0,
      totals: { imported: 0, existing: 0, rejected: 0, approximate: 0 },
      byCode: {}
    }
    if (!existsSync(this.path)) return fresh
    const known = JSON.parse(readFileSync(this.path, 'utf8')) as Checkpoint & { finished?: boolean }
    const same = (Object.keys(this.#stamp) as (keyof Stamp)[]).every((k) => known[k] === this.#stamp[k])
    const report = this.#options.report ?? this.path.replace(/\.json$/, '-rejected.csv')
    return same && !known.finished && existsSync(report) ? known : fresh
  }

  write(state: Omit<Checkpoint, keyof Stamp>): void {
    this.#save({ ...this.#stamp, ...state })
  }

  finish(): void {
    if (existsSync(this.path)) this.#save({ ...(JSON.parse(readFileSync(this.path, 'utf8')) as object), finished: true })
  }

  #save(value: object): void {
    writeFileSync(`${this.path}.new`, `${JSON.stringify(value, null, 2)}\n`)
    renameSync(`${this.path}.new`, this.path)
  }
}
