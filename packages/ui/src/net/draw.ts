import { LEVEL_PATHS, type Level } from '../alarm/levels.ts'
import { SYMBOL_SHAPES, trace } from '../map/symbols.ts'
import { FONT_FAMILY, type ThemeMode, TOKENS } from '../theme.ts'
import { toneColor, toneSize } from '../tone.ts'
import type { Look, Net, NetState, Plan } from './net.ts'

/** From how many pixels between nodes on names are written. */
const NAMES_FROM = 70
/** Shapes of kinds of nodes; the ring is left to silence. */
const KIND_SHAPES = SYMBOL_SHAPES.filter((s) => s !== 'ring')

export interface Scene {
  mode: ThemeMode
  net: Net
  plan: Plan
  state: NetState
  look: Look
  width: number
  height: number
  chosen: number
  over: number
}

/** Draws the part of a net that is in sight. */
export function drawNet(g: CanvasRenderingContext2D, s: Scene): void {
  const c = TOKENS[s.mode]
  g.clearRect(0, 0, s.width, s.height)
  edges(g, s)
  const px = (i: number) => s.plan.nodes[2 * i]! * s.look.scale + s.look.x
  const py = (i: number) => s.plan.nodes[2 * i + 1]! * s.look.scale + s.look.y
  const n = s.net.codes.length
  // A handful of nodes is drawn large however near to each other they lie.
  const room = n <= 24 ? Math.max(area(s), (s.width * s.height) / 4) : area(s)
  const apart = Math.sqrt(room / Math.max(1, n))
  const base = Math.min(6, Math.max(1.6, apart / 5))
  const seen: number[] = []
  for (let i = 0; i < n; i++) {
    const [x, y] = [px(i), py(i)]
    if (x > -20 && y > -20 && x < s.width + 20 && y < s.height + 20) seen.push(i)
  }
  for (const i of seen) {
    const tone = s.state.tones[i] ?? 'none'
    const r = base * toneSize(tone)
    g.save()
    g.translate(px(i), py(i))
    trace(g, tone === 'silent' ? 'ring' : (KIND_SHAPES[(s.net.kinds[i] ?? 0) % KIND_SHAPES.length] ?? 'dot'), r)
    if (tone === 'silent') {
      g.lineWidth = Math.max(1, r / 3)
      g.strokeStyle = c.paused
      g.stroke()
    } else {
      g.fillStyle = tone === 'none' ? c.ink3 : toneColor(s.mode, tone)
      g.fill()
      g.lineWidth = 1
      g.strokeStyle = c.surface
      g.stroke()
    }
    g.restore()
  }
  for (const i of seen) {
    const level = s.state.levels[i] ?? 0
    if (level > 0) sign(g, px(i), py(i), level as Level, Math.max(10, base * 2.6), s.mode)
  }
  for (const [i, strong] of [
    [s.over, false],
    [s.chosen, true]
  ] as const) {
    if (i < 0) continue
    g.beginPath()
    g.arc(px(i), py(i), base + 7, 0, 2 * Math.PI)
    g.lineWidth = strong ? 2 : 1
    g.strokeStyle = c.brand
    g.stroke()
  }
  if (apart >= NAMES_FROM || seen.length <= 24) names(g, s, seen, px, py, base)
}

/** Pixels the plan covers. */
function area(s: Scene): number {
  const [x0, y0, x1, y1] = s.plan.box
  return Math.max(1, (x1 - x0) * s.look.scale) * Math.max(1, (y1 - y0) * s.look.scale)
}

function edges(g: CanvasRenderingContext2D, s: Scene): void {
  const c = TOKENS[s.mode]
  const { scale, x, y } = s.look
  g.lineWidth = Math.min(3, Math.max(0.8, scale * 8))
  g.strokeStyle = c.ink3
  g.globalAlpha = 0.7
  g.beginPath()
  const arrows: [number, number, number][] = []
  for (const flat of s.plan.edges) {
    if (flat.length < 4) continue
    for (let i = 0; i < flat.length; i += 2) {
      const [px, py] = [flat[i]! * scale + x, flat[i + 1]! * scale + y]
      if (i === 0) g.moveTo(px, py)
      else g.lineTo(px, py)
    }
    if (!s.net.directed) continue
    // The arrow stands in the middle of the middle piece, where no node covers it.
    const k = 2 * Math.floor((flat.length / 2 - 1) / 2)
    const [ax, ay] = [flat[k]! * scale + x, flat[k + 1]! * scale + y]
    const [bx, by] = [flat[k + 2]! * scale + x, flat[k + 3]! * scale + y]
    if (Math.hypot(bx - ax, by - ay) > 22) arrows.push([(ax + bx) / 2, (ay + by) / 2, Math.atan2(by - ay, bx - ax)])
  }
  g.stroke()
  g.globalAlpha = 1
  g.fillStyle = c.ink2
  for (const [px, py, angle] of arrows) {
    g.save()
    g.translate(px, py)
    g.rotate(angle)
    g.beginPath()
    g.moveTo(5, 0)
    g.lineTo(-3.5, 3.5)
    g.lineTo(-3.5, -3.5)
    g.closePath()
    g.fill()
    g.restore()
  }
}

const paths = new Map<Level, Path2D>()

function sign(g: CanvasRenderingContext2D, x: number, y: number, level: Level, size: number, mode: ThemeMode): void {
  const path = paths.get(level) ?? new Path2D(LEVEL_PATHS[level])
  paths.set(level, path)
  const c = TOKENS[mode]
  g.save()
  g.translate(x - size / 2, y - size / 2)
  g.scale(size / 12, size / 12)
  g.lineWidth = 2.4
  g.strokeStyle = c.surface
  g.stroke(path)
  g.fillStyle = c[`level${level}`]
  g.fill(path)
  g.restore()
}

function names(
  g: CanvasRenderingContext2D,
  s: Scene,
  seen: readonly number[],
  px: (i: number) => number,
  py: (i: number) => number,
  base: number
): void {
  const c = TOKENS[s.mode]
  g.font = `11px ${FONT_FAMILY}`
  g.textBaseline = 'middle'
  g.lineWidth = 3
  g.strokeStyle = c.surface
  g.lineJoin = 'round'
  const taken: [number, number, number, number][] = []
  const worstFirst = [...seen].sort((a, b) => (s.state.levels[a] || 9) - (s.state.levels[b] || 9))
  for (const i of worstFirst) {
    const label = s.state.labels[i]
    const text = label ? `${s.net.names[i] ?? ''}  ${label}` : (s.net.names[i] ?? '')
    const width = g.measureText(text).width
    const x = px(i) + base + 5
    const y = py(i)
    const box: [number, number, number, number] = [x, y - 8, x + width, y + 8]
    if (taken.some((t) => t[0] < box[2] && t[2] > box[0] && t[1] < box[3] && t[3] > box[1])) continue
    taken.push(box)
    g.strokeText(text, x, y)
    g.fillStyle = c.ink2
    g.fillText(text, x, y)
  }
}
