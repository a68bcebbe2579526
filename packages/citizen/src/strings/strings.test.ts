import { PRIVACY_VERSION, PROGRESS_WORDS } from '@chengyun/contract/public'
import { expect, test } from 'vitest'
import { testWords } from '../../../../tools/strings.testing.ts'
import { PRIVACY } from '../privacy.ts'

const { zh, en } = testWords(import.meta.url)

test('states and privacy text are those of the contract', () => {
  for (const [key, word] of Object.entries(PROGRESS_WORDS)) {
    expect(zh['app.json']?.[`progress.${key}`]).toBe(word.zh)
    expect(en['app.json']?.[`progress.${key}`]).toBe(word.en)
  }
  expect(PRIVACY).toBe(PRIVACY_VERSION)
})
