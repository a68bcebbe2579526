import { useSyncExternalStore } from 'react'

/** Languages of the product; Chinese first. */
export type Language = 'zh' | 'en'

const KEY = 'chengyun.language'
const files = import.meta.glob<Record<string, string>>('./strings/*/*.json', { eager: true, import: 'default' })
const tables: Record<Language, Record<string, string>> = { zh: {}, en: {} }
for (const [path, table] of Object.entries(files)) Object.assign(path.startsWith('./strings/zh/') ? tables.zh : tables.en, table)

const listeners = new Set<() => void>()
let language: Language = read()

function read(): Language {
  try {
    return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh'
  } catch {
    // A browser that keeps nothing still shows Chinese.
    return 'zh'
  }
}

/** The language of the page now. */
export function currentLanguage(): Language {
  return language
}

/** Switches every open view and remembers the choice on this device. */
export function setLanguage(next: Language): void {
  language = next
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Not remembered; the page still switches.
  }
  markDocument()
  for (const listener of listeners) listener()
}

/** Tells browser and screen reader which language is read. */
export function markDocument(): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
}

/** The text of a key with its `{{values}}` filled in; a missing key shows itself, and a test finds it before. */
export function t(key: string, values?: Record<string, string | number>): string {
  const text = tables[language][key] ?? tables.zh[key] ?? key
  return values ? text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? '')) : text
}

/** Redraws the caller when the language changes. */
export function useLanguage(): Language {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => language
  )
}
