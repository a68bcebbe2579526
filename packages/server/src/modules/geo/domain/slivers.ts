/** Joins cells that the border has cut down to slivers with the neighbour they share the longest side with. */

import { dissolve } from './dissolve.ts'
import { eachSegment, segmentKey } from './lattice.ts'
import { type Polygon, planarArea, type Shape } from './shape.ts'

interface Side {
  owners: number[]
  line: [number, number, number, number]
}

/** The faces as shapes, each smaller one merged into a neighbour; faces must meet vertex to vertex. A sliver without a
 *  neighbour (a rock in the sea) stays. `minArea` is in square units. */
export function mergeSlivers(faces: readonly Polygon[], minArea: number): Shape[] {
  const areas = faces.map((face) => planarArea([face]))
  const small = areas.map((_, i) => i).filter((i) => (areas[i] as number) < minArea)
  if (small.length === 0) return faces.map((face) => [face])

  const sides = listSides(faces)
  const sidesOf: Side[][] = faces.map(() => [])
  for (const side of sides.values()) for (const owner of side.owners) (sidesOf[owner] as Side[]).push(side)
  const groupOf = faces.map((_, i) => i)
  const members = new Map(faces.map((_, i) => [i, [i]]))
  const groupArea = [...areas]

  small.sort((a, b) => (areas[a] as number) - (areas[b] as number) || a - b)
  for (const face of small) {
    const group = groupOf[face] as number
    if ((groupArea[group] as number) >= minArea) continue
    const host = longestNeighbour(group, members.get(group) ?? [], sidesOf, groupOf)
    if (host === null) continue
    const moved = members.get(group) ?? []
    for (const one of moved) groupOf[one] = host
    members.set(host, [...(members.get(host) ?? []), ...moved])
    members.delete(group)
    groupArea[host] = (groupArea[host] as number) + (groupArea[group] as number)
  }
  return [...members.values()].map((group) => dissolve(group.map((face) => [faces[face] as Polygon])))
}

function listSides(faces: readonly Polygon[]): Map<string, Side> {
  const sides = new Map<string, Side>()
  faces.forEach((face, i) => {
    for (const ring of face) {
      eachSegment(ring, (ax, ay, bx, by) => {
        const key = segmentKey(ax, ay, bx, by)
        const side = sides.get(key)
        if (side) side.owners.push(i)
        else sides.set(key, { owners: [i], line: [ax, ay, bx, by] })
      })
    }
  })
  return sides
}

function longestNeighbour(
  group: number,
  members: readonly number[],
  sidesOf: readonly Side[][],
  groupOf: readonly number[]
): number | null {
  const shared = new Map<number, number>()
  for (const member of members) {
    for (const { owners, line } of sidesOf[member] ?? []) {
      for (const owner of owners) {
        const other = groupOf[owner] as number
        if (other === group) continue
        shared.set(other, (shared.get(other) ?? 0) + Math.hypot(line[2] - line[0], line[3] - line[1]))
      }
    }
  }
  let best: number | null = null
  for (const [other, length] of shared) if (best === null || length > (shared.get(best) ?? 0)) best = other
  return best
}
