import { checkUscc } from '@chengyun/contract/common'
import { type AttributeDeclaration, ITEM_FAULTS, type ItemFaultRule, type RegisterDeclaration } from '@chengyun/contract/registry'

/** What is wrong with one field, by rule and in sentences. */
export interface ItemFault {
  field: string
  rule: ItemFaultRule
  zh: string
  en: string
}

const filled = (text: string, details: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(details[name] ?? whole))

/** A fault of a field in both languages; `label` names the field. */
export function faultOf(
  field: string,
  label: { zh: string; en: string },
  rule: ItemFaultRule,
  details: Readonly<Record<string, string | number>> = {},
  expected?: { zh: string; en: string }
): ItemFault {
  const texts = ITEM_FAULTS[rule]
  const own = {
    zh: { ...details, ...(expected && { expected: expected.zh }) },
    en: { ...details, ...(expected && { expected: expected.en }) }
  }
  return { field, rule, zh: `${label.zh}${filled(texts.zh, own.zh)}`, en: `${label.en} ${filled(texts.en, own.en)}` }
}

/** The labels of what is a column of every item. */
export const COLUMN_LABELS = {
  code: { zh: '编码', en: 'The code' },
  class: { zh: '小类', en: 'The class' },
  name: { zh: '名称', en: 'The name' },
  status: { zh: '状态', en: 'The status' },
  place: { zh: '位置', en: 'The place' },
  address: { zh: '地址', en: 'The address' },
  authority: { zh: '主管部门', en: 'The authority' },
  owner: { zh: '权属单位', en: 'The owner' },
  maintainer: { zh: '养护单位', en: 'The maintainer' }
} as const

const EXPECTED: Record<AttributeDeclaration['type'], { zh: string; en: string }> = {
  text: { zh: '文字', en: 'a text' },
  integer: { zh: '整数', en: 'a whole number' },
  number: { zh: '数字', en: 'a number' },
  boolean: { zh: '是或否', en: 'yes or no' },
  date: { zh: '日期（如 2026-05-01）', en: 'a day like 2026-05-01' },
  instant: { zh: '带时区的时间', en: 'a time with its offset' },
  choice: { zh: '可选值之一', en: 'one of the values' },
  choices: { zh: '可选值的列表', en: 'a list of the values' },
  uscc: { zh: '18 位统一社会信用代码', en: 'a unified social credit code of 18 characters' },
  phone: { zh: '电话号码', en: 'a telephone number' },
  url: { zh: '网址（http 开头）', en: 'an address beginning with http' }
}

const PHONE = /^[0-9+][0-9 ()-]{2,24}$/
const URL_FORM = /^https?:\/\/\S{1,2000}$/i
const USCC_FORM = /^[0-9A-HJ-NPQRTUWXY]{18}$/
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/
const LONGEST = 4000

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** Whether a text is a day that exists, YYYY-MM-DD. */
export function isDate(text: string): boolean {
  if (text.length !== 10 || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))]
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  // Counted out: a Date and its text for each of millions of rows cost more than everything else of a row.
  return month >= 1 && month <= 12 && day >= 1 && day <= (month === 2 ? (leap ? 29 : 28) : (MONTH_DAYS[month - 1] ?? 0))
}

type Check = (value: unknown) => ItemFault | null

function compileOne(a: AttributeDeclaration): Check {
  const label = { zh: `“${a.name.zh}”`, en: `"${a.name.en}"` }
  const fault = (rule: ItemFaultRule, details: Record<string, string | number> = {}): ItemFault =>
    faultOf(a.key, label, rule, details, EXPECTED[a.type])
  const values = new Set((a.choices ?? []).map((c) => c.value))
  const pattern = a.pattern === undefined ? null : new RegExp(a.pattern, 'u')
  const limit = a.maxLength ?? LONGEST
  const text = (value: unknown, ok: (t: string) => boolean): ItemFault | null => {
    if (typeof value !== 'string' || !ok(value)) return fault('type')
    if (value.length > limit) return fault('maxLength', { limit })
    return pattern && !pattern.test(value) ? fault('pattern') : null
  }
  switch (a.type) {
    case 'text':
      return (v) => text(v, () => true)
    case 'phone':
      return (v) => text(v, (t) => PHONE.test(t))
    case 'url':
      return (v) => text(v, (t) => URL_FORM.test(t))
    case 'uscc':
      return (v) => text(v, (t) => USCC_FORM.test(t)) ?? (checkUscc(v as string) ? null : fault('uscc'))
    case 'date':
      return (v) => (typeof v !== 'string' ? fault('type') : isDate(v) ? null : fault('date'))
    case 'instant':
      return (v) => (typeof v === 'string' && INSTANT.test(v) && !Number.isNaN(Date.parse(v)) ? null : fault('type'))
    case 'boolean':
      return (v) => (typeof v === 'boolean' ? null : fault('type'))
    case 'integer':
    case 'number':
      return (v) => {
        if (typeof v !== 'number' || !Number.isFinite(v) || (a.type === 'integer' && !Number.isSafeInteger(v)))
          return fault('type')
        if (a.minimum !== undefined && v < a.minimum) return fault('minimum', { limit: a.minimum })
        return a.maximum !== undefined && v > a.maximum ? fault('maximum', { limit: a.maximum }) : null
      }
    case 'choice':
      return (v) => (typeof v === 'string' && values.has(v) ? null : fault('choice', { value: shortOf(v) }))
    case 'choices':
      return (v) => {
        if (!Array.isArray(v)) return fault('type')
        const wrong = v.find((one) => typeof one !== 'string' || !values.has(one))
        return wrong === undefined ? null : fault('choice', { value: shortOf(wrong) })
      }
  }
}

const shortOf = (value: unknown): string => String(typeof value === 'object' ? JSON.stringify(value) : value).slice(0, 40)

/** Holds the attributes of items against a declaration. */
export type AttributeCheck = (attributes: Readonly<Record<string, unknown>>) => ItemFault[]

const compiled = new WeakMap<RegisterDeclaration, AttributeCheck>()

/** Compiles the rules of a declaration once; checking an item then costs a call per attribute. Values are expected as `tidy` leaves them. */
export function compileCheck(d: RegisterDeclaration): AttributeCheck {
  const known = compiled.get(d)
  if (known) return known
  const checks = new Map(d.attributes.map((a) => [a.key, compileOne(a)]))
  const required = d.attributes.filter((a) => a.required)
  const check: AttributeCheck = (attributes) => {
    const out: ItemFault[] = []
    for (const key in attributes) {
      const one = checks.get(key)
      const fault = one ? one(attributes[key]) : faultOf(key, { zh: `“${key}”`, en: `"${key}"` }, 'unknown')
      if (fault) out.push(fault)
    }
    for (const a of required)
      if (attributes[a.key] === undefined) out.push(faultOf(a.key, { zh: `“${a.name.zh}”`, en: `"${a.name.en}"` }, 'required'))
    return out
  }
  compiled.set(d, check)
  return check
}

/** Attributes laid over others, tidied: texts trimmed, what is null or empty left out. */
export function tidy(
  before: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>> = {}
): Record<string, unknown> {
  const out: Record<string, unknown> = { ...before }
  for (const [key, value] of Object.entries(changes)) {
    const tidied = typeof value === 'string' ? value.trim() : value
    if (tidied === null || tidied === '' || (Array.isArray(tidied) && tidied.length === 0)) delete out[key]
    else out[key] = tidied
  }
  return out
}
