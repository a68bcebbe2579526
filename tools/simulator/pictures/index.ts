import sharp, { type Exif } from 'sharp'
import type { Subject } from '../matter.ts'
import { chanceOf } from '../random.ts'
import { drawStreet, GROUND, HEIGHT, lightAt, rect, WIDTH } from './scene.ts'
import { drawSubject, spotOf } from './subjects.ts'

// One thread and no cache: pictures come one by one and never twice, and the memory belongs to the server beside us.
sharp.cache(false)
sharp.concurrency(1)

/** Phases of evidence the simulator takes pictures for. */
export type Phase = 'near' | 'far' | 'before' | 'after' | 'verify' | 'check'

export interface Shot {
  subject: Subject
  /** Names the place: same key, same street, same problem. */
  key: string
  phase: Phase
  /** Is the problem still (or ever) there? */
  isSolved: boolean
  /** When the shutter fell; `utcOffsetMin` is what the camera's clock is ahead of UTC. */
  takenAt: Date
  utcOffsetMin: number
  /** CGCS2000, which a camera's WGS-84 equals to within centimetres. */
  location: readonly [number, number]
}

const OUT = { width: 800, height: 600 }
const ZOOM: Record<Phase, number> = { far: 1, verify: 0.78, check: 0.78, near: 0.46, before: 0.5, after: 0.5 }

/** The picture as SVG. Pure: the same shot is the same drawing. */
export function svgOf(shot: Pick<Shot, 'subject' | 'key' | 'phase' | 'isSolved' | 'takenAt' | 'utcOffsetMin'>): string {
  const hour = ((shot.takenAt.getTime() / 60_000 + shot.utcOffsetMin) % 1440) / 60
  const light = lightAt(hour)
  const spot = spotOf(shot.subject, chanceOf(`${shot.key}/spot`))
  // Whoever comes back stands nearly, never exactly, where the first one stood.
  const stance = chanceOf(`${shot.key}/${shot.phase}`)
  const zoom = ZOOM[shot.phase] * (0.96 + 0.08 * stance.next())
  const [w, h] = [Math.min(WIDTH, WIDTH * zoom), Math.min(HEIGHT, HEIGHT * zoom)]
  const centreY = spot.y - (spot.y >= GROUND.road ? 10 : 60)
  const x = clamp(spot.x - w / 2 + stance.int(-24, 24), 0, WIDTH - w)
  const y = clamp(centreY - h / 2 + stance.int(-10, 10), 0, HEIGHT - h)
  const [colour, strength] = light.wash
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${OUT.width}" height="${OUT.height}" viewBox="${x.toFixed(1)} ${y.toFixed(1)} ${w.toFixed(1)} ${h.toFixed(1)}" preserveAspectRatio="xMidYMid slice">${drawStreet(chanceOf(`${shot.key}/street`), light)}${drawSubject(shot.subject, chanceOf(`${shot.key}/subject`), spot, shot.isSolved)}${strength > 0 ? rect(0, 0, WIDTH, HEIGHT, colour, `opacity="${strength}"`) : ''}</svg>`
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high))

/** The picture as a camera would hand it over: JPEG of some 20 to 60 kB with time and place in its EXIF. */
export async function photograph(shot: Shot): Promise<Buffer> {
  return sharp(Buffer.from(svgOf(shot)))
    .jpeg({ quality: 68, chromaSubsampling: '4:2:0' })
    .withExif(exifOf(shot))
    .toBuffer()
}

function exifOf({ takenAt, utcOffsetMin, location: [lng, lat] }: Shot): Exif {
  const wall = new Date(takenAt.getTime() + utcOffsetMin * 60_000).toISOString()
  const time = wall.slice(0, 19).replace('T', ' ').replaceAll('-', ':')
  const offset = `${utcOffsetMin < 0 ? '-' : '+'}${two(Math.floor(Math.abs(utcOffsetMin) / 60))}:${two(Math.abs(utcOffsetMin) % 60)}`
  return {
    IFD0: { Make: 'Chengyun', Model: 'city simulator', Software: 'chengyun simulate', DateTime: time },
    IFD2: { DateTimeOriginal: time, DateTimeDigitized: time, OffsetTimeOriginal: offset },
    IFD3: {
      GPSLatitudeRef: lat < 0 ? 'S' : 'N',
      GPSLatitude: sexagesimal(lat),
      GPSLongitudeRef: lng < 0 ? 'W' : 'E',
      GPSLongitude: sexagesimal(lng)
    }
  }
}

const two = (value: number): string => String(value).padStart(2, '0')

/** Degrees, minutes, seconds as the rationals EXIF wants. */
function sexagesimal(value: number): string {
  const seconds = Math.round(Math.abs(value) * 3600 * 1000)
  return `${Math.floor(seconds / 3_600_000)}/1 ${Math.floor((seconds % 3_600_000) / 60_000)}/1 ${seconds % 60_000}/1000`
}
