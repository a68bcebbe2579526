import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { create, type Font } from 'fontkitten'
import { LRUCache } from 'lru-cache'
import decompress from 'woff2-encoder/decompress'

// The console's own font (Noto Sans SC, OFL) comes in a hundred slices of WOFF2. We draw outlines from them ourselves, so that
// Chinese is written on machines without a single font. See docs/adr/0012-watermark-font.md.
const LATIN = createRequire(import.meta.url).resolve(
  '@fontsource-variable/noto-sans-sc/files/noto-sans-sc-latin-wght-normal.woff2'
)
const FOLDER = dirname(LATIN)

interface Slice {
  file: string
  ranges: readonly (readonly [number, number])[]
}

/** A step of an outline in font units, y upwards. */
export interface OutlineStep {
  command: string
  args: readonly number[]
}

export interface Glyph {
  /** SVG path data in font units, y upwards. */
  path: string
  steps: readonly OutlineStep[]
  advance: number
}

/** Font units per font size. */
export const UNITS_PER_EM = 1000

let slices: readonly Slice[] | undefined
const fonts = new LRUCache<string, Promise<Font>>({ max: 16 })
const glyphs = new LRUCache<string, Glyph>({ max: 4000 })

const box = (...points: readonly (readonly [number, number])[]): OutlineStep[] => [
  ...points.map((args, i) => ({ command: i === 0 ? 'moveTo' : 'lineTo', args })),
  { command: 'closePath', args: [] }
]
/** What is drawn for a character the font lacks: an empty box, as everywhere. */
const MISSING: Glyph = {
  path: 'M100 -60L900 -60L900 780L100 780ZM160 0L160 720L840 720L840 0Z',
  steps: [...box([100, -60], [900, -60], [900, 780], [100, 780]), ...box([160, 0], [160, 720], [840, 720], [840, 0])],
  advance: UNITS_PER_EM
}

/** The outline of a character at a weight (400 regular, 500 medium, 700 bold). */
export async function glyphOf(codePoint: number, weight: number): Promise<Glyph> {
  const key = `${weight} ${codePoint}`
  const known = glyphs.get(key)
  if (known) return known
  slices ??= readSlices()
  const slice = slices.find(({ ranges }) => ranges.some(([from, to]) => codePoint >= from && codePoint <= to))
  const glyph = slice ? draw(await fontOf(slice.file, weight), codePoint) : MISSING
  glyphs.set(key, glyph)
  return glyph
}

function draw(font: Font, codePoint: number): Glyph {
  const glyph = font.glyphForCodePoint(codePoint)
  if (glyph.id === 0) return MISSING
  return { path: glyph.path.toSVG(), steps: glyph.path.commands, advance: glyph.advanceWidth }
}

function fontOf(file: string, weight: number): Promise<Font> {
  const key = `${weight} ${file}`
  const known = fonts.get(key)
  if (known) return known
  // Variations are only read from plain TrueType, so the slice is unpacked first.
  const font = readFile(join(FOLDER, file)).then(async (woff2) => {
    const opened = create(Buffer.from(await decompress(woff2)))
    if (!('getVariation' in opened)) throw new Error(`${file} is a font collection`)
    return opened.getVariation({ wght: weight })
  })
  fonts.set(key, font)
  font.catch(() => fonts.delete(key))
  return font
}

function readSlices(): Slice[] {
  const map = JSON.parse(readFileSync(join(FOLDER, '../unicode.json'), 'utf8')) as Record<string, string>
  const all = Object.entries(map).map(([name, ranges]) => ({
    file: `noto-sans-sc-${name.replaceAll(/[[\]]/g, '')}-wght-normal.woff2`,
    ranges: ranges.split(',').map((range) => {
      const [from, to] = range
        .slice(2)
        .split('-')
        .map((hex) => Number.parseInt(hex, 16))
      return [from!, to ?? from!] as const
    })
  }))
  // Latin last in the file, first in use.
  return all.reverse()
}
