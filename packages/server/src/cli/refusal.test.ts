import { parseArgs } from 'node:util'
import { ALARMS_ERRORS } from '@chengyun/contract/alarms'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DatabaseFault } from '../platform/db/faults.ts'
import { AppError, type ErrorCatalogue, thrower } from '../platform/errors.ts'
import { SettingsError } from '../platform/settings.ts'
import { tellRefusal, terminalLanguage, UsageError } from './refusal.ts'

let said = ''
beforeEach(() => {
  said = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((piece) => {
    said += String(piece)
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})
const inLanguage = (locale: string): void => {
  vi.stubEnv('LC_ALL', locale)
}

test('the language is that of the terminal', () => {
  expect(['zh_CN.UTF-8', 'ZH', 'C', 'en_GB.UTF-8'].map((LC_ALL) => terminalLanguage({ LC_ALL }))).toEqual([
    'zh',
    'zh',
    'en',
    'en'
  ])
  expect(terminalLanguage({ LANG: 'zh_CN.UTF-8' })).toBe('zh')
  expect(terminalLanguage({ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' })).toBe('en')
  expect(terminalLanguage({})).toBe('en')
})

test('a refusal is its code and a sentence, in either language', async () => {
  const catalogue = ALARMS_ERRORS as ErrorCatalogue
  const [code, text] = Object.entries(catalogue).find(([, t]) => !t.en.includes('{'))!
  inLanguage('zh_CN.UTF-8')
  expect(await tellRefusal('x', thrower(catalogue)(code))).toBe(1)
  inLanguage('C')
  expect(await tellRefusal('x', new AppError(code, 400))).toBe(1)
  // A server has worded it already.
  expect(await tellRefusal('x', new AppError(code, 400, 'as it was said'))).toBe(1)
  expect(said).toBe(`${code}: ${text.zh}\n${code}: ${text.en}\n${code}: as it was said\n`)
})

test('faults are listed; what names none is not', async () => {
  inLanguage('zh_CN')
  const faults = [{ file: 'rules.json', path: '/0', zh: '没有', en: 'missing' }, 'one more']
  await tellRefusal('pack', new AppError('ELSEWHERE', 422, 'no', { faults }))
  expect(said).toBe('ELSEWHERE: no\n  rules.json/0: 没有\n')
})

test('wrong calls and settings are exit code 2, everything else is 1', async () => {
  let wrongCall: unknown
  try {
    parseArgs({ args: ['--nope'], options: {} })
  } catch (error) {
    wrongCall = error
  }
  expect(await tellRefusal('backup', wrongCall)).toBe(2)
  expect(await tellRefusal('backup', new UsageError('which file?'))).toBe(2)
  expect(await tellRefusal('backup', new SettingsError(['PORT must be a number']))).toBe(2)
  expect(await tellRefusal('backup', new DatabaseFault('BACKUP_EMPTY', 'Nothing there.'))).toBe(1)
  expect(await tellRefusal('backup', new Error('disk full'))).toBe(1)
  expect(said).toContain("chengyun backup: Unknown option '--nope'\nchengyun backup --help\n")
  expect(said).toContain('BACKUP_EMPTY: Nothing there.\nchengyun backup: disk full\n')
})
