import { boundsOf, type Outline } from '@chengyun/ui/map/style.ts'
import { useMemo, useState } from 'react'
import { useCommunityOutlines, useGridLines, useGround, useOutlines, useRoads } from '../api/reference.ts'

type Bbox = [number, number, number, number]

/** From this zoom on unit grids are drawn; see the base map of the shared UI. */
const GRIDS_FROM = 15
/** Width of the view in degrees up to which roads of a rank are asked for, and the raster of the question: a small move asks nothing. */
const ROADS = [
  { within: 0.12, rank: 3, cell: 0.05 },
  { within: 0.5, rank: 2, cell: 0.2 },
  { within: 2.5, rank: 1, cell: 1 }
] as const
const GRID_CELL = 0.02
/** From this zoom on communities are drawn: those of the districts in view. */
const COMMUNITIES_FROM = 12.4
const NONE: readonly string[] = []
const NO_OUTLINES: readonly Outline[] = []

/** What a map lays under everything, for the part in view: call `see` after each move with the box [w, s, e, n] and the zoom. */
export function useBaseMap() {
  const [view, setView] = useState<View>({ roads: null, rank: 3, grids: null, districts: NONE })
  const ground = useGround()
  const divided = useOutlines()
  const communities = useCommunityOutlines(view.districts)
  const roads = useRoads(view.roads, view.rank)
  const grids = useGridLines(view.grids)
  const large = divided.data ?? NO_OUTLINES
  const outlines = useMemo(() => (communities.length > 0 ? [...large, ...communities] : large), [large, communities])
  return {
    /** Districts and streets; communities too once they are close. Empty until they are there. */
    outlines,
    fault: divided.error,
    again: () => void divided.refetch(),
    ground: ground.data ?? null,
    /** A map made now would flash: outlines, land and sea are not there yet. */
    pending: ground.isPending || divided.isPending,
    roads: roads.data,
    grids: grids.data,
    see(box: Bbox, zoom: number) {
      const step = ROADS.find((r) => box[2] - box[0] <= r.within)
      const next: View = {
        roads: step ? snap(box, step.cell) : null,
        rank: step?.rank ?? 3,
        grids: zoom >= GRIDS_FROM ? snap(box, GRID_CELL) : null,
        districts: zoom >= COMMUNITIES_FROM ? districtsIn(large, box) : NONE
      }
      setView((old) => (JSON.stringify(old) === JSON.stringify(next) ? old : next))
    }
  }
}

interface View {
  roads: string | null
  rank: number
  grids: string | null
  districts: readonly string[]
}

function districtsIn(outlines: readonly Outline[], [w, s, e, n]: Bbox): string[] {
  return outlines.flatMap((o) => {
    const box = o.level === 'district' ? boundsOf([o]) : null
    return box && box[0] < e && box[2] > w && box[1] < n && box[3] > s ? [o.code] : []
  })
}

function snap([w, s, e, n]: Bbox, cell: number): string {
  const down = (v: number) => Math.floor(v / cell) * cell
  const up = (v: number) => Math.ceil(v / cell) * cell
  return [down(w), down(s), up(e), up(n)].map((v) => v.toFixed(3)).join(',')
}
