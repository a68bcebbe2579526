import { type ThemeMode, TOKENS } from '../theme.ts'

// Colours of kinds on the map. Told apart with red-green and blue-yellow blindness (after Paul Tol's qualitative schemes), and none of
// them is a level or lamp colour: on this map saturated red, orange and yellow go on meaning alarms and clocks.

const KINDS: Record<ThemeMode, readonly string[]> = {
  light: ['#33579E', '#2A8C82', '#8F3F71', '#6B8E23', '#5BA3CF', '#A9745B', '#7A6BB8', '#3F6B4F', '#B4739B', '#8A8134'],
  dark: ['#88A9F0', '#5CCDBD', '#C86DA8', '#B5CC66', '#A5DCF7', '#DDB39B', '#BFB1F5', '#8FC7A2', '#F0B8DA', '#D3C978']
}
const OTHER: Record<ThemeMode, string> = { light: '#8A94A8', dark: '#8592AE' }
const AMOUNTS: Record<ThemeMode, readonly string[]> = {
  light: ['#D5E2FA', '#AECBF5', '#7FAAEE', '#4E84E2', '#2360CC', '#123F99', '#0A2663'],
  dark: ['#172C55', '#1E4284', '#2B5DB8', '#4A82E0', '#79A8F7', '#A9C8FF', '#E0ECFF']
}

/** From how many on a step of amount begins; the first is everything. Steps stay the same wherever one looks. */
export const AMOUNT_STEPS = [1, 5, 20, 100, 500, 2000, 10_000] as const

/** How much of the ground amounts cover. */
export const AMOUNT_OPACITY = { heat: 0.82, hex: 0.78, columns: 0.86 } as const

/** How many kinds get a colour of their own; the rest share {@link otherColor}. */
export const KIND_COLORS = 10

/** The colour of the n-th kind (0 is the most frequent); beyond the last the one of all others. */
export function kindColor(mode: ThemeMode, index: number): string {
  return KINDS[mode][index] ?? OTHER[mode]
}

/** The colour of kinds that have none of their own. */
export function otherColor(mode: ThemeMode): string {
  return OTHER[mode]
}

/** The colours of the steps of amount, least first. */
export function amountColors(mode: ThemeMode): readonly string[] {
  return AMOUNTS[mode]
}

/** A colour as it looks laid over the land at `opacity` (0…1): a legend shows what the map shows. */
export function onLand(mode: ThemeMode, color: string, opacity: number): string {
  const [over, under] = [channels(color), channels(TOKENS[mode].land)]
  const mixed = over.map((v, i) => Math.round(v * opacity + (under[i] ?? 0) * (1 - opacity)))
  return `#${mixed.map((v) => v.toString(16).padStart(2, '0')).join('')}`
}

/** A declared colour made readable on the surface: in the dark it is mixed with white until it stands out. */
export function onSurface(mode: ThemeMode, color: string): string {
  if (mode === 'light' || luminance(color) > 0.32) return color
  const [r, g, b] = channels(color)
  const lift = (v: number) =>
    Math.round(v + (255 - v) * 0.45)
      .toString(16)
      .padStart(2, '0')
  return `#${lift(r)}${lift(g)}${lift(b)}`
}

function channels(color: string): [number, number, number] {
  const at = (i: number) => Number.parseInt(color.slice(i, i + 2), 16)
  return [at(1), at(3), at(5)]
}

/** Relative luminance after WCAG 2. */
export function luminance(color: string): number {
  const [r, g, b] = channels(color).map((v) => {
    const s = v / 255
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
