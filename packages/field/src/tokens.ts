import { applyTokens, type ThemeMode } from '@chengyun/ui/theme.ts'

const KEY = 'chengyun.field.theme'

/** Secondary text and lines for the sun: at least 7:1 for words, 3:1 for edges. By night the shared tokens are dark enough. */
const SUN = {
  '--cy-brand': '#0b46b8',
  '--cy-ink-2': '#2c3750',
  '--cy-ink-3': '#444e66',
  '--cy-line': '#c6cedb',
  '--cy-line-soft': '#e3e8f0',
  '--cy-ok-ink': '#0d5a31',
  '--cy-soon-ink': '#6b4600',
  '--cy-late-ink': '#a8180d',
  '--cy-road': '#ffffff',
  '--cy-boundary': '#8b877a'
}
const NIGHT = { '--cy-line': '#33445f', '--cy-line-soft': '#22304a', '--cy-ink-3': '#a3b0c9' }

/** Day for the sun, night for the late shift; the choice stays on this phone. */
export function storedMode(): ThemeMode {
  return localStorage.getItem(KEY) === 'dark' ? 'dark' : 'light'
}

/** Puts the colours on the document and remembers the choice. */
export function setColours(mode: ThemeMode): void {
  localStorage.setItem(KEY, mode)
  applyTokens(mode)
  for (const [name, value] of Object.entries(mode === 'dark' ? NIGHT : SUN))
    document.documentElement.style.setProperty(name, value)
}
