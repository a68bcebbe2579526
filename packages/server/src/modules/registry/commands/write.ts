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
import { type ChangeRecord, chained, findBatchHead, findLastChange } from '../queries/history.ts'
import { type ItemRecord, listRelated } from '../queries/items.ts'
import { dutyGridsAt, dutyGridsOfEach } from '../queries/reach.ts'
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

/** The item as it shall be. */
type Wanted = Omit<ItemRecord, 'version' | 'updated_at'>

interface Write {
  type: TypeRecord
  before: ItemRecord
  after: Wanted
  relations?: Draft['relations']
  kind: Exclude<ChangeKind, 'add'>
  why: Why
}

/** Writes an item that is there already, its relations and its history, and tells of it. Answers the row of the history. */
export async function writeItem(
  tx: Tx,
  env: RegistryEnv,
  w: Write,
  ctx: CommandContext
): Promise<{ seq: string; version: number }> {
  const { type, before, after, relations = {}, kind, why } = w
  const version = before.version + 1
  const named = relationCodes(await listRelated(tx, before.id))
  const changed = difference(factsOf(before, named), factsOf(after, { ...named, ...codesOfRelations(relations) }))
  await updateItem(tx, env, type, after, version, ctx.now)
  for (const key of Object.keys(relations))
    await sql`delete from registry.relation where item_id = ${after.id} and key = ${key}`.execute(tx)
  await putRelations(tx, type, [{ after, relations }])
  const last = await findLastChange(tx, before.id)
  const batch = before.batch_id && !last ? await findBatchHead(tx, before.batch_id) : undefined
  const change = { ...changeOf(after, kind, why, version, changed, ctx), prev: last?.hash ?? batch?.hash ?? null }
  const [seq] = await putChanges(tx, [change])
  await linkItemEvidence(tx, after, why, ctx)
  tell(ctx, kind, before, after, await dutyGridsAt(tx, [before.grid_code, after.grid_code]))
  return { seq: seq!, version }
}

/** A new item on its way. */
export interface NewItem {
  after: Wanted
  relations: Draft['relations']
  why: Why
}

/**
 * Writes new items of a register with their relations and histories in a statement each, and tells of every one; `then` is called for each after it was
 * told of. Answers the rows of the histories, in order.
 */
export async function writeNewItems(
  tx: Tx,
  env: RegistryEnv,
  type: TypeRecord,
  items: readonly NewItem[],
  ctx: CommandContext,
  then: (item: NewItem) => void
): Promise<string[]> {
  await insertItems(tx, env, type, items, ctx.now)
  await putRelations(tx, type, items)
  const changes = items.map(({ after, relations, why }) => {
    const changed = difference({}, factsOf(after, codesOfRelations(relations)))
    return { ...changeOf(after, 'add', why, 1, changed, ctx), prev: null }
  })
  const seqs = await putChanges(tx, changes)
  const dutyGrids = await dutyGridsOfEach(
    tx,
    items.map((i) => i.after.grid_code)
  )
  for (const item of items) {
    await linkItemEvidence(tx, item.after, item.why, ctx)
    tell(ctx, 'add', null, item.after, dutyGrids(item.after.grid_code))
    then(item)
  }
  return seqs
}

function tell(
  ctx: CommandContext,
  kind: ChangeKind,
  before: ItemRecord | null,
  after: Wanted,
  dutyGrids: readonly string[]
): void {
  ctx.emit('registry.changed', {
    typeId: after.type_id,
    id: after.id,
    code: after.code,
    kind,
    before: before && placeOf(before),
    after: placeOf(after),
    unitIds: [...new Set([after.authority_id, after.owner_id, after.maintainer_id].filter((id) => id !== null))],
    dutyGrids
  })
}

const codesOfRelations = (relations: Draft['relations']): Record<string, readonly string[]> =>
  Object.fromEntries(Object.entries(relations).map(([key, r]) => [key, r.codes]))

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

const searchTerms = (env: RegistryEnv, { declaration: d }: TypeRecord, item: Wanted): number[] =>
  termsOf({
    name: item.name,
    className: item.class_code === null ? d.name.zh : (classOf(d, item.class_code)?.name ?? null),
    address: item.address,
    divisions: divisionNames(env, item.grid_code),
    texts: searchTexts(d, item.attributes)
  })

const COLUMNS = sql`class_code, name, status, lng, lat, shape, grid_code, address, authority_id, owner_id, maintainer_id, attributes, terms,
  version, updated_at, removed_at, rev`

async function updateItem(tx: Tx, env: RegistryEnv, type: TypeRecord, a: Wanted, version: number, now: Date): Promise<void> {
  await sql`update registry.item set (${COLUMNS}) = row(${a.class_code}, ${a.name}, ${a.status}, ${a.lng}::float8, ${a.lat}::float8,
      ${a.shape}::bytea, ${a.grid_code}, ${a.address}, ${a.authority_id}::uuid, ${a.owner_id}::uuid, ${a.maintainer_id}::uuid,
      ${JSON.stringify(a.attributes)}::jsonb, ${searchTerms(env, type, a)}::int[], ${version}::int, ${now}::timestamptz,
      ${a.removed_at}::timestamptz, pg_current_xact_id()::text::bigint)
    where type_id = ${type.id} and id = ${a.id}`.execute(tx)
}

async function insertItems(tx: Tx, env: RegistryEnv, type: TypeRecord, items: readonly NewItem[], now: Date): Promise<void> {
  const rows = items.map(({ after: a }) => ({ ...a, shape: hexOf(a.shape), terms: searchTerms(env, type, a) }))
  await sql`insert into registry.item (type_id, id, code, created_at, ${COLUMNS})
    select ${type.id}, id, code, ${now}, class_code, name, status, lng, lat, decode(shape, 'hex'), grid_code, address, authority_id, owner_id,
      maintainer_id, attributes, terms, 1, ${now}, null, pg_current_xact_id()::text::bigint
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as i(id uuid, code text, class_code text, name text, status text, lng float8, lat float8,
      shape text, grid_code text, address text, authority_id uuid, owner_id uuid, maintainer_id uuid, attributes jsonb, terms int[])`.execute(
    tx
  )
}

const hexOf = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString('hex'))

async function putRelations(
  tx: Tx,
  { id: typeId }: TypeRecord,
  items: readonly { after: Pick<Wanted, 'id'>; relations: Draft['relations'] }[]
): Promise<void> {
  const rows = items.flatMap(({ after, relations }) =>
    Object.entries(relations).flatMap(([key, r]) => r.ids.map((other) => ({ item: after.id, key, type: r.typeId, other })))
  )
  if (rows.length === 0) return
  await sql`insert into registry.relation (type_id, item_id, key, other_type_id, other_id)
    select ${typeId}, item, key, type, other
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(item uuid, key text, type text, other uuid)`.execute(tx)
}

type ChangeRow = Omit<ChangeRecord, 'seq' | 'prev_hash' | 'hash'>

function changeOf(
  after: Wanted,
  kind: ChangeKind,
  why: Why,
  version: number,
  changed: ReturnType<typeof difference>,
  { actor, now }: CommandContext
): ChangeRow {
  const { applicant } = why
  return {
    type_id: after.type_id,
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
}

/** Appends to the histories of different items; `prev` is the hash each follows. Answers the rows' numbers, in order. */
async function putChanges(tx: Tx, changes: readonly (ChangeRow & { prev: Uint8Array | null })[]): Promise<string[]> {
  const rows = changes.map(({ prev, ...row }, nr) => ({
    ...row,
    nr,
    prev: hexOf(prev),
    hash: hexOf(hashOfChange(prev, chained(row)))
  }))
  const { rows: made } = await sql<{
    seq: string
    item_id: string
  }>`insert into registry.change (type_id, item_id, code, kind, version, before, after,
      source, source_ref, evidence_ids, note, actor_id, actor_name, reviewer_id, reviewer_name, effective_at, recorded_at, prev_hash, hash)
    select type_id, item_id, code, kind, version, before, after, source, source_ref, evidence_ids, note, actor_id, actor_name, reviewer_id,
      reviewer_name, effective_at, recorded_at, decode(prev, 'hex'), decode(hash, 'hex')
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c(type_id text, item_id uuid, code text, kind text, version int, before jsonb, after jsonb,
      source text, source_ref text, evidence_ids uuid[], note text, actor_id uuid, actor_name text, reviewer_id uuid, reviewer_name text,
      effective_at timestamptz, recorded_at timestamptz, prev text, hash text, nr int)
    order by nr returning seq, item_id`.execute(tx)
  const seqs = new Map(made.map((r) => [r.item_id, String(r.seq)]))
  return rows.map((r) => seqs.get(r.item_id)!)
}

async function linkItemEvidence(tx: Tx, after: Wanted, why: Why, ctx: CommandContext): Promise<void> {
  if (why.linked || !why.evidenceIds?.length) return
  await linkEvidence.within(
    tx,
    { ids: why.evidenceIds, ownerType: ITEM_OWNER, ownerId: after.id, caseNo: after.code, address: after.address },
    ctx
  )
}
