import type { CheckReport } from '@chengyun/contract/dispatch'
import type { Db } from '../../platform/db.ts'
import { type CheckedCity, checkRules } from './domain/check.ts'
import type { ResponsibilityIndex } from './domain/resolver.ts'
import { grainOf, pause } from './dry-run.ts'
import { caseCounts } from './queries/cases.ts'
import { listClasses, listDivisions, listDutyGrids } from './queries/rules.ts'

const MONTH = 30 * 86_400_000

/** Look for gaps, overlaps and dead rules, each weighed with the cases of the last 30 days. Only editions that have rules are looked at. */
export async function checkResponsibility(db: Db, index: ResponsibilityIndex, now: Date): Promise<CheckReport> {
  const editions = new Set(index.rules.map((r) => r.standardRef))
  const classes = (await listClasses(db)).filter((c) => editions.has(c.standardRef))
  const city = await cityOf(db)
  const counts = await caseCounts(db, new Date(now.getTime() - MONTH), now, grainOf(index.rules, 0), index.directory)
  const work = checkRules(index, classes, city, counts)
  for (;;) {
    const step = work.next()
    if (step.done) {
      return {
        checkedAt: now.toISOString(),
        rules: index.rules.length,
        classes: classes.length,
        streets: city.streets.length,
        cases: counts.reduce((sum, c) => sum + c.cases, 0),
        ...step.value
      }
    }
    await pause()
  }
}

async function cityOf(db: Db): Promise<CheckedCity> {
  const divisions = await listDivisions(db)
  const at = <L extends string>(level: L) => divisions.filter((d) => d.level === level)
  return {
    streets: at('street').map((d) => ({ code: d.code, districtCode: d.parentCode ?? '' })),
    communities: at('community').map((d) => ({ code: d.code, streetCode: d.parentCode ?? '' })),
    dutyGrids: await listDutyGrids(db)
  }
}
