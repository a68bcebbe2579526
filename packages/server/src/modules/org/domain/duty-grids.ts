/** Which duty grids (责任网格) a person walks: those of all posts in force, the main one first. */

interface Reaching {
  readonly dutyGridCodes: readonly string[]
}

export interface TimedPost {
  duty_grid_codes: readonly string[]
  valid_from_at: Date
  valid_to_at: Date | null
}

/** Duty grids of somebody's posts, those that began later first: the first is the main one, the others are walked when needed.
 *  @param grants in the order in which they began */
export const dutyGridsOf = (grants: readonly Reaching[]): string[] => [
  ...new Set(grants.toReversed().flatMap((g) => g.dutyGridCodes))
]

/** The same of posts at an instant; null when none is in force then. */
export function dutyGridsAt(posts: readonly TimedPost[], at: Date): string[] | null {
  const held = posts
    .filter((p) => p.valid_from_at <= at && (p.valid_to_at === null || p.valid_to_at > at))
    .sort((a, b) => a.valid_from_at.getTime() - b.valid_from_at.getTime())
  return held.length === 0 ? null : dutyGridsOf(held.map((p) => ({ dutyGridCodes: p.duty_grid_codes })))
}
