import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { linkEvidence } from '../../media/index.ts'
import { hashOfChange } from '../domain/chain.ts'
import { difference } from '../domain/change.ts'
import { factsOf } from '../domain/facts.ts'
import { termsOf } from '../domain/terms.ts'
import type { RegistryEnv } from '../env.ts'
import { classOf, searchTexts } from '../present.ts'
import { chained, findBatchHead, findLastChange } from '../queries/history.ts'
import { type ItemRecord, listRelated } from '../queries/items.ts'
import { dutyGridsAt } from '../queries/reach.ts'
import type { TypeRecord } from '../queries/types.ts'
import type { ChangeKind, ChangeSource } from '../tables.ts'
import type { Draft } from './compose.ts'

/** Under this name evidence belongs to an item. */
export const ITEM_OWNER = 'registry.item'

/** Why and by whom a change is made. */
export interface Why {
  source: ChangeSource
  /** The request, batch or case it came from. */
  sourceRef?: string | null
  note?: string | undefined
  /** Evidence; `linked` says that it already belongs to what the change came from. */
  evidenceIds?: readonly string[] | undefined
  linked?: boolean
  /** Who wanted it, where somebody else decided: then `actor` of the command is the reviewer. */
  applicant?: { id: string | null; name: string }
  effectiveAt?: Date
}

interface Write {
  type: TypeRecord
  before: ItemRecord | null
  /** The item as it shall be. */
  after: Omit<ItemRecord, 'version' | 'updated_at'>
  relations?: Draft['relations']
  kind: ChangeKind
  why: Why
}

/** Writes an item, its relations and its history, and tells of it. Answers the row of the history. */
export async function writeItem(
  tx: Tx,
  env: RegistryEnv,
  w: Write,
  ctx: CommandContext
): Promise<{ seq: string; version: number }> {
  const { type, before, after, relations = {} } = w
  const version = (before?.version ?? 0) + 1
  const named = before === null ? {} : relationCodes(await listRelated(tx, before.id))
  const next = { ...named, ...Object.fromEntries(Object.entries(relations).map(([key, r]) => [key, r.codes])) }
  const changed = difference(before === null ? {} : factsOf(before, named), factsOf(after, next))
  await putItem(tx, env, w, version, ctx.now)
  await putRelations(tx, w)
  const seq = await putChange(tx, w, version, changed, ctx)
  await linkItemEvidence(tx, w, ctx)
  ctx.emit('registry.changed', {
    typeId: type.id,
    id: after.id,
    code: after.code,
    kind: w.kind,
    before: before && placeOf(before),
    after: placeOf(after),
    unitIds: [...new Set([after.authority_id, after.owner_id, after.maintainer_id].filter((id) => id !== null))],
    dutyGrids: await dutyGridsAt(tx, [before?.grid_code, after.grid_code])
  })
  return { seq, version }
}

/** Codes of related items by relation. */
export function relationCodes(rows: readonly { key: string; code: string }[]): Record<string, string[]> {
  const out: Record<string, string[]> = {}
  for (const { key, code } of rows) out[key] = [...(out[key] ?? []), code]
  return out
}

const placeOf = (row: Pick<ItemRecord, 'lng' | 'lat' | 'grid_code' | 'class_code' | 'status'>) => ({
  lng: row.lng,
  lat: row.lat,
  gridCode: row.grid_code,
  classCode: row.class_code,
  status: row.status
})

/** The names of the divisions a grid lies in, largest first. */
export const divisionNames = (env: RegistryEnv, gridCode: string | null): string[] =>
  gridCode === null ? [] : [6, 9, 12].flatMap((n) => (gridCode.length >= n ? [env.geo.nameOf(gridCode.slice(0, n)) ?? ''] : []))

async function putItem(tx: Tx, env: RegistryEnv, { type, before, after }: Write, version: number, now: Date): Promise<void> {
  const d = type.declaration
  const terms = termsOf({
    name: after.name,
    className: after.class_code === null ? d.name.zh : (classOf(d, after.class_code)?.name ?? null),
    address: after.address,
    divisions: divisionNames(env, after.grid_code),
    texts: searchTexts(d, after.attributes)
  })
  const a = after
  const columns = sql`class_code, name, status, lng, lat, shape, grid_code, address, authority_id, owner_id, maintainer_id, attributes, terms,
    version, updated_at, removed_at, rev`
  const values = sql`${a.class_code}, ${a.name}, ${a.status}, ${a.lng}::float8, ${a.lat}::float8, ${a.shape}::bytea, ${a.grid_code}, ${a.address},
    ${a.authority_id}::uuid, ${a.owner_id}::uuid, ${a.maintainer_id}::uuid, ${JSON.stringify(a.attributes)}::jsonb, ${terms}::int[],
    ${version}::int, ${now}::timestamptz, ${a.removed_at}::timestamptz, pg_current_xact_id()::text::bigint`
  if (before === null)
    await sql`insert into registry.item (type_id, id, code, created_at, ${columns})
      values (${type.id}, ${a.id}, ${a.code}, ${a.created_at}, ${values})`.execute(tx)
  else await sql`update registry.item set (${columns}) = row(${values}) where type_id = ${type.id} and id = ${a.id}`.execute(tx)
}

async function putRelations(tx: Tx, { type, after, relations = {} }: Write): Promise<void> {
  for (const [key, { typeId, ids }] of Object.entries(relations)) {
    await sql`delete from registry.relation where item_id = ${after.id} and key = ${key}`.execute(tx)
    await sql`insert into registry.relation (type_id, item_id, key, other_type_id, other_id)
      select ${type.id}, ${after.id}::uuid, ${key}, ${typeId}, unnest(${ids}::uuid[])`.execute(tx)
  }
}

async function putChange(
  tx: Tx,
  { type, before, after, kind, why }: Write,
  version: number,
  changed: ReturnType<typeof difference>,
  { actor, now }: CommandContext
): Promise<string> {
  const last = before === null ? undefined : await findLastChange(tx, before.id)
  const batch = before?.batch_id && !last ? await findBatchHead(tx, before.batch_id) : undefined
  const prev = last?.hash ?? batch?.hash ?? null
  const { applicant } = why
  const row = {
    type_id: type.id,
    item_id: after.id,
    code: after.code,
    kind,
    version,
    before: changed.before,
    after: changed.after,
    source: why.source,
    source_ref: why.sourceRef ?? null,
    evidence_ids: [...(why.evidenceIds ?? [])],
    note: why.note ?? '',
    actor_id: applicant ? applicant.id : actor.id,
    actor_name: applicant ? applicant.name : actor.name,
    reviewer_id: applicant ? actor.id : null,
    reviewer_name: applicant ? actor.name : null,
    effective_at: why.effectiveAt ?? now,
    recorded_at: now
  }
  const hash = hashOfChange(prev, chained(row))
  const { rows } = await sql<{
    seq: string
  }>`insert into registry.change (type_id, item_id, code, kind, version, before, after, source, source_ref,
      evidence_ids, note, actor_id, actor_name, reviewer_id, reviewer_name, effective_at, recorded_at, prev_hash, hash)
    values (${row.type_id}, ${row.item_id}, ${row.code}, ${kind}, ${version}, ${JSON.stringify(row.before)}::jsonb, ${JSON.stringify(row.after)}::jsonb,
      ${row.source}, ${row.source_ref}, ${row.evidence_ids}::uuid[], ${row.note}, ${row.actor_id}::uuid, ${row.actor_name}, ${row.reviewer_id}::uuid,
      ${row.reviewer_name}, ${row.effective_at}, ${row.recorded_at}, ${prev}, ${hash}) returning seq`.execute(tx)
  return String(rows[0]?.seq)
}

async function linkItemEvidence(tx: Tx, { after, why }: Write, ctx: CommandContext): Promise<void> {
  if (why.linked || !why.evidenceIds?.length) return
  await linkEvidence.within(
    tx,
    { ids: why.evidenceIds, ownerType: ITEM_OWNER, ownerId: after.id, caseNo: after.code, address: after.address },
    ctx
  )
}
