import type { FieldClass } from '@chengyun/contract/field'

const KEY = 'chengyun.field.recentClasses'
const KEPT = 6

/** One class among all: a code alone may be a component and a matter. */
export const classKey = (c: Pick<FieldClass, 'standardRef' | 'kind' | 'code'>): string => `${c.standardRef}|${c.kind}|${c.code}`

/** Keys of the classes used last on this phone, newest first. */
export function recentClasses(): string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(list) ? list.filter((k) => typeof k === 'string') : []
  } catch {
    return []
  }
}

/** Moves a class to the front. */
export function rememberClass(c: FieldClass): void {
  const key = classKey(c)
  localStorage.setItem(KEY, JSON.stringify([key, ...recentClasses().filter((k) => k !== key)].slice(0, KEPT)))
}
