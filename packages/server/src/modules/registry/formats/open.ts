import { access, mkdir, open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { FileFormat } from '@chengyun/contract/registry'
import { inspectCsv, readCsv } from './csv.ts'
import { inspectGeoJson, isLines, readGeoJson } from './geojson.ts'
import { inspectGpkg, readGpkg } from './gpkg.ts'
import { inspectShp, readShp } from './shp.ts'
import { encodingOf } from './text.ts'
import { BrokenFile, type FileFacts, type LineBlock, type ReadOptions, type RowBlock } from './types.ts'
import { inspectXlsx, readXlsx } from './xlsx.ts'
import { unzip, zipNames } from './zip.ts'

const PARTS = /\.(shp|dbf|prj|cpg)$/i

async function headBytes(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const head = Buffer.alloc(65_536)
    const { bytesRead } = await file.read(head, 0, head.length, 0)
    return head.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The format of a file by what is in it, not by its name. Null: none that can be read. */
async function formatOf(path: string): Promise<FileFormat | null> {
  const head = await headBytes(path)
  if (head.subarray(0, 15).toString('latin1') === 'SQLite format 3') return 'gpkg'
  if (head.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') {
    const names = await zipNames(path)
    if (names.some((n) => /\.shp$/i.test(n))) return 'shp'
    return names.some((n) => n === 'xl/workbook.xml') ? 'xlsx' : null
  }
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (text.startsWith('{') || text.startsWith('\u001e'))
    return isLines(text) ? 'ndgeojson' : /"FeatureCollection"/.test(text) ? 'geojson' : null
  // Text with a separator or a line end in its head, and no bytes that no text has.
  return head.includes(0) || text === '' ? null : 'csv'
}

/** Names of the shapefiles in a zip, without their ends. */
const layersOf = (names: readonly string[]): string[] => names.filter((n) => /\.shp$/i.test(n)).map((n) => n.replace(PARTS, ''))

/** Unpacks one shapefile of a zip beside it, once; answers where, without an end. */
async function unpacked(path: string, layer: string): Promise<string> {
  const folder = `${path}.parts`
  const base = join(folder, Buffer.from(basename(layer)).toString('hex').slice(0, 80) || 'layer')
  if (
    await access(`${base}.done`).then(
      () => true,
      () => false
    )
  )
    return base
  await mkdir(folder, { recursive: true })
  await unzip(path, folder, (name) =>
    name.replace(PARTS, '') === layer && PARTS.test(name)
      ? basename(base) + name.slice(name.lastIndexOf('.')).toLowerCase()
      : null
  )
  await (await open(`${base}.done`, 'w')).close()
  return base
}

async function shapefile(path: string, wanted: string | undefined): Promise<{ base: string; layers: string[] }> {
  const layers = layersOf(await zipNames(path))
  const layer = wanted ?? layers[0]
  if (layer === undefined || !layers.includes(layer)) throw new BrokenFile('there is no such shapefile in the archive')
  return { base: await unpacked(path, layer), layers: [layer, ...layers.filter((l) => l !== layer)] }
}

/** Looks into a file. Null when it is of no known format. Throws BrokenFile. */
export async function inspectFile(path: string, options: Partial<ReadOptions> = {}): Promise<FileFacts | null> {
  const format = await formatOf(path)
  if (format === null) return null
  const text = format === 'csv' || format === 'geojson' || format === 'ndgeojson'
  const read: ReadOptions = { layer: options.layer, encoding: options.encoding ?? (text ? await encodingOf(path) : 'utf-8') }
  switch (format) {
    case 'csv':
      return inspectCsv(path, read)
    case 'xlsx':
      return inspectXlsx(path, read)
    case 'geojson':
    case 'ndgeojson':
      return inspectGeoJson(path, read, format === 'ndgeojson')
    case 'gpkg':
      return inspectGpkg(path, read)
    case 'shp': {
      const { base, layers } = await shapefile(path, read.layer)
      return inspectShp(base, layers, read)
    }
  }
}

/** The rows of a file, block by block, cells in the order of `columns`; of a CSV file also lines as they are. Throws BrokenFile. */
export async function* readBlocks(
  path: string,
  format: FileFormat,
  options: ReadOptions,
  columns: readonly string[]
): AsyncGenerator<RowBlock | LineBlock> {
  if (format === 'csv') yield* readCsv(path, options)
  else if (format === 'xlsx') yield* readXlsx(path, options)
  else if (format === 'gpkg') yield* readGpkg(path, options, columns)
  else if (format === 'shp') yield* readShp((await shapefile(path, options.layer)).base, options)
  else yield* readGeoJson(path, options, format === 'ndgeojson', columns)
}
