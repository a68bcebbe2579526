import { Value } from 'typebox/value'
import { type AttributeDeclaration, ITEM_COLUMNS, RegisterDeclaration } from './declaration.ts'
import { formSentence, type SchemaFault } from './form-faults.ts'
import type { DeclarationFault } from './types.ts'

const fault = (path: string, zh: string, en: string): DeclarationFault => ({ path, zh, en })

/** Columns a list may show that are no attributes. */
const LIST_COLUMNS: readonly string[] = ITEM_COLUMNS.filter((c) => c !== 'createdAt')
/** Fields a form may show that are no attributes. */
const FORM_FIELDS: readonly string[] = ['code', 'class', 'name', 'status', 'place', 'address', 'owner', 'maintainer', 'authority']
const UNIT_COLUMNS: readonly string[] = ['authority', 'owner', 'maintainer']

/** At most so many attributes travel with each object of a tile, and so long texts at most. */
export const TILE_ATTRIBUTES = 4
const TILE_TEXT = 60

/**
 * What is wrong with a declaration, in sentences with their place: form first (then nothing else is looked at), then meaning. Empty:
 * the register can be made.
 */
export function checkDeclaration(value: unknown): DeclarationFault[] {
  if (!Value.Check(RegisterDeclaration, value)) return formFaults(value)
  const d = value
  return [...attributeFaults(d), ...stateFaults(d), ...nameFaults(d), ...codeFaults(d), ...geometryFaults(d)]
}

function formFaults(value: unknown): DeclarationFault[] {
  const found = [...Value.Errors(RegisterDeclaration, value)]
  // A union says first which of its members would not do; the path that goes deepest is what the author got wrong.
  const byPath = new Map<string, SchemaFault>()
  for (const e of found) if (!byPath.has(e.instancePath)) byPath.set(e.instancePath, e)
  const paths = [...byPath.keys()].filter((p) => ![...byPath.keys()].some((other) => other.startsWith(`${p}/`)))
  return paths.slice(0, 20).flatMap((path) => {
    const first = byPath.get(path)
    return first ? [formSentence(first)] : []
  })
}

function attributeFaults({ attributes }: RegisterDeclaration): DeclarationFault[] {
  const seen = new Set<string>()
  const aliases = new Map<string, string>()
  const out: DeclarationFault[] = []
  attributes.forEach((a, i) => {
    const at = `/attributes/${i}`
    if (seen.has(a.key)) out.push(fault(`${at}/key`, `属性“${a.key}”重复`, `The attribute "${a.key}" stands there twice`))
    seen.add(a.key)
    if ((ITEM_COLUMNS as readonly string[]).includes(a.key))
      out.push(
        fault(
          `${at}/key`,
          `“${a.key}”是每条记录都有的字段，请换一个名字`,
          `"${a.key}" is a column of every item; choose another key`
        )
      )
    for (const alias of a.alias ?? []) {
      const other = aliases.get(alias.toUpperCase())
      if (other)
        out.push(
          fault(`${at}/alias`, `导入列名“${alias}”已属于“${other}”`, `The column name "${alias}" belongs to "${other}" already`)
        )
      aliases.set(alias.toUpperCase(), a.key)
    }
    out.push(...ruleFaults(a, at))
  })
  const inTile = attributes.filter((a) => a.inTile)
  if (inTile.length > TILE_ATTRIBUTES)
    out.push(
      fault(
        '/attributes',
        `随瓦片下发的属性最多 ${TILE_ATTRIBUTES} 个，现有 ${inTile.length} 个`,
        `At most ${TILE_ATTRIBUTES} attributes go into tiles; ${inTile.length} are marked`
      )
    )
  return out
}

const NUMERIC = new Set(['integer', 'number'])
const TEXTUAL = new Set(['text', 'uscc', 'phone', 'url'])

function ruleFaults(a: AttributeDeclaration, at: string): DeclarationFault[] {
  const out: DeclarationFault[] = []
  const chosen = a.type === 'choice' || a.type === 'choices'
  if (chosen && !a.choices?.length)
    out.push(
      fault(`${at}/choices`, `“${a.name.zh}”是选择项，却没有可选值`, `"${a.key}" is a choice without values to choose from`)
    )
  if (!chosen && a.choices)
    out.push(fault(`${at}/choices`, `“${a.name.zh}”不是选择项，不应有可选值`, `"${a.key}" is no choice and takes no values`))
  const values = (a.choices ?? []).map((c) => c.value)
  if (new Set(values).size < values.length)
    out.push(fault(`${at}/choices`, `“${a.name.zh}”的可选值有重复`, `"${a.key}" offers a value twice`))
  if ((a.minimum !== undefined || a.maximum !== undefined || a.unit !== undefined) && !NUMERIC.has(a.type))
    out.push(fault(at, `“${a.name.zh}”不是数值，不能有上下限和单位`, `"${a.key}" is no number: it takes no limits and no unit`))
  if (a.minimum !== undefined && a.maximum !== undefined && a.minimum > a.maximum)
    out.push(fault(at, `“${a.name.zh}”的下限大于上限`, `"${a.key}" has a minimum above its maximum`))
  if ((a.maxLength !== undefined || a.pattern !== undefined) && !TEXTUAL.has(a.type))
    out.push(fault(at, `“${a.name.zh}”不是文字，不能限定长度和格式`, `"${a.key}" is no text: it takes no length and no pattern`))
  if (a.pattern !== undefined && !isPattern(a.pattern))
    out.push(fault(`${at}/pattern`, `“${a.name.zh}”的格式不是正则表达式`, `The pattern of "${a.key}" is no regular expression`))
  if (a.mask && !TEXTUAL.has(a.type))
    out.push(fault(`${at}/mask`, `“${a.name.zh}”不是文字，无法脱敏`, `"${a.key}" is no text and cannot be masked`))
  if (a.mask && (a.inTile || a.visibility === 'public'))
    out.push(
      fault(
        at,
        `“${a.name.zh}”是个人信息，不能公开或随瓦片下发`,
        `"${a.key}" is personal: it can neither be public nor go into tiles`
      )
    )
  if (a.mask && a.searchable)
    out.push(fault(`${at}/searchable`, `“${a.name.zh}”是个人信息，不能用于检索`, `"${a.key}" is personal and cannot be searched`))
  if (a.searchable && a.visibility === 'restricted')
    out.push(
      fault(`${at}/searchable`, `“${a.name.zh}”限制查看，检索会泄露它`, `"${a.key}" is restricted; searching would give it away`)
    )
  if (a.inTile && a.visibility === 'restricted')
    out.push(fault(`${at}/inTile`, `“${a.name.zh}”限制查看，不能随瓦片下发`, `"${a.key}" is restricted and cannot go into tiles`))
  if (a.inTile && TEXTUAL.has(a.type) && (a.maxLength === undefined || a.maxLength > TILE_TEXT))
    out.push(
      fault(
        `${at}/inTile`,
        `随瓦片下发的文字须限定在 ${TILE_TEXT} 字以内`,
        `A text in tiles needs a maxLength of at most ${TILE_TEXT}`
      )
    )
  if (a.searchable && a.type !== 'text' && a.type !== 'choice' && a.type !== 'uscc')
    out.push(fault(`${at}/searchable`, `“${a.name.zh}”不是文字，无法检索`, `"${a.key}" is no text and cannot be searched`))
  return out
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u')
    return true
  } catch {
    return false
  }
}

function stateFaults({ states, initialState }: RegisterDeclaration): DeclarationFault[] {
  const out: DeclarationFault[] = []
  const keys = states.map((s) => s.key)
  states.forEach((s, i) => {
    if (keys.indexOf(s.key) !== i)
      out.push(fault(`/states/${i}/key`, `状态“${s.key}”重复`, `The state "${s.key}" stands there twice`))
  })
  const first = states.find((s) => s.key === initialState)
  if (!first) out.push(fault('/initialState', `没有状态“${initialState}”`, `There is no state "${initialState}"`))
  if (first?.ends)
    out.push(
      fault(
        '/initialState',
        `新记录不能一开始就处于“${first.name.zh}”`,
        `An item cannot begin in the ending state "${first.key}"`
      )
    )
  if (!states.some((s) => s.ends))
    out.push(fault('/states', '缺少一个表示“已不在”的状态（ends）', 'One state must say that an item is no longer there (ends)'))
  return out
}

function nameFaults(d: RegisterDeclaration): DeclarationFault[] {
  const keys = new Set(d.attributes.map((a) => a.key))
  const units = new Set<string>(d.units ?? [])
  const out: DeclarationFault[] = []
  const looked = (name: string, path: string, known: readonly string[]): void => {
    if (!keys.has(name) && !known.includes(name)) out.push(fault(path, `没有字段“${name}”`, `There is no field "${name}"`))
    else if (UNIT_COLUMNS.includes(name) && !units.has(name))
      out.push(fault(path, `台账不记“${name}”这类单位`, `The register names no unit "${name}"`))
    else if (name === 'class' && !d.classes)
      out.push(fault(path, '台账没有分类，不能显示小类', 'The register has no classes to show'))
    else if ((name === 'place' || name === 'grid') && d.geometry === 'none')
      out.push(fault(path, '台账没有位置', 'The register has no place to show'))
  }
  d.columns.forEach((name, i) => {
    looked(name, `/columns/${i}`, LIST_COLUMNS)
    if (d.columns.indexOf(name) !== i)
      out.push(fault(`/columns/${i}`, `列“${name}”重复`, `The column "${name}" stands there twice`))
  })
  const placed = new Set<string>()
  d.form?.forEach((section, i) => {
    section.fields.forEach((name, j) => {
      looked(name, `/form/${i}/fields/${j}`, FORM_FIELDS)
      if (placed.has(name))
        out.push(fault(`/form/${i}/fields/${j}`, `字段“${name}”在表单中出现两次`, `The field "${name}" stands in the form twice`))
      placed.add(name)
    })
  })
  const relations = (d.relations ?? []).map((r) => r.key)
  relations.forEach((key, i) => {
    if (relations.indexOf(key) !== i || keys.has(key))
      out.push(fault(`/relations/${i}/key`, `名称“${key}”已被使用`, `The key "${key}" is taken`))
  })
  return out
}

function codeFaults({ code, classes }: RegisterDeclaration): DeclarationFault[] {
  const out: DeclarationFault[] = []
  if (code.rule === 'component' && (!classes || !('from' in classes)))
    out.push(
      fault(
        '/code',
        '部件标识码由小类构成，须采用国标部件小类',
        'Component codes are made of a national class: classes must be { from: "component" }'
      )
    )
  if (code.rule === 'given' && !isPattern(code.pattern))
    out.push(fault('/code/pattern', '编码格式不是正则表达式', 'The pattern of the code is no regular expression'))
  if (code.rule === 'sequence' && code.prefix.includes('{class}') && !classes)
    out.push(
      fault('/code/prefix', '编码前缀用到小类，但台账没有分类', 'The prefix names the class, but the register has no classes')
    )
  if (classes && 'list' in classes) {
    const codes = classes.list.map((c) => c.code)
    codes.forEach((c, i) => {
      if (codes.indexOf(c) !== i) out.push(fault(`/classes/list/${i}`, `小类“${c}”重复`, `The class "${c}" stands there twice`))
    })
  }
  return out
}

function geometryFaults({ geometry, placeOptional, code, access, attributes }: RegisterDeclaration): DeclarationFault[] {
  const out: DeclarationFault[] = []
  if (geometry === 'none' && placeOptional)
    out.push(fault('/placeOptional', '没有位置的台账无需此项', 'A register without places needs no such rule'))
  const county = code.rule === 'component' || (code.rule === 'sequence' && code.prefix.includes('{county}'))
  if (county && (geometry === 'none' || placeOptional))
    out.push(fault('/code', '编码含区划代码，记录必须有位置', 'The code holds the county: every item needs a place'))
  if (access === 'open' && attributes.some((a) => a.mask && a.visibility !== 'restricted' && a.visibility !== 'staff'))
    out.push(
      fault(
        '/access',
        '公开台账的个人信息属性须注明可见范围（staff 或 restricted）',
        'In an open register every personal attribute must say who may see it (staff or restricted)'
      )
    )
  return out
}
