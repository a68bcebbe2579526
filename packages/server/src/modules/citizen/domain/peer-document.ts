import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** An answer that is not what GeoReport says; the message is for people. */
export class NotGeoReport extends Error {}

export type RemoteRow = Record<string, unknown>
const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: true, trimValues: true })

export const isObject = (value: unknown): value is RemoteRow =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The rows of a GeoReport answer, JSON or XML whatever was asked for; members that are no objects stay in it, to be rejected one by
 * one. Wrappers around the list are looked through. @throws NotGeoReport
 */
export function rowsOf(text: string): unknown[] {
  const body = text.replace(/^\uFEFF/, '').trim()
  if (body === '') throw new NotGeoReport('对方的回答是空的')
  if (body.startsWith('<')) return xmlRows(body)
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw new NotGeoReport(`对方的回答既不是 JSON 也不是 XML：${beginningOf(body)}`)
  }
  if (Array.isArray(value)) return value
  if (!isObject(value)) throw new NotGeoReport(`对方的回答不是列表：${beginningOf(body)}`)
  const inner = Object.values(value).find((v) => Array.isArray(v))
  return (inner as unknown[] | undefined) ?? [value]
}

function xmlRows(body: string): unknown[] {
  if (/^<(!doctype\s+html|html)\b/i.test(body)) {
    const title = /<title[^>]*>([^<]{0,80})/i.exec(body)?.[1]?.trim()
    throw new NotGeoReport(`对方返回的是网页，不是 GeoReport 数据${title ? `（${title}）` : ''}`)
  }
  if (XMLValidator.validate(body) !== true) throw new NotGeoReport(`对方返回的 XML 不完整：${beginningOf(body)}`)
  const document = parser.parse(body) as RemoteRow
  const root = Object.entries(document).find(([name]) => !name.startsWith('?'))?.[1]
  if (!isObject(root)) return []
  const lists = Object.values(root)
  // <services><service/>…: one member, or many of the same name; a document of its own (discovery) is one row.
  if (lists.length === 1) return Array.isArray(lists[0]) ? lists[0] : isObject(lists[0]) ? [lists[0]] : [root]
  return [root]
}

export const beginningOf = (text: string): string => [...text.replaceAll(/\s+/g, ' ')].slice(0, 120).join('')

/** What an error document says; otherwise the beginning of the text. */
export function errorWords(text: string): string {
  try {
    const said = rowsOf(text)
      .filter(isObject)
      .map((row) => textOf(row.description) ?? textOf(row.message))
      .filter((t) => t !== undefined)
    if (said.length > 0) return beginningOf(said.join('；'))
  } catch (error) {
    if (error instanceof NotGeoReport) return /^\s*</.test(text) ? error.message : beginningOf(text)
    throw error
  }
  return beginningOf(text)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these may not be kept
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g

/** A member as text that can be kept; undefined when there is none. Numbers and truths are told as they are written. */
export function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
  const text = String(value).toWellFormed().replaceAll(CONTROL, '').trim()
  return text === '' || text === 'null' ? undefined : text
}

/** A row as it may be kept and shown: texts that the database takes, nothing deep or long. */
export function keepable(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return [...value.toWellFormed().replaceAll(CONTROL, '')].slice(0, 4000).join('')
  if (typeof value !== 'object' || value === null)
    return typeof value === 'number' && !Number.isFinite(value) ? null : (value ?? null)
  if (depth > 4) return null
  if (Array.isArray(value)) return value.slice(0, 100).map((v) => keepable(v, depth + 1))
  const entries = Object.entries(value).slice(0, 60)
  return Object.fromEntries(
    entries.map(([k, v]) => [k.toWellFormed().replaceAll(CONTROL, '').slice(0, 80), keepable(v, depth + 1)])
  )
}
