import { holds, viewBox } from './boxes.ts'
import { type Camera, type Place, toScreen } from './project.ts'

/** Pixels a metre from which single components are told apart by a finger. */
const PARTS_FROM = 0.35

/** A component as far as it is drawn. */
export interface Dot {
  code: string
  place: Place
}

/** A filled dot. */
export function dot(ctx: CanvasRenderingContext2D, x: number, y: number, r: number, colour: string): void {
  ctx.beginPath()
  ctx.arc(x, y, r, 0, Math.PI * 2)
  ctx.fillStyle = colour
  ctx.fill()
}

/** Dots of the components in sight; the chosen one is larger and wears a ring. */
export function drawParts(
  ctx: CanvasRenderingContext2D,
  parts: readonly Dot[],
  chosenCode: string | null,
  camera: Camera,
  [w, h]: readonly [number, number],
  colour: (name: string) => string
): void {
  if (camera.pxPerM < PARTS_FROM) return
  const view = viewBox(camera, w, h)
  const radius = Math.min(8, 3 + camera.pxPerM * 2)
  const inside = parts.filter((p) => holds(view, p.place))
  for (const p of inside) {
    const [x, y] = toScreen(camera, w, h, p.place)
    dot(ctx, x, y, radius + 2, '#fff')
    dot(ctx, x, y, radius, colour('ok-ink'))
  }
  const chosen = inside.find((p) => p.code === chosenCode)
  if (!chosen) return
  const [x, y] = toScreen(camera, w, h, chosen.place)
  dot(ctx, x, y, radius + 7, '#fff')
  dot(ctx, x, y, radius + 4, colour('brand'))
  dot(ctx, x, y, 3, '#fff')
}
