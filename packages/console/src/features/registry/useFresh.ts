import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'

const GATHER_MS = 400

/** Reads everything of the registers again; many calls at once are one. */
export function useFresh(): () => void {
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = null
      void client.invalidateQueries({ queryKey: ['registry'] })
    }, GATHER_MS)
  }, [client])
}
