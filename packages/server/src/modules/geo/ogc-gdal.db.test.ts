// A client we did not write: GDAL, which also is what QGIS opens features with.
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestApp, testApp } from '../../testing.ts'

const run = promisify(execFile)
const hasGdal = spawnSync('ogrinfo', ['--version']).status === 0

describe.skipIf(!hasGdal)('GDAL (gdal-bin)', () => {
  let town: TestApp
  let url: string
  const dir = mkdtempSync(join(tmpdir(), 'chengyun-gdal-'))
  beforeAll(async () => {
    town = await testApp()
    await town.app.http.listen({ port: 0, host: '127.0.0.1' })
    url = `http://127.0.0.1:${(town.app.http.server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await town.close()
    rmSync(dir, { recursive: true })
  })
  const ogrinfo = async (...args: string[]) => (await run('ogrinfo', args, { timeout: 60_000 })).stdout

  it('lists the collections with their titles', async () => {
    const text = await ogrinfo(`OAPIF:${url}/ogc`)
    expect(text).toContain('using driver `OAPIF')
    expect(text).toContain('unit-grids (title: 单元网格) (Polygon)')
    expect(text).toContain('public-toilet')
  })

  it('reads fields, extent and number of a collection', async () => {
    const text = await ogrinfo('-so', `OAPIF:${url}/ogc`, 'unit-grids')
    expect(text).toContain('Extent: (120.300000, 36.050000) - (120.380000, 36.080000)')
    expect(text).toContain('areaM2: Real')
    const inject = await town.app.http.inject('/ogc/collections/unit-grids/items')
    expect(text).toContain(`Feature Count: ${inject.json<{ numberMatched: number }>().numberMatched}`)
  })

  it('takes what it asked for: by attribute, by box, in another system, whole and in pages', async () => {
    const file = join(dir, 'west.json')
    await run('ogr2ogr', [
      '-f',
      'GeoJSON',
      file,
      `OAPIF:${url}/ogc`,
      'unit-grids',
      '-oo',
      'PAGE_SIZE=20',
      '-where',
      "districtCode = '370202'"
    ])
    const west = JSON.parse(readFileSync(file, 'utf8')) as { features: { properties: { code: string } }[] }
    const all = (await town.app.http.inject('/ogc/collections/unit-grids/items?districtCode=370202&limit=10000')).json<
      typeof west
    >()
    expect(west.features.map((f) => f.properties.code).sort()).toEqual(all.features.map((f) => f.properties.code).sort())
    const box = await ogrinfo('-so', `OAPIF:${url}/ogc`, 'unit-grids', '-spat', '120.301', '36.051', '120.302', '36.052')
    const same = (await town.app.http.inject('/ogc/collections/unit-grids/items?bbox=120.301,36.051,120.302,36.052')).json<{
      numberMatched: number
    }>()
    expect(box).toContain(`Feature Count: ${same.numberMatched}`)
  })

  it('signs in with a token as password and sees what its person may see', async () => {
    const acceptor = await town.as('acceptor')
    const { body } = await acceptor.call<{ token: string }>('POST', '/api/session/tokens', { name: 'GIS', days: 7 })
    const text = await ogrinfo(`OAPIF:${url}/ogc`, '-oo', `USERPWD=acceptor:${body.token}`)
    expect(text).toContain('duty-grids')
  })
})
