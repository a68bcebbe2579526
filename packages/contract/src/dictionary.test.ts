import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CASE_KINDS, CASE_STATUSES, CLOCK_STAGES, OPERATION_KEYS, SEVERITIES, SOURCE_TYPES, STAGE_OF } from './cases/index.ts'
import { LIMIT_KINDS, STAGES } from './clock/index.ts'
import { DIVISION_LEVELS, PLACE_KINDS } from './geo/index.ts'
import { MEDIA_PHASE_KEYS } from './media/index.ts'
import { ROLES, UNIT_KINDS } from './org/index.ts'

/** The tables of docs/dictionary.md by heading: the words in the second column, as often as they stand there. */
const TABLES = readTables(readFileSync(new URL('../../../docs/dictionary.md', import.meta.url), 'utf8'))

function readTables(text: string): Map<string, string[]> {
  const tables = new Map<string, string[]>()
  for (const section of text.split(/^## /m).slice(1)) {
    const rows = section.split('\n').filter((line) => line.startsWith('| '))
    const words = rows.flatMap((row) => [...(row.split('|')[2] ?? '').matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? ''))
    if (words.length > 0) tables.set((section.split('\n')[0] ?? '').trim(), words)
  }
  return tables
}

/** Each list of words of the contract, and the table they must stand in. */
const LISTS: readonly (readonly [what: string, table: string, words: readonly string[]])[] = [
  ['kinds of case', 'The platform and its nouns', CASE_KINDS],
  ['roles', 'Roles', ROLES],
  ['kinds of unit', 'Organisation and permission', UNIT_KINDS],
  ['levels of division', 'Place', DIVISION_LEVELS],
  ['kinds of place', 'Place', PLACE_KINDS],
  ['statuses', 'Statuses of a case', CASE_STATUSES],
  ['official stages', 'Stages', Object.values(STAGE_OF)],
  ['stages with a clock', 'Stages', [...CLOCK_STAGES, ...Object.keys(STAGES)]],
  ['operations', 'Operations of the flow', OPERATION_KEYS],
  ['sources', 'Sources of a case', SOURCE_TYPES],
  ['severities', 'Severity, limits and modes', SEVERITIES],
  ['kinds of limit', 'Severity, limits and modes', Object.keys(LIMIT_KINDS)],
  ['phases of evidence', 'Evidence', MEDIA_PHASE_KEYS]
]

test.each(LISTS)('docs/dictionary.md has a row for all %s', (_what, table, words) => {
  const known = new Set(TABLES.get(table))
  expect(words.filter((word) => !known.has(word))).toEqual([])
})

test('a word stands for one term: no table has it twice', () => {
  const twice = [...TABLES].flatMap(([table, words]) =>
    words.filter((word, i) => words.indexOf(word) !== i).map((word) => `${table}: ${word}`)
  )
  expect(twice).toEqual([])
})

test('tables that mirror a list of the contract hold nothing else', () => {
  const mirrored: Record<string, readonly string[]> = {
    Roles: ROLES,
    'Statuses of a case': CASE_STATUSES,
    'Operations of the flow': OPERATION_KEYS,
    'Sources of a case': SOURCE_TYPES,
    Evidence: MEDIA_PHASE_KEYS
  }
  for (const [table, words] of Object.entries(mirrored)) expect([...(TABLES.get(table) ?? [])].sort()).toEqual([...words].sort())
})
