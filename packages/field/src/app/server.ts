import type { CoverageView, ShiftView } from '@chengyun/contract/field'
import { useEffect, useState } from 'react'
import { api } from './api.ts'

/** What the server says about something that is nice to know but not needed without it; kept from the last time. */
function useTold<T>(key: string, path: string | null, again: unknown): T | null {
  const [told, setTold] = useState<T | null>(() => {
    try {
      return JSON.parse(localStorage.getItem(key) ?? 'null') as T | null
    } catch {
      return null
    }
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` is the reason to ask again
  useEffect(() => {
    if (!path) return
    const stop = new AbortController()
    api<T>(path, { signal: stop.signal }).then(
      (answer) => {
        setTold(answer)
        localStorage.setItem(key, JSON.stringify(answer))
      },
      () => undefined
    )
    return () => stop.abort()
  }, [key, path, again])
  return told
}

/** My shift as the server has it. */
export const useServerShift = (online: boolean, again: unknown): ShiftView | null =>
  useTold('chengyun.field.shift', online ? '/field/shift' : null, again)

/** The unit grids of mine that were walked today, as the server has them. */
export const useServerCoverage = (online: boolean, again: unknown): CoverageView | null =>
  useTold('chengyun.field.coverage', online ? '/field/coverage' : null, again)
