import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DiskStore } from './disk.ts'
import { storeOf } from './index.ts'
import { S3Store } from './s3.ts'
import { type MediaStore, NotStoredError } from './store.ts'

/** A real S3 server, written by others; only its name and port are ours. */
interface S3Server {
  run(): Promise<AddressInfo>
  close(): Promise<void>
}
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: object) => S3Server

let folder: string
let server: S3Server
const stores: Record<string, MediaStore> = {}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chengyun-store-'))
  server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: join(folder, 's3'),
    configureBuckets: [{ name: 'evidence' }]
  })
  const { port } = await server.run()
  const account = { region: 'us-east-1', key: 'S3RVER', secret: 'S3RVER' }
  stores.disk = new DiskStore(join(folder, 'originals'))
  stores.s3 = new S3Store({ endpoint: `http://127.0.0.1:${port}`, bucket: 'evidence', ...account })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

async function file(bytes: Buffer): Promise<{ path: string; sha256: string }> {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const path = join(folder, `in-${sha256.slice(0, 8)}`)
  await writeFile(path, bytes)
  return { path, sha256 }
}

describe.each(['disk', 's3'])('%s', (kind) => {
  test('gives back what it took, whole and in part, until it is removed', async () => {
    const store = stores[kind]!
    expect(store.kind).toBe(kind)
    const bytes = randomBytes(300_001)
    const { path, sha256 } = await file(bytes)
    expect(await store.size(sha256)).toBeNull()
    await expect(store.read(sha256)).rejects.toThrow(NotStoredError)
    await store.remove(sha256)

    await store.put(sha256, path)
    expect(await store.size(sha256)).toBe(bytes.length)
    expect((await buffer(await store.read(sha256))).equals(bytes)).toBe(true)
    expect((await buffer(await store.read(sha256, { start: 1000, end: 1999 }))).equals(bytes.subarray(1000, 2000))).toBe(true)
    expect((await buffer(await store.read(sha256, { start: 300_000, end: 300_000 }))).equals(bytes.subarray(300_000))).toBe(true)

    await store.remove(sha256)
    expect(await store.size(sha256)).toBeNull()
  })

  test('the same bytes given many times at once are kept once, and the given file stays', async () => {
    const store = stores[kind]!
    const bytes = randomBytes(50_000)
    const { path, sha256 } = await file(bytes)
    await Promise.all(Array.from({ length: 8 }, () => store.put(sha256, path)))
    await store.put(sha256, path)
    expect((await buffer(await store.read(sha256))).equals(bytes)).toBe(true)
    await rm(path)
    expect(await store.size(sha256)).toBe(bytes.length)
  })

  test('a name that is no hash reaches nothing', async () => {
    const store = stores[kind]!
    for (const name of ['', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(63)}/`])
      await expect(store.read(name)).rejects.toThrow(RangeError)
  })
})

test('the disk store leaves nothing but named files, two folders deep', async () => {
  const names = await readdir(join(folder, 'originals'), { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile())
  expect(files.length).toBeGreaterThan(0)
  for (const { name, parentPath } of files)
    expect(join(parentPath, name)).toMatch(/\/originals\/([0-9a-f]{2})\/([0-9a-f]{2})\/\1\2[0-9a-f]{60}$/)
})

test('settings choose the store; half of the S3 settings is a fault', () => {
  expect(storeOf({ CHENGYUN_DATA: folder } as never).kind).toBe('disk')
  const all = {
    CHENGYUN_DATA: folder,
    S3_ENDPOINT: 'http://x',
    S3_BUCKET: 'evidence',
    S3_KEY: 'k',
    S3_SECRET: 's',
    S3_REGION: 'r'
  }
  expect(storeOf(all as never).kind).toBe('s3')
  expect(() => storeOf({ ...all, S3_SECRET: undefined } as never)).toThrow(/all four or none/)
})
