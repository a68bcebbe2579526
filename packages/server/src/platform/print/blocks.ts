/** What a document says, before it is a PDF or a DOCX. */

/** A column of a table: a share of the width, and whether numbers stand in it. */
export interface Column {
  title: string
  /** Parts of the width; the parts of all columns are the whole. */
  width: number
  right?: boolean
}
export interface CurvePoint {
  at: number
  min: number
  mean: number
  max: number
}
export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'table'; columns: readonly Column[]; rows: readonly (readonly string[])[] }
  /**
   * A line of means within the band of least and greatest; its numbers stand in the caption, so that the picture needs no font. Without a `scale` it goes
   * from the least to the greatest.
   */
  | { kind: 'curve'; points: readonly CurvePoint[]; from: number; to: number; caption: string; scale?: readonly [number, number] }

export interface PrintDocument {
  title: string
  /** Stands small under the title. */
  under: string
  /** On the foot of every page, before its number. */
  foot: string
  language: 'zh' | 'en'
  blocks: readonly Block[]
}

/** Width of the text of an A4 page and height of a curve, in points. */
export const CURVE = { width: 499, height: 110 } as const

/** The picture of a curve. */
export function curveSvg({ points, from, to, scale }: Extract<Block, { kind: 'curve' }>): string {
  const { width, height } = CURVE
  const [low, high] = scale ?? [Math.min(...points.map((p) => p.min)), Math.max(...points.map((p) => p.max))]
  const room = high - low || 1
  const x = (at: number) => (((at - from) / (to - from)) * width).toFixed(1)
  const y = (value: number) => (height - 4 - ((value - low) / room) * (height - 8)).toFixed(1)
  const band = [...points.map((p) => `${x(p.at)},${y(p.max)}`), ...[...points].reverse().map((p) => `${x(p.at)},${y(p.min)}`)]
  const line = points.map((p) => `${x(p.at)},${y(p.mean)}`)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect x="0" y="0" width="${width}" height="${height}" fill="none" stroke="#bfbfbf" stroke-width="0.5"/><polygon points="${band.join(' ')}" fill="#d6e4ff"/><polyline points="${line.join(' ')}" fill="none" stroke="#1677ff" stroke-width="1"/></svg>`
}
