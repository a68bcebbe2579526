/// <reference types="node" />
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

type Tables = Record<string, Record<string, string>>

/** The words of a browser program by file, and all their keys. */
export interface Words {
  zh: Tables
  en: Tables
  keys: ReadonlySet<string>
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory()
      ? walk(join(folder, e.name))
      : /\.tsx?$/.test(e.name) && !/\.test\./.test(e.name)
        ? [join(folder, e.name)]
        : []
  )
}

function tables(folder: string): Tables {
  return Object.fromEntries(
    readdirSync(folder).map((f) => [f, JSON.parse(readFileSync(join(folder, f), 'utf8')) as Record<string, string>])
  )
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort()

/**
 * The tests every browser program has of its words: both languages alike, no key twice, none missing, no text in the code.
 * @param strings `import.meta.url` of the program's src/strings/strings.test.ts
 * @param shared sources whose text is judged as well, relative to the program's src
 */
export function testWords(strings: string, shared?: string): Words {
  const source = fileURLToPath(new URL('..', strings))
  const zh = tables(join(source, 'strings/zh'))
  const en = tables(join(source, 'strings/en'))
  const all = Object.values(zh).flatMap((t) => Object.keys(t))
  const keys = new Set(all)
  const files = [...walk(source), ...(shared ? walk(join(source, shared)) : [])].map((path) => ({
    path,
    text: readFileSync(path, 'utf8')
  }))

  test('both languages have the same keys with the same placeholders', () => {
    expect(Object.keys(en)).toEqual(Object.keys(zh))
    for (const [file, table] of Object.entries(zh)) {
      expect(Object.keys(en[file] ?? {}), file).toEqual(Object.keys(table))
      for (const [key, text] of Object.entries(table))
        expect(placeholders(en[file]?.[key] ?? ''), key).toEqual(placeholders(text))
    }
  })

  test('each language is written in its own words', () => {
    // A language is called by its own name, a word of the standard stands in its brackets, and names of formats are the same everywhere.
    const isLeft = (text: string) => /[\u4e00-\u9fff]/.test(text.replaceAll(/（[^）]*）/g, '')) && text !== '中文'
    const isMissing = (text: string) => !/[\u4e00-\u9fff]/.test(text) && /[A-Za-z]{2,} [A-Za-z]{2,}/.test(text)
    const found = (words: Tables, isWrong: (text: string) => boolean) =>
      Object.values(words).flatMap((table) => Object.entries(table).filter(([, text]) => isWrong(text)))
    expect(found(en, isLeft)).toEqual([])
    expect(found(zh, isMissing)).toEqual([])
  })

  test('no key stands in two files', () => {
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
        if (!all.some((k) => k.startsWith(m[1] ?? ''))) missing.push(`${path}: ${m[1]}*`)
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
  return { zh, en, keys }
}
