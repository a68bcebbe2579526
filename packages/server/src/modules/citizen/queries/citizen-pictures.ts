import { buffer } from 'node:stream/consumers'
import type { MaskBox } from '@chengyun/contract/public'
import { LRUCache } from 'lru-cache'
import type { Sharp } from 'sharp'
import type { Settings } from '../../../platform/settings.ts'
import { readOriginal } from '../../media/index.ts'
import { differenceHash } from '../domain/citizen-abuse.ts'

/** Longer side of a public copy, in pixels. */
const PUBLIC_PX = 1280
/** A box is painted with so few cells that nothing in it can be told: a plate of seven signs in four, a face in four. */
const CELLS = 4
const READ = { failOn: 'error', limitInputPixels: 100_000_000 } as const

// The image library is loaded with the first picture, not at start.
const load = async () => (await import('sharp')).default

/** The look of a picture as 64 bits (see differenceHash); null when it has none or cannot be read. */
export async function lookOf(settings: Settings, sha256: string): Promise<string | null> {
  try {
    const sharp = await load()
    const grey = await sharp(await buffer(await readOriginal(settings, sha256)), READ)
      .autoOrient()
      .greyscale()
      .resize(9, 8, { fit: 'fill' })
      .raw()
      .toBuffer()
    return differenceHash(grey)
  } catch {
    return null
  }
}

const copies = new LRUCache<string, Buffer>({ maxSize: 48 * 1024 * 1024, sizeCalculation: (b) => b.length })

/** The copy of a photo that the public sees: upright, at most 1280 px, no metadata, the boxes made unrecognisable. WebP. */
export async function publicCopy(settings: Settings, sha256: string, boxes: readonly MaskBox[]): Promise<Buffer> {
  const key = `${sha256}:${JSON.stringify(boxes)}`
  const known = copies.get(key)
  if (known) return known
  const made = await masked(await buffer(await readOriginal(settings, sha256)), boxes)
  copies.set(key, made)
  return made
}

/** A picture shrunk, turned upright and with boxes pixelated; nothing of what lay under a box survives in the bytes. */
export async function masked(original: Buffer, boxes: readonly MaskBox[]): Promise<Buffer> {
  const sharp = await load()
  const { data, info } = await sharp(original, READ)
    .autoOrient()
    .resize({ width: PUBLIC_PX, height: PUBLIC_PX, fit: 'inside', withoutEnlargement: true })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const raw = { width: info.width, height: info.height, channels: info.channels }
  const picture = (): Sharp => sharp(data, { raw })
  const patches = []
  for (const [x, y, w, h] of boxes) {
    const left = Math.min(info.width - 1, Math.floor(x * info.width))
    const top = Math.min(info.height - 1, Math.floor(y * info.height))
    const width = Math.max(1, Math.min(info.width - left, Math.ceil(w * info.width)))
    const height = Math.max(1, Math.min(info.height - top, Math.ceil(h * info.height)))
    // Two steps: within one pipeline the second resize would replace the first.
    const few = await picture()
      .extract({ left, top, width, height })
      .resize(Math.min(CELLS, width), Math.min(CELLS, height), { fit: 'fill', kernel: 'cubic' })
      .png()
      .toBuffer()
    const input = await sharp(few).resize(width, height, { fit: 'fill', kernel: 'nearest' }).png().toBuffer()
    patches.push({ input, left, top })
  }
  return picture().composite(patches).webp({ quality: 80 }).toBuffer()
}
