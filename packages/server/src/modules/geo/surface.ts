/** Land and sea of the base map: read once per state of the data, cut to windows for devices that keep a piece. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { SYSTEM } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { saveSurface } from './commands/save-surface.ts'
import { CoastFile, clipTo } from './domain/coast.ts'
import { decodeShape, type Shape, shapeToGeoJson, toUnits } from './domain/shape.ts'
import { findSurface, hasSurface } from './queries.ts'

/** Degrees: west, south, east, north. */
export type Window = readonly [number, number, number, number]

/** Loads coast.json of a profile folder when nothing is known of land and sea yet. Answers whether it did; a profile without one is none. */
export async function ensureSurface(db: Db, folder: string): Promise<boolean> {
  if (await hasSurface(db)) return false
  let text: string
  try {
    text = await readFile(join(folder, 'coast.json'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  await saveSurface(db, SYSTEM, Value.Parse(CoastFile, JSON.parse(text)))
  return true
}

/** Land as GeoJSON, with the window in which the rest is sea. */
export interface Surface {
  extent: [number, number, number, number]
  land: { type: 'MultiPolygon'; coordinates: [number, number][][][] }
}

/** All land known; null when nothing is. */
export async function surfaceOf(db: Db): Promise<Surface | null> {
  const row = await findSurface(db)
  return row ? { extent: [row.w, row.s, row.e, row.n], land: multiPolygon(decodeShape(row.shape)) } : null
}

/** Land is given a little beyond a window, so that the line along which it was cut lies outside. */
const BEYOND = 0.05

/** Land within a window and slightly more, for drawing; null where land and sea are not known. */
export async function landWithin(db: Db, window: Window): Promise<Surface['land'] | null> {
  const row = await findSurface(db)
  if (!row || window[0] < row.w || window[1] < row.s || window[2] > row.e || window[3] > row.n) return null
  const [w, s, e, n] = window
  const [dx, dy] = [(e - w) * BEYOND, (n - s) * BEYOND]
  return multiPolygon(clipTo(decodeShape(row.shape), [toUnits(w - dx), toUnits(s - dy), toUnits(e + dx), toUnits(n + dy)]))
}

function multiPolygon(shape: Shape): Surface['land'] {
  const geometry = shapeToGeoJson(shape)
  const coordinates = (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates) as [number, number][][][]
  return { type: 'MultiPolygon', coordinates }
}
