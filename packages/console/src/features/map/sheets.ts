import type { ThemeMode } from '@chengyun/ui'
import { metresPerPixel } from '@chengyun/ui/map/measure.ts'
import { mapSizeOn, type SheetFacts, sheetOf } from '@chengyun/ui/map/sheet.ts'
import type { Stage } from '@chengyun/ui/map/stage.ts'
import { stillOf } from '@chengyun/ui/map/still.ts'

/** Sheets by their size in CSS pixels (96 dpi) and pixels a CSS pixel; A4 and A3 lie and have 300 dpi. */
export const SHEETS = {
  screen: { width: 1440, height: 900, density: 2 },
  a4: { width: 1122.52, height: 793.7, density: 3508 / 1122.52 },
  a3: { width: 1587.4, height: 1122.52, density: 4961 / 1587.4 }
} as const
export type SheetSize = keyof typeof SHEETS

/** The pixels of a sheet. */
export function pixelsOf(size: SheetSize): { width: number; height: number } {
  const { width, height, density } = SHEETS[size]
  return { width: Math.round(width * density), height: Math.round(height * density) }
}

/**
 * The map of one stage, or of two beside each other parted at `place` (0…1), on a sheet. Shows the same middle and as much ground across
 * as the screen does.
 */
export async function drawSheet(
  stages: readonly Stage[],
  place: number,
  facts: Omit<SheetFacts, 'metresPerPx' | 'bearing'>,
  mode: ThemeMode,
  size: SheetSize
): Promise<Blob> {
  const { width, height, density } = SHEETS[size]
  const box = mapSizeOn(width, height)
  const [first, second] = stages
  if (!first) throw new Error('no map')
  const wide = first.map.getContainer().clientWidth
  const { camera, ...drawn } = drawnOn(box, first.camera, wide, density)
  const canvas = await stillOf(first, mode, camera, drawn.width, drawn.height, drawn.density)
  if (second) {
    const other = await stillOf(second, mode, camera, drawn.width, drawn.height, drawn.density)
    const at = Math.round(canvas.width * place)
    const g = canvas.getContext('2d')
    g?.drawImage(other, at, 0, canvas.width - at, canvas.height, at, 0, canvas.width - at, canvas.height)
    if (g) {
      g.fillStyle = mode === 'dark' ? '#E8EEFA' : '#10182B'
      g.fillRect(at - density / 2, 0, density, canvas.height)
    }
  }
  const metresPerPx = camera.pitch === 0 ? (metresPerPixel(camera.center[1], camera.zoom) * drawn.width) / box.width : null
  const sheet = await sheetOf(canvas, { ...facts, metresPerPx, bearing: camera.bearing }, mode, width, height, density)
  return new Promise((resolve, reject) => {
    sheet.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png')
  })
}

/** A sheet may be drawn so much coarser than the screen, not more: signs and names would be too large on paper. */
const LEAST_SHARE = 0.7

/**
 * At what size a map is drawn for its place on a sheet, so that it shows what the screen shows: the same zoom, hence the same single objects or
 * clusters and the same labels, with as many more pixels as the sheet wants. From a small screen it is drawn as much larger as the sheet needs to be readable.
 */
export function drawnOn<C extends { zoom: number }>(
  box: { width: number; height: number },
  camera: C,
  screenWidth: number,
  density: number
): { camera: C; width: number; height: number; density: number } {
  const width = Math.max(screenWidth, box.width * LEAST_SHARE)
  return {
    camera: { ...camera, zoom: camera.zoom + Math.log2(width / screenWidth) },
    width,
    height: (width * box.height) / box.width,
    density: (density * box.width) / width
  }
}

/** Prints a picture on a lying sheet of its own: A3 where it was made for one, A4 otherwise. */
export async function printPicture(picture: Blob, title: string, size: SheetSize): Promise<void> {
  const frame = document.createElement('iframe')
  frame.setAttribute('aria-hidden', 'true')
  frame.title = title
  Object.assign(frame.style, { position: 'fixed', width: '0', height: '0', border: '0', visibility: 'hidden' })
  document.body.append(frame)
  const page = frame.contentDocument
  if (!page) return
  page.title = title
  const style = page.createElement('style')
  style.textContent = `@page{size:${size === 'a3' ? 'A3' : 'A4'} landscape;margin:8mm}html,body{margin:0}img{display:block;width:100%}`
  const image = page.createElement('img')
  const address = URL.createObjectURL(picture)
  image.src = address
  page.head.append(style)
  page.body.append(image)
  await image.decode()
  frame.contentWindow?.addEventListener('afterprint', () => {
    URL.revokeObjectURL(address)
    frame.remove()
  })
  frame.contentWindow?.print()
}
