const LIMIT = 4
const keyOf = (op: string) => `chengyun.opinions.${op}`

/** The last words used with an operation on this machine, newest first. */
export function recentOpinions(op: string): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(keyOf(op)) ?? '[]')
    return Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : []
  } catch {
    return []
  }
}

/** Keeps short opinions for reuse; long ones belong to one case only. */
export function rememberOpinion(op: string, text: string): void {
  if (text.length > 24) return
  localStorage.setItem(keyOf(op), JSON.stringify([text, ...recentOpinions(op).filter((t) => t !== text)].slice(0, LIMIT)))
}
