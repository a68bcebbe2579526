import type { Drawing } from '@chengyun/ui/map/draw.ts'
import { MAX_PITCH, type Stage } from '@chengyun/ui/map/stage.ts'
import { useKeys } from './keys.ts'
import type { MapState, Tool } from './state.ts'
import type { SetState } from './useMapState.ts'

export interface MapKeysInput {
  stage: Stage | null
  state: MapState
  set: SetState
  drawing: Drawing | null
  pitchable: boolean
  /** The middle of the map is shown, since keys act on it. */
  onAim: () => void
  onFind: () => void
  onHome: () => void
  onTake: (tool: Tool | null) => void
  onPoint: (at: [number, number]) => void
  onFinish: () => void
  onUndo: () => void
  onClear: () => void
  onAsk: (at: [number, number]) => void
  onClose: () => boolean
  onSplit: () => void
  onPlay: () => void
  onLayers: () => void
}

const PAN_PX = 120
const TURN_DEG = 10

/** Every key of the map page. */
export function useMapKeys(k: MapKeysInput): void {
  const { stage, state, set, drawing } = k
  const pan = (x: number, y: number) => () => {
    k.onAim()
    stage?.map.panBy([x, y], { duration: 0 })
    return true
  }
  const turn = (bearing: number, pitch: number) => () => {
    if (!k.pitchable || !stage) return false
    const at = stage.camera
    stage.map.jumpTo({
      bearing: at.bearing + bearing,
      pitch: Math.min(MAX_PITCH, Math.max(0, at.pitch + pitch))
    })
    return true
  }
  const zoom = (by: number) => () => {
    stage?.map.zoomTo(stage.camera.zoom + by, { duration: 0 })
    return true
  }
  const act = (what: () => void) => () => {
    what()
    return true
  }
  const tool = (name: Tool) => act(() => k.onTake(name))
  useKeys({
    ArrowLeft: pan(-PAN_PX, 0),
    ArrowRight: pan(PAN_PX, 0),
    ArrowUp: pan(0, -PAN_PX),
    ArrowDown: pan(0, PAN_PX),
    'shift+ArrowLeft': turn(TURN_DEG, 0),
    'shift+ArrowRight': turn(-TURN_DEG, 0),
    'shift+ArrowUp': turn(0, TURN_DEG),
    'shift+ArrowDown': turn(0, -TURN_DEG),
    '+': zoom(1),
    '=': zoom(1),
    '-': zoom(-1),
    0: act(k.onHome),
    '/': act(k.onFind),
    l: act(k.onLayers),
    g: act(() => set({ legend: !state.legend })),
    t: act(() => set(state.timeOpen ? { timeOpen: false, at: null } : { timeOpen: true })),
    s: act(k.onSplit),
    b: act(() => set({ panel: state.panel === 'bookmarks' ? null : 'bookmarks' })),
    e: act(() => set({ panel: state.panel === 'export' ? null : 'export' })),
    c: tool('circle'),
    p: tool('polygon'),
    r: tool('buffer'),
    m: tool('length'),
    a: tool('area'),
    ' ': () => {
      if (drawing && stage) {
        k.onAim()
        k.onPoint(stage.camera.center)
      } else if (state.timeOpen) k.onPlay()
      else return false
      return true
    },
    Enter: () => {
      if (drawing && !drawing.done) k.onFinish()
      else if (stage) {
        k.onAim()
        k.onAsk(stage.camera.center)
      }
      return true
    },
    Backspace: () => {
      if (!drawing) return false
      k.onUndo()
      return true
    },
    Escape: () => {
      // One thing at a time: what is being drawn, what is read, the tool, the moment.
      if (drawing && drawing.points.length > 0 && !drawing.done) k.onClear()
      else if (k.onClose()) return true
      else if (state.tool) k.onTake(null)
      else if (state.timeOpen) set({ timeOpen: false, at: null })
      else if (state.split) set({ split: null })
      else return false
      return true
    }
  })
}
