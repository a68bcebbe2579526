import { PassThrough, type Readable } from 'node:stream'
import type { AttributeDeclaration, RegisterDeclaration } from '@chengyun/contract/registry'
import { csvLine } from './formats/write-csv.ts'
import { classesOf } from './present.ts'

interface Line {
  name: string
  required: boolean
  what: string
}

const KINDS: Readonly<Record<AttributeDeclaration['type'], string>> = {
  text: '文字',
  integer: '整数',
  number: '数字',
  boolean: '是 / 否',
  date: '日期，如 2026-05-01',
  instant: '时间，如 2026-05-01 08:30',
  choice: '单选',
  choices: '多选，用顿号分开',
  uscc: '18 位统一社会信用代码',
  phone: '电话号码',
  url: '网址，http 开头'
}
const MANY = 40

function explained(a: AttributeDeclaration): string {
  const limits = [
    a.minimum === undefined ? '' : `不小于 ${a.minimum}`,
    a.maximum === undefined ? '' : `不大于 ${a.maximum}`,
    a.maxLength === undefined ? '' : `最多 ${a.maxLength} 字`
  ].filter((t) => t !== '')
  const choices = a.choices?.length
    ? `：${a.choices
        .slice(0, MANY)
        .map((c) => c.name.zh)
        .join('、')}`
    : ''
  return [`${KINDS[a.type]}${a.unit ? `（${a.unit}）` : ''}${choices}`, ...limits, ...(a.help ? [a.help.zh] : [])].join('；')
}

/** What may stand in a file for a register, column by column. */
function linesOf(d: RegisterDeclaration): Line[] {
  const out: Line[] = []
  const add = (name: string, required: boolean, what: string): void => {
    out.push({ name, required, what })
  }
  const given = d.code.rule === 'given'
  add('编码', given, given ? '由权属单位编排，不得重复' : '留空则由平台编排；已有编码照填，已在台账中的按编码更新')
  if (d.classes) {
    const classes = classesOf(d).filter((c) => c.active)
    const some = classes.slice(0, MANY).map((c) => `${c.code} ${c.name}`)
    add('小类', true, `代码或名称：${some.join('、')}${classes.length > MANY ? ` …共 ${classes.length} 个` : ''}`)
  }
  add('名称', false, '留空则为小类名称')
  add(
    '状态',
    false,
    `${d.states
      .filter((s) => !s.ends)
      .map((s) => s.name.zh)
      .join('、')}；留空则为“${d.states.find((s) => s.key === d.initialState)?.name.zh}”`
  )
  if (d.geometry !== 'none') {
    const optional = d.placeOptional === true
    if (d.geometry === 'point' || d.geometry === 'any') {
      add('经度', !optional && d.geometry === 'point', 'CGCS2000 度，如 120.3826512；其他坐标系在导入时选择')
      add('纬度', !optional && d.geometry === 'point', 'CGCS2000 度，如 36.0671203')
    }
    if (d.geometry !== 'point') add('WKT', !optional && d.geometry !== 'any', '线或面，如 LINESTRING(120.1 36.1,120.2 36.2)')
    add('地址', false, '留空则按位置生成')
    add('单元网格', false, '15 位；只用于核对，实际网格按位置确定')
  }
  for (const kind of d.units ?? [])
    add({ authority: '主管部门', owner: '权属单位', maintainer: '养护单位' }[kind], false, '机构目录中的名称或统一社会信用代码')
  for (const a of d.attributes) add(a.name.zh, a.required === true && a.key !== 'initialDate', explained(a))
  return out
}

/** The heading of an import as CSV. */
export const templateCsv = (d: RegisterDeclaration): string =>
  `\uFEFF${csvLine(linesOf(d).map((l) => (l.required ? `${l.name}*` : l.name)))}`

/** A workbook to fill in: headings on the first sheet (with * what is required), every column explained on the second. */
export function templateXlsx(d: RegisterDeclaration): Readable {
  const out = new PassThrough()
  const work = async (): Promise<void> => {
    const { default: ExcelJS } = await import('exceljs')
    const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: out, useStyles: true })
    const lines = linesOf(d)
    const sheet = book.addWorksheet(d.name.zh, { views: [{ state: 'frozen', ySplit: 1 }] })
    sheet.columns = lines.map((l) => ({ header: l.required ? `${l.name}*` : l.name, width: Math.max(12, l.name.length * 3) }))
    sheet.getRow(1).font = { bold: true }
    sheet.commit()
    const help = book.addWorksheet('填写说明')
    help.columns = [
      { header: '列', width: 20 },
      { header: '必填', width: 8 },
      { header: '说明', width: 100 }
    ]
    help.getRow(1).font = { bold: true }
    for (const l of lines) help.addRow([l.name, l.required ? '是' : '', l.what]).commit()
    help.commit()
    await book.commit()
  }
  work().catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))))
  return out
}
