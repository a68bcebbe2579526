import { MEDIA_ERRORS } from '@chengyun/contract/media'
import type { Sharp, SharpOptions } from 'sharp'
import { thrower } from '../../platform/errors.ts'
import { outlineOf, UNITS_PER_EM } from './glyphs.ts'

const fault = thrower(MEDIA_ERRORS)

/** Longer side of the thumbnail and of the shown copy, in pixels. */
const THUMB_PX = 320
const SHOWN_PX = 1280
/** A picture of more pixels is a bomb or a scan; 100 million is a good camera of today. */
const MAX_PIXELS = 100_000_000
/** Derived copies made at a time: each may take a decoded picture's worth of memory. */
const AT_ONCE = 2

const READ: SharpOptions = { failOn: 'error', limitInputPixels: MAX_PIXELS, sequentialRead: true }

let loaded: Promise<typeof import('sharp').default> | undefined

// The image library is loaded with the first picture, not at start.
const load = () => {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache({ memory: 16, files: 0, items: 20 })
    sharp.concurrency(1)
    return sharp
  })
  return loaded
}

let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  else running += 1
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}

/** What decoding a picture told: its upright size, and a thumbnail as proof. */
export interface Inspected {
  width: number
  height: number
  thumbnail: Buffer
}

/** Decodes the whole picture. Throws MEDIA_NOT_AN_IMAGE when that fails: then it is none, whatever its first bytes say. */
export function inspectPicture(path: string): Promise<Inspected> {
  return inTurn(async () => {
    const sharp = await load()
    try {
      const { width, height, orientation } = await sharp(path, READ).metadata()
      const turned = (orientation ?? 1) >= 5
      const thumbnail = await fitted(sharp(path, READ), THUMB_PX).webp({ quality: 72 }).toBuffer()
      return { width: turned ? height : width, height: turned ? width : height, thumbnail }
    } catch {
      throw fault('MEDIA_NOT_AN_IMAGE')
    }
  })
}

/** The thumbnail of a picture: 320 px, WebP, without metadata. */
export function thumbnailOf(original: Buffer): Promise<Buffer> {
  return inTurn(async () =>
    fitted((await load())(original, READ), THUMB_PX)
      .webp({ quality: 72 })
      .toBuffer()
  )
}

/** The copy that people look at: at most 1280 px, WebP, without metadata, `lines` written across its foot. */
export function shownCopyOf(original: Buffer, lines: readonly string[]): Promise<Buffer> {
  return inTurn(async () => {
    const sharp = await load()
    const { data, info } = await fitted(sharp(original, READ), SHOWN_PX).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const { width, height, channels } = info
    const overlay = Buffer.from(await watermark(width, height, lines))
    return sharp(data, { raw: { width, height, channels } })
      .composite([{ input: overlay, left: 0, top: 0 }])
      .webp({ quality: 80 })
      .toBuffer()
  })
}

const fitted = (picture: Sharp, px: number): Sharp =>
  picture.autoOrient().resize({ width: px, height: px, fit: 'inside', withoutEnlargement: true })

/** The watermark as SVG made of outlines only: it needs no font where it is drawn. */
async function watermark(width: number, height: number, lines: readonly string[]): Promise<string> {
  const size = Math.max(10, Math.round(Math.min(width * 0.024, height * 0.06)))
  const margin = Math.round(size * 0.7)
  const step = Math.round(size * 1.4)
  const band = lines.length * step + margin
  const scale = size / UNITS_PER_EM
  const outlines = await Promise.all(lines.map((line) => outlineOf(line, (width - 2 * margin) / scale)))
  const texts = outlines.map(({ svg }, i) => {
    const y = height - band + margin / 2 + step * i + size
    return `<g transform="translate(${margin},${y}) scale(${scale},${-scale})">${svg}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-opacity="0.3"/><stop offset="1" stop-opacity="0.62"/></linearGradient></defs>
<rect x="0" y="${height - band}" width="${width}" height="${band}" fill="url(#s)"/><g fill="#fff">${texts.join('')}</g></svg>`
}
