import { type FileHandle, open, writeFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import yazl from 'yazl'
import { area2 } from '../domain/batch/geometry.ts'
import type { ExportColumn } from '../export-columns.ts'
import type { WrittenRow, WrittenRows } from './write-table.ts'

type Pair = [number, number]
const PRJ =
  'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
const KINDS = { point: 1, line: 3, polygon: 5 } as const
type Kind = keyof typeof KINDS
const HEAD_WORDS = 50
const TEXT_BYTES = 254

const kindOf = (type: string): Kind => (type === 'Point' ? 'point' : type === 'LineString' ? 'line' : 'polygon')

/** Outlines turn clockwise, holes against it: the other way round than in GeoJSON. */
function ringsOf(geometry: { type: string; coordinates: unknown }): Pair[][] {
  if (geometry.type === 'LineString') return [geometry.coordinates as Pair[]]
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates as Pair[][]] : (geometry.coordinates as Pair[][][])
  return polygons.flatMap((rings) => rings.map((ring, i) => (area2(ring) > 0 === (i === 0) ? [...ring].reverse() : ring)))
}

type Box = [number, number, number, number]
const NOWHERE: Box = [Infinity, Infinity, -Infinity, -Infinity]
const wider = (box: Box, [x, y]: Pair): Box => [
  Math.min(box[0], x),
  Math.min(box[1], y),
  Math.max(box[2], x),
  Math.max(box[3], y)
]

function recordOf(kind: Kind, geometry: { type: string; coordinates: unknown }): { body: Buffer; box: Box } {
  if (kind === 'point') {
    const at = geometry.coordinates as Pair
    const body = Buffer.alloc(20)
    body.writeInt32LE(1, 0)
    body.writeDoubleLE(at[0], 4)
    body.writeDoubleLE(at[1], 12)
    return { body, box: [...at, ...at] }
  }
  const rings = ringsOf(geometry)
  const points = rings.reduce((n, r) => n + r.length, 0)
  const body = Buffer.alloc(44 + rings.length * 4 + points * 16)
  const box = rings.flat().reduce(wider, NOWHERE)
  body.writeInt32LE(KINDS[kind], 0)
  box.forEach((v, i) => void body.writeDoubleLE(v, 4 + i * 8))
  body.writeInt32LE(rings.length, 36)
  body.writeInt32LE(points, 40)
  let [at, first] = [44 + rings.length * 4, 0]
  rings.forEach((ring, i) => {
    body.writeInt32LE(first, 44 + i * 4)
    first += ring.length
    for (const [x, y] of ring) {
      body.writeDoubleLE(x, at)
      body.writeDoubleLE(y, at + 8)
      at += 16
    }
  })
  return { body, box }
}

function headOf(kind: Kind, words: number, box: Box): Buffer {
  const b = Buffer.alloc(HEAD_WORDS * 2)
  b.writeInt32BE(9994, 0)
  b.writeInt32BE(words, 24)
  b.writeInt32LE(1000, 28)
  b.writeInt32LE(KINDS[kind], 32)
  box.forEach((v, i) => void b.writeDoubleLE(Number.isFinite(v) ? v : 0, 36 + i * 8))
  return b
}

/** A letter is never cut in two. */
function cut(text: string, bytes: number): Buffer {
  const all = Buffer.from(text)
  if (all.length <= bytes) return all
  let end = bytes
  while (end > 0 && ((all[end] as number) & 0xc0) === 0x80) end -= 1
  return all.subarray(0, end)
}

/** One shapefile being written: .shp, .shx, .dbf. */
class Layer {
  readonly #files: [shp: FileHandle, shx: FileHandle, dbf: FileHandle]
  readonly #kind: Kind
  readonly #columns: readonly ExportColumn[]
  readonly #size: number
  #words = HEAD_WORDS
  #count = 0
  #box: Box = NOWHERE
  readonly #widths: number[]

  private constructor(files: [FileHandle, FileHandle, FileHandle], kind: Kind, columns: readonly ExportColumn[]) {
    this.#files = files
    this.#kind = kind
    this.#columns = columns
    this.#widths = columns.map((c) => (c.kind === 'text' ? TEXT_BYTES : c.kind === 'date' ? 8 : c.kind === 'boolean' ? 1 : 20))
    this.#size = 1 + this.#widths.reduce((a, b) => a + b, 0)
  }

  static async begin(base: string, kind: Kind, columns: readonly ExportColumn[]): Promise<Layer> {
    const files = await Promise.all(['shp', 'shx', 'dbf'].map((end) => open(`${base}.${end}`, 'w')))
    const layer = new Layer(files as [FileHandle, FileHandle, FileHandle], kind, columns)
    await layer.#heads()
    await Promise.all([writeFile(`${base}.prj`, PRJ), writeFile(`${base}.cpg`, 'UTF-8')])
    return layer
  }

  async add(rows: readonly WrittenRow[]): Promise<void> {
    const [shp, shx, dbf]: [Buffer[], Buffer[], Buffer[]] = [[], [], []]
    for (const { cells, geometry } of rows) {
      if (geometry === null) continue
      const { body, box } = recordOf(this.#kind, geometry)
      const head = Buffer.alloc(8)
      head.writeInt32BE(++this.#count, 0)
      head.writeInt32BE(body.length / 2, 4)
      const index = Buffer.alloc(8)
      index.writeInt32BE(this.#words, 0)
      index.writeInt32BE(body.length / 2, 4)
      this.#words += 4 + body.length / 2
      this.#box = wider(wider(this.#box, [box[0], box[1]]), [box[2], box[3]])
      shp.push(head, body)
      shx.push(index)
      dbf.push(this.#record(cells))
    }
    await this.#files[0].write(Buffer.concat(shp))
    await this.#files[1].write(Buffer.concat(shx))
    await this.#files[2].write(Buffer.concat(dbf))
  }

  async end(): Promise<void> {
    await this.#files[2].write(Buffer.from([0x1a]))
    await this.#heads()
    await Promise.all(this.#files.map((f) => f.close()))
  }

  #record(cells: readonly WrittenRow['cells'][number][]): Buffer {
    const out = Buffer.alloc(this.#size, 0x20)
    let at = 1
    this.#columns.forEach((c, i) => {
      const width = this.#widths[i] as number
      const cell = cells[i] ?? null
      if (cell !== null) {
        const text =
          c.kind === 'date' ? String(cell).replaceAll('-', '') : c.kind === 'boolean' ? (cell ? 'T' : 'F') : String(cell)
        const bytes = cut(text, width)
        bytes.copy(out, c.kind === 'integer' || c.kind === 'number' ? at + width - bytes.length : at)
      }
      at += width
    })
    return out
  }

  async #heads(): Promise<void> {
    const [shp, shx, dbf] = this.#files
    const begun = this.#count > 0 || this.#words > HEAD_WORDS
    const at = (file: FileHandle, bytes: Buffer) => (begun ? file.write(bytes, 0, bytes.length, 0) : file.write(bytes))
    await at(shp, headOf(this.#kind, this.#words, this.#box))
    await at(shx, headOf(this.#kind, HEAD_WORDS + this.#count * 4, this.#box))
    const head = Buffer.alloc(32 + this.#columns.length * 32 + 1)
    head[0] = 3
    head.set([126, 1, 1], 1)
    head.writeUInt32LE(this.#count, 4)
    head.writeUInt16LE(head.length, 8)
    head.writeUInt16LE(this.#size, 10)
    this.#columns.forEach((c, i) => {
      const from = 32 + i * 32
      cut(c.short, 10).copy(head, from)
      head[from + 11] = { text: 0x43, date: 0x44, boolean: 0x4c, integer: 0x4e, number: 0x4e }[c.kind]
      head[from + 16] = this.#widths[i] as number
      head[from + 17] = c.kind === 'number' ? 8 : 0
    })
    head[head.length - 1] = 0x0d
    await at(dbf, head)
  }
}

const ENDS = ['shp', 'shx', 'dbf', 'prj', 'cpg']

/** Writes shapefiles into a folder — one for each kind of geometry there is — and answers them as a zip. Rows without a place are left out: the format has none. */
export async function writeShp(
  folder: string,
  name: string,
  columns: readonly ExportColumn[],
  rows: WrittenRows
): Promise<Readable> {
  const layers = new Map<Kind, { layer: Layer; base: string }>()
  for await (const some of rows)
    for (const [kind, group] of Map.groupBy(
      some.filter((r) => r.geometry !== null),
      (r) => kindOf((r.geometry as { type: string }).type)
    )) {
      const base = `${name}_${kind}`
      const known = layers.get(kind) ?? { layer: await Layer.begin(`${folder}/${base}`, kind, columns), base }
      layers.set(kind, known)
      await known.layer.add(group)
    }
  if (layers.size === 0)
    layers.set('point', { layer: await Layer.begin(`${folder}/${name}_point`, 'point', columns), base: `${name}_point` })
  const zip = new yazl.ZipFile()
  for (const { layer, base } of layers.values()) {
    await layer.end()
    for (const end of ENDS) zip.addFile(`${folder}/${base}.${end}`, `${base}.${end}`)
  }
  zip.end()
  return zip.outputStream as unknown as Readable
}
