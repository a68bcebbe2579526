import type { StandardRef } from '@chengyun/contract/cases'
import type { DryRunResult, RuleChange, RuleView } from '@chengyun/contract/dispatch'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { Known } from '../domain/changes.ts'
import { buildDirectory } from '../domain/directory.ts'
import { classKey, type Directory, DUTY_GRID, type Rule } from '../domain/rules.ts'
import type { DryRunTable, RuleTable } from '../tables.ts'

export type RuleRow = RuleTable

export const toRule = (row: RuleRow): Rule => ({
  id: row.id,
  key: row.key,
  version: row.version,
  standardRef: row.standard_ref,
  kind: row.kind,
  classes: row.classes,
  areas: row.areas,
  regionClasses: row.region_classes,
  target: row.target,
  note: row.note,
  validFrom: row.valid_from_at,
  validTo: row.valid_to_at
})

/** All rules, ended ones included, in the order they were made. */
export async function listRuleRows(db: Db | Tx): Promise<RuleRow[]> {
  return db.selectFrom('dispatch.rule').selectAll().orderBy('id').execute()
}

export async function listRules(db: Db | Tx): Promise<Rule[]> {
  return (await listRuleRows(db)).map(toRule)
}

export function findRuleRow(db: Db, id: string): Promise<RuleRow | undefined> {
  return db.selectFrom('dispatch.rule').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Every version of a rule, newest first. */
export async function listRuleVersions(db: Db, id: string): Promise<RuleView[]> {
  const rows = await db
    .selectFrom('dispatch.rule_version')
    .select('body')
    .where('rule_id', '=', id)
    .orderBy('version', 'desc')
    .execute()
  return rows.map((r) => r.body as RuleView)
}

/** Units, region classes, and the unit grids for which the duty grids that rules name are the primary ones. */
export async function loadDirectory(db: Db | Tx, rules: readonly { areas: readonly string[] | null }[]): Promise<Directory> {
  const units = await db
    .selectFrom('org.pub_unit')
    .select(['id', 'key', 'name', 'active', 'kind', 'district_code as districtCode', 'street_code as streetCode'])
    .execute()
  const regions = await sql<{ code: string; regionClass: string }>`
    select code, region_class as "regionClass" from geo.pub_division where valid_to_on is null and level <> 'city'`.execute(db)
  const named = [...new Set(rules.flatMap((r) => r.areas ?? []))]
    .filter((a) => a.startsWith(DUTY_GRID))
    .map((a) => a.slice(DUTY_GRID.length))
  const dutyGrids =
    named.length === 0
      ? []
      : (
          await sql<{ code: string; gridCodes: string[] }>`
            select duty_grid_code as code, array_agg(grid_code) as "gridCodes" from geo.pub_primary_duty_grid
            where duty_grid_code = any(${named}) group by 1`.execute(db)
        ).rows
  return buildDirectory({ units, regionClasses: regions.rows, dutyGrids })
}

export function listOwners(db: Db | Tx): Promise<{ component: string; unitId: string }[]> {
  return db.selectFrom('dispatch.component_owner').select(['component', 'unit_id as unitId']).execute()
}

export interface ClassRow {
  standardRef: StandardRef
  kind: 'component' | 'matter'
  code: string
  majorCode: string
  name: string
}

export async function listClasses(db: Db | Tx): Promise<ClassRow[]> {
  const { rows } = await sql<ClassRow>`select standard_ref as "standardRef", kind, code, major_code as "majorCode", name
    from cases.pub_class where active order by 1, 2, 3`.execute(db)
  return rows
}

export interface DivisionRow {
  code: string
  level: 'city' | 'district' | 'street' | 'community'
  parentCode: string | null
}

export async function listDivisions(db: Db | Tx): Promise<DivisionRow[]> {
  const { rows } = await sql<DivisionRow>`
    select code, level, parent_code as "parentCode" from geo.pub_division where valid_to_on is null order by code`.execute(db)
  return rows
}

export async function listDutyGrids(db: Db | Tx): Promise<{ code: string; streetCode: string }[]> {
  const { rows } = await sql<{ code: string; streetCode: string }>`
    select code, street_code as "streetCode" from geo.pub_duty_grid where valid_to_on is null order by code`.execute(db)
  return rows
}

/** What rules may speak of now. */
export async function loadKnown(db: Db | Tx): Promise<Known> {
  const classes = new Set<string>()
  for (const c of await listClasses(db)) {
    classes.add(classKey(c.standardRef, c.kind, c.code))
    classes.add(classKey(c.standardRef, c.kind, c.majorCode))
  }
  const divisions = new Set((await listDivisions(db)).map((d) => d.code))
  const dutyGrids = new Set((await listDutyGrids(db)).map((g) => g.code))
  return { classes, divisions, dutyGrids, directory: await loadDirectory(db, []) }
}

/** The last event there is: from here on a process listens. */
export async function lastEvent(db: Db): Promise<number> {
  const { rows } = await sql<{ seq: number }>`select coalesce(max(seq), 0) as seq from platform.event`.execute(db)
  return rows[0]!.seq
}

/** Where a process stands in the stream of events, and whether anything since `seq` concerns responsibility. */
export async function eventsSince(db: Db, seq: number): Promise<{ seq: number; stale: boolean }> {
  const { rows } = await sql<{ seq: number | null; stale: boolean | null }>`
    select max(seq) as seq, bool_or(name in ('dispatch.changed', 'org.changed') or name like 'geo.%') as stale
    from platform.event where seq > ${seq}`.execute(db)
  return { seq: rows[0]?.seq ?? seq, stale: rows[0]?.stale ?? false }
}

export function findDryRun(db: Db | Tx, id: string): Promise<DryRunRow | undefined> {
  return db.selectFrom('dispatch.dry_run').selectAll().where('id', '=', id).executeTakeFirst() as Promise<DryRunRow | undefined>
}
export type DryRunRow = Omit<DryRunTable, 'progress' | 'changes' | 'result'> & {
  progress: number
  changes: RuleChange[]
  result: DryRunResult | null
}

export interface ChangeRow {
  id: string
  before: RuleView[]
  after: RuleView[]
  actor_name: string
  changed_at: Date
  undo_of: string | null
  undone_at: Date | null
}

/** Applied change sets, newest first; `after` is the id of the last one already seen (ids grow with time). */
export async function listChanges(db: Db, after: string | undefined, limit: number): Promise<ChangeRow[]> {
  const { rows } = await sql<ChangeRow>`select id, before, after, actor_name, changed_at, undo_of, undone_at from platform.change
    where module = 'dispatch' and (${after ?? null}::uuid is null or id < ${after ?? null}::uuid) order by id desc limit ${limit}`.execute(
    db
  )
  return rows
}
