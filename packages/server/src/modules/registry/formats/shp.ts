import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import { insideShape } from '../../geo/index.ts'
import { crsNamed } from '../domain/batch/crs.ts'
import { area2, type RawGeometry } from '../domain/batch/geometry.ts'
import { type DbfHead, encodingNamed, readDbfHead, readDbfRecord } from './dbf.ts'
import { BLOCK_ROWS, BrokenFile, type FileFacts, firstPosition, type ReadOptions, type RowBlock, SAMPLE_ROWS } from './types.ts'

type Pair = [number, number]
const HEAD = 100

/** Where the parts of a shapefile lie: `base` + .shp, .dbf, .prj, .cpg. */
const part = (base: string, end: string): string => `${base}.${end}`

/** Reads a file from one end to the other in large pieces. */
class Pieces {
  readonly #file: FileHandle
  #at: number
  #buffer = Buffer.alloc(0)
  #from = 0

  constructor(file: FileHandle, at: number) {
    this.#file = file
    this.#at = at
  }

  /** The next `size` bytes; null at the end. */
  async next(size: number): Promise<Buffer | null> {
    if (this.#buffer.length - this.#from < size) {
      const rest = this.#buffer.subarray(this.#from)
      const wider = Buffer.allocUnsafe(Math.max(1 << 20, size) + rest.length)
      rest.copy(wider)
      const { bytesRead } = await this.#file.read(wider, rest.length, wider.length - rest.length, this.#at)
      this.#at += bytesRead
      this.#buffer = wider.subarray(0, rest.length + bytesRead)
      this.#from = 0
      if (this.#buffer.length < size) return null
    }
    this.#from += size
    return this.#buffer.subarray(this.#from - size, this.#from)
  }

  get position(): number {
    return this.#at - (this.#buffer.length - this.#from)
  }
}

/** The geometry of a record (ESRI Shapefile Technical Description, 1998); null for the null shape. */
export function shapeRecord(b: Buffer): RawGeometry | null {
  const type = b.readInt32LE(0)
  const pairAt = (at: number): Pair => [b.readDoubleLE(at), b.readDoubleLE(at + 8)]
  if (type === 0) return null
  if (type === 1 || type === 11 || type === 21) return { type: 'Point', coordinates: pairAt(4) }
  if (type === 8 || type === 18 || type === 28) {
    const points = Array.from({ length: b.readInt32LE(36) }, (_, i) => pairAt(40 + i * 16))
    return { type: 'MultiPoint', coordinates: points }
  }
  if (![3, 5, 13, 15, 23, 25].includes(type)) throw new BrokenFile(`shape type ${type} is not supported`)
  const [parts, points] = [b.readInt32LE(36), b.readInt32LE(40)]
  const starts = Array.from({ length: parts }, (_, i) => b.readInt32LE(44 + i * 4))
  const from = 44 + parts * 4
  const lines = starts.map((start, i) =>
    Array.from({ length: (starts[i + 1] ?? points) - start }, (_, k) => pairAt(from + (start + k) * 16))
  )
  if (type % 10 === 3)
    return lines.length === 1 ? { type: 'LineString', coordinates: lines[0] } : { type: 'MultiLineString', coordinates: lines }
  return polygonOf(lines)
}

/** Rings that turn clockwise are outlines, the others holes of whichever outline holds their first corner. */
function polygonOf(rings: readonly Pair[][]): RawGeometry {
  const outer = rings.filter((r) => area2(r) <= 0).map((r) => [r])
  if (outer.length === 0) return { type: 'MultiPolygon', coordinates: rings.map((r) => [r]) }
  for (const hole of rings.filter((r) => area2(r) > 0)) {
    const [x, y] = hole[0] as Pair
    const holder =
      outer.length === 1 ? outer[0] : outer.find(([ring]) => insideShape([[asRing(ring as Pair[])]], x * SCALE, y * SCALE))
    if (holder) holder.push(hole)
    else outer.push([hole])
  }
  return outer.length === 1 ? { type: 'Polygon', coordinates: outer[0] } : { type: 'MultiPolygon', coordinates: outer }
}
/** The test wants whole numbers; shapefiles are in degrees or metres, and holes are not closer to a border than that. */
const SCALE = 50
const asRing = (ring: readonly Pair[]): Int32Array =>
  Int32Array.from(ring.slice(0, -1).flatMap(([x, y]) => [Math.round(x * SCALE), Math.round(y * SCALE)]))

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

async function headOf(base: string): Promise<{ file: FileHandle; head: DbfHead }> {
  const file = await open(part(base, 'dbf')).catch(() => null)
  if (!file) throw new BrokenFile('the .dbf is missing')
  try {
    return { file, head: await readDbfHead(file, encodingNamed(await textOf(part(base, 'cpg')))) }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Reads a shapefile whose parts lie beside each other. */
export async function* readShp(base: string, _options: ReadOptions): AsyncGenerator<RowBlock> {
  const { file: dbf, head } = await headOf(base)
  const shp = await open(part(base, 'shp'))
  try {
    const decoder = new TextDecoder(head.encoding)
    const [shapes, records] = [new Pieces(shp, HEAD), new Pieces(dbf, head.start)]
    const { size } = await stat(part(base, 'dbf'))
    let block: RowBlock = { cells: [], geometries: [], share: 0 }
    for (;;) {
      const record = await records.next(head.recordSize)
      if (!record || record[0] === 0x1a) break
      const shape = await shapes.next(8)
      const body = shape === null ? null : await shapes.next(shape.readInt32BE(4) * 2)
      if (body === null) throw new BrokenFile('the .shp has fewer records than the .dbf')
      const { cells, deleted } = readDbfRecord(head, decoder, record, 0)
      if (deleted) continue
      block.cells.push(cells)
      block.geometries?.push(shapeRecord(body))
      if (block.cells.length < BLOCK_ROWS) continue
      yield { ...block, share: records.position / size }
      block = { cells: [], geometries: [], share: 0 }
    }
    if (block.cells.length > 0) yield { ...block, share: 1 }
  } finally {
    await shp.close()
    await dbf.close()
  }
}

export async function inspectShp(base: string, layers: string[], options: ReadOptions): Promise<FileFacts> {
  const { file, head } = await headOf(base)
  await file.close()
  let first: RowBlock = { cells: [], geometries: [], share: 1 }
  for await (const block of readShp(base, options)) {
    first = block
    break
  }
  const geometries = first.geometries ?? []
  return {
    format: 'shp',
    layers,
    encoding: head.encoding,
    columns: head.fields.map((f) => f.name),
    sample: first.cells.slice(0, SAMPLE_ROWS),
    geometry: geometries.find((g) => g !== null)?.type ?? null,
    points: geometries.map((g) => firstPosition(g)).filter((p) => p !== null),
    crs: crsNamed(await textOf(part(base, 'prj')))
  }
}
