import type { Stage } from '@chengyun/ui/map/stage.ts'
import { useEffect, useRef } from 'react'
import type { View } from './state.ts'

const TILT_DEG = 50

/** Takes the map to where the address says when it did not come from the map itself; lets it tilt while columns are drawn. */
export function useStageView(stage: Stage | null, view: View | null, pitchable: boolean): void {
  useEffect(() => {
    if (!stage || !view) return
    const now = stage.camera
    const same =
      Math.abs(now.center[0] - view.center[0]) < 2e-6 &&
      Math.abs(now.center[1] - view.center[1]) < 2e-6 &&
      Math.abs(now.zoom - view.zoom) < 2e-3 &&
      Math.abs(now.bearing - view.bearing) < 0.1 &&
      Math.abs(now.pitch - view.pitch) < 0.1
    if (!same && !stage.map.isMoving()) stage.map.jumpTo(view)
  }, [stage, view])

  const was = useRef<boolean | null>(null)
  useEffect(() => {
    if (!stage) return
    if (pitchable) stage.map.dragRotate.enable()
    else stage.map.dragRotate.disable()
    // Columns are seen from aside; going back to the flat map looks straight down again. What an address says on opening stands.
    const changed = was.current !== null && was.current !== pitchable
    was.current = pitchable
    if (changed && pitchable && stage.camera.pitch === 0) stage.map.easeTo({ pitch: TILT_DEG, duration: 160 })
    if (changed && !pitchable) stage.map.easeTo({ pitch: 0, bearing: 0, duration: 160 })
  }, [stage, pitchable])
}
