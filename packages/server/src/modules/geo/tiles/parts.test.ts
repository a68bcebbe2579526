import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { Layer } from '../domain/tiles/layer.ts'
import { BITS, projectX, projectY } from '../domain/tiles/mercator.ts'
import { EVERYTHING, NO_FILTER } from '../domain/tiles/reach.ts'
import { snapshotOf } from '../domain/tiles/snapshot.ts'
import { syntheticRows } from '../domain/tiles/synthetic.ts'
import { codedBody, codingFor, TileCache, usedCoding } from './cache.ts'
import { fileOfLayer, readSnapshot, type StoredSnapshot, writeSnapshot } from './file.ts'
import { Stamps } from './stamps.ts'

const data = mkdtempSync(join(tmpdir(), 'layers-'))
afterAll(() => rmSync(data, { recursive: true, force: true }))

test('an edit raises seven stamps, a move at most fourteen; all other tiles keep theirs', () => {
  const stamps = new Stamps()
  const [x, y] = [projectX(120.3), projectY(36)]
  const at = (z: number, dx = 0) => stamps.of(z, (x >>> (BITS - z)) + dx, y >>> (BITS - z), 0)
  const before = Array.from({ length: 23 }, (_, z) => at(z))
  expect(stamps.raise([{ x, y }])).toBe(7)
  expect(
    stamps.raise([
      { x, y },
      { x: projectX(121), y }
    ])
  ).toBeLessThanOrEqual(14)
  for (let z = 10; z <= 22; z++) {
    expect(at(z)).toBeGreaterThan(before[z]!)
    // The neighbour of zoom 16, and what lies in it.
    expect(at(z, z <= 16 ? 1 : 2 ** (z - 16))).toBe(before[z])
  }
})

test('the few tiles below zoom 10 grow old once a second at most, and not without a change', () => {
  const stamps = new Stamps()
  const first = stamps.of(5, 0, 0, 0)
  stamps.raise([{ x: 1, y: 1 }])
  const second = stamps.of(5, 0, 0, 10)
  expect(second).toBeGreaterThan(first)
  stamps.raise([{ x: 1, y: 1 }])
  expect(stamps.of(9, 3, 3, 900)).toBe(second)
  expect(stamps.of(9, 3, 3, 1010)).toBeGreaterThan(second)
  const last = stamps.of(0, 0, 0, 1010)
  expect(stamps.of(0, 0, 0, 99_999)).toBe(last)
})

test('cut tiles are kept within their bytes and compressed once', async () => {
  const cache = new TileCache(10_000)
  const body = Buffer.alloc(2000, 'tile')
  let cuts = 0
  const cut = () => {
    cuts++
    return body
  }
  const first = cache.get('a', 1, cut)
  expect(cache.get('a', 1, cut)).toBe(first)
  expect(cache.get('a', 2, cut).etag).toBe(first.etag)
  expect(cuts).toBe(2)
  const tile = cache.get('a', 2, cut)
  expect(codedBody(tile, 'gzip')).toBe(codedBody(tile, 'gzip'))
  expect(gunzipSync(await codedBody(tile, 'gzip')).equals(body)).toBe(true)
  for (let i = 0; i < 20; i++) cache.get(`other ${i}`, 1, cut)
  expect(cache.bytes).toBeLessThanOrEqual(10_000)
  cache.get('a', 2, cut)
  expect(cuts).toBe(23)
  const small = cache.get('small', 1, () => Buffer.from('x'))
  expect([usedCoding(small, 'br'), usedCoding(tile, 'br')]).toEqual(['identity', 'br'])
  expect(['gzip, deflate, br', 'gzip;q=1.0, br;q=0', 'identity', undefined].map(codingFor)).toEqual([
    'br',
    'gzip',
    'identity',
    'identity'
  ])
})

test('a snapshot comes back from disk as it went; a foreign or broken file does not serve', async () => {
  const rows = [...syntheticRows({ n: 3000, times: true })].map((row, i) => ({
    ...row,
    label: `名称${i}`,
    parties: `${row.parties};p${i % 9}`
  }))
  const { header, block } = snapshotOf(rows, { times: true })
  const stored: StoredSnapshot = { layer: 'cases', version: '1', xmin: '7', eventSeq: 5, system: 's', database: 'd', header }
  const file = fileOfLayer(data, 'cases')
  await writeSnapshot(file, stored, block)
  expect(readdirSync(join(data, 'tiles'))).toEqual(['cases.layer'])
  const read = (await readSnapshot(file, (s) => s.eventSeq === 5))!
  expect(Buffer.from(read.snapshot.block).equals(Buffer.from(block))).toBe(true)
  const layer = new Layer(read.snapshot)
  const { lng: _, lat: __, ...row } = rows[1234]!
  expect(layer.get(row.key)).toMatchObject(row)
  expect(layer.view(EVERYTHING, NO_FILTER).counts().total).toBe(rows.filter((r) => r.ends === 0xffffffff).length)
  expect(await readSnapshot(file, () => false)).toBeNull()
  expect(await readSnapshot(file, () => true)).not.toBeNull()
  truncateSync(file, 5000)
  expect(await readSnapshot(file, () => true)).toBeNull()
  expect(readdirSync(join(data, 'tiles'))).toEqual([])
  expect(await readSnapshot(file, () => true)).toBeNull()
})
