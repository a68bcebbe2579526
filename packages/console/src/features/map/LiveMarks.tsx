import { type Drawing, drawingFeatures } from '@chengyun/ui/map/draw.ts'
import type { Stage } from '@chengyun/ui/map/stage.ts'
import type { Feature } from 'geojson'
import { useEffect } from 'react'
import type { Pointer } from './pointer.ts'

/** While something is being drawn it follows the pointer, a frame at a time, without drawing the page again. */
export function LiveMarks({
  stages,
  drawing,
  others,
  pointer
}: {
  stages: readonly Stage[]
  drawing: Drawing | null
  others: readonly Feature[]
  pointer: Pointer
}) {
  useEffect(() => {
    if (!drawing || drawing.done || drawing.points.length === 0) return
    let asked = 0
    const draw = () => {
      asked = 0
      const marks = [...drawingFeatures(drawing, pointer.value?.at ?? null), ...others]
      for (const stage of stages) stage.setMarks(marks)
    }
    const end = pointer.subscribe(() => {
      asked ||= requestAnimationFrame(draw)
    })
    return () => {
      end()
      cancelAnimationFrame(asked)
    }
  }, [stages, drawing, others, pointer])
  return null
}
