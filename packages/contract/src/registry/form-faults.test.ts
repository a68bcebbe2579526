import { expect, test } from 'vitest'
import { formSentence } from './form-faults.ts'

test('a fault of form names its place and what is missing in both languages', () => {
  const fault = (keyword: string, instancePath: string, params: object = {}) =>
    formSentence({ keyword, instancePath, params, message: '' })
  expect(fault('minLength', '/name/zh', { limit: 1 })).toEqual({
    path: '/name/zh',
    zh: '名称（中文）不能为空',
    en: 'The name (Chinese) must not be empty'
  })
  expect(fault('pattern', '/attributes/1/key').zh).toBe('属性第 2 项的标识格式不对')
  expect(fault('required', '', { requiredProperties: ['code'] })).toMatchObject({ path: '/', zh: '定义缺少编码' })
})
