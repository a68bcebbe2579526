import type { Map as MapLibre } from 'maplibre-gl'
import { type ThemeMode, TOKENS } from '../theme.ts'

/** Shapes of single objects. A shape goes with a meaning, so that nothing is told by colour alone. */
export const SYMBOL_SHAPES = ['dot', 'ring', 'square', 'diamond', 'triangle'] as const
export type SymbolShape = (typeof SYMBOL_SHAPES)[number]

const PREFIX = 'sym'
const SIZE = 32

/** The name of the picture of a shape in a colour (`#rrggbb`); it is drawn when a map first asks for it. */
export function symbolName(shape: SymbolShape, color: string): string {
  return `${PREFIX}|${shape}|${color}`
}

const BADGE = 'badge'
const BADGE_SIZE = 36

/** The name of the picture of a label with an edge in a colour; it stretches around the number that is written on it. */
export const badgeName = (color: string): string => `${BADGE}|${color}`

/** Draws pictures of {@link symbolName} and {@link badgeName} for a map as they are asked for. */
export function provideSymbols(map: MapLibre, mode: ThemeMode): void {
  map.setMissingStyleImageResolver((id) => {
    const [prefix, shape, color] = id.split('|')
    if (prefix === BADGE && shape && !map.hasImage(id)) {
      const middle: [number, number] = [BADGE_SIZE / 2 - 1, BADGE_SIZE / 2 + 1]
      map.addImage(id, badgeImage(shape, TOKENS[mode].surface), {
        pixelRatio: 2,
        stretchX: [middle],
        stretchY: [middle],
        content: [10, 8, BADGE_SIZE - 10, BADGE_SIZE - 8]
      })
      return
    }
    if (prefix !== PREFIX || !shape || !color || map.hasImage(id)) return
    map.addImage(id, symbolImage(shape as SymbolShape, color, TOKENS[mode].surface), { pixelRatio: 2 })
  })
}

/** A shape at twice its size, edged so that it stands out on everything. */
export function symbolImage(shape: SymbolShape, color: string, edge: string): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIZE
  const g = canvas.getContext('2d')!
  g.translate(SIZE / 2, SIZE / 2)
  trace(g, shape, 10)
  if (shape === 'ring') {
    g.lineWidth = 7
    g.strokeStyle = edge
    g.stroke()
    g.lineWidth = 4.5
    g.strokeStyle = color
    g.stroke()
  } else {
    g.lineJoin = 'round'
    g.lineWidth = 5
    g.strokeStyle = edge
    g.stroke()
    g.fillStyle = color
    g.fill()
  }
  return g.getImageData(0, 0, SIZE, SIZE)
}

/** A round label at twice its size: the ground of the page, edged in the colour of what is counted. */
export function badgeImage(color: string, ground: string): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = BADGE_SIZE
  const g = canvas.getContext('2d')!
  g.beginPath()
  g.roundRect(2, 2, BADGE_SIZE - 4, BADGE_SIZE - 4, BADGE_SIZE / 2 - 2)
  g.fillStyle = ground
  g.fill()
  g.lineWidth = 3
  g.strokeStyle = color
  g.stroke()
  return g.getImageData(0, 0, BADGE_SIZE, BADGE_SIZE)
}

/** Lays the path of a shape of half-width `r` around the origin. */
export function trace(g: CanvasRenderingContext2D, shape: SymbolShape, r: number): void {
  g.beginPath()
  if (shape === 'square') g.rect(-r * 0.86, -r * 0.86, r * 1.72, r * 1.72)
  else if (shape === 'diamond') polygon(g, [0, -r * 1.15, r * 1.15, 0, 0, r * 1.15, -r * 1.15, 0])
  else if (shape === 'triangle') polygon(g, [0, -r * 1.1, r * 1.1, r * 0.9, -r * 1.1, r * 0.9])
  else g.arc(0, 0, shape === 'ring' ? r * 0.8 : r, 0, Math.PI * 2)
}

function polygon(g: CanvasRenderingContext2D, at: number[]): void {
  for (let i = 0; i < at.length; i += 2) g.lineTo(at[i] as number, at[i + 1] as number)
  g.closePath()
}
