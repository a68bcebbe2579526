// Programs that read the database itself: Debian's PostGIS, and GDAL on it.
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { MODULES } from '../../modules.ts'
import { socketUrl } from '../../platform/db/embedded.ts'
import { AT_WEST, type TestApp, testApp } from '../../testing.ts'

const run = promisify(execFile)
const hasGdal = spawnSync('ogrinfo', ['--version']).status === 0

describe('places and registers with PostGIS', () => {
  let town: TestApp
  let isThere = false
  beforeAll(async () => {
    town = await testApp()
    const { rows } = await sql`select 1 from pg_available_extensions where name = 'postgis'`.execute(town.database.db)
    isThere = rows.length > 0
    if (isThere) await sql`create extension postgis`.execute(town.database.db)
  })
  afterAll(() => town.close())

  const work = async () => {
    const jobs = MODULES.flatMap((m) => m.jobs ?? []).filter((j) => j.name.endsWith('.gis'))
    expect(jobs).toHaveLength(2)
    const said: string[] = []
    for (const job of jobs)
      await job.run({ db: town.database.db, now: new Date(), settings: town.settings, log: (message) => void said.push(message) })
    return said
  }

  it('does nothing where there is no PostGIS, and writes once where there is', async () => {
    const said = await work()
    if (!isThere) {
      expect(said).toEqual([])
      return
    }
    expect(said).toHaveLength(2)
    expect(await work()).toEqual([])
    const { rows } = await sql<{ code: string }>`select code from gis.unit_grids
      where ST_Contains(geom, ST_SetSRID(ST_MakePoint(${AT_WEST[0]}, ${AT_WEST[1]}), 4490))`.execute(town.database.db)
    expect(rows).toHaveLength(1)
    expect(rows[0]!.code).toMatch(/^370202/)
    const areas = await sql<{
      worst: number
    }>`select max(abs(ST_Area(geom::geography) / area_m2 - 1)) as worst from gis.unit_grids`.execute(town.database.db)
    expect(areas.rows[0]!.worst).toBeLessThan(0.001)
    const views = await sql<{
      name: string
    }>`select f_table_name as name from geometry_columns where f_table_schema = 'gis' order by 1`.execute(town.database.db)
    expect(views.rows.map((r) => r.name)).toEqual(
      expect.arrayContaining(['divisions', 'duty_grids', 'reg_component', 'roads', 'unit_grids'])
    )
  })

  it.skipIf(!hasGdal)('are read by GDAL (ogrinfo PG:)', async (context) => {
    if (!isThere) return context.skip('the server has no PostGIS')
    const { socketDir, port } = inject('testServer')
    const name = (await sql<{ name: string }>`select current_database() as name`.execute(town.database.db)).rows[0]!.name
    const { user } = await sql<{ user: string }>`select current_user as user`.execute(town.database.db).then((r) => r.rows[0]!)
    expect(socketUrl(socketDir, port, name)).toContain(name)
    const at = `PG:host=${socketDir} port=${port} dbname=${name} user=${user} schemas=gis`
    const { stdout } = await run('ogrinfo', ['-so', at, 'unit_grids'], { timeout: 60_000 })
    expect(stdout).toContain('Geometry: Multi Polygon')
    expect(stdout).toContain('Extent: (120.300000, 36.050000) - (120.380000, 36.080000)')
    expect(stdout).toContain('China Geodetic Coordinate System 2000')
    const one = await run('ogrinfo', ['-so', at, 'unit_grids', '-where', "community_code like '370202%'"], { timeout: 60_000 })
    expect(one.stdout).toMatch(/Feature Count: [1-9]/)
  })
})
