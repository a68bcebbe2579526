import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useSearchParams } from 'wouter'
import { type MapState, stateFrom, stateTo } from './state.ts'

export type SetState = (change: Partial<MapState>) => void

/**
 * The state of the map in the address. A change replaces the entry of the history, so that going back leaves the map; what is read or
 * chosen in one go is written in one go.
 */
export function useMapState(): [MapState, SetState] {
  const [params, setParams] = useSearchParams()
  const text = params.toString()
  const state = useMemo(() => stateFrom(new URLSearchParams(text)), [text])
  const latest = useRef(state)
  const [home] = useState(() => location.pathname)
  useEffect(() => {
    latest.current = state
  }, [state])
  const set = useCallback<SetState>(
    (change) => {
      // While the next page is loading this one still lives, hidden, and its map may come to rest: that must not bring the person back.
      if (location.pathname !== home) return
      // Several changes between two drawings build on each other.
      latest.current = { ...latest.current, ...change }
      setParams((old) => stateTo(latest.current, old), { replace: true })
    },
    [setParams, home]
  )
  return [state, set]
}
