import type { FileFormat } from '@chengyun/contract/registry'
import type { RawGeometry } from '../domain/batch/geometry.ts'

/** Which part of a file is read, and how its letters are. */
export interface ReadOptions {
  layer: string | undefined
  encoding: 'utf-8' | 'gbk'
}

/** What a file says of itself. */
export interface FileFacts {
  format: FileFormat
  /** The chosen one first. */
  layers: string[]
  encoding: 'utf-8' | 'gbk'
  columns: string[]
  /** Cells of the first rows. */
  sample: string[][]
  /** Kind of its geometries; null: it has none of its own. */
  geometry: string | null
  /** First geometries, to guess by. */
  points: [number, number][]
  /** The coordinate system it names; null: none that is known. */
  crs: string | null
}

/** Some rows in the order of the file. */
export interface RowBlock {
  cells: string[][]
  /** Beside each row; absent where the file has no geometries. */
  geometries?: (RawGeometry | null)[]
  /** Share of the file read so far, 0…1. */
  share: number
}

/** Whole lines of a text file that have no quotes, as they lie in it: another thread takes them apart. */
export interface LineBlock {
  bytes: Uint8Array<ArrayBuffer>
  /** Lines that are not blank: each is a record. */
  rows: number
  separator: string
  share: number
}

/** A file that is not what it seems; the text is for people who know the format. */
export class BrokenFile extends Error {}

/** Rows to look at before the columns are mapped. */
export const SAMPLE_ROWS = 8
export const BLOCK_ROWS = 2000

/** A text the database can hold: no zero characters, no halves of letters. */
export const sound = (text: string): string => {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '') : whole
}

/** A value of a file as a cell. */
export function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return sound(value)
  // A day of a workbook or a database: midnight is no time.
  if (value instanceof Date)
    return Number.isNaN(value.getTime())
      ? ''
      : value
          .toISOString()
          .replace(/T00:00:00\.000Z$/, '')
          .slice(0, 19)
  if (Array.isArray(value)) return value.map(cellOf).join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A position somewhere in a geometry. */
export function firstPosition(geometry: RawGeometry | null): [number, number] | null {
  let at: unknown = geometry?.coordinates
  while (Array.isArray(at) && Array.isArray(at[0])) at = at[0]
  return Array.isArray(at) && typeof at[0] === 'number' && typeof at[1] === 'number' ? [at[0], at[1]] : null
}
