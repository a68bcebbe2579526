import type { TObject } from 'typebox'
import { code, page, table } from './markdown.ts'

interface Property {
  type?: string
  anyOf?: { const?: unknown }[]
  enum?: unknown[]
  minimum?: number
  maximum?: number
  pattern?: string
  default?: unknown
  secret?: boolean
  description?: string
}

/** docs/generated/settings.md: every environment variable of the program and its modules. */
export function settingsPage(schemas: readonly { name: string; schema: TObject }[]): string {
  const parts = schemas.flatMap(({ name, schema }) => [
    `## ${name}`,
    table(
      ['Variable', 'Value', 'Default', 'Meaning'],
      Object.entries(schema.properties as Record<string, Property>).map(([variable, p]) => [
        code(variable),
        `${allowed(p)}${p.secret ? ' (secret: never shown)' : ''}`,
        p.default === undefined ? '' : code(String(p.default)),
        p.description ?? ''
      ])
    )
  ])
  const intro =
    'Environment variables, read once at start; all faults are listed together, and a variable with our prefix that nothing knows is a fault. What a city decides (calendars, limits, responsibilities …) is edited in the console and is not here.'
  return page('Settings', 'the schemas in `platform/settings.ts` and the modules’ `settings.ts`', [intro, ...parts])
}

/** Settings without a sentence. */
export const settingFaults = (schemas: readonly { schema: TObject }[]): string[] =>
  schemas.flatMap(({ schema }) =>
    Object.entries(schema.properties as Record<string, Property>)
      .filter(([, p]) => !p.description)
      .map(([name]) => `${name} has no description`)
  )

function allowed(p: Property): string {
  const words = p.enum ?? p.anyOf?.map((x) => x.const)
  if (words) return words.map((w) => code(String(w))).join(' or ')
  if (p.type === 'integer' || p.type === 'number') return `${p.minimum ?? ''}–${p.maximum ?? ''}`
  if (p.type === 'boolean') return '`1` or `0`'
  return p.pattern ? `text like ${code(p.pattern)}` : 'text'
}
