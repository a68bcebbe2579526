import type { ThemeMode } from './theme.ts'
import { TOKENS } from './theme.ts'

/** How something stands, in the words of the lamps: `silent` is not heard, `absent` has no sensor. `grave` is kept for what an alarm of the first levels says. */
export type ToneName = 'none' | 'ok' | 'cold' | 'soon' | 'late' | 'grave' | 'silent' | 'absent'

/** The colour of a tone. What is in order is muted: a quiet city looks quiet. Silence has the colour of what is paused and is always drawn hollow; `grave` is the darkest of the reds and drawn bigger. */
export function toneColor(mode: ThemeMode, tone: ToneName): string {
  const c = TOKENS[mode]
  if (tone === 'ok') return mode === 'dark' ? '#4F8A6D' : '#7FA893'
  if (tone === 'soon') return c.soon
  if (tone === 'late') return c.late
  if (tone === 'grave') return mode === 'dark' ? '#FF9C93' : '#8E1A12'
  if (tone === 'cold') return mode === 'dark' ? '#7FC4E8' : '#2B7FA8'
  return c.paused
}

/** How big a mark of a tone is drawn beside a plain one: what needs somebody stands out without its colour. */
export function toneSize(tone: ToneName): number {
  if (tone === 'grave') return 1.9
  if (tone === 'late') return 1.6
  if (tone === 'soon' || tone === 'cold') return 1.3
  // Nothing can be expected of it: there, and no more.
  if (tone === 'absent') return 0.6
  return 1
}
