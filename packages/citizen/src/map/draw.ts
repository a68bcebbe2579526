import { project, type View } from './project.ts'

export interface Street {
  name: string
  /** [lng, lat, lng, lat, …] */
  line: readonly number[]
}

/** The map of a window [w, s, e, n]: streets, and land as polygons of rings lng, lat, …; without land nothing is known of the sea. */
export interface Piece {
  box: readonly number[]
  items: readonly Street[]
  land: readonly (readonly (readonly number[])[])[] | null
}

export interface Mark {
  lng: number
  lat: number
  /** `open`, `done` and `ended` differ by shape, colour only repeats it. */
  shape: 'open' | 'done' | 'ended'
  isChosen?: boolean
}

const colour = (style: CSSStyleDeclaration, name: string): string => style.getPropertyValue(name).trim()

/** Paints everything anew: ground, streets with their names, where the person is, the marks. */
export function draw(
  canvas: HTMLCanvasElement,
  view: View,
  [width, height]: readonly [number, number],
  piece: Piece,
  marks: readonly Mark[],
  here: { lng: number; lat: number; accuracyM: number } | null
): void {
  const scale = Math.min(3, devicePixelRatio || 1)
  if (canvas.width !== width * scale || canvas.height !== height * scale) {
    canvas.width = width * scale
    canvas.height = height * scale
  }
  const pen = canvas.getContext('2d')
  if (!pen) return
  const style = getComputedStyle(canvas)
  pen.setTransform(scale, 0, 0, scale, 0, 0)
  pen.fillStyle = colour(style, '--cy-building')
  pen.fillRect(0, 0, width, height)
  const [cx, cy] = project(view.lng, view.lat, view.zoom)
  const at = (lng: number, lat: number): [number, number] => {
    const [x, y] = project(lng, lat, view.zoom)
    return [x - cx + width / 2, y - cy + height / 2]
  }
  const streets = piece.items
  paintLand(pen, style, piece, at)
  const lines = streets.map((street) => {
    const points: [number, number][] = []
    for (let i = 0; i + 1 < street.line.length; i += 2) points.push(at(street.line[i] as number, street.line[i + 1] as number))
    return points
  })
  pen.lineJoin = 'round'
  pen.lineCap = 'round'
  const wide = Math.max(1.5, 2 ** (view.zoom - 12.6))
  for (const [ink, more] of [
    [colour(style, '--cy-boundary'), 1.5],
    [colour(style, '--cy-road'), 0]
  ] as const) {
    if (more > 0 && wide < 4) continue
    pen.strokeStyle = ink
    pen.lineWidth = Math.min(22, wide) + more
    pen.beginPath()
    for (const points of lines) {
      points.forEach(([x, y], i) => {
        if (i === 0) pen.moveTo(x, y)
        else pen.lineTo(x, y)
      })
    }
    pen.stroke()
  }
  if (view.zoom >= 13.6) names(pen, style, streets, lines, [width, height])
  if (here) {
    const [x, y] = at(here.lng, here.lat)
    const perPx = (156_543 * Math.cos((here.lat * Math.PI) / 180)) / 2 ** view.zoom
    pen.fillStyle = `${colour(style, '--cy-brand')}22`
    pen.beginPath()
    pen.arc(x, y, Math.min(2000, here.accuracyM / perPx), 0, 2 * Math.PI)
    pen.fill()
    disc(pen, x, y, 7, colour(style, '--cy-brand'), colour(style, '--cy-raised'))
  }
  for (const mark of marks) paintMark(pen, style, mark, at(mark.lng, mark.lat))
}

/** Sea and land of the window; what lies outside it stays plain. */
function paintLand(
  pen: CanvasRenderingContext2D,
  style: CSSStyleDeclaration,
  { box, land }: Piece,
  at: (lng: number, lat: number) => [number, number]
): void {
  if (!land) return
  const [w = 0, s = 0, e = 0, n = 0] = box
  const [[left, top], [right, bottom]] = [at(w, n), at(e, s)]
  pen.save()
  pen.beginPath()
  pen.rect(left, top, right - left, bottom - top)
  pen.clip()
  pen.fillStyle = colour(style, '--cy-sea')
  pen.fillRect(left, top, right - left, bottom - top)
  pen.beginPath()
  for (const ring of land.flat()) {
    for (let i = 0; i + 1 < ring.length; i += 2) {
      const [x, y] = at(ring[i] as number, ring[i + 1] as number)
      if (i === 0) pen.moveTo(x, y)
      else pen.lineTo(x, y)
    }
    pen.closePath()
  }
  pen.strokeStyle = colour(style, '--cy-shore')
  pen.lineWidth = 9
  pen.stroke()
  pen.fillStyle = colour(style, '--cy-building')
  pen.fill('evenodd')
  pen.restore()
}

function disc(pen: CanvasRenderingContext2D, x: number, y: number, radius: number, fill: string, edge: string): void {
  pen.beginPath()
  pen.arc(x, y, radius, 0, 2 * Math.PI)
  pen.fillStyle = fill
  pen.fill()
  pen.lineWidth = 2.5
  pen.strokeStyle = edge
  pen.stroke()
}

function paintMark(pen: CanvasRenderingContext2D, style: CSSStyleDeclaration, mark: Mark, [x, y]: [number, number]): void {
  const grow = mark.isChosen ? 1.5 : 1
  const edge = colour(style, '--cy-raised')
  if (mark.shape === 'open') {
    disc(pen, x, y, 8 * grow, colour(style, '--cy-brand'), edge)
    return
  }
  pen.lineWidth = 2.5
  pen.strokeStyle = edge
  pen.fillStyle = colour(style, mark.shape === 'done' ? '--cy-ok' : '--cy-paused')
  const r = 7 * grow
  pen.beginPath()
  if (mark.shape === 'done') pen.rect(x - r, y - r, 2 * r, 2 * r)
  else {
    pen.moveTo(x, y - r * 1.3)
    pen.lineTo(x + r * 1.3, y)
    pen.lineTo(x, y + r * 1.3)
    pen.lineTo(x - r * 1.3, y)
    pen.closePath()
  }
  pen.fill()
  pen.stroke()
}

interface Stretch {
  x: number
  y: number
  angle: number
  /** Length along the street over length as the crow flies. */
  bend: number
}

/** A name does not stand on a street that winds more than this. */
const MOST_BEND = 1.06

/** The stretch of a street from one of its points that is as long as its name. */
function straightFrom(points: readonly [number, number][], from: number, wanted: number): Stretch | null {
  const [ax, ay] = points[from] as [number, number]
  let along = 0
  for (let i = from + 1; i < points.length; i += 1) {
    const [px, py] = points[i - 1] as [number, number]
    const [bx, by] = points[i] as [number, number]
    along += Math.hypot(bx - px, by - py)
    const chord = Math.hypot(bx - ax, by - ay)
    if (chord >= wanted) return { x: (ax + bx) / 2, y: (ay + by) / 2, angle: Math.atan2(by - ay, bx - ax), bend: along / chord }
  }
  return null
}

/** Names along the straightest visible stretch of their street, each once, none over another. */
function names(
  pen: CanvasRenderingContext2D,
  style: CSSStyleDeclaration,
  streets: readonly Street[],
  lines: readonly [number, number][][],
  [width, height]: readonly [number, number]
): void {
  pen.font = '12px "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", sans-serif'
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  const taken: [number, number, number][] = []
  const said = new Set<string>()
  streets.forEach((street, index) => {
    if (said.has(street.name)) return
    const half = pen.measureText(street.name).width / 2
    let best: Stretch | null = null
    const points = lines[index] ?? []
    for (let i = 0; i < points.length; i += 1) {
      const stretch = straightFrom(points, i, 2 * half + 8)
      if (!stretch) continue
      const { x, y } = stretch
      if (x < half || y < 12 || x > width - half || y > height - 12) continue
      if (stretch.bend < (best?.bend ?? MOST_BEND)) best = stretch
    }
    if (!best || taken.some(([x, y, r]) => Math.hypot(x - (best?.x ?? 0), y - (best?.y ?? 0)) < r + half + 8)) return
    const { x, y } = best
    said.add(street.name)
    taken.push([x, y, half])
    const angle = best.angle > Math.PI / 2 ? best.angle - Math.PI : best.angle < -Math.PI / 2 ? best.angle + Math.PI : best.angle
    pen.save()
    pen.translate(x, y)
    pen.rotate(angle)
    pen.lineWidth = 4
    pen.strokeStyle = colour(style, '--cy-road')
    pen.strokeText(street.name, 0, 0)
    pen.fillStyle = colour(style, '--cy-ink-2')
    pen.fillText(street.name, 0, 0)
    pen.restore()
  })
}
