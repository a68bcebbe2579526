/// <reference types="node" />
import { readFileSync } from 'node:fs'
import { TOKENS } from '@chengyun/ui/theme.ts'
import { expect, test } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
const [light = '', dark = ''] = css.split('@media')
const kebab = (name: string) => name.replace(/([a-z])([A-Z0-9])/g, '$1-$2').toLowerCase()

/** The colours of a part of the sheet by the name of their custom property. */
function read(part: string): Map<string, string> {
  return new Map([...part.matchAll(/--cy-([\w-]+): (#[0-9a-f]+);/g)].map((m) => [m[1] ?? '', m[2] ?? '']))
}

test.each([
  ['light', light],
  ['dark', dark]
] as const)('the colours of the %s sheet are those of the product', (mode, part) => {
  const own = read(part)
  const product = new Map(Object.entries(TOKENS[mode]).map(([name, value]) => [kebab(name), value.toLowerCase()]))
  expect(own.size).toBeGreaterThan(20)
  for (const [name, value] of own) expect(product.get(name), name).toBe(value)
})

const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (a: string, b: string): number => {
  const [hi = 0, lo = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (hi + 0.05) / (lo + 0.05)
}

test('words can be read on both planes, edges of fields can be seen (WCAG 1.4.3, 1.4.11)', () => {
  const ground = { light: TOKENS.light.land, dark: TOKENS.dark.surface }
  const edge = { light: '#808799', dark: '#6f7c96' }
  for (const mode of ['light', 'dark'] as const) {
    const c = TOKENS[mode]
    for (const plane of [ground[mode], c.raised]) {
      for (const ink of [c.ink, c.ink2, c.brand, c.lateInk, c.okInk])
        expect(contrast(ink, plane), `${ink} on ${plane}`).toBeGreaterThan(4.5)
      expect(contrast(edge[mode], plane), `edge on ${plane}`).toBeGreaterThan(3)
    }
    expect(contrast(c.onBrand, c.brand)).toBeGreaterThan(4.5)
    expect(css).toContain(`--edge: ${edge[mode]};`)
  }
})
