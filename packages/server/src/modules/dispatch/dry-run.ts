import type { DryRunResult, RuleChange } from '@chengyun/contract/dispatch'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import { touchDryRun } from './commands/dry-runs.ts'
import { applyChanges } from './domain/changes.ts'
import { DryRun } from './domain/dry-run.ts'
import { compileOwners, compileRules } from './domain/resolver.ts'
import { DUTY_GRID, type Rule } from './domain/rules.ts'
import { caseGroups, type Grain, type Part } from './queries/cases.ts'
import { findDryRun, listDivisions, listOwners, listRules, loadDirectory } from './queries/rules.ts'

/** Groups weighed before others get their turn: about 5 ms. */
const SLICE = 2000
const REPORT_MS = 300

/** What the rules (and owners) tell apart; anything finer would only make more groups. */
export function grainOf(rules: readonly { areas: readonly string[] | null }[], owners: number): Grain {
  const areas = new Set(rules.flatMap((r) => r.areas ?? []))
  const any = (test: (area: string) => boolean) => [...areas].some(test)
  return { community: any((a) => a.length === 12), grid: any((a) => a.startsWith(DUTY_GRID)), component: owners > 0 }
}

export const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Compute a dry run that startDryRun wrote down: district by district, reporting progress, until done, cancelled or stopped (then it has failed). */
export async function computeDryRun(db: Db, actor: Actor, id: string, stop?: AbortSignal): Promise<void> {
  const run = await findDryRun(db, id)
  if (!run) return
  try {
    const weigher = await prepare(db, run.changes, run.to_at)
    const parts = await partsOf(db)
    let reported = performance.now()
    for (const [n, part] of parts.entries()) {
      const groups = await caseGroups(db, run.from_at, run.to_at, weigher.grain, part)
      for (let i = 0; i < groups.length; i += SLICE) {
        for (const group of groups.slice(i, i + SLICE)) weigher.dryRun.add(group)
        await pause()
        stop?.throwIfAborted()
      }
      if (performance.now() - reported < REPORT_MS) continue
      reported = performance.now()
      if (!(await touchDryRun(db, actor, { id, progress: (n + 1) / parts.length }))) return
    }
    const result: DryRunResult = weigher.dryRun.result()
    await touchDryRun(db, actor, { id, progress: 1, status: 'done', result })
  } catch (error) {
    await touchDryRun(db, actor, { id, progress: 0, status: 'failed' })
    throw error
  }
}

/** District by district: groups are fewest where the place is one, and the index of cases starts with it. */
async function partsOf(db: Db): Promise<Part[]> {
  const districts = (await listDivisions(db)).filter((d) => d.level === 'district').map((d) => d.code)
  return [...districts.map((district) => ({ district })), { notIn: districts }]
}

async function prepare(db: Db, changes: readonly RuleChange[], now: Date): Promise<{ dryRun: DryRun; grain: Grain }> {
  const rules = await listRules(db)
  const changed = applyChanges(rules, changes, now, () => newId())
  const both = [...rules, ...changed.rules]
  const [directory, owners] = await Promise.all([loadDirectory(db, both), listOwners(db)])
  const ownerOf = compileOwners(owners)
  const before = compileRules(rules, directory, now, ownerOf)
  const after = compileRules(changed.rules, directory, inForceFrom(changed.diffs, now), ownerOf)
  return { dryRun: new DryRun(before, after), grain: grainOf(both, owners.length) }
}

/** The first moment at which everything the set introduces is in force. */
function inForceFrom(diffs: readonly { after: Rule }[], now: Date): Date {
  const begins = diffs.map((d) => d.after).filter((r) => r.validTo === null || r.validTo > now)
  return new Date(Math.max(now.getTime(), ...begins.map((r) => r.validFrom.getTime())))
}
