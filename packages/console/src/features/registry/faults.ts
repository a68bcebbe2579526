import type { Language } from '@chengyun/ui'
import { ApiError } from '../../api/client.ts'

interface Fault {
  field: string
  zh: string
  en: string
}

/** What the server found wrong, by field; empty where it said something else. */
export function faultsOf(error: unknown, language: Language): Map<string, string> {
  const details = error instanceof ApiError ? (error.details as { faults?: Fault[] } | null | undefined) : null
  return new Map((details?.faults ?? []).map((f) => [f.field, f[language]]))
}
