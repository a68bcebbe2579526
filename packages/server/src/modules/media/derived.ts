import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Settings } from '../../platform/settings.ts'
import { watermarkLines } from './domain/watermark.ts'
import { shownCopyOf, thumbnailOf } from './pictures.ts'
import { placeOfPoint } from './place.ts'
import type { FileRow } from './queries.ts'
import type { MediaSettings } from './settings.ts'
import { mediaFolder, storeOf } from './store/index.ts'

/** Copies made from an original, kept on this machine until nobody has wanted them for a while. They can always be made again. */
export type Variant = 'thumb' | 'shown'

/** A derived copy and what identifies its content (for the ETag). */
export interface Derived {
  bytes: Buffer
  tag: string
}

const underWay = new Map<string, Promise<Buffer>>()

/** The thumbnail or the watermarked copy of a picture, from the cache or made now. Throws NotStoredError. */
export async function derivedCopy(settings: Settings, file: FileRow, variant: Variant): Promise<Derived> {
  const lines = variant === 'shown' ? linesOf(settings, file) : []
  const name =
    variant === 'thumb' ? 'thumb' : `shown-${createHash('sha256').update(JSON.stringify(lines)).digest('hex').slice(0, 16)}`
  const path = pathOf(settings, file.sha256, name)
  const tag = `${file.sha256.slice(0, 32)}-${name}`
  const cached = await readFile(path).catch(() => null)
  if (cached) return { bytes: cached, tag }
  const running = underWay.get(path) ?? make(settings, file, variant, lines, name).finally(() => underWay.delete(path))
  underWay.set(path, running)
  return { bytes: await running, tag }
}

async function make(
  settings: Settings,
  file: FileRow,
  variant: Variant,
  lines: readonly string[],
  name: string
): Promise<Buffer> {
  const original = await buffer(await storeOf(settings).read(file.sha256))
  const bytes = variant === 'thumb' ? await thumbnailOf(original) : await shownCopyOf(original, lines)
  await saveDerived(settings, file.sha256, name, bytes)
  return bytes
}

/** Puts a derived copy into the cache. */
export async function saveDerived(settings: Settings, sha256: string, name: string, bytes: Buffer): Promise<void> {
  const path = pathOf(settings, sha256, name)
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${randomUUID()}`
  await writeFile(temporary, bytes)
  await rename(temporary, path)
}

const pathOf = (settings: Settings, sha256: string, name: string): string =>
  mediaFolder(settings, 'derived', sha256.slice(0, 2), `${sha256}.${name}.webp`)

function linesOf(settings: Settings, file: FileRow): string[] {
  const facts = {
    label: file.owner_label,
    phase: file.phase,
    at: file.captured_at ?? file.exif_at ?? file.uploaded_at,
    address: file.owner_address,
    place: placeOfPoint(file.place) ?? placeOfPoint(file.exif_place),
    person: file.uploader_name
  }
  return watermarkLines(facts, (settings as Settings & MediaSettings).CHENGYUN_MEDIA_TIME_ZONE)
}

/** Removes files of a media folder last written before an instant; returns how many. Folders stay. */
export async function sweepFolder(folder: string, before: Date): Promise<number> {
  let removed = 0
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const written = await stat(path).catch(() => null)
    if (!written || written.mtime >= before) continue
    await rm(path, { force: true })
    removed += 1
  }
  return removed
}
