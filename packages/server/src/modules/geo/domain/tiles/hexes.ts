/** The same counts in hexagons: drawn as areas, or raised by number. They hang on the corner of the world, so neighbouring tiles agree. */
import { TILE_EXTENT } from '@chengyun/contract/geo'
import { type CellSums, CellTags, eachCell } from './cells.ts'
import type { Layer } from './layer.ts'
import { BITS } from './mercator.ts'
import type { MvtLayer } from './mvt.ts'
import type { View } from './view.ts'

/** Hexagons stand on a corner, so many side by side in a tile. */
const PER_TILE = 16
const RADIUS = TILE_EXTENT / PER_TILE / Math.sqrt(3)
/** Cells around the tile are looked at in blocks of an eighth of a tile: wider than a hexagon. */
const BLOCK_BITS = 3
const CELL_BITS = 6

interface Hex {
  q: number
  r: number
  n: number
  /** Class numbers that occur, and how often each class does. */
  classes: number[]
  counts: Float64Array
}

/** The hexagon a place of the zoomed world (tile units) lies in. */
function hexAt(x: number, y: number): [q: number, r: number] {
  const q = (x * (Math.sqrt(3) / 3) - y / 3) / RADIUS
  const r = (y * (2 / 3)) / RADIUS
  const s = -q - r
  let [rq, rr] = [Math.round(q), Math.round(r)]
  const rs = Math.round(s)
  const [dq, dr, ds] = [Math.abs(rq - q), Math.abs(rr - r), Math.abs(rs - s)]
  if (dq > dr && dq > ds) rq = -rr - rs
  else if (dr > ds) rr = -rq - rs
  return [rq, rr]
}

/** A tile of hexagons: every one that touches it, whole, with the objects of the whole hexagon. A hexagon has the same number in every tile. */
export function cutHexes(layer: Layer, view: View, z: number, tx: number, ty: number, out: MvtLayer): void {
  const hexes = new Map<number, Hex>()
  const classes = layer.classes.words.length
  const scale = TILE_EXTENT / 2 ** (BITS - z)
  const level = Math.min(BITS, z + CELL_BITS)
  const gather = (block: { level: number; x: number; y: number }): void => {
    const [ox, oy] = [block.x * TILE_EXTENT * 2 ** (z - block.level), block.y * TILE_EXTENT * 2 ** (z - block.level)]
    eachCell(layer, view, level, block, (cell) => {
      const [q, r] = hexAt(ox + (cell.x / cell.n) * scale, oy + (cell.y / cell.n) * scale)
      const key = q * 2 ** 26 + r
      let hex = hexes.get(key)
      if (!hex) {
        hex = { q, r, n: 0, classes: [], counts: new Float64Array(classes) }
        hexes.set(key, hex)
      }
      addCell(hex, cell)
    })
  }
  gather({ level: z, x: tx, y: ty })
  const side = 1 << BLOCK_BITS
  const limit = 2 ** (z + BLOCK_BITS)
  for (let by = ty * side - 1; by <= ty * side + side; by++)
    for (let bx = tx * side - 1; bx <= tx * side + side; bx++) {
      const isInside = bx >= tx * side && bx < (tx + 1) * side && by >= ty * side && by < (ty + 1) * side
      if (!isInside && bx >= 0 && by >= 0 && bx < limit && by < limit) gather({ level: z + BLOCK_BITS, x: bx, y: by })
    }
  draw([...hexes.values()], layer, tx, ty, out)
}

function addCell(hex: Hex, cell: CellSums): void {
  hex.n += cell.n
  for (const id of cell.classes) {
    if (hex.counts[id] === 0) hex.classes.push(id)
    hex.counts[id]! += cell.counts[id]!
  }
}

function draw(hexes: Hex[], layer: Layer, tx: number, ty: number, out: MvtLayer): void {
  const tags = new CellTags(out, layer)
  const ring = new Int32Array(12)
  hexes.sort((a, b) => a.r - b.r || a.q - b.q)
  for (const hex of hexes) {
    const x = RADIUS * Math.sqrt(3) * (hex.q + hex.r / 2) - tx * TILE_EXTENT
    const y = RADIUS * 1.5 * hex.r - ty * TILE_EXTENT
    if (x < -RADIUS || y < -RADIUS || x > TILE_EXTENT + RADIUS || y > TILE_EXTENT + RADIUS) continue
    for (let corner = 0; corner < 6; corner++) {
      const angle = ((60 * corner - 90) * Math.PI) / 180
      ring[2 * corner] = Math.round(x + RADIUS * Math.cos(angle))
      ring[2 * corner + 1] = Math.round(y + RADIUS * Math.sin(angle))
    }
    const { classes, counts } = hex
    let leading = classes[0]!
    for (const id of classes)
      if (counts[id]! > counts[leading]! || (counts[id]! === counts[leading]! && id < leading)) leading = id
    out.begin()
    tags.write(hex, leading)
    out.polygon(ring)
  }
}
