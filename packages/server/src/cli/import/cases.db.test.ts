import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { verifyBundle } from '@chengyun/verify'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureCity } from '../../city/setup.ts'
import { buildEnv, exportBundle, getVisibleCase } from '../../modules/cases/index.ts'
import { geoService } from '../../modules/geo/index.ts'
import { checkTallies } from '../../modules/indicators/index.ts'
import { openKeyring } from '../../modules/org/index.ts'
import { MODULES } from '../../modules.ts'
import { SYSTEM } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { readSettings, type Settings } from '../../platform/settings.ts'
import { testDb } from '../../platform/testing-db.ts'
import { ImportRefused, importCases } from './cases.ts'

const MAP = fileURLToPath(new URL('../../../../../cities/maps/nyc311.json', import.meta.url))
const HEADER =
  'unique_key,created_date,closed_date,agency,complaint_type,descriptor,location_type,incident_zip,city,borough,latitude,longitude'
const row = (
  no: string,
  more: Partial<{
    created: string
    closed: string
    type: string
    descriptor: string
    lat: string
    lng: string
    borough: string
  }> = {}
): string => {
  const {
    created = '2026-04-01T10:00:00.000',
    closed = '',
    type = 'Illegal Parking',
    descriptor = 'Blocked Hydrant',
    lat = '40.7484',
    lng = '-73.9857',
    borough = 'MANHATTAN'
  } = more
  return [no, created, closed, 'NYPD', type, descriptor, 'Street/Sidewalk', '10001', 'NEW YORK', borough, lat, lng].join(',')
}

let db: Db
let settings: Settings
let folder: string
let close: () => Promise<void>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chengyun-import-'))
  const opened = await testDb()
  db = opened.db
  close = opened.close
  settings = readSettings(
    { CHENGYUN_DATA: folder },
    MODULES.flatMap((m) => (m.settings ? [m.settings] : []))
  )
  await ensureCity(db, settings, { city: 'new-york', demo: true, now: new Date('2026-09-01T00:00:00Z'), log: () => undefined })
}, 120_000)

afterAll(async () => {
  await close?.()
  await rm(folder, { recursive: true, force: true })
})

async function run(name: string, rows: readonly string[], status: 'as-reported' | 'closed' = 'closed') {
  const file = join(folder, `${name}.csv`)
  await writeFile(file, `${[HEADER, ...rows].join('\n')}\n`)
  return importCases(
    db,
    settings,
    { file, map: MAP, status, city: undefined, report: undefined, limit: Number.POSITIVE_INFINITY },
    () => undefined
  )
}

const statusOf = async (no: string) =>
  (
    await sql<{
      status: string
      case_no: string
      version: number
    }>`select status, case_no, version from cases."case" where external_no = ${no}`.execute(db)
  ).rows[0]

describe('import of work orders', () => {
  it('accounts for every row: imported, already there, or refused with field and reason', async () => {
    const result = await run('mixed', [
      row('A1', { closed: '2026-04-02T09:00:00.000' }),
      row('A2'),
      row('A2'),
      row('A3', { created: 'yesterday' }),
      row('A4', { lat: '10.5', lng: '-73.9' }),
      row('A5', { lat: '40.5795', lng: '-74.1502', borough: 'STATEN ISLAND' }),
      row('A6', { lat: '40.50', lng: '-73.70' }),
      row('A7', { lat: '', lng: '', borough: 'QUEENS' }),
      row('A8', { type: 'Something Else', descriptor: 'Nobody knows', closed: '2026-04-03T09:00:00.000' }),
      'A9,too,few'
    ])
    expect(result).toMatchObject({ read: 10, imported: 5, existing: 1, rejected: 4, approximate: 1 })
    expect(result.byCode).toEqual({
      IMPORT_TIME_INVALID: 1,
      IMPORT_POINT_OUTSIDE_CITY: 1,
      CASE_OUTSIDE_CITY: 1,
      IMPORT_ROW_BROKEN: 1
    })
    const report = await readFile(result.report, 'utf8')
    expect(report.split('\r\n').slice(1, -1)).toHaveLength(4)
    expect(report).toContain('"4","IMPORT_TIME_INVALID","reportedAt","“created_date”不是有效时间：yesterday"')
    expect(report).toContain('"7","CASE_OUTSIDE_CITY","location","位置不在本市范围内"')
    expect(await statusOf('A1')).toMatchObject({ status: 'closed', version: 11 })
    expect(await statusOf('A2')).toMatchObject({ status: 'reported', version: 1 })
  })

  it('gives each a history that verifies, at the times of the file', async () => {
    const env = await buildEnv({ db, geo: await geoService(db), keyring: openKeyring(settings) })
    for (const no of ['A1', 'A2', 'A7', 'A8']) {
      const record = await getVisibleCase(db, SYSTEM, (await statusOf(no))!.case_no)
      const bundle = await exportBundle(env, SYSTEM, record, new Date())
      expect((await verifyBundle(bundle)).findings).toEqual([])
      expect(bundle.steps[0]).toMatchObject({ op: 'report', at: '2026-04-01T14:00:00.000Z', data: { imported: true } })
    }
    const { rows } = await sql<{
      className: string
      code: string
    }>`select state->'external'->>'className' as "className", class_code as code from cases."case" where external_no = 'A8'`.execute(
      db
    )
    expect(rows[0]).toEqual({ className: 'Something Else / Nobody knows', code: '10999' })
    const approximate = await sql<{
      precision: string
      street: string | null
      district: string
    }>`select precision, street_code as street, district_code as district from cases."case" where external_no = 'A7'`.execute(db)
    expect(approximate.rows[0]).toEqual({ precision: 'district', street: null, district: '990104' })
  })

  it('counts them: the sums of the indicators equal a fresh count, and the search finds them', async () => {
    expect(await checkTallies(db)).toMatchObject({ cases: 5, differences: 0 })
    const { rows } = await sql<{
      n: number
    }>`select count(*)::int as n from cases.search where tokens @@ 'hydrant'::tsquery`.execute(db)
    expect(rows[0]?.n).toBe(4)
  })

  it('goes on where it was interrupted, without doubling and without losing a refusal', async () => {
    const rows = Array.from({ length: 1200 }, (_, i) => (i === 100 || i === 1100 ? row(`B${i}`, { created: '' }) : row(`B${i}`)))
    const file = join(folder, 'long.csv')
    await writeFile(file, `${[HEADER, ...rows].join('\n')}\n`)
    const options = {
      file,
      map: MAP,
      status: 'as-reported',
      city: undefined,
      report: undefined,
      limit: Number.POSITIVE_INFINITY
    } as const
    let batches = 0
    const dying = importCases(db, settings, options, () => {
      batches += 1
      if (batches === 2) throw new Error('killed')
    })
    await expect(dying).rejects.toThrow('killed')
    const result = await importCases(db, settings, options, () => undefined)
    expect(result).toMatchObject({ read: 1200, imported: 1198, existing: 0, rejected: 2, resumedAt: 1000 })
    expect((await readFile(result.report, 'utf8')).split('\r\n').slice(1, -1)).toHaveLength(2)
    const { rows: counted } = await sql<{
      n: number
      numbers: number
    }>`select count(*)::int as n, count(distinct case_no)::int as numbers from cases."case" where external_no like 'B%'`.execute(
      db
    )
    expect(counted[0]).toEqual({ n: 1198, numbers: 1198 })
    expect(await importCases(db, settings, options, () => undefined)).toMatchObject({ imported: 0, existing: 1198, rejected: 2 })
  })

  it('refuses a map of another city, and a file without its columns, before the first row', async () => {
    const haikou = fileURLToPath(new URL('../../../../../cities/maps/haikou-12345.json', import.meta.url))
    const file = join(folder, 'mixed.csv')
    const options = { file, map: haikou, status: 'closed', city: undefined, report: undefined, limit: 10 } as const
    await expect(importCases(db, settings, options, () => undefined)).rejects.toThrow(ImportRefused)
    await writeFile(join(folder, 'short.csv'), 'unique_key,agency\n1,NYPD\n')
    await expect(
      importCases(db, settings, { ...options, map: MAP, file: join(folder, 'short.csv') }, () => undefined)
    ).rejects.toThrow('lacks the columns')
  })
})
