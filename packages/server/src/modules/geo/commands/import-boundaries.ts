/** Importing surveyed boundaries: divisions and unit grids. What the checks refuse is reported feature by feature. */
import { GEO_ERRORS, type ImportRejection, type ImportReport, type RegionClass } from '@chengyun/contract/geo'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { type DivisionDraft, parentCodeOf } from '../domain/city-plan.ts'
import { areaM2 } from '../domain/ellipsoid.ts'
import { checkDivisions, checkGrids } from '../domain/import-checks.ts'
import {
  type CodedFeature,
  DEFAULT_MAPPING,
  type FeatureMapping,
  type ImportKind,
  type ReadResult,
  readFeatures
} from '../domain/import-features.ts'
import { centroidOf, decodeShape, type Shape } from '../domain/shape.ts'
import { listDivisions, listGridCodes, listGridShapes, listShapes, listSurveyedShapes } from '../queries.ts'
import { raiseRevision, upsertDivisions, upsertGrids } from './bulk.ts'
import { retireGrids } from './retire.ts'

const fail = thrower(GEO_ERRORS)

export interface ImportInput {
  /** The parsed file. */
  file: unknown
  mapping?: Partial<FeatureMapping>
  /** Check and report, write nothing. */
  dryRun?: boolean
}

function read(input: ImportInput, kind: ImportKind): ReadResult {
  const result = readFeatures(input.file, kind, { ...DEFAULT_MAPPING, ...input.mapping })
  if (result === null) throw fail('GEO_FILE_UNREADABLE', { reason: 'a FeatureCollection is expected' })
  return result
}

const dayOf = (now: Date): string => now.toISOString().slice(0, 10)
const byIndex = (a: ImportRejection, b: ImportRejection): number => a.index - b.index

/** Imports divisions from GeoJSON. A known code gets the new name and outline; an unknown one is added. Throws
 *  GEO_FILE_UNREADABLE when the file is no FeatureCollection; single faulty features are reported, not thrown. */
export const importDivisions = command(async (tx, input: ImportInput, ctx): Promise<ImportReport> => {
  const { total, features, rejections } = read(input, 'divisions')
  const known = await listDivisions(tx)
  const surveyed = await listSurveyedShapes(tx)
  const kept = surveyed.map(({ code, shape }) => ({ code, shape: decodeShape(shape as Uint8Array) }))
  const checked = checkDivisions(features, new Set(known.map((d) => d.code)), kept)
  const all = [...rejections, ...checked.rejections].sort(byIndex)
  const report: ImportReport = { total, accepted: checked.accepted.length, rejections: all, retired: 0 }
  if (input.dryRun || checked.accepted.length === 0) return report
  const classes = new Map(known.map((d) => [d.code, d.region_class]))
  const rows = checked.accepted
    .map((feature) => draftOf(feature, classes))
    .sort((a, b) => rank(a) - rank(b) || (a.code < b.code ? -1 : 1))
  await upsertDivisions(tx, rows, dayOf(ctx.now), () => false)
  await raiseRevision(tx)
  ctx.emit('geo.divisionsImported', { accepted: report.accepted, rejected: all.length })
  ctx.audit({ action: 'geo.importDivisions', result: 'ok', after: { total, accepted: report.accepted, rejected: all.length } })
  return report
})

const rank = (row: DivisionDraft): number => (row.level === 'city' ? 0 : row.code.length)

function draftOf(feature: CodedFeature, classes: ReadonlyMap<string, RegionClass>): DivisionDraft {
  const { code, name, shape } = feature
  const parentCode = parentCodeOf(code)
  const level = parentCode === null ? 'city' : code.length === 6 ? 'district' : code.length === 9 ? 'street' : 'community'
  const regionClass = classes.get(code) ?? classes.get(code.slice(0, 9)) ?? classes.get(code.slice(0, 6)) ?? 'C'
  return { code, name, level, parentCode, regionClass, shape, centroid: centroidOf(shape), areaM2: Math.round(areaM2(shape)) }
}

/** Imports unit grids from GeoJSON. A community that the file touches is replaced as a whole: its grids that the file does not
 *  name are retired. Throws GEO_FILE_UNREADABLE. */
export const importGrids = command(async (tx, input: ImportInput, ctx): Promise<ImportReport> => {
  const { total, features, rejections } = read(input, 'grids')
  const touched = [...new Set(features.map((feature) => feature.code.slice(0, 12)))].sort()
  const communities = await communityShapes(tx, touched)
  const existing = await listGridCodes(tx, touched)
  const retired = new Set(existing.filter((grid) => grid.valid_to_on !== null).map((grid) => grid.code))
  const replaced = new Set(touched)
  const others = (await listGridShapes(tx)).filter(({ code }) => !replaced.has(code.slice(0, 12)))
  const kept = others.map(({ code, shape }) => ({ code, shape: decodeShape(shape) }))
  const checked = checkGrids(features, communities, retired, kept)
  const all = [...rejections, ...checked.rejections].sort(byIndex)
  const accepted = new Set(checked.accepted.map((feature) => feature.code))
  const done = new Set(checked.accepted.map((feature) => feature.code.slice(0, 12)))
  const gone = existing.filter(
    (grid) => grid.valid_to_on === null && !accepted.has(grid.code) && done.has(grid.code.slice(0, 12))
  )
  const report: ImportReport = { total, accepted: accepted.size, rejections: all, retired: gone.length }
  if (input.dryRun || accepted.size === 0) return report
  const day = dayOf(ctx.now)
  await retireGrids(
    tx,
    gone.map((grid) => grid.code),
    day
  )
  await upsertGrids(
    tx,
    checked.accepted.map((feature) => ({
      code: feature.code,
      shape: feature.shape,
      areaM2: Math.round(areaM2(feature.shape) * 100) / 100,
      centroid: centroidOf(feature.shape),
      validFrom: feature.validFrom ?? day,
      landUse: feature.landUse,
      manageLevel: feature.manageLevel,
      remark: feature.remark
    }))
  )
  await raiseRevision(tx)
  ctx.emit('geo.gridsImported', { accepted: accepted.size, rejected: all.length, communityCodes: [...done] })
  ctx.audit({
    action: 'geo.importGrids',
    result: 'ok',
    after: { total, accepted: accepted.size, rejected: all.length, retired: gone.length }
  })
  return report
})

/** Outlines of communities; null where it is unknown or only generated, so no measure for surveyed grids. */
async function communityShapes(tx: Tx, codes: readonly string[]): Promise<Map<string, Shape | null>> {
  const rows = await listShapes(tx, codes)
  return new Map(rows.map(({ code, shape, generated }) => [code, shape === null || generated ? null : decodeShape(shape)]))
}
