import { expect, test } from 'vitest'
import { categoriesOf, wordsOf } from './lines.ts'

test('words by line and by comma, each once', () => {
  expect(wordsOf('甲、乙\n 丙 ，甲;;丁\n\n')).toEqual(['甲', '乙', '丙', '丁'])
  expect(wordsOf(' \n')).toEqual([])
})

test('categories as copied from a table; lines that are none are told by number', () => {
  expect(categoriesOf('暴露垃圾\t06010\n\n道路 破损, 06012\n无代码\n市容环境 0601')).toEqual({
    items: [
      { category: '暴露垃圾', classCode: '06010' },
      { category: '道路 破损', classCode: '06012' }
    ],
    wrong: [4, 5]
  })
})
