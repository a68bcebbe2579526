import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'oxc-parser'
import { isTest, moduleOf } from './files.ts'
import { checkBuilder, checkPlainText, checkSqlText, type SqlFindings } from './sql.ts'
import type { Fault } from './types.ts'

export const clock = {
  name: 'domain-has-no-clock',
  why: 'domain/ is told the time: a decision must be the same whenever it is made again.'
}
export const words = {
  name: 'no-text-in-code',
  why: 'Visible text is a keyed string (strings/), so that it can be translated and reviewed.'
}
export const fileLength = { name: 'file-length', why: 'A file over 300 lines is asking to be two; over 500 it must be.' }

const LONG = 300
const TOO_LONG = 500
const HAN = /\p{Script=Han}/u
const WEB = /^packages\/(console|ui|field|citizen)\/src\//
const BUILDERS =
  /^(?:selectFrom|insertInto|updateTable|deleteFrom|mergeInto|innerJoin|leftJoin|rightJoin|fullJoin|crossJoin|using|from)$/

interface Node {
  type: string
  start: number
  [key: string]: unknown
}

/** Read one source file and judge what its text alone shows. */
export function checkSource(root: string, file: string, schemas: readonly string[]): SqlFindings {
  const text = readFileSync(join(root, file), 'utf8')
  const out: SqlFindings = { faults: lengthFaults(file, text), uses: [] }
  const wantsClock =
    /\/domain\//.test(file) && moduleOf(file) !== undefined && !isTest(file) && /Date|performance|Math\.random/.test(text)
  const wantsWords = WEB.test(file) && !/\/strings\//.test(file) && !isTest(file) && HAN.test(text)
  const wantsSql = /^packages\/server\/src\//.test(file) && !isTest(file) && mentions(text, schemas)
  if (!wantsClock && !wantsWords && !wantsSql) return out
  const place = { file, module: moduleOf(file) ?? null }
  const add = (found: SqlFindings) => {
    out.faults.push(...found.faults)
    out.uses.push(...found.uses)
  }
  const tagged = new Set<unknown>()
  walk(parseSync(file, text).program as unknown as Node, (node) => {
    if (wantsClock) out.faults.push(...clockFaults(node, file, text))
    if (wantsWords) out.faults.push(...wordFaults(node, file, text))
    if (wantsSql) sqlFindings(node, place, schemas, tagged).forEach(add)
  })
  return out
}

const mentions = (text: string, schemas: readonly string[]): boolean => schemas.some((s) => text.includes(`${s}.`))

function lengthFaults(file: string, text: string): Fault[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  if (lines <= LONG) return []
  return [{ rule: fileLength.name, file, message: `has ${lines} lines`, ...(lines <= TOO_LONG && { warning: true }) }]
}

function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, visit)
    return
  }
  if (node === null || typeof node !== 'object') return
  if (typeof (node as Node).type === 'string') visit(node as Node)
  for (const value of Object.values(node)) if (value !== null && typeof value === 'object') walk(value, visit)
}

const line = (text: string, at: number): number => text.slice(0, at).split('\n').length

const isName = (node: unknown, name: string): boolean =>
  (node as Node | null)?.type === 'Identifier' && (node as Node).name === name

function clockFaults(node: Node, file: string, text: string): Fault[] {
  const fault = (what: string): Fault[] => [{ rule: clock.name, file, message: `says ${what} in line ${line(text, node.start)}` }]
  const args = node.arguments as unknown[] | undefined
  if (node.type === 'NewExpression' && isName(node.callee, 'Date') && args?.length === 0) return fault('new Date()')
  if (node.type === 'CallExpression' && isName(node.callee, 'Date')) return fault('Date()')
  if (node.type !== 'MemberExpression') return []
  const property = (node.property as Node).name
  if (isName(node.object, 'Date') && property === 'now') return fault('Date.now')
  if (isName(node.object, 'performance') && property === 'now') return fault('performance.now')
  if (isName(node.object, 'Math') && property === 'random') return fault('Math.random')
  return []
}

/** The text a node shows: literals, template parts, text between tags. */
function textOf(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type === 'JSXText') return String(node.value)
  if (node.type === 'TemplateElement') return (node.value as { raw: string }).raw
  return undefined
}

function wordFaults(node: Node, file: string, text: string): Fault[] {
  const shown = textOf(node)
  if (shown === undefined || !HAN.test(shown)) return []
  const excerpt = shown.trim().replace(/\s+/g, ' ').slice(0, 30)
  return [{ rule: words.name, file, message: `says “${excerpt}” in line ${line(text, node.start)}` }]
}

function sqlFindings(
  node: Node,
  place: { file: string; module: string | null },
  schemas: readonly string[],
  tagged: Set<unknown>
): SqlFindings[] {
  if (node.type === 'TaggedTemplateExpression' && isSqlTag(node.tag as Node)) {
    const quasis = (node.quasi as Node).quasis as Node[]
    for (const q of quasis) tagged.add(q)
    return [checkSqlText(place, quasis.map((q) => textOf(q)).join(' ? '), schemas)]
  }
  if (node.type === 'CallExpression' && (node.callee as Node).type === 'MemberExpression') {
    const method = String(((node.callee as Node).property as Node).name)
    if (!BUILDERS.test(method)) return []
    return (node.arguments as Node[])
      .slice(0, 1)
      .flatMap((arg) => (arg.type === 'ArrayExpression' ? (arg.elements as Node[]) : [arg]))
      .map((arg) => textOf(arg) ?? '')
      .map((table) => checkBuilder(place, method, table, schemas))
  }
  const shown = tagged.has(node) ? undefined : textOf(node)
  return shown === undefined ? [] : [checkPlainText(place, shown, schemas)]
}

/** sql`…`, sql<Row>`…`; but not sql.ref and the like. */
const isSqlTag = (tag: Node): boolean =>
  isName(tag, 'sql') || (tag.type === 'TSInstantiationExpression' && isName(tag.expression, 'sql'))
