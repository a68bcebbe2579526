import type { Strings } from '@chengyun/ui/i18n.ts'

const files = import.meta.glob<Record<string, string>>('./*/*.json', { eager: true, import: 'default' })

/** Every page's words, one flat table a language. */
export const strings: Strings = { zh: {}, en: {} }
for (const [path, table] of Object.entries(files)) Object.assign(path.startsWith('./zh/') ? strings.zh : strings.en, table)
