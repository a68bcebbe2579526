/** Columns of the grid of a page. */
export const COLUMNS = 24
/** Height of a row on a desk, px. */
export const ROW = 40

export interface Box {
  span: number
  rows: number
}
export interface Placed {
  column: number
  row: number
  span: number
  rows: number
}

/** How many of the columns there are a widget takes on a page this wide: all it asks for, halves, or everything. */
export function spanOn(width: number, span: number): number {
  if (width < 720) return COLUMNS
  if (width < 1120) return span > COLUMNS / 2 ? COLUMNS : COLUMNS / 2
  return span
}

/**
 * Where the boxes of a page come to stand, from left to right and down: each at the first free place at or after the one before it, as a CSS
 * grid places them. Columns and rows count from 1.
 */
export function place(boxes: readonly Box[]): Placed[] {
  const taken: boolean[][] = []
  const free = (row: number, column: number, box: Box): boolean => {
    for (let r = row; r < row + box.rows; r++) for (let c = column; c < column + box.span; c++) if (taken[r]?.[c]) return false
    return true
  }
  let [row, column] = [0, 0]
  return boxes.map(({ span, rows }) => {
    const box = { span: Math.min(COLUMNS, span), rows }
    while (column + box.span > COLUMNS || !free(row, column, box)) {
      column++
      if (column + box.span > COLUMNS) [row, column] = [row + 1, 0]
    }
    for (let r = row; r < row + rows; r++) {
      taken[r] ??= []
      for (let c = column; c < column + box.span; c++) taken[r]![c] = true
    }
    return { column: column + 1, row: row + 1, ...box }
  })
}

/**
 * Cuts a page into screens for a wall: what fits into so many rows is seen at once. A cut lies only where no widget would be cut; a widget
 * higher than a screen has one of its own. Rows count from 1 on each screen.
 */
export function screens(placed: readonly Placed[], most: number): { indices: number[]; rows: number; at: Placed[] }[] {
  const end = Math.max(0, ...placed.map((p) => p.row + p.rows - 1))
  const cuts = Array.from({ length: end }, (_, i) => i + 1).filter(
    (row) => !placed.some((p) => p.row < row && p.row + p.rows > row)
  )
  const bands = cuts.map((from, i) => ({ from, to: (cuts[i + 1] ?? end + 1) - 1 }))
  const out: { from: number; to: number }[] = []
  for (const band of bands) {
    const last = out.at(-1)
    if (last && band.to - last.from < most) last.to = band.to
    else out.push({ ...band })
  }
  return out.map(({ from, to }) => {
    const indices = placed.flatMap((p, i) => (p.row >= from && p.row <= to ? [i] : []))
    const at = indices.map((i) => ({ ...placed[i]!, row: placed[i]!.row - from + 1 }))
    return { indices, rows: to - from + 1, at }
  })
}
