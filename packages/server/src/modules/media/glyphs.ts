import { type Glyph, glyphOf } from '../../platform/noto.ts'

export { UNITS_PER_EM } from '../../platform/noto.ts'

const WEIGHT = 500

/** A line of text as SVG outlines, y upwards. All numbers in font units; {@link UNITS_PER_EM} make the font size. */
export interface TextOutline {
  svg: string
  width: number
}

/** The outline of a line of text, cut with an ellipsis so that it is not wider than `maxWidth` (font units). */
export async function outlineOf(text: string, maxWidth = Number.POSITIVE_INFINITY): Promise<TextOutline> {
  const ellipsis = await glyphOf(0x2026, WEIGHT)
  const drawn: Glyph[] = []
  let width = 0
  for (const char of text) {
    drawn.push(await glyphOf(char.codePointAt(0)!, WEIGHT))
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
