import {
  addPoint,
  areaShape,
  begin,
  type Drawing,
  drawingFrom,
  drawingText,
  finish,
  undo,
  withRadius
} from '@chengyun/ui/map/draw.ts'
import type { LngLat } from '@chengyun/ui/map/measure.ts'
import { useMemo, useState } from 'react'
import type { MapState, Tool } from './state.ts'
import type { SetState } from './useMapState.ts'

/** What is being drawn, and the acts that draw it. A finished drawing stands in the address, an unfinished one only here. */
export function useDraw(state: MapState, set: SetState) {
  const [draft, setDraft] = useState<Drawing | null>(null)
  const { tool, drawing: text } = state
  const drawing = useMemo(() => {
    if (!tool) return null
    if (draft?.kind === tool) return draft
    const found = drawingFrom(text)
    return found?.kind === tool ? found : begin(tool)
  }, [tool, draft, text])
  const area = useMemo(() => (drawing ? areaShape(drawing) : null), [drawing])
  const change = (next: Drawing) => {
    setDraft(next.done ? null : next)
    set({ drawing: next.done ? drawingText(next) : null })
  }
  return {
    drawing,
    area,
    /** Takes a tool, or puts it away when it is the one in hand. */
    take: (next: Tool | null) => {
      setDraft(null)
      set({ tool: next === tool ? null : next, drawing: null, ...(next ? { pick: null } : {}) })
    },
    point: (at: LngLat) => drawing && change(addPoint(drawing, at)),
    undo: () => drawing && change(undo(drawing)),
    finish: () => drawing && change(finish(drawing)),
    clear: () => {
      setDraft(null)
      set({ drawing: null })
    },
    radius: (m: number) => drawing && change(withRadius(drawing, m))
  }
}
