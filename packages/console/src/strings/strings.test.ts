import { expect, test } from 'vitest'
import { testWords } from '../../../../tools/strings.testing.ts'

const { keys } = testWords(import.meta.url, '../../ui/src')

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
