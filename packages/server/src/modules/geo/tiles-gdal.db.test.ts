// Tiles read by a client we did not write: GDAL, which is also what QGIS opens vector tiles with.
import { execFile, spawnSync } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AT_EAST, AT_WEST, type TestApp, testApp } from '../../testing.ts'

const run = promisify(execFile)
const hasGdal = spawnSync('ogrinfo', ['--version']).status === 0

describe.skipIf(!hasGdal)('GDAL (gdal-bin)', () => {
  let town: TestApp
  let url: string
  let cookie: string
  beforeAll(async () => {
    town = await testApp()
    await town.app.http.listen({ port: 0, host: '127.0.0.1' })
    url = `http://127.0.0.1:${(town.app.http.server.address() as AddressInfo).port}`
    const admin = await town.as('dataadmin')
    cookie = admin.cookie
    for (const place of [AT_WEST, AT_EAST])
      for (const classCode of ['01010', '02001']) {
        const made = await admin.call('POST', '/api/registry/items/component', { class: classCode, place })
        expect(made.status).toBe(201)
      }
    await town.settle()
  })
  afterAll(() => town?.close())

  const info = async (zoom: number) => {
    const { stdout } = await run(
      'ogrinfo',
      [
        '-al',
        `MVT:${url}/tiles/reg-component/${zoom}`,
        '-oo',
        'TILE_EXTENSION=mvt',
        '--config',
        'GDAL_HTTP_HEADERS',
        `Cookie: ${cookie}`
      ],
      { timeout: 25_000 }
    )
    return stdout
  }

  test('opens a zoom of objects with their attributes', async () => {
    const text = await info(16)
    expect(text).toContain('using driver `MVT')
    expect(text).toContain('Feature Count: 4')
    expect(text).toMatch(/code \(String\) = 370202\d+/)
    expect(text).toContain('class (String) = 02001')
    expect(text).toContain('status (String) = intact')
  })

  test('opens a zoom of cells with their counts', async () => {
    const text = await info(12)
    expect(text).toContain('Feature Count: 2')
    expect(text).toMatch(/n \(Integer[^)]*\) = 2|n \(Real\) = 2/)
  })
})
