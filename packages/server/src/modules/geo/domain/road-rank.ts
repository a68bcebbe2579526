/** Which roads a map shows from afar: by what the name says, else by length among the roads of the same district. */

/** 1 main road, 2 road, 3 lane. */
export type RoadRank = 1 | 2 | 3

const MAIN = /(高速|快速路|大道|大街|隧道|大桥|Expressway|Highway|Boulevard|Avenue)$/i
const LANE = /(巷|里|弄|胡同|支路|支线|小路|Lane|Alley|Place|Court)$/i
/** Shares of a district's roads, longest first, that are main roads and roads. */
const MAIN_SHARE = 0.14
const ROAD_SHARE = 0.5

/** Ranks by road code. Codes begin with the six digits of the district. */
export function rankRoads(roads: readonly { code: string; name: string; line: ArrayLike<number> }[]): Map<string, RoadRank> {
  const ranks = new Map<string, RoadRank>()
  for (const own of Map.groupBy(roads, (road) => road.code.slice(0, 6)).values()) {
    const sorted = own.map((road) => ({ ...road, length: spanOf(road.line) })).sort((a, b) => b.length - a.length)
    sorted.forEach(({ code, name }, i) => {
      const share = i / sorted.length
      const byLength: RoadRank = share < MAIN_SHARE ? 1 : share < ROAD_SHARE ? 2 : 3
      ranks.set(code, MAIN.test(name) ? 1 : LANE.test(name) ? 3 : byLength)
    })
  }
  return ranks
}

/** Length in units of the plane: enough to compare roads of one district. */
function spanOf(line: ArrayLike<number>): number {
  let sum = 0
  for (let i = 2; i < line.length; i += 2)
    sum += Math.hypot((line[i] as number) - (line[i - 2] as number), (line[i + 1] as number) - (line[i - 1] as number))
  return sum
}
