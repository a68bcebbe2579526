/** Plate numbers, telephone and identity numbers, e-mail addresses, names with a form of address: what nobody meant to publish. */
const PERSONAL: readonly [RegExp, string][] = [
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '[邮箱]'],
  [/(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])/g, '[证件号]'],
  [/(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)/g, '[电话]'],
  [/(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)/g, '[电话]'],
  [/[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Z][·• ]?[A-Z0-9]{4,5}[A-Z0-9挂学警港澳]/g, '[车牌]'],
  [/[\u4e00-\u9fa5](先生|女士|小姐|师傅|大爷|大妈|阿姨)/g, '某$1']
]

/**
 * A text as it may stand in a public answer, of citizens' reports as of Open311. Nothing of a number is left, not even its ends: a street
 * and four digits are enough for a neighbour.
 */
export const publicText = (text: string): string => PERSONAL.reduce((t, [pattern, mark]) => t.replace(pattern, mark), text)

/** The name of a class as the public reads it: that it is one of the city's own (standards §2.1) is a matter of the code table. */
export const publicClassName = (name: string): string => name.replace(/（自定义）$/, '')
