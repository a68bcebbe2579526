import { expect, test } from 'vitest'
import { testWords } from '../../../../tools/strings.testing.ts'

const { en, keys } = testWords(import.meta.url, '../../ui/src')

test('the words of the flow are all there', async () => {
  const { CASE_STATUSES, SOURCE_TYPES, SEVERITIES, OPERATIONS, OPERATION_FIELDS, QUEUES, LIMIT_KINDS, CLOCK_STAGES, PRECISIONS } =
    await import('@chengyun/contract/cases')
  const expected = [
    ...CASE_STATUSES.map((s) => `status.${s}`),
    ...SOURCE_TYPES.map((s) => `source.${s}`),
    ...SEVERITIES.map((s) => `severity.${s}`),
    ...Object.keys(QUEUES).map((q) => `queue.${q}`),
    ...LIMIT_KINDS.map((k) => `limit.${k}`),
    ...CLOCK_STAGES.map((s) => `stage.${s}`),
    ...PRECISIONS.map((p) => `precision.${p}`),
    ...Object.keys(OPERATION_FIELDS).map((f) => `field.${f}`),
    ...Object.values(OPERATIONS as Record<string, { needs?: readonly { field: string; options?: readonly string[] }[] }>).flatMap(
      (o) =>
        (o.needs ?? []).flatMap((n) =>
          (n.options ?? []).map((v) => (n.field === 'severity' ? `severity.${v}` : `option.${n.field}.${v}`))
        )
    )
  ]
  expect(expected.filter((k) => !keys.has(k))).toEqual([])
})

/** What follows a number is a noun in the plural, or a verb for many, and no form was chosen for it. */
const UNDECIDED = /\{\{(\w+)\}\} (?:(?!is\b|has\b|was\b|goes\b)(?:[a-z]+ )?[a-z]{2,}s|people|have|are|were)\b/g
/** Not counts: units of time, names and codes in the middle of a sentence. */
const NO_COUNT = new Set([
  'account',
  'at',
  'by',
  'code',
  'day',
  'from',
  'language',
  'm',
  'name',
  'names',
  'others',
  'q',
  's',
  'share',
  'size',
  'text'
])

test('an English sentence with a count says one thing or many', () => {
  const found = Object.values(en).flatMap((table) =>
    Object.entries(table).flatMap(([key, text]) =>
      [...text.matchAll(UNDECIDED)].filter((m) => !NO_COUNT.has(m[1] ?? '')).map((m) => `${key}: ${m[0]}`)
    )
  )
  expect(found).toEqual([])
})

test('every form of a count is whole', () => {
  for (const [key, text] of Object.values(en).flatMap((table) => Object.entries(table))) {
    const names = new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]))
    for (const [whole, name] of text.matchAll(/\{\{(\w+),[^}]*\}\}/g)) {
      expect(whole, key).toMatch(/^\{\{\w+, plural\(one: [^;:,]+; other: [^;:,]+\)\}\}$/)
      expect(names, key).toContain(name)
    }
  }
})
