import type { DryRunOutcome, Rule } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import { listTemplates } from '../../streams/index.ts'

/** A rule as it stands. */
export interface RuleRow {
  id: string
  no: number
  pack: string
  key: string
  version: number
  enabled: boolean
  declaration: Rule
  updated_at: Date
  removed_at: Date | null
}

const COLUMNS = sql.raw('id, no, pack, key, version, enabled, declaration, updated_at, removed_at')

export interface RuleFilter {
  type?: string | undefined
  pack?: string | undefined
  stream?: string | undefined
}

/** Rules that are not removed, by id. */
export async function listRules(db: Db | Tx, filter: RuleFilter = {}): Promise<RuleRow[]> {
  const { type = null, pack = null, stream = null } = filter
  const { rows } = await sql<RuleRow>`select ${COLUMNS} from alarms.rule where removed_at is null
      and (${type}::text is null or declaration->'on'->>'type' = ${type}) and (${pack}::text is null or pack = ${pack})
      and (${stream}::text is null or declaration->'on'->>'stream' = ${stream}) order by id`.execute(db)
  return rows
}

/** A rule by id; removed ones only when asked for. */
export async function findRule(db: Db | Tx, id: string, removed = false): Promise<RuleRow | undefined> {
  const { rows } =
    await sql<RuleRow>`select ${COLUMNS} from alarms.rule where id = ${id} and (removed_at is null or ${removed})`.execute(db)
  return rows[0]
}

export interface RuleVersionRow {
  version: number
  enabled: boolean
  declaration: Rule
  note: string
  changed_at: Date
  changed_by_name: string
}

/** Every version of a rule, newest first. */
export async function listRuleVersions(db: Db, id: string): Promise<RuleVersionRow[]> {
  const { rows } = await sql<RuleVersionRow>`select version, enabled, declaration, note, changed_at, changed_by_name
    from alarms.rule_version where rule_id = ${id} order by version desc`.execute(db)
  return rows
}

/** Registers that changed after `version`, in any of what the judge knows of them. */
export async function watchedSince(db: Db, version: number): Promise<{ type_id: string; version: number }[]> {
  const { rows } = await sql<{ type_id: string; version: number }>`select type_id, version from alarms.watched
    where version > ${version} order by version`.execute(db)
  return rows
}

/** The latest change of what the judge knows. */
export async function lastWatched(db: Db): Promise<number> {
  const { rows } = await sql<{ version: number }>`select coalesce(max(version), 0) as version from alarms.watched`.execute(db)
  return rows[0]!.version
}

export interface DryRunRow {
  id: string
  rule: { pack: string; rule: Rule; items: string[] | null }
  compared: Rule | null
  from_at: Date
  to_at: Date
  status: 'running' | 'done' | 'failed' | 'cancelled'
  progress: number
  result: DryRunOutcome | null
  started_at: Date
  started_by_name: string
}

export async function findDryRun(db: Db | Tx, id: string): Promise<DryRunRow | undefined> {
  const { rows } =
    await sql<DryRunRow>`select id, rule, compared, from_at, to_at, status, progress, result, started_at, started_by_name
    from alarms.dry_run where id = ${id}`.execute(db)
  return rows[0]
}

/** Streams, attributes, relations of a register, as far as rules may name them. */
export interface TypeNames {
  streams: string[]
  attributes: string[]
  relations: { key: string; to: string }[]
}

/** What each register has that rules may name: streams of its templates and of its things. */
export async function typeNames(db: Db | Tx): Promise<Map<string, TypeNames>> {
  const { rows } = await sql<TypeNames & { id: string }>`select t.id,
      array(select distinct s.key from streams.pub_thing h join streams.pub_stream s on s.thing_id = h.id
        where h.type_id = t.id and s.removed_at is null) as streams,
      array(select a->>'key' from jsonb_array_elements(t.declaration->'attributes') a) as attributes,
      coalesce((select jsonb_agg(jsonb_build_object('key', r->>'key', 'to', r->>'to')) from jsonb_array_elements(t.declaration->'relations') r), '[]')
        as relations
    from registry.pub_type t where t.state = 'active'`.execute(db)
  const out = new Map(rows.map(({ id, ...names }) => [id, names]))
  for (const { type_id, key } of await listTemplates(db)) out.get(type_id)?.streams.push(key)
  return out
}
