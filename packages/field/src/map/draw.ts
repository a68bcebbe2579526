import type { FieldMap } from '@chengyun/contract/field'
import { boxOf, meets, viewBox } from './boxes.ts'
import { type Dot, dot, drawParts } from './drawParts.ts'
import { outlineOf } from './outline.ts'
import { type Camera, type Place, toScreen } from './project.ts'

/** A place to be marked. `task` shows a drop, `me` where the phone is with its accuracy, `fix` a ring. */
export interface Mark {
  kind: 'task' | 'me' | 'fix'
  place: Place
  accuracyM?: number | undefined
  late?: boolean
}

/** Everything one drawing shows. */
export interface Scene {
  base: FieldMap | null
  marks: readonly Mark[]
  /** Unit grids walked today. */
  visited?: ReadonlySet<string> | undefined
  /** A ring that must not be left, in metres round a place. */
  limit?: { place: Place; radiusM: number } | undefined
  track?: readonly Place[] | undefined
  /** Components of the register, as dots from close by; `part` is the code of the chosen one. */
  parts?: readonly Dot[] | undefined
  part?: string | null | undefined
}

const NAMES_FROM = 0.16
const CELLS_FROM = 0.045
const ROADS_FROM = 0.02

/** Draws the scene on a canvas whose context is already scaled to CSS pixels. Colours come from the tokens of the page. */
export function draw(ctx: CanvasRenderingContext2D, camera: Camera, w: number, h: number, scene: Scene): void {
  const style = getComputedStyle(ctx.canvas)
  const colour = (name: string): string => style.getPropertyValue(`--cy-${name}`).trim()
  const at = (p: Place) => toScreen(camera, w, h, p)
  // Who has no duty grid sees plain ground: nothing is claimed about where it ends.
  ctx.fillStyle = colour(scene.base?.dutyGrids.features.length ? 'outside' : 'land')
  ctx.fillRect(0, 0, w, h)
  if (scene.base?.ground) drawGround(ctx, scene.base, at, colour)
  if (scene.base) drawBase(ctx, scene, camera, w, h, colour)
  if (scene.limit) drawLimit(ctx, at(scene.limit.place), scene.limit.radiusM * camera.pxPerM, colour('brand'))
  if (scene.track && scene.track.length > 1) {
    ctx.beginPath()
    for (const p of scene.track) ctx.lineTo(...at(p))
    stroke(ctx, colour('brand'), 4)
  }
  if (scene.parts) drawParts(ctx, scene.parts, scene.part ?? null, camera, [w, h], colour)
  for (const mark of scene.marks) drawMark(ctx, mark, at(mark.place), camera.pxPerM, colour)
  drawScale(ctx, camera.pxPerM, h, colour)
}

/** Sea with its shore, and land; land is paler beyond the own duty grids. */
function drawGround(
  ctx: CanvasRenderingContext2D,
  { ground, dutyGrids }: FieldMap,
  at: (p: Place) => [number, number],
  colour: (name: string) => string
): void {
  if (!ground) return
  const [w, s, e, n] = ground.extent
  const [[left, top], [right, bottom]] = [at([w, n]), at([e, s])]
  ctx.save()
  ctx.beginPath()
  ctx.rect(left, top, right - left, bottom - top)
  ctx.clip()
  ctx.fillStyle = colour('sea')
  ctx.fillRect(left, top, right - left, bottom - top)
  ctx.beginPath()
  for (const ring of ground.land.coordinates.flat()) {
    ring.forEach((p, i) => {
      const [x, y] = at(p as Place)
      if (i === 0) ctx.moveTo(x, y)
      else ctx.lineTo(x, y)
    })
    ctx.closePath()
  }
  stroke(ctx, colour('shore'), 9)
  ctx.fillStyle = colour(dutyGrids.features.length > 0 ? 'neighbour' : 'land')
  ctx.fill('evenodd')
  stroke(ctx, colour('coast'), 1.2)
  ctx.restore()
}

function drawBase(
  ctx: CanvasRenderingContext2D,
  { base, visited }: Scene,
  camera: Camera,
  w: number,
  h: number,
  colour: (name: string) => string
): void {
  if (!base) return
  const view = viewBox(camera, w, h)
  const shown = <F extends { geometry: { coordinates: unknown } }>(list: readonly F[]): F[] =>
    list.filter((f) => meets(boxOf(f.geometry), view))
  const duty = shown(base.dutyGrids.features)
  const roads = camera.pxPerM >= ROADS_FROM ? shown(base.roads.features) : []
  const at = (p: Place) => toScreen(camera, w, h, p)
  const area = (rings: readonly (readonly Place[])[][]) => {
    ctx.beginPath()
    for (const polygon of rings)
      for (const ring of polygon) {
        ring.forEach((p, i) => {
          const [x, y] = at(p)
          if (i === 0) ctx.moveTo(x, y)
          else ctx.lineTo(x, y)
        })
        ctx.closePath()
      }
  }
  for (const f of duty) {
    area(f.geometry.coordinates as Place[][][])
    ctx.fillStyle = colour('land')
    ctx.fill('evenodd')
  }
  if (camera.pxPerM >= CELLS_FROM || visited) {
    for (const f of shown(base.unitGrids.features)) {
      const walked = visited?.has(f.properties.code)
      area(f.geometry.coordinates as Place[][][])
      if (walked) {
        ctx.fillStyle = `color-mix(in srgb, ${colour('ok')} 42%, ${colour('land')})`
        ctx.fill('evenodd')
      }
      if (camera.pxPerM >= CELLS_FROM) stroke(ctx, colour('boundary'), 0.6)
    }
  }
  const width = Math.min(16, Math.max(2, 9 * camera.pxPerM))
  const path = (line: readonly Place[]) => {
    ctx.beginPath()
    for (const p of line) ctx.lineTo(...at(p))
  }
  for (const edge of [true, false])
    for (const f of roads) {
      path(f.geometry.coordinates as Place[])
      stroke(ctx, edge ? colour('boundary') : colour('road'), edge ? width + 1.6 : width)
    }
  for (const f of duty) {
    ctx.beginPath()
    for (const [a, b] of outlineOf(f.geometry)) {
      ctx.moveTo(...at(a))
      ctx.lineTo(...at(b))
    }
    stroke(ctx, colour('brand'), Math.min(3, Math.max(1, camera.pxPerM * 14)))
  }
  if (camera.pxPerM >= NAMES_FROM) drawNames(ctx, base, at, w, h, colour)
}

/** Road names at the middle of the road and place names, first come, first served: none over another. */
function drawNames(
  ctx: CanvasRenderingContext2D,
  base: FieldMap,
  at: (p: Place) => [number, number],
  w: number,
  h: number,
  colour: (name: string) => string
): void {
  // The corner of the scale is taken.
  const taken: [number, number, number, number][] = [[0, h - 44, 140, h]]
  ctx.font = `500 13px ${getComputedStyle(document.body).fontFamily}`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.lineJoin = 'round'
  const say = (name: string, [x, y]: [number, number], ink: string) => {
    if (!name || x < 0 || y < 0 || x > w || y > h) return
    const half = ctx.measureText(name).width / 2 + 6
    const box: [number, number, number, number] = [x - half, y - 11, x + half, y + 11]
    if (taken.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1])) return
    taken.push(box)
    ctx.lineWidth = 4
    ctx.strokeStyle = colour('surface')
    ctx.strokeText(name, x, y)
    ctx.fillStyle = ink
    ctx.fillText(name, x, y)
  }
  for (const f of base.roads.features) {
    const line = f.geometry.coordinates
    const middle = line[Math.floor(line.length / 2)]
    if (middle) say(f.properties.name, at(middle as Place), colour('ink'))
  }
  for (const f of base.places.features) say(f.properties.name, at(f.geometry.coordinates as Place), colour('ink-2'))
}

function stroke(ctx: CanvasRenderingContext2D, colour: string, width: number): void {
  ctx.strokeStyle = colour
  ctx.lineWidth = width
  ctx.lineCap = 'round'
  ctx.lineJoin = 'round'
  ctx.stroke()
}

function drawLimit(ctx: CanvasRenderingContext2D, [x, y]: [number, number], r: number, colour: string): void {
  ctx.save()
  ctx.beginPath()
  ctx.arc(x, y, r, 0, Math.PI * 2)
  ctx.globalAlpha = 0.1
  ctx.fillStyle = colour
  ctx.fill()
  ctx.globalAlpha = 1
  ctx.setLineDash([8, 7])
  stroke(ctx, colour, 2.5)
  ctx.restore()
}

function drawMark(
  ctx: CanvasRenderingContext2D,
  mark: Mark,
  [x, y]: [number, number],
  pxPerM: number,
  colour: (name: string) => string
): void {
  if (mark.kind === 'me') {
    const r = (mark.accuracyM ?? 0) * pxPerM
    ctx.beginPath()
    ctx.arc(x, y, Math.max(r, 0), 0, Math.PI * 2)
    ctx.globalAlpha = 0.16
    ctx.fillStyle = colour('brand')
    ctx.fill()
    ctx.globalAlpha = 1
    dot(ctx, x, y, 11, '#fff')
    dot(ctx, x, y, 8, colour('brand'))
  } else if (mark.kind === 'fix') {
    dot(ctx, x, y, 8, '#fff')
    ctx.beginPath()
    ctx.arc(x, y, 6, 0, Math.PI * 2)
    stroke(ctx, colour('brand'), 4)
  } else drop(ctx, x, y, mark.late ? colour('late') : colour('ink'))
}

function drop(ctx: CanvasRenderingContext2D, x: number, y: number, colour: string): void {
  ctx.beginPath()
  ctx.moveTo(x, y)
  ctx.bezierCurveTo(x - 4, y - 12, x - 15, y - 17, x - 15, y - 28)
  ctx.arc(x, y - 28, 15, Math.PI, 0)
  ctx.bezierCurveTo(x + 15, y - 17, x + 4, y - 12, x, y)
  ctx.fillStyle = colour
  ctx.fill()
  stroke(ctx, '#fff', 2)
  dot(ctx, x, y - 28, 5.5, '#fff')
}

function drawScale(ctx: CanvasRenderingContext2D, pxPerM: number, h: number, colour: (name: string) => string): void {
  const step = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((m) => m * pxPerM >= 56) ?? 10_000
  const x = 14
  const y = h - 14
  ctx.beginPath()
  ctx.moveTo(x, y - 5)
  ctx.lineTo(x, y)
  ctx.lineTo(x + step * pxPerM, y)
  ctx.lineTo(x + step * pxPerM, y - 5)
  stroke(ctx, colour('surface'), 5)
  stroke(ctx, colour('ink'), 2)
  ctx.font = `500 13px ${getComputedStyle(document.body).fontFamily}`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'bottom'
  const text = step >= 1000 ? `${step / 1000} km` : `${step} m`
  ctx.lineWidth = 4
  ctx.strokeStyle = colour('surface')
  ctx.strokeText(text, x + 5, y - 4)
  ctx.fillStyle = colour('ink')
  ctx.fillText(text, x + 5, y - 4)
}
