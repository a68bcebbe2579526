import type { RailItem } from './Rail.tsx'
import type { MapState, Panel, Tool } from './state.ts'
import type { SetState } from './useMapState.ts'

export interface RailInput {
  state: MapState
  set: SetState
  take: (tool: Tool | null) => void
  toggleSplit: () => void
  toggleTime: () => void
}

/** The tools of the rail in their groups: what is shown, asking an area, measuring, comparing, taking away. */
export function railOf({ state, set, take, toggleSplit, toggleTime }: RailInput): RailItem[][] {
  const panel = (key: Panel, shortcut: string): RailItem => ({
    key,
    shortcut,
    on: state.panel === key,
    act: () => set({ panel: state.panel === key ? null : key })
  })
  const tool = (key: Tool, shortcut: string): RailItem => ({ key, shortcut, on: state.tool === key, act: () => take(key) })
  return [
    [panel('layers', 'L'), { key: 'legend', shortcut: 'G', on: state.legend, act: () => set({ legend: !state.legend }) }],
    [tool('circle', 'C'), tool('polygon', 'P'), tool('buffer', 'R')],
    [tool('length', 'M'), tool('area', 'A')],
    [
      { key: 'time', shortcut: 'T', on: state.timeOpen, act: toggleTime },
      { key: 'split', shortcut: 'S', on: state.split !== null, act: toggleSplit }
    ],
    [panel('bookmarks', 'B'), panel('export', 'E')]
  ]
}
