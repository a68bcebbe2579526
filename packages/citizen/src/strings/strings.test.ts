/// <reference types="node" />
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PRIVACY_VERSION, PROGRESS_WORDS } from '@chengyun/contract/public'
import { expect, test } from 'vitest'
import { PRIVACY } from '../privacy.ts'

const source = fileURLToPath(new URL('..', import.meta.url))

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
const all = Object.values(zh).flatMap((t) => Object.keys(t))
const keys = new Set(all)
const files = walk(source).map((path) => ({ path, text: readFileSync(path, 'utf8') }))
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort()

test('both languages have the same keys with the same placeholders', () => {
  expect(Object.keys(en)).toEqual(Object.keys(zh))
  for (const [file, table] of Object.entries(zh)) {
    expect(Object.keys(en[file] ?? {}), file).toEqual(Object.keys(table))
    for (const [key, text] of Object.entries(table)) expect(placeholders(en[file]?.[key] ?? ''), key).toEqual(placeholders(text))
  }
})

test('no key stands in two files', () => {
  expect(all.filter((k, i) => all.indexOf(k) !== i)).toEqual([])
})

test('every key the pages name exists', () => {
  const missing: string[] = []
  for (const { path, text } of files) {
    for (const m of text.matchAll(/\bt\(\s*'([^']+)'/g)) if (!keys.has(m[1] ?? '')) missing.push(`${path}: ${m[1]}`)
    for (const m of text.matchAll(/\bt\([^'`]*\? '([^']+)' : '([^']+)'/g))
      for (const k of [m[1] ?? '', m[2] ?? '']) if (!keys.has(k)) missing.push(`${path}: ${k}`)
    for (const m of text.matchAll(/\bt\(\s*`([\w.]+)\$\{/g))
      if (!all.some((k) => k.startsWith(m[1] ?? ''))) missing.push(`${path}: ${m[1]}*`)
  }
  expect(missing).toEqual([])
})

test('no Chinese stands in the code outside the strings', () => {
  const found = files.flatMap(({ path, text }) =>
    text
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .split('\n')
      .filter((line) => /[\u4e00-\u9fff]/.test(line.replace(/\/\/.*$/, '')))
      .map((line) => `${path}: ${line.trim()}`)
  )
  expect(found).toEqual([])
})

test('states and privacy text are those of the contract', () => {
  for (const [key, word] of Object.entries(PROGRESS_WORDS)) {
    expect(zh['app.json']?.[`progress.${key}`]).toBe(word.zh)
    expect(en['app.json']?.[`progress.${key}`]).toBe(word.en)
  }
  expect(PRIVACY).toBe(PRIVACY_VERSION)
})
