// What goes wrong in a city, class by class: how often, when, how people say it, what it looks like, how it is put right.
// Codes are those of GB/T 47678.5-2026; synonyms are the ones people and hotline texts use.
import { COMPONENT_CLASSES } from './component-classes.ts'
import type { Matter, Rhythm } from './matter.ts'
import { MATTER_CLASSES } from './matter-classes.ts'

/** The ten high-frequency matters first, then others, then components. */
export const MATTERS: readonly Matter[] = [...MATTER_CLASSES, ...COMPONENT_CLASSES]

const BY_KEY = new Map(MATTERS.map((x) => [`${x.kind}/${x.code}`, x]))

/** What is known of a class; undefined for one the simulator never reports (people report those). */
export const matterOf = (kind: string, code: string): Matter | undefined => BY_KEY.get(`${kind}/${code}`)

/** How busy an hour of the city's wall clock is for a rhythm, 1 being a usual working hour. */
export function activityAt(rhythm: Rhythm, hour: number, weekday: number): number {
  const isWeekend = weekday === 0 || weekday === 6
  const bump = (centre: number, width: number): number => Math.exp(-(((hour - centre) / width) ** 2))
  switch (rhythm) {
    case 'day':
      return (0.25 + bump(9, 3) + 0.8 * bump(15, 3)) * (isWeekend ? 0.9 : 1)
    case 'market':
      return (0.15 + 1.1 * bump(7.5, 2) + 1.1 * bump(18, 2.5)) * (isWeekend ? 1.25 : 1)
    case 'evening':
      return (0.1 + 1.5 * bump(19.5, 2.5)) * (isWeekend ? 1.3 : 1)
    case 'work':
      return (0.1 + 1.1 * bump(10.5, 3.5) + 0.7 * bump(16, 2.5)) * (isWeekend ? 0.5 : 1)
    case 'always':
      return 0.45 + 0.55 * bump(13, 6)
  }
}
