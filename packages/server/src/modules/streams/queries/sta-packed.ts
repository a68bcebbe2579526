/** `Datastreams?$filter=Observations/result gt 5`: what packed days say to it, found out before the filter becomes SQL. */
import type { Db } from '../../../platform/db.ts'
import { type Bound, boundPaths } from '../domain/sta/bind.ts'
import { StaError } from '../domain/sta/fault.ts'
import { rebased } from '../domain/sta/observation.ts'
import { featuresOf, readObservations } from './sta-observations.ts'
import type { Compiled } from './sta-sql.ts'

const MOST_FOUND = 100_000

/** The streams (of Features: the features) of which a condition about their Observations holds in packed days. @throws StaError */
export async function judgePacked(db: Db, filter: Bound | undefined, c: Compiled): Promise<Map<Bound, readonly number[]>> {
  const out = new Map<Bound, readonly number[]>()
  for (const atom of filter === undefined ? [] : atomsOf(filter)) {
    const paths = boundPaths(atom)
    const at = paths.map((p) => p.steps.findIndex((s) => s.to === 'Observation' && s.many))
    const through = at.find((i) => i >= 0)
    if (through === undefined || paths[0] === undefined) continue
    const prefix = (i: number): string =>
      (paths[i]?.steps ?? [])
        .slice(0, through + 1)
        .map((s) => s.link)
        .join('/')
    if (at.some((i) => i !== through) || paths.some((_, i) => prefix(i) !== prefix(0)))
      throw new StaError('what is compared with an Observation has to be said of the same one')
    const owner = through === 0 ? paths[0].from : paths[0].steps[through - 1]?.to
    const found = await readObservations(
      db,
      { streams: null, filter: rebased(atom, through + 1), order: [], skip: 0, top: MOST_FOUND, packedOnly: true },
      c
    )
    if (found.length === MOST_FOUND) throw new StaError('the filter finds too many Observations: narrow it by phenomenonTime')
    out.set(atom, owner === 'FeatureOfInterest' ? await featuresOf(db, found) : [...new Set(found.map((o) => o.stream))])
  }
  return out
}

/** The parts of a filter that and, or, not put together. */
function atomsOf(node: Bound): Bound[] {
  if (node.node === 'call' && (node.op === 'and' || node.op === 'or' || node.op === 'not')) return node.args.flatMap(atomsOf)
  return [node]
}
