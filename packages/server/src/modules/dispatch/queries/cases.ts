import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { CaseCount } from '../domain/check.ts'
import type { CaseGroup } from '../domain/dry-run.ts'
import type { Directory } from '../domain/rules.ts'

/** Which parts of a case's place and thing the rules distinguish: what they do not is not asked for, so that groups stay few. */
export interface Grain {
  community: boolean
  grid: boolean
  component: boolean
}

/** One district, everything but the districts named, or all. */
export type Part = { district: string } | { notIn: readonly string[] } | 'all'

/**
 * Registered cases that were reported in a span, summed into groups that are alike for every rule. The span goes by the time of the
 * report because cases are indexed by it; a case is registered minutes after it.
 */
export async function caseGroups(db: Db, from: Date, to: Date, grain: Grain, part: Part = 'all'): Promise<CaseGroup[]> {
  const where =
    part === 'all'
      ? sql``
      : 'district' in part
        ? sql`and district_code = ${part.district}`
        : sql`and (district_code is null or district_code <> all(${part.notIn}::text[]))`
  const community = grain.community ? sql`community_code` : sql`null::text`
  const grid = grain.grid ? sql`grid_code` : sql`null::text`
  const component = grain.component ? sql`component_id` : sql`null::text`
  const { rows } = await sql<Omit<CaseGroup, 'samples'> & { first: string; last: string }>`
    select standard_ref as "standardRef", kind, class_code as "classCode", district_code as "districtCode", street_code as "streetCode",
      ${community} as "communityCode", ${grid} as "gridCode", ${component} as "componentId", unit_id as "unitId",
      count(*)::int as cases, min(case_no) as first, max(case_no) as last
    from cases.pub_case where reported_at >= ${from} and reported_at < ${to} and registered_at is not null ${where}
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9`.execute(db)
  return rows.map(({ first, last, ...group }) => ({ ...group, samples: first === last ? [first] : [first, last] }))
}

/** The same cases by class and place only, for weighing what the checker finds. */
export async function caseCounts(db: Db, from: Date, to: Date, grain: Grain, directory: Directory): Promise<CaseCount[]> {
  const groups = await caseGroups(db, from, to, { ...grain, component: false })
  return groups.map((g) => ({
    standardRef: g.standardRef,
    kind: g.kind,
    classCode: g.classCode,
    streetCode: g.streetCode,
    communityCode: g.communityCode,
    dutyGrids: g.gridCode === null ? [] : (directory.dutyGridsOf.get(g.gridCode) ?? []),
    cases: g.cases
  }))
}
