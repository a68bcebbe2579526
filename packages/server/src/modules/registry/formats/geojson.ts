import { crsNamed } from '../domain/batch/crs.ts'
import type { RawGeometry } from '../domain/batch/geometry.ts'
import { readText } from './text.ts'
import {
  BLOCK_ROWS,
  BrokenFile,
  cellOf,
  type FileFacts,
  firstPosition,
  type ReadOptions,
  type RowBlock,
  SAMPLE_ROWS
} from './types.ts'

interface Feature {
  properties: Record<string, unknown>
  geometry: RawGeometry | null
}
/** Columns are those of so many first features. */
const LOOKED_AT = 500
const HEAD = /"features"\s*:\s*\[/

function featureOf(text: string): Feature {
  let value: { type?: unknown; properties?: unknown; geometry?: unknown; id?: unknown }
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new BrokenFile(error instanceof Error ? error.message : String(error))
  }
  const properties =
    typeof value.properties === 'object' && value.properties !== null ? (value.properties as Record<string, unknown>) : {}
  const geometry = typeof value.geometry === 'object' && value.geometry !== null ? (value.geometry as RawGeometry) : null
  return { properties: value.id === undefined || 'id' in properties ? properties : { id: value.id, ...properties }, geometry }
}

/** Objects of an array, one after another, as texts; strings and nesting are minded, nothing else is. */
class ObjectCutter {
  #rest = ''
  #at = 0
  #depth = 0
  #start = -1
  #quoted = false

  push(text: string): string[] {
    const out: string[] = []
    const all = this.#rest + text
    let at = this.#at
    for (; at < all.length; at++) {
      const c = all.charCodeAt(at)
      if (this.#quoted) {
        if (c === 92) at += 1
        else if (c === 34) this.#quoted = false
      } else if (c === 34) this.#quoted = true
      else if (c === 123) {
        if (this.#depth++ === 0) this.#start = at
      } else if (c === 125 && --this.#depth === 0) {
        out.push(all.slice(this.#start, at + 1))
        this.#start = -1
      } else if (c === 93 && this.#depth === 0) {
        at = all.length
      }
    }
    const keep = this.#start >= 0 ? this.#start : Math.min(at, all.length)
    this.#rest = all.slice(keep)
    // One past the end when an escape was cut: the escaped letter is skipped with the next piece.
    this.#at = at - keep
    if (this.#start >= 0) this.#start = 0
    return out
  }

  get open(): boolean {
    return this.#depth > 0
  }
}

async function* features(
  path: string,
  encoding: 'utf-8' | 'gbk',
  lines: boolean
): AsyncGenerator<{ some: Feature[]; share: number; head: string }> {
  const cutter = new ObjectCutter()
  let head: string | null = lines ? '' : null
  let before = ''
  for await (const { text, share } of readText(path, encoding)) {
    let body = text
    if (head === null) {
      before += text
      const found = HEAD.exec(before)
      if (!found) continue
      head = before.slice(0, found.index)
      body = before.slice(found.index + found[0].length)
    }
    yield { some: cutter.push(body).map(featureOf), share, head }
  }
  if (head === null) throw new BrokenFile('neither a FeatureCollection nor one feature a line')
  if (cutter.open) throw new BrokenFile('the file ends in the middle of a feature')
}

/** Whether a text is one feature a line (also as a GeoJSON text sequence) rather than a collection. */
export function isLines(head: string): boolean {
  const first = head.slice(head.indexOf('{')).split('\n', 1)[0] ?? ''
  try {
    return (JSON.parse(first) as { type?: unknown }).type === 'Feature'
  } catch {
    return false
  }
}

export async function inspectGeoJson(path: string, { encoding }: ReadOptions, lines: boolean): Promise<FileFacts> {
  const first: Feature[] = []
  let crs: string | null = null
  for await (const { some, head } of features(path, encoding, lines)) {
    crs = /"crs"/.test(head) ? crsNamed(/"name"\s*:\s*"([^"]*(?:EPSG|CRS)[^"]*)"/i.exec(head)?.[1] ?? '') : null
    first.push(...some.slice(0, LOOKED_AT - first.length))
    if (first.length >= LOOKED_AT) break
  }
  if (first.length === 0) throw new BrokenFile('there are no features in it')
  const columns = [...new Set(first.flatMap((f) => Object.keys(f.properties)))]
  return {
    format: lines ? 'ndgeojson' : 'geojson',
    layers: [],
    encoding,
    columns,
    sample: first.slice(0, SAMPLE_ROWS).map((f) => columns.map((c) => cellOf(f.properties[c]))),
    geometry: first.find((f) => f.geometry !== null)?.geometry?.type ?? null,
    points: first.map((f) => firstPosition(f.geometry)).filter((p) => p !== null),
    crs
  }
}

export async function* readGeoJson(
  path: string,
  { encoding }: ReadOptions,
  lines: boolean,
  columns: readonly string[]
): AsyncGenerator<RowBlock> {
  for await (const { some, share } of features(path, encoding, lines)) {
    for (let at = 0; at < some.length; at += BLOCK_ROWS) {
      const part = some.slice(at, at + BLOCK_ROWS)
      yield {
        cells: part.map((f) => columns.map((c) => cellOf(f.properties[c]))),
        geometries: part.map((f) => f.geometry),
        share
      }
    }
  }
}
