import { create } from 'fontkitten'
import { expect, test } from 'vitest'
import { glyphOf, UNITS_PER_EM } from '../noto.ts'
import { pdfOf } from './pdf.ts'
import { trueTypeOf } from './true-type.ts'

test('a font of a few characters draws them as the whole font does', async () => {
  const codes = [...'桥A3℃ '].map((c) => c.codePointAt(0)!)
  const drawn = new Map(await Promise.all(codes.map(async (c) => [c, await glyphOf(c, 400)] as const)))
  const font = create(trueTypeOf('Test-400', drawn, await glyphOf(0xf8ff, 400), UNITS_PER_EM))
  if (!('glyphForCodePoint' in font)) throw new Error('a collection')
  for (const code of codes) {
    const glyph = font.glyphForCodePoint(code)
    expect(glyph.id).toBeGreaterThan(0)
    expect(glyph.advanceWidth).toBe(Math.round(drawn.get(code)!.advance))
  }
  const whole = drawn.get('桥'.codePointAt(0)!)!
  const box = font.glyphForCodePoint('桥'.codePointAt(0)!).path.bbox
  const xs = whole.steps.flatMap((s) => s.args.filter((_, i) => i % 2 === 0))
  expect(box.minX).toBeCloseTo(Math.min(...xs), -1)
  expect(box.maxX).toBeCloseTo(Math.max(...xs), -1)
  expect(font.glyphForCodePoint('缺'.codePointAt(0)!).id).toBe(0)
})

test('documents asked for together come out whole, each with a font of its own', async () => {
  const made = await Promise.all(
    ['桥梁', '隧道与边坡'].map((title) => pdfOf({ title, foot: '报告', content: [{ text: title }] }))
  )
  for (const pdf of made) {
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect(pdf.toString('latin1')).toContain('ChengyunSans-400')
    expect(pdf.length).toBeLessThan(40_000)
  }
})
