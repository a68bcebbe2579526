import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { exampleBundle } from '../../../verify/src/example.testing.ts'
import { verifyCommand } from './verify.ts'

const { run } = verifyCommand

const bytes = (name: string) => Buffer.from(`the picture ${name}`)
const hash = (data: Buffer) => createHash('sha256').update(data).digest('hex')
const photos = { near: hash(bytes('near')), after: hash(bytes('after')) }
let folder: string
let out: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chengyun-verify-'))
  await mkdir(join(folder, 'evidence'))
  for (const name of ['near', 'after']) await writeFile(join(folder, 'evidence', `${name}.jpg`), bytes(name))
  await writeFile(join(folder, 'bundle.json'), JSON.stringify(exampleBundle(6, photos), null, 2))
  out = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line))
  vi.spyOn(console, 'error').mockImplementation((line: string) => void out.push(line))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

test('an intact folder or file ends with 0, in words and as JSON', async () => {
  expect(await run([folder])).toBe(0)
  expect(out.join('\n')).toContain('完好')
  expect(await run([join(folder, 'bundle.json'), '--lang', 'en'])).toBe(0)
  out = []
  expect(await run([folder, '--json'])).toBe(0)
  expect(JSON.parse(out.join(''))).toMatchObject({ ok: true, evidence: { listed: 2, filesChecked: 2 }, findings: [] })
})

test('a flipped bit in a photo, a missing photo and a link out of the folder end with 1', async () => {
  const broken = bytes('near')
  broken[3]! ^= 1
  await writeFile(join(folder, 'evidence/near.jpg'), broken)
  expect(await run([folder, '--json'])).toBe(1)
  expect(JSON.parse(out.join('')).findings).toMatchObject([{ code: 'EVIDENCE_BYTES' }])
  expect(await run([folder, '--no-files'])).toBe(0)

  out = []
  await rm(join(folder, 'evidence/near.jpg'))
  await symlink('/etc/hostname', join(folder, 'evidence/near.jpg'))
  expect(await run([folder, '--json'])).toBe(1)
  expect(JSON.parse(out.join('')).findings).toMatchObject([{ code: 'EVIDENCE_FILE' }])
})

test('published roots are compared', async () => {
  const roots = Object.fromEntries(exampleBundle(6, photos).dailyRoots.map((d) => [d.day, d.root]))
  await writeFile(join(folder, 'roots.json'), JSON.stringify(roots))
  expect(await run([folder, '--roots', join(folder, 'roots.json')])).toBe(0)
  expect(await run([folder, '--root', `2026-03-05=${'0'.repeat(64)}`])).toBe(1)
  expect(out.join('\n')).toContain('DAY_UNPUBLISHED')
})

test('what is not JSON is a broken bundle; what is not there or not understood is a wrong call', async () => {
  await writeFile(join(folder, 'bundle.json'), '{"format":')
  expect(await run([folder])).toBe(1)
  expect(await run([join(folder, 'nothing.json')])).toBe(2)
  expect(await run([])).toBe(2)
  expect(await run([folder, '--what'])).toBe(2)
  expect(await run([folder, '--root', 'x'])).toBe(2)
  expect(await run(['--help'])).toBe(0)
})
