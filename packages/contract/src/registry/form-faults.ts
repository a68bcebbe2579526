import type { DeclarationFault } from './types.ts'

/** A fault as the schema says it. */
export interface SchemaFault {
  keyword: string
  instancePath: string
  params: object
  message: string
}

/** Names of the parts of a declaration, for sentences about its form. */
const NAMES: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  id: ['标识', 'key'],
  key: ['标识', 'key'],
  name: ['名称', 'name'],
  zh: ['中文', 'Chinese'],
  en: ['英文', 'English'],
  description: ['说明', 'description'],
  help: ['填写说明', 'help'],
  group: ['类目', 'heading'],
  geometry: ['图形', 'geometry'],
  code: ['编码', 'code'],
  prefix: ['前缀', 'prefix'],
  digits: ['流水号位数', 'digits'],
  pattern: ['格式', 'pattern'],
  classes: ['分类', 'classes'],
  list: ['小类', 'class'],
  states: ['状态', 'state'],
  initialState: ['初始状态', 'first state'],
  tone: ['提示色', 'tone'],
  attributes: ['属性', 'attribute'],
  type: ['类型', 'type'],
  choices: ['可选值', 'value'],
  value: ['存储值', 'stored value'],
  alias: ['导入列名', 'column name'],
  relations: ['关联', 'relation'],
  to: ['关联到', 'register it names'],
  columns: ['列表显示', 'column of the list'],
  form: ['表单分组', 'section of the form'],
  fields: ['字段', 'field'],
  symbol: ['地图符号', 'map symbol'],
  color: ['颜色', 'colour'],
  shape: ['形状', 'shape'],
  access: ['查看范围', 'access'],
  unit: ['计量单位', 'unit'],
  units: ['责任单位', 'unit kind'],
  maxLength: ['最多字数', 'maximum length'],
  standardRef: ['依据标准', 'standard']
}

/** What is meant by a keyword, behind the name of the place. */
function meaning({ keyword, params }: SchemaFault): readonly [zh: string, en: string] {
  const { limit, requiredProperties } = params as { limit?: number; requiredProperties?: string[] }
  switch (keyword) {
    case 'minLength':
    case 'minItems':
      return limit === 1 ? ['不能为空', 'must not be empty'] : [`至少 ${limit} 项`, `needs at least ${limit}`]
    case 'maxLength':
      return [`最多 ${limit} 个字`, `takes at most ${limit} characters`]
    case 'maxItems':
      return [`最多 ${limit} 项`, `takes at most ${limit}`]
    case 'minimum':
      return [`不能小于 ${limit}`, `must be at least ${limit}`]
    case 'maximum':
      return [`不能大于 ${limit}`, `must be at most ${limit}`]
    case 'required': {
      const lacking = (requiredProperties ?? []).map((p) => NAMES[p] ?? ([p, p] as const))
      return [`缺少${lacking.map((n) => n[0]).join('、')}`, `lacks ${lacking.map((n) => n[1]).join(', ')}`]
    }
    case 'pattern':
      return ['格式不对', 'has the wrong form']
    case 'additionalProperties':
      return ['有不认识的内容', 'holds something unknown']
    case 'uniqueItems':
      return ['有重复', 'names something twice']
    case 'const':
    case 'enum':
    case 'anyOf':
      return ['不在可选范围内', 'is none of what can be chosen']
    default:
      return ['内容不合要求', 'is not as it should be']
  }
}

/** A fault of the form of a declaration in a sentence of each language: `属性第 2 项的名称（中文）不能为空`. */
export function formSentence(fault: SchemaFault): DeclarationFault {
  const parts = fault.instancePath.split('/').slice(1)
  const named = (side: 0 | 1): string => {
    const out: string[] = []
    for (const part of parts) {
      if (/^\d+$/.test(part)) out.push(`${out.pop() ?? ''}${side === 0 ? `第 ${Number(part) + 1} 项` : ` ${Number(part) + 1}`}`)
      else if (part === 'zh' || part === 'en')
        out.push(`${out.pop() ?? ''}${side === 0 ? `（${NAMES[part]?.[0]}）` : ` (${NAMES[part]?.[1]})`}`)
      else out.push(NAMES[part]?.[side] ?? part)
    }
    return out.join(side === 0 ? '的' : ', ') || (side === 0 ? '定义' : 'definition')
  }
  const [zh, en] = meaning(fault)
  return { path: fault.instancePath || '/', zh: `${named(0)}${zh}`, en: `The ${named(1)} ${en}` }
}
