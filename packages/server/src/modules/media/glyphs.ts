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
const WEIGHT = 500

interface Slice {
  file: string
  ranges: readonly (readonly [number, number])[]
}

interface Glyph {
  /** SVG path data in font units, y upwards. */
  path: string
  advance: number
}

/** A line of text as SVG outlines, y upwards. All numbers in font units; {@link UNITS_PER_EM} make the font size. */
export interface TextOutline {
  svg: string
  width: number
}

/** Font units per font size. */
export const UNITS_PER_EM = 1000

let slices: readonly Slice[] | undefined
const fonts = new LRUCache<string, Promise<Font>>({ max: 16 })
const glyphs = new LRUCache<number, Glyph>({ max: 4000 })

/** What is drawn for a character the font lacks: an empty box, as everywhere. */
const MISSING: Glyph = { path: 'M100 -60L900 -60L900 780L100 780ZM160 0L160 720L840 720L840 0Z', advance: UNITS_PER_EM }

/** The outline of a line of text, cut with an ellipsis so that it is not wider than `maxWidth` (font units). */
export async function outlineOf(text: string, maxWidth = Number.POSITIVE_INFINITY): Promise<TextOutline> {
  const ellipsis = await glyphOf(0x2026)
  const drawn: Glyph[] = []
  let width = 0
  for (const char of text) {
    drawn.push(await glyphOf(char.codePointAt(0)!))
    width += drawn.at(-1)!.advance
  }
  if (width > maxWidth) {
    while (drawn.length > 0 && width + ellipsis.advance > maxWidth) width -= drawn.pop()!.advance
    drawn.push(ellipsis)
    width += ellipsis.advance
  }
  let x = 0
  const paths = drawn.map(({ path, advance }) => {
    const svg = path === '' ? '' : `<path transform="translate(${x})" d="${path}"/>`
    x += advance
    return svg
  })
  return { svg: paths.join(''), width }
}

async function glyphOf(codePoint: number): Promise<Glyph> {
  const known = glyphs.get(codePoint)
  if (known) return known
  slices ??= readSlices()
  const slice = slices.find(({ ranges }) => ranges.some(([from, to]) => codePoint >= from && codePoint <= to))
  const glyph = slice ? draw(await fontOf(slice.file), codePoint) : MISSING
  glyphs.set(codePoint, glyph)
  return glyph
}

function draw(font: Font, codePoint: number): Glyph {
  const glyph = font.glyphForCodePoint(codePoint)
  return glyph.id === 0 ? MISSING : { path: glyph.path.toSVG(), advance: glyph.advanceWidth }
}

function fontOf(file: string): Promise<Font> {
  const known = fonts.get(file)
  if (known) return known
  // Variations are only read from plain TrueType, so the slice is unpacked first.
  const font = readFile(join(FOLDER, file)).then(async (woff2) => {
    const opened = create(Buffer.from(await decompress(woff2)))
    if (!('getVariation' in opened)) throw new Error(`${file} is a font collection`)
    return opened.getVariation({ wght: WEIGHT })
  })
  fonts.set(file, font)
  font.catch(() => fonts.delete(file))
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
