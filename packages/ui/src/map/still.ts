import { Map as MapLibre } from 'maplibre-gl'
import { FONT_FAMILY, type ThemeMode } from '../theme.ts'
import type { Camera, Stage } from './stage.ts'
import { provideSymbols } from './symbols.ts'

const TILES_WITHIN_MS = 30_000

/**
 * The map of a stage drawn once at a size of its own, apart from the screen: `width` × `height` in CSS pixels, `density` pixels each. Rejects when
 * its tiles are not there in half a minute.
 */
export async function stillOf(
  stage: Stage,
  mode: ThemeMode,
  camera: Camera,
  width: number,
  height: number,
  density: number
): Promise<HTMLCanvasElement> {
  const box = document.createElement('div')
  Object.assign(box.style, { position: 'fixed', left: '-99999px', top: '0', width: `${width}px`, height: `${height}px` })
  document.body.append(box)
  const copy = new MapLibre({
    container: box,
    style: stage.map.getStyle(),
    ...camera,
    pixelRatio: density,
    maxCanvasSize: [8192, 8192],
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    maxPitch: 60,
    localIdeographFontFamily: FONT_FAMILY,
    canvasContextAttributes: { preserveDrawingBuffer: true }
  })
  provideSymbols(copy, mode)
  // A style tells nothing of the states of its objects.
  copy.once('style.load', () => stage.sayStates(copy))
  try {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('the map was not drawn in time')), TILES_WITHIN_MS)
      copy.once('idle', () => {
        clearTimeout(late)
        resolve()
      })
    })
    const out = document.createElement('canvas')
    out.width = Math.round(width * density)
    out.height = Math.round(height * density)
    out.getContext('2d')!.drawImage(copy.getCanvas(), 0, 0, out.width, out.height)
    return out
  } finally {
    copy.remove()
    box.remove()
  }
}
