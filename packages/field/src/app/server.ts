import type { CoverageView, ShiftView } from '@chengyun/contract/field'
import { useEffect, useState } from 'react'
import { api } from './api.ts'

/** What the server says about something that is nice to know but not needed without it; kept from the last time. */
export function useTold<T>(key: string, path: string | null, again: unknown): { told: T | null; asking: boolean } {
  const [told, setTold] = useState<T | null>(() => {
    try {
      return JSON.parse(localStorage.getItem(key) ?? 'null') as T | null
    } catch {
      return null
    }
  })
  const [asking, setAsking] = useState(path !== null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` is the reason to ask again
  useEffect(() => {
    if (!path) return setAsking(false)
    const stop = new AbortController()
    api<T>(path, { signal: stop.signal }).then(
      (answer) => {
        setTold(answer)
        setAsking(false)
        localStorage.setItem(key, JSON.stringify(answer))
      },
      () => stop.signal.aborted || setAsking(false)
    )
    return () => stop.abort()
  }, [key, path, again])
  return { told, asking }
}

/** My shift as the server has it; `asking` until it has answered once. */
export const useServerShift = (online: boolean, again: unknown): { told: ShiftView | null; asking: boolean } =>
  useTold('chengyun.field.shift', online ? '/field/shift' : null, again)

/** The unit grids of mine that were walked today, as the server has them. */
export const useServerCoverage = (online: boolean, again: unknown): CoverageView | null =>
  useTold<CoverageView>('chengyun.field.coverage', online ? '/field/coverage' : null, again).told
