import type { Open311Format } from '@chengyun/contract/public'
import { XMLBuilder } from 'fast-xml-parser'

/** What goes into an answer: text, numbers, truths, lists and objects of them. null is an empty element in XML. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value | undefined }
export type Row = { readonly [key: string]: Value | undefined }

/** An answer: the wrapper and the element of each row; a single document has no rows. JSON leaves the wrappers out. */
export type Document = { root: string; item: string; rows: readonly Row[] } | { root: string; single: Row }

export const CONTENT_TYPES: Record<Open311Format, string> = {
  json: 'application/json; charset=utf-8',
  xml: 'text/xml; charset=utf-8'
}

const builder = new XMLBuilder({ format: true, indentBy: '  ', suppressEmptyNode: false })

/** What a list is called and what each of its members. */
const MEMBERS: Record<string, string> = {
  attributes: 'attribute',
  values: 'value',
  notes: 'note',
  endpoints: 'endpoint',
  formats: 'format'
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these may not stand in an XML document
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

type XmlValue = string | XmlValue[] | { [key: string]: XmlValue }

function toXml(value: Value, name: string): XmlValue {
  if (value === null) return ''
  if (Array.isArray(value)) return { [MEMBERS[name] ?? name]: value.map((v: Value) => toXml(v, '')) }
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter((e): e is [string, Value] => e[1] !== undefined)
    return Object.fromEntries(entries.map(([k, v]) => [k, toXml(v, k)]))
  }
  return String(value).replace(NOT_XML, '')
}

/** An answer in the format that was asked for. */
export function write(format: Open311Format, document: Document): string {
  const single = 'single' in document
  if (format === 'json') return JSON.stringify(single ? document.single : document.rows)
  const body = single ? toXml(document.single, '') : { [document.item]: document.rows.map((row) => toXml(row as Value, '')) }
  const empty = !single && document.rows.length === 0
  const text = empty ? `<${document.root}></${document.root}>\n` : builder.build({ [document.root]: body })
  return `<?xml version="1.0" encoding="utf-8"?>\n${text}`
}
