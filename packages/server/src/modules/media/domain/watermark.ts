import { MEDIA_PHASES, type MediaPhase } from '@chengyun/contract/media'
import { wallTime } from './wall.ts'

export interface WatermarkFacts {
  /** Case number, when the picture belongs to a case. */
  label: string | null
  phase: MediaPhase
  /** When it was taken, as far as known. */
  at: Date
  address: string | null
  place: readonly [number, number] | null
  person: string
}

/** The lines written on the shown copy: case number and phase; time and place; person (standards §2.10). */
export function watermarkLines(facts: WatermarkFacts, timeZone: string): string[] {
  const { label, phase, at, address, place, person } = facts
  const where = address ?? (place ? `${place[0].toFixed(6)}, ${place[1].toFixed(6)}` : '')
  const lines = [
    `${label === null ? '' : `${label}  `}${MEDIA_PHASES[phase].zh}`,
    `${localTime(at, timeZone)}  ${where}`.trim(),
    person
  ]
  return lines.map((line) => line.replaceAll(/\p{Cc}+/gu, ' ').trim()).filter((line) => line !== '')
}

function localTime(at: Date, timeZone: string): string {
  const [year, month, day, hour, minute, second] = wallTime(at, timeZone).map((n) => String(n).padStart(2, '0'))
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`
}
