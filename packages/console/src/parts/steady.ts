/** A row as the list shows it; `left` when it no longer answers the filter but is kept in place until the reader asks. */
export interface Shown<T> {
  row: T
  left: boolean
}

export interface Steady<T> {
  rows: Shown<T>[]
  /** Rows that came meanwhile and would move what is being read. */
  arrived: number
}

/**
 * Lays fresh data under a list that is being read without moving it: known rows are renewed in place, rows that are gone stay
 * marked, rows that came between are only counted, rows beyond the end are appended.
 * @param partial more pages exist, so a row missing at the end may only have slid to a page not loaded
 */
export function steady<T extends { id: string }>(shown: readonly T[], fresh: readonly T[], partial: boolean): Steady<T> {
  if (shown.length === 0) return { rows: fresh.map((row) => ({ row, left: false })), arrived: 0 }
  const byId = new Map(fresh.map((row, index) => [row.id, { row, index }]))
  const known = new Set(shown.map((row) => row.id))
  let lastShown = -1
  let lastFresh = -1
  shown.forEach((row, index) => {
    const hit = byId.get(row.id)
    if (!hit) return
    lastShown = index
    lastFresh = Math.max(lastFresh, hit.index)
  })
  const rows = shown.map((old, index) => {
    const hit = byId.get(old.id)
    return { row: hit?.row ?? old, left: !hit && !(partial && index > lastShown) }
  })
  const unseen = fresh.map((row, index) => ({ row, index })).filter(({ row }) => !known.has(row.id))
  const tail = unseen.filter(({ index }) => index > lastFresh && lastFresh >= 0)
  return { rows: [...rows, ...tail.map(({ row }) => ({ row, left: false }))], arrived: unseen.length - tail.length }
}
