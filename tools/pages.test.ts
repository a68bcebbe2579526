// The pages people read name files, commands and settings. Whatever they name must be there.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

function pagesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return /^(node_modules|dist|out|\..*)$/.test(entry.name) ? [] : pagesBelow(path)
    return entry.name.endsWith('.md') ? [relative('.', path)] : []
  })
}

const PAGES = pagesBelow('.').map((path) => ({ path, text: read(path) }))

/** What `find` finds in the pages and `known` does not know, as `page: thing`. */
const unknown = (find: RegExp, known: (thing: string, page: string) => boolean): string[] =>
  PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(find)].flatMap((m) => (known(m[1] ?? '', path) ? [] : [`${path}: ${m[1] ?? ''}`]))
  )

const isPicture = (link: string): boolean => /\.(webp|png|jpe?g|svg)$/.test(link)
const leadsSomewhere = (link: string, page: string): boolean =>
  /^[a-z]+:/.test(link) || existsSync(join(ROOT, dirname(page), link))

test('there are pages to look at', () => {
  expect(PAGES.length).toBeGreaterThan(25)
})

test('links lead somewhere', () => {
  expect(unknown(/\]\(([^)#\s]+)[^)]*\)/g, (link, page) => isPicture(link) || leadsSomewhere(link, page))).toEqual([])
})

// Pictures are taken of the running product after everything else is done; until the first is there, none is missed.
test.skipIf(!existsSync(join(ROOT, 'docs/images')))('pictures are there', () => {
  expect(unknown(/\]\(([^)#\s]+)[^)]*\)/g, (link, page) => !isPicture(link) || leadsSomewhere(link, page))).toEqual([])
})

test('files of the repository that a page names exist', () => {
  expect(unknown(/`((?:packages|tools|cities|docs|bench|e2e)\/[\w./-]+)`/g, (path) => existsSync(join(ROOT, path)))).toEqual([])
})

test('commands of the command line exist, with a line in both READMEs', () => {
  const commands = [...read('packages/server/src/cli/index.ts').matchAll(/^ {2}(\w+): \{\s*summary/gm)].map((m) => m[1] ?? '')
  expect(commands.length).toBeGreaterThan(8)
  expect(unknown(/npx chengyun ([a-z-]+)/g, (name) => commands.includes(name))).toEqual([])
  for (const page of ['README.md', 'README.zh-CN.md']) {
    const rows = read(page)
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .join('\n')
    expect(commands.filter((name) => !new RegExp(`\`${name}[ \`]`).test(rows))).toEqual([])
  }
})

test('npm scripts exist', () => {
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts)
  expect(unknown(/npm run ([\w-]+)(?! -w|[^\n`]*-w )/g, (name) => scripts.includes(name))).toEqual([])
})

test('settings exist', () => {
  const settings = new Set([...read('docs/generated/settings.md').matchAll(/^\| `(\w+)`/gm)].map((m) => m[1] ?? ''))
  expect(unknown(/\b(CHENGYUN_(?!TEST_|SERVER\b)[A-Z_]*[A-Z])\b/g, (name) => settings.has(name))).toEqual([])
})

test('every module and package says what it is for', () => {
  const folders = ['packages', 'packages/server/src/modules'].flatMap((place) =>
    readdirSync(join(ROOT, place), { withFileTypes: true })
      .filter((e) => e.isDirectory())
      .map((e) => `${place}/${e.name}`)
  )
  expect(folders.filter((folder) => !existsSync(join(ROOT, folder, 'README.md')))).toEqual([])
})

test('the architecture stays within four screens', () => {
  expect(read('docs/architecture.md').split('\n').length).toBeLessThanOrEqual(200)
})
