import type { RegridCell, RegridFault, RegridState, RegridStep } from '@chengyun/contract/geo'
import { App } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useRegridPreview } from './api.ts'
import { type At, addStep, type Draft, dropStep, EMPTY, redoStep, undoStep } from './draft.ts'

export const TOOLS = ['select', 'split', 'border'] as const
export type Tool = (typeof TOOLS)[number]

/** A draft of unit grids while it is drawn: its steps, what is chosen, the line under way, and what the server makes of it. */
export function useUnitDraft(state: RegridState) {
  const { message } = App.useApp()
  const [draft, setDraft] = useState<Draft>(EMPTY)
  const [tool, setToolOnly] = useState<Tool>('select')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [line, setLine] = useState<readonly At[]>([])
  const preview = useRegridPreview(state.communityCode, state.state, draft.steps)
  const isDrawn = draft.steps.length > 0
  const refused = isDrawn && preview.isError ? preview.error : null

  // A step the server cannot do is said and taken away: the draft stays one that can be shown.
  useEffect(() => {
    if (!refused) return
    void message.warning(refused.message, 6)
    setDraft(dropStep)
  }, [refused, message])

  const shown = isDrawn && preview.data ? preview.data : null
  const cells: readonly RegridCell[] = shown?.cells ?? state.cells
  const faults: readonly RegridFault[] = shown?.faults ?? (isDrawn ? [] : state.faults)
  const keys = useMemo(() => new Set(cells.map((c) => c.key)), [cells])
  const selection = useMemo(() => new Set([...chosen].filter((key) => keys.has(key))), [chosen, keys])

  const step = (next: RegridStep) => {
    setLine([])
    setDraft((d) => addStep(d, next))
  }
  return {
    draft,
    cells,
    faults,
    preview: shown,
    busy: preview.isFetching,
    /** Errors keep it from being applied; a fault that was there before drawing does not. */
    isSound: !faults.some((f) => f.severity === 'error'),
    tool,
    setTool(next: Tool) {
      setLine([])
      setToolOnly(next)
    },
    chosen: selection,
    choose: (next: Iterable<string>) => setChosen(new Set(next)),
    toggle(key: string, more: boolean) {
      if (!more) setChosen(selection.has(key) && selection.size === 1 ? new Set() : new Set([key]))
      else setChosen(selection.has(key) ? new Set([...selection].filter((k) => k !== key)) : new Set([...selection, key]))
    },
    line,
    setLine,
    step,
    merge() {
      if (selection.size > 1) step({ op: 'merge', cells: [...selection] })
      setChosen(new Set())
    },
    undo() {
      if (line.length > 0) setLine(line.slice(0, -1))
      else setDraft(undoStep)
    },
    redo: () => setDraft(redoStep),
    clear() {
      setLine([])
      setChosen(new Set())
      setDraft(EMPTY)
    }
  }
}
export type UnitDraft = ReturnType<typeof useUnitDraft>
