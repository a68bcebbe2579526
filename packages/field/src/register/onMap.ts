import type { Place } from '../map/project.ts'
import { type Component, underFinger } from './register.ts'

/** Pixels round a finger in which a dot is meant. */
export const FINGER_PX = 26

/** Components on a map of a place: dots, of which a tap chooses one. */
export interface PartsOnMap {
  list: readonly Component[]
  chosen: string
  onPick: (component: Component) => void
}

/** Chooses the component under a finger; answers whether there was one. */
export function pickUnder({ list, onPick }: PartsOnMap, at: Place, pxPerM: number): boolean {
  const found = underFinger(list, at, FINGER_PX / pxPerM)
  if (found) onPick(found)
  return found !== null
}
