import exifr from 'exifr'
import { instantOfWall, type WallTime } from './domain/wall.ts'

/** What the camera wrote into a picture. */
export interface CameraFacts {
  takenAt: Date | null
  /** [lng, lat], WGS-84. */
  place: [number, number] | null
}

const NOTHING: CameraFacts = { takenAt: null, place: null }
const TAGS = ['DateTimeOriginal', 'OffsetTimeOriginal', 'GPSLatitude', 'GPSLongitude', 'GPSLatitudeRef', 'GPSLongitudeRef']

/** One object for all files: exifr keeps what it works out of each options object it is given, for ever. */
const OPTIONS = { pick: TAGS, reviveValues: false, gps: true }

/** Reads time and place out of a picture. A camera that wrote none, or nonsense, leaves `null`: that is no fault of the picture. */
export async function cameraFacts(path: string, timeZone: string): Promise<CameraFacts> {
  const tags = await exifr.parse(path, OPTIONS).catch(() => undefined)
  if (typeof tags !== 'object' || tags === null) return NOTHING
  const { DateTimeOriginal: time, OffsetTimeOriginal: offset, longitude: lng, latitude: lat } = tags as Record<string, unknown>
  return { takenAt: instantOf(time, offset, timeZone), place: placeOf(lng, lat) }
}

function placeOf(lng: unknown, lat: unknown): [number, number] | null {
  if (typeof lng !== 'number' || typeof lat !== 'number' || !(Math.abs(lng) <= 180 && Math.abs(lat) <= 90)) return null
  // Phones without a fix write zeros; nobody photographs on Null Island.
  return lng === 0 && lat === 0 ? null : [lng, lat]
}

/** Camera time is wall time, `2026:03:05 14:22:31`; newer cameras add the offset, older ones mean the zone they are in. */
function instantOf(time: unknown, offset: unknown, timeZone: string): Date | null {
  const match = typeof time === 'string' ? /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(time) : null
  if (!match) return null
  const wall = match.slice(1).map(Number) as unknown as WallTime
  const [year, month, day, hour, minute, second] = wall
  if (year < 1990 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null
  const known = typeof offset === 'string' ? /^([+-])(\d\d):(\d\d)$/.exec(offset) : null
  if (!known) return instantOfWall(wall, timeZone)
  const shift = (known[1] === '-' ? -1 : 1) * (Number(known[2]) * 60 + Number(known[3])) * 60_000
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second) - shift)
}
