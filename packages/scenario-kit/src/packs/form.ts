import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** Something wrong in a file of a pack: where, and what in a sentence of each language. */
export interface PackFault {
  file: string
  /** JSON pointer within the file; empty for the file itself. */
  path: string
  zh: string
  en: string
}

interface Node {
  anyOf?: TSchema[]
  type?: string
  const?: unknown
  enum?: unknown[]
  properties?: Record<string, TSchema>
  required?: string[]
  additionalProperties?: boolean | TSchema
  patternProperties?: Record<string, TSchema>
  items?: TSchema | TSchema[]
  minItems?: number
  maxItems?: number
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const list = (words: readonly unknown[], joint: string): string => words.map((w) => JSON.stringify(w)).join(joint)

/**
 * What is wrong with the form of a document, each fault at the deepest place that is to blame. Of a choice between shapes the one is
 * taken that the author meant: the one whose fixed words he wrote, else the one with the fewest faults.
 */
export function formFaults(file: string, schema: TSchema, value: unknown, path = ''): PackFault[] {
  const node = schema as Node
  const fault = (zh: string, en: string, at = path): PackFault[] => [{ file, path: at, zh, en }]
  if (node.anyOf) return choose(file, node.anyOf, value, path)
  if ('const' in node)
    return value === node.const ? [] : fault(`应为 ${JSON.stringify(node.const)}`, `must be ${JSON.stringify(node.const)}`)
  if (node.enum)
    return node.enum.includes(value)
      ? []
      : fault(`应为其中之一：${list(node.enum, '、')}`, `must be one of ${list(node.enum, ', ')}`)
  if (node.type === 'object') return isRecord(value) ? inObject(file, node, value, path) : fault('应为对象', 'must be an object')
  if (node.type === 'array') return Array.isArray(value) ? inArray(file, node, value, path) : fault('应为列表', 'must be a list')
  return Value.Check(schema, value)
    ? []
    : Value.Errors(schema, value)
        .slice(0, 1)
        .flatMap((e) => fault(`不合要求：${e.message}`, e.message))
}

function choose(file: string, shapes: readonly TSchema[], value: unknown, path: string): PackFault[] {
  let best: PackFault[] | undefined
  let bestScore = Number.NEGATIVE_INFINITY
  for (const shape of shapes) {
    const found = formFaults(file, shape, value, path)
    if (found.length === 0) return []
    const score = wordsMet(shape as Node, value) * 1000 + keysMet(shape as Node, value) * 10 - found.length
    if (score > bestScore) {
      best = found
      bestScore = score
    }
  }
  return best ?? []
}

/** Fixed words of a shape that the value says. */
const wordsMet = (shape: Node, value: unknown): number =>
  isRecord(value)
    ? Object.entries(shape.properties ?? {}).filter(([key, s]) => 'const' in s && value[key] === (s as Node).const).length
    : 0

/** Keys of a shape that the value has; one the shape does not know counts against it. */
const keysMet = (shape: Node, value: unknown): number =>
  isRecord(value)
    ? Object.keys(value).reduce((sum, key) => sum + (shape.properties && key in shape.properties ? 1 : -1), 0)
    : typeof value === shape.type
      ? 1
      : 0

function inObject(file: string, node: Node, value: Record<string, unknown>, path: string): PackFault[] {
  const out: PackFault[] = []
  const patterns = Object.entries(node.patternProperties ?? {})
  for (const key of node.required ?? []) if (!(key in value)) out.push({ file, path, zh: `缺少 "${key}"`, en: `lacks "${key}"` })
  for (const [key, inner] of Object.entries(value)) {
    const at = `${path}/${key}`
    const schema = node.properties?.[key] ?? patterns.find(([p]) => new RegExp(p).test(key))?.[1]
    if (schema) out.push(...formFaults(file, schema, inner, at))
    else if (isRecord(node.additionalProperties))
      out.push(...formFaults(file, node.additionalProperties as unknown as TSchema, inner, at))
    else if (node.additionalProperties === false || patterns.length > 0) {
      const known = Object.keys(node.properties ?? {})
      out.push({
        file,
        path: at,
        zh: `没有 "${key}" 这一项${known.length > 0 ? `；可用：${known.join('、')}` : ''}`,
        en: `there is no "${key}" here${known.length > 0 ? `; known are ${known.join(', ')}` : ''}`
      })
    }
  }
  return out
}

function inArray(file: string, node: Node, value: readonly unknown[], path: string): PackFault[] {
  const out: PackFault[] = []
  if (node.minItems !== undefined && value.length < node.minItems)
    out.push({ file, path, zh: `至少 ${node.minItems} 项`, en: `needs at least ${node.minItems}` })
  if (node.maxItems !== undefined && value.length > node.maxItems)
    out.push({ file, path, zh: `最多 ${node.maxItems} 项`, en: `takes at most ${node.maxItems}` })
  value.forEach((inner, i) => {
    const schema = Array.isArray(node.items) ? node.items[i] : node.items
    if (schema) out.push(...formFaults(file, schema, inner, `${path}/${i}`))
  })
  return out
}
