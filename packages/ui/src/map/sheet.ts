import { FONT_FAMILY, type ThemeMode, TOKENS } from '../theme.ts'
import { scaleBar } from './measure.ts'
import { type SymbolShape, trace } from './symbols.ts'

/** A line of the legend: a shape in a colour, or a patch of a colour. */
export interface LegendRow {
  shape: SymbolShape | 'patch'
  color: string
  label: string
}
export interface LegendGroup {
  title: string
  rows: readonly LegendRow[]
}

export interface SheetFacts {
  title: string
  subtitle: string
  legend: readonly LegendGroup[]
  /** The line under the map: date, source, who made it. */
  footer: string
  /** Metres on the ground of one CSS pixel of the map in its middle; null when it is looked at from aside and has no one scale. */
  metresPerPx: number | null
  /** Degrees the map is turned. */
  bearing: number
  north: string
}

const EDGE = 24
const HEAD = 56
const FOOT = 32

/** The size of the map on a sheet of `width` × `height` CSS pixels. */
export function mapSizeOn(width: number, height: number): { width: number; height: number } {
  return { width: width - 2 * EDGE, height: height - HEAD - FOOT - EDGE / 2 }
}

/** A sheet with title, map, legend, scale bar, north and source line; `density` pixels a CSS pixel. */
export async function sheetOf(
  map: HTMLCanvasElement,
  facts: SheetFacts,
  mode: ThemeMode,
  width: number,
  height: number,
  density: number
): Promise<HTMLCanvasElement> {
  await fontsFor([
    facts.title,
    facts.subtitle,
    facts.footer,
    ...facts.legend.flatMap((g) => [g.title, ...g.rows.map((r) => r.label)])
  ])
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * density)
  canvas.height = Math.round(height * density)
  const g = canvas.getContext('2d')!
  g.scale(canvas.width / width, canvas.height / height)
  const c = TOKENS[mode]
  const size = mapSizeOn(width, height)
  g.fillStyle = c.surface
  g.fillRect(0, 0, width, height)
  g.drawImage(map, EDGE, HEAD, size.width, size.height)
  g.strokeStyle = c.line
  g.strokeRect(EDGE + 0.5, HEAD + 0.5, size.width - 1, size.height - 1)
  g.textBaseline = 'alphabetic'
  g.fillStyle = c.ink
  g.font = `600 18px ${FONT_FAMILY}`
  g.fillText(facts.title, EDGE, 36, width * 0.6)
  g.font = `400 12px ${FONT_FAMILY}`
  g.fillStyle = c.ink2
  g.textAlign = 'right'
  g.fillText(facts.subtitle, width - EDGE, 36, width * 0.4 - 2 * EDGE)
  g.textAlign = 'left'
  g.fillText(facts.footer, EDGE, height - 14, width - 2 * EDGE)
  drawLegend(g, facts.legend, c, EDGE + 12, HEAD + size.height - 12, size.height - 80)
  if (facts.metresPerPx !== null) drawScale(g, facts.metresPerPx, c, EDGE + size.width - 16, HEAD + size.height - 16)
  drawNorth(g, facts, c, EDGE + size.width - 32, HEAD + 36)
  return canvas
}

type Colors = (typeof TOKENS)[ThemeMode]

/** The slices of the face that hold these words; a canvas does not wait for them by itself. */
async function fontsFor(words: readonly string[]): Promise<void> {
  const text = words.join('')
  await Promise.all(['400', '500', '600'].map((w) => document.fonts.load(`${w} 14px ${FONT_FAMILY}`, text)))
}

function panel(g: CanvasRenderingContext2D, c: Colors, x: number, y: number, w: number, h: number): void {
  // Nothing of the map shows through: what stands under a sign of the legend would be read as one.
  g.fillStyle = c.raised
  g.beginPath()
  g.roundRect(x, y, w, h, 6)
  g.fill()
  g.strokeStyle = c.line
  g.stroke()
}

function drawLegend(
  g: CanvasRenderingContext2D,
  groups: readonly LegendGroup[],
  c: Colors,
  x: number,
  bottom: number,
  room: number
): void {
  const lines = groups.reduce((n, group) => n + group.rows.length + 1.3, 0)
  if (lines === 0) return
  // A long legend stands closer; none of it is left out before it cannot be read.
  const ROW = Math.max(12, Math.min(18, (room - 12) / lines))
  const h = Math.min(room, lines * ROW + 12)
  g.font = `400 12px ${FONT_FAMILY}`
  const labels = groups.flatMap((group) => [group.title, ...group.rows.map((r) => r.label)])
  const w = Math.min(280, Math.max(...labels.map((l) => g.measureText(l).width)) + 46)
  g.save()
  panel(g, c, x, bottom - h, w, h)
  g.clip()
  let y = bottom - h + 20
  for (const group of groups) {
    g.font = `600 12px ${FONT_FAMILY}`
    g.fillStyle = c.ink
    g.fillText(group.title, x + 12, y, w - 24)
    y += ROW
    g.font = `400 12px ${FONT_FAMILY}`
    for (const row of group.rows) {
      drawKey(g, row, x + 19, y - 4)
      g.fillStyle = c.ink
      g.fillText(row.label, x + 34, y, w - 46)
      y += ROW
    }
    y += ROW * 0.3
  }
  g.restore()
}

function drawKey(g: CanvasRenderingContext2D, row: LegendRow, x: number, y: number): void {
  g.save()
  g.translate(x, y)
  g.fillStyle = g.strokeStyle = row.color
  if (row.shape === 'patch') g.fillRect(-7, -5, 14, 10)
  else {
    trace(g, row.shape, 5)
    g.lineWidth = 2
    if (row.shape === 'ring') g.stroke()
    else g.fill()
  }
  g.restore()
}

function drawScale(g: CanvasRenderingContext2D, metresPerPx: number, c: Colors, right: number, bottom: number): void {
  const { metres, px } = scaleBar(metresPerPx, 160)
  const text = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`
  panel(g, c, right - px - 24, bottom - 34, px + 24, 34)
  g.strokeStyle = g.fillStyle = c.ink
  g.lineWidth = 1.5
  g.beginPath()
  g.moveTo(right - px - 12, bottom - 15)
  g.lineTo(right - px - 12, bottom - 9)
  g.lineTo(right - 12, bottom - 9)
  g.lineTo(right - 12, bottom - 15)
  g.stroke()
  g.font = `400 11px ${FONT_FAMILY}`
  g.textAlign = 'center'
  g.fillText(text, right - 12 - px / 2, bottom - 17)
  g.textAlign = 'left'
}

function drawNorth(g: CanvasRenderingContext2D, facts: SheetFacts, c: Colors, x: number, y: number): void {
  g.save()
  g.translate(x, y)
  g.rotate((-facts.bearing * Math.PI) / 180)
  g.fillStyle = c.ink
  g.beginPath()
  g.moveTo(0, -14)
  g.lineTo(6, 8)
  g.lineTo(0, 4)
  g.lineTo(-6, 8)
  g.closePath()
  g.fill()
  g.font = `600 11px ${FONT_FAMILY}`
  g.textAlign = 'center'
  g.fillText(facts.north, 0, 22)
  g.restore()
}
