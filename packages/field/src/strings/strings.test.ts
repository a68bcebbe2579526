import { expect, test } from 'vitest'
import { testWords } from '../../../../tools/strings.testing.ts'

const { keys } = testWords(import.meta.url, '../../ui/src')

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
