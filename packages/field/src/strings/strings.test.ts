/// <reference types="node" />
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const source = fileURLToPath(new URL('..', import.meta.url))
const shared = fileURLToPath(new URL('../../../ui/src', import.meta.url))

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory()
      ? walk(join(folder, e.name))
      : /\.tsx?$/.test(e.name) && !/\.test\./.test(e.name)
        ? [join(folder, e.name)]
        : []
  )
}

function words(language: 'zh' | 'en'): Record<string, Record<string, string>> {
  const folder = join(source, 'strings', language)
  return Object.fromEntries(
    readdirSync(folder).map((f) => [f, JSON.parse(readFileSync(join(folder, f), 'utf8')) as Record<string, string>])
  )
}

const zh = words('zh')
const en = words('en')
const keys = new Set(Object.values(zh).flatMap((t) => Object.keys(t)))
const files = [...walk(source), ...walk(shared)].map((path) => ({ path, text: readFileSync(path, 'utf8') }))
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort()

test('both languages have the same keys with the same placeholders', () => {
  expect(Object.keys(en)).toEqual(Object.keys(zh))
  for (const [file, table] of Object.entries(zh)) {
    expect(Object.keys(en[file] ?? {}), file).toEqual(Object.keys(table))
    for (const [key, text] of Object.entries(table)) expect(placeholders(en[file]?.[key] ?? ''), key).toEqual(placeholders(text))
  }
})

test('no key stands in two files', () => {
  const all = Object.values(zh).flatMap((t) => Object.keys(t))
  expect(all.filter((k, i) => all.indexOf(k) !== i)).toEqual([])
})

test('every key the pages name exists', () => {
  const missing: string[] = []
  for (const { path, text } of files.filter((f) => f.path.startsWith(source))) {
    for (const m of text.matchAll(/\bt\(\s*'([^']+)'/g)) if (!keys.has(m[1] ?? '')) missing.push(`${path}: ${m[1]}`)
    for (const m of text.matchAll(/\bt\([^'`()]*\? '([^']+)' : '([^']+)'/g))
      for (const k of [m[1] ?? '', m[2] ?? '']) if (!keys.has(k)) missing.push(`${path}: ${k}`)
    // A key made from a value: at least its first part must be known.
    for (const m of text.matchAll(/\bt\(\s*`([\w.]+)\$\{/g))
      if (![...keys].some((k) => k.startsWith(m[1] ?? ''))) missing.push(`${path}: ${m[1]}*`)
  }
  expect(missing).toEqual([])
})

test('no Chinese stands in the code outside the strings', () => {
  const found = files
    .filter((f) => !f.path.includes('/strings/'))
    .flatMap(({ path, text }) =>
      text
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .split('\n')
        .filter((line) => /[\u4e00-\u9fff]/.test(line.replace(/\/\/.*$/, '')))
        .map((line) => `${path}: ${line.trim()}`)
    )
  expect(found).toEqual([])
})

test('no English sentence stands between tags', () => {
  const found = files
    .filter((f) => f.path.endsWith('.tsx'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/>([^<>{}=]*[A-Za-z]{3,} [A-Za-z]{2,}[^<>{}=;]*)<\//g)].map((m) => `${path}: ${m[1]?.trim()}`)
    )
  expect(found).toEqual([])
})

test('the words of the flow are all there', async () => {
  const { CASE_STATUSES } = await import('@chengyun/contract/cases')
  const { MEDIA_PHASE_KEYS } = await import('@chengyun/contract/media')
  const { ROLES } = await import('@chengyun/contract/org')
  const expected = [
    ...CASE_STATUSES.map((s) => `status.${s}`),
    ...MEDIA_PHASE_KEYS.map((p) => `phase.${p}`),
    ...ROLES.map((r) => `role.${r}`)
  ]
  expect(expected.filter((k) => !keys.has(k))).toEqual([])
})
