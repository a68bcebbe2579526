/** Levels of alarms; 1 is the gravest. */
export type Level = 1 | 2 | 3 | 4

/** Outline of each level's sign in a box of 12: octagon, triangle, diamond, circle. Shape carries the level, colour repeats it. */
export const LEVEL_PATHS: Record<Level, string> = {
  1: 'M3.7.4h4.6l3.300 3.300v4.600l-3.300 3.300H3.700L.4 8.300V3.700Z',
  2: 'M6 .5 11.700 11.200H.3Z',
  3: 'M6 .2 11.800 6 6 11.800.2 6Z',
  4: 'M6 .8a5.200 5.200 0 1 0 0 10.400A5.200 5.200 0 1 0 6 .8Z'
}
