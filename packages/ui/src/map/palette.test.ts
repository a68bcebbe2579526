import { describe, expect, it } from 'vitest'
import { type ThemeMode, TOKENS } from '../theme.ts'
import { AMOUNT_STEPS, amountColors, KIND_COLORS, kindColor, luminance, onSurface, otherColor } from './palette.ts'

const MODES: ThemeMode[] = ['light', 'dark']
const contrast = (a: string, b: string) => {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number]
  return (x + 0.05) / (y + 0.05)
}

/** A colour as somebody without green cones sees it (Viénot 1999), in linear light. */
function deutan(color: string): [number, number, number] {
  const [r, g, b] = [1, 3, 5].map((i) => (Number.parseInt(color.slice(i, i + 2), 16) / 255) ** 2.2) as [number, number, number]
  const y = 0.29275 * r + 0.70725 * g
  return [y, y, -0.02234 * r + 0.02234 * g + b]
}
const apart = (a: string, b: string) => Math.hypot(...deutan(a).map((v, i) => v ** 0.45 - (deutan(b)[i] as number) ** 0.45))

describe('colours of the map', () => {
  it.each(MODES)('stand out from the land (%s)', (mode) => {
    for (let i = 0; i < KIND_COLORS; i++) expect(contrast(kindColor(mode, i), TOKENS[mode].land), `${i}`).toBeGreaterThan(2.2)
    expect(contrast(otherColor(mode), TOKENS[mode].land)).toBeGreaterThan(2.2)
    expect(kindColor(mode, KIND_COLORS)).toBe(otherColor(mode))
  })
  it.each(MODES)('the first six are told apart without green cones (%s)', (mode) => {
    for (let i = 0; i < 6; i++)
      for (let j = 0; j < i; j++) expect(apart(kindColor(mode, i), kindColor(mode, j)), `${i} ${j}`).toBeGreaterThan(0.08)
  })
  it.each(MODES)('amounts go one way in lightness (%s)', (mode) => {
    const steps = amountColors(mode).map(luminance)
    expect(steps).toHaveLength(AMOUNT_STEPS.length)
    for (let i = 1; i < steps.length; i++) {
      const [a, b] = [steps[i - 1] as number, steps[i] as number]
      expect(mode === 'light' ? a > b : a < b).toBe(true)
    }
  })
  it('lifts a dark declared colour in the dark only', () => {
    expect(onSurface('light', '#102040')).toBe('#102040')
    expect(luminance(onSurface('dark', '#102040'))).toBeGreaterThan(luminance('#102040'))
    expect(onSurface('dark', '#F0E0D0')).toBe('#F0E0D0')
  })
})
