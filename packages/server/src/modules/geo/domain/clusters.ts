/** Balanced clustering of points: how the demo generator shares a district among its streets and a street among its
 *  communities. */

export type Site = readonly [x: number, y: number]

const ROUNDS = 60

/** Assigns every site to one of `shares.length` clusters whose sizes follow the shares, each cluster compact (a power diagram:
 *  centroids move as in k-means, weights grow where a cluster is short of sites). Cluster c gets at least `least[c]` sites.
 *  Throws RangeError when there are fewer sites than that. */
export function balancedClusters(
  sites: readonly Site[],
  shares: readonly number[],
  random: () => number,
  least: readonly number[] = shares.map(() => 1)
): Int32Array {
  const k = shares.length
  const needed = least.reduce((a, b) => a + b, 0)
  if (sites.length < needed) throw new RangeError(`${k} clusters need ${needed} sites, got ${sites.length}`)
  const total = shares.reduce((a, b) => a + b, 0)
  const quota = shares.map((share) => (share / total) * sites.length)
  const centres = spreadCentres(sites, k, random)
  const weights = new Float64Array(k)
  const label = new Int32Array(sites.length)
  const count = new Int32Array(k)
  const unit = meanSpacing(sites) ** 2

  for (let round = 0; round < ROUNDS; round++) {
    assign(sites, centres, weights, label, count)
    const gain = unit * 0.35 * (1 - round / ROUNDS)
    for (let c = 0; c < k; c++) {
      const want = quota[c] as number
      const short = (want - (count[c] as number)) / Math.sqrt(want)
      weights[c] = (weights[c] as number) + gain * Math.max(-2, Math.min(2, short))
    }
    if (round < ROUNDS * 0.7) moveCentres(sites, centres, label, count)
  }
  assign(sites, centres, weights, label, count)
  fillShort(sites, centres, label, count, least)
  return label
}

function meanSpacing(sites: readonly Site[]): number {
  let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of sites) {
    w = Math.min(w, x)
    e = Math.max(e, x)
    s = Math.min(s, y)
    n = Math.max(n, y)
  }
  return Math.sqrt(Math.max((e - w) * (n - s), 1) / sites.length)
}

/** Starts far apart: each next centre is the best of a few candidates by distance to those chosen. */
function spreadCentres(sites: readonly Site[], k: number, random: () => number): [number, number][] {
  const pick = (): Site => sites[Math.floor(random() * sites.length)] as Site
  const chosen: [number, number][] = []
  while (chosen.length < k) {
    let best = pick()
    let bestFar = -1
    for (let attempt = 0; attempt < 8; attempt++) {
      const [x, y] = pick()
      const far = chosen.reduce((least, c) => Math.min(least, (c[0] - x) ** 2 + (c[1] - y) ** 2), Infinity)
      if (far > bestFar) [best, bestFar] = [[x, y], far]
    }
    chosen.push([best[0], best[1]])
  }
  return chosen
}

function assign(
  sites: readonly Site[],
  centres: readonly Site[],
  weights: Float64Array,
  label: Int32Array,
  count: Int32Array
): void {
  count.fill(0)
  sites.forEach(([x, y], i) => {
    let [best, least] = [0, Infinity]
    for (let c = 0; c < centres.length; c++) {
      const [cx, cy] = centres[c] as Site
      const d = (cx - x) ** 2 + (cy - y) ** 2 - (weights[c] as number)
      if (d < least) [best, least] = [c, d]
    }
    label[i] = best
    count[best] = (count[best] as number) + 1
  })
}

function moveCentres(sites: readonly Site[], centres: [number, number][], label: Int32Array, count: Int32Array): void {
  const sum = centres.map((): [number, number] => [0, 0])
  sites.forEach(([x, y], i) => {
    const at = sum[label[i] as number] as [number, number]
    at[0] += x
    at[1] += y
  })
  sum.forEach(([x, y], c) => {
    const n = count[c] as number
    if (n > 0) centres[c] = [x / n, y / n]
  })
}

/** A cluster below its minimum takes the nearest sites of clusters that can spare one. */
function fillShort(
  sites: readonly Site[],
  centres: readonly Site[],
  label: Int32Array,
  count: Int32Array,
  least: readonly number[]
): void {
  const canSpare = (c: number): boolean => (count[c] as number) > (least[c] as number)
  for (let c = 0; c < centres.length; c++) {
    const [cx, cy] = centres[c] as Site
    while ((count[c] as number) < (least[c] as number)) {
      let [best, nearest] = [-1, Infinity]
      sites.forEach(([x, y], i) => {
        const owner = label[i] as number
        const d = (cx - x) ** 2 + (cy - y) ** 2
        if (owner !== c && canSpare(owner) && d < nearest) [best, nearest] = [i, d]
      })
      const from = label[best] as number
      count[from] = (count[from] as number) - 1
      label[best] = c
      count[c] = (count[c] as number) + 1
    }
  }
}
