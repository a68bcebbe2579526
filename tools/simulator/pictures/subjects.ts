// The problem itself, one drawing per subject, and what the place looks like once it is put right.
import type { Subject } from '../matter.ts'
import type { Chance } from '../random.ts'
import { PROBLEM } from './problems.ts'
import { GROUND } from './scene.ts'
import { SOLVED } from './solved.ts'

export interface Spot {
  x: number
  y: number
}

/** Where on the picture a subject lies: its foot point. */
export function spotOf(subject: Subject, chance: Chance): Spot {
  const x = chance.int(250, 630)
  switch (subject) {
    case 'dirt':
    case 'spill':
    case 'pothole':
    case 'cover':
      return { x, y: chance.int(552, 590) }
    case 'rail':
    case 'bikes':
      return { x, y: 506 }
    case 'stickers':
    case 'wall':
    case 'laundry':
    case 'cable':
      return { x, y: 424 }
    case 'goods':
    case 'billboard':
    case 'dust':
    case 'fence':
    case 'bareGreen':
    case 'greenLitter':
      return { x, y: 452 }
    default:
      return { x, y: 474 }
  }
}

/** The subject at its spot, as the problem or put right. */
export const drawSubject = (subject: Subject, chance: Chance, { x, y }: Spot, isSolved: boolean): string =>
  (isSolved ? (SOLVED[subject] ?? (() => '')) : PROBLEM[subject])(chance, x, Math.max(y, GROUND.wall))
