import type { TSchema } from 'typebox'
import { PackTest } from './demo.ts'
import { PACK_FILES } from './pack.ts'

const TEXT = {
  type: 'string',
  pattern: '^@[a-z][a-zA-Z0-9.-]{0,79}$',
  description: 'Key of a text in strings/zh-CN.json and strings/en.json'
}

const isBothNames = (value: Record<string, unknown>): boolean => {
  const properties = value.properties as Record<string, unknown> | undefined
  return value.type === 'object' && properties !== undefined && Object.keys(properties).sort().join() === 'en,zh'
}

/** As an author writes it: a text is its key. */
function asWritten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asWritten)
  if (value === null || typeof value !== 'object') return value
  const record = value as Record<string, unknown>
  if (isBothNames(record)) return TEXT
  return Object.fromEntries(Object.entries(record).map(([k, v]) => [k, asWritten(v)]))
}

/** JSON Schemas of the files of a pack, for completion in editors: name of the schema file → document. */
export function packSchemas(): ReadonlyMap<string, object> {
  const out = new Map<string, object>()
  const add = (name: string, schema: TSchema) =>
    out.set(`${name}.schema.json`, {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      ...(asWritten(JSON.parse(JSON.stringify(schema))) as object)
    })
  for (const [file, { schema }] of Object.entries(PACK_FILES))
    if (!file.startsWith('strings/')) add(file.replace('.json', '').replace('demo/', ''), schema)
  add('test', PackTest)
  return out
}
