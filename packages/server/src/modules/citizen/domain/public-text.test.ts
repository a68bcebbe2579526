import { describe, expect, it } from 'vitest'
import { publicText } from './public-text.ts'

describe('publicText', () => {
  it.each([
    ['联系人13800001234，请速来', '联系人[电话]，请速来'],
    ['电话 0532-85912345 打不通', '电话 [电话] 打不通'],
    ['鲁B12345 和鲁BD12345占道', '[车牌] 和[车牌]占道'],
    ['mail me: li.si@example.com.', 'mail me: [邮箱].'],
    ['身份证37020219900101123X', '身份证[证件号]'],
    ['楼上王先生装修', '楼上某先生装修'],
    ['热河路12号井盖缺失，深约150厘米', '热河路12号井盖缺失，深约150厘米'],
    ['案件 3702022026112200015 已报', '案件 3702022026112200015 已报']
  ])('%s', (text, shown) => expect(publicText(text)).toBe(shown))
})
