import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { FOLDER, type Generated, generateDocs } from '../../../../tools/docs/index.ts'

const REWRITE = process.env.CHENGYUN_TEST_WRITE_DOCS === '1'
const PAGES = ['errors.md', 'events.md', 'settings.md', 'case-flow.md', 'permissions.md']

let generated: Generated
beforeAll(async () => {
  generated = await generateDocs()
  if (!REWRITE) return
  mkdirSync(FOLDER, { recursive: true })
  for (const [name, text] of Object.entries(generated.pages)) writeFileSync(join(FOLDER, name), text)
}, 60_000)

describe('docs/generated', () => {
  test('is written by this test and nothing else', () => {
    expect(Object.keys(generated.pages)).toEqual(PAGES)
  })

  test.each(PAGES)('%s says what the code says (CHENGYUN_TEST_WRITE_DOCS=1 writes it anew)', (name) => {
    const file = join(FOLDER, name)
    expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(generated.pages[name])
  })

  test.each(PAGES)('%s: code and description agree both ways', (name) => {
    expect(generated.faults[name]).toEqual([])
  })

  test('the flow has all 31 numbered operations', () => {
    const numbers = [...generated.pages['case-flow.md']!.matchAll(/^\| (\d+) \|/gm)].map((m) => Number(m[1]))
    expect([...new Set(numbers)]).toEqual(Array.from({ length: 31 }, (_, i) => i + 1))
  })
})
