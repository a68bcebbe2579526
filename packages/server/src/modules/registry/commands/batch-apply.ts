import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { hashOfChange } from '../domain/chain.ts'
import { difference, kindOfChange } from '../domain/change.ts'
import { factsOf } from '../domain/facts.ts'
import { termsOf } from '../domain/terms.ts'
import type { RegistryEnv } from '../env.ts'
import { classOf, searchTexts } from '../present.ts'
import type { BatchRecord } from '../queries/batches.ts'
import { chained } from '../queries/history.ts'
import type { ItemRecord } from '../queries/items.ts'
import { ITEM_COLUMNS } from '../queries/items.ts'
import type { ChangeKind } from '../tables.ts'
import { stageName } from './batch-stage.ts'
import { divisionNames } from './write.ts'

const PAGE = 1000

/** What a batch says of an item that is there. */
type Staged = Pick<
  ItemRecord,
  | 'class_code'
  | 'name'
  | 'status'
  | 'lng'
  | 'lat'
  | 'shape'
  | 'grid_code'
  | 'address'
  | 'authority_id'
  | 'owner_id'
  | 'maintainer_id'
  | 'attributes'
>
interface Pair {
  kind: 'moved' | 'changed' | 'removed'
  item: ItemRecord
  said: Staged | null
}

/** The item after a batch: only what its files speak of is laid over it. */
export function laidOver(
  item: ItemRecord,
  s: Staged,
  kind: 'moved' | 'changed',
  said: ReadonlySet<string>,
  filled: readonly string[]
): ItemRecord {
  const attributes = { ...item.attributes, ...s.attributes }
  for (const key of filled) {
    if (item.attributes[key] === undefined) delete attributes[key]
    else attributes[key] = item.attributes[key]
  }
  return {
    ...item,
    attributes,
    ...(said.has('class') && { class_code: s.class_code }),
    ...(said.has('name') && { name: s.name }),
    ...(said.has('status') && { status: s.status }),
    ...(kind === 'moved' && { lng: s.lng, lat: s.lat, shape: s.shape, grid_code: s.grid_code, address: s.address }),
    ...(said.has('address') && { address: s.address }),
    ...(s.authority_id && { authority_id: s.authority_id }),
    ...(s.owner_id && { owner_id: s.owner_id }),
    ...(s.maintainer_id && { maintainer_id: s.maintainer_id })
  }
}

/** Changes the items a batch differs from, with their history, page by page. Answers how many. */
export async function applyDiff(
  tx: Tx,
  env: RegistryEnv,
  { batch, d }: { batch: BatchRecord; d: RegisterDeclaration },
  ctx: CommandContext,
  onPage: (done: number) => void
): Promise<number> {
  let done = 0
  for (let after = ''; ; ) {
    const pairs = await readPage(tx, batch, after)
    if (pairs.length === 0) return done
    await writePage(tx, env, batch, d, pairs, ctx)
    done += pairs.length
    onPage(done)
    after = pairs.at(-1)?.item.code ?? ''
  }
}

async function readPage(tx: Tx, batch: BatchRecord, after: string): Promise<Pair[]> {
  const { rows } = await sql<ItemRecord & { diff_kind: Pair['kind']; said: Staged | null; said_shape: Uint8Array | null }>`
    select ${ITEM_COLUMNS}, x.kind as diff_kind, s.shape as said_shape, case when s.code is not null then jsonb_build_object('class_code', s.class_code, 'name', s.name, 'status', s.status,
      'lng', s.lng, 'lat', s.lat, 'grid_code', s.grid_code, 'address', s.address, 'authority_id', s.authority_id, 'owner_id', s.owner_id,
      'maintainer_id', s.maintainer_id, 'attributes', s.attributes) end as said
    from registry.batch_diff x join registry.item i on i.type_id = ${batch.type_id} and i.code = x.code
    left join ${sql.raw(stageName(batch.id))} s on s.code = x.code
    where x.batch_id = ${batch.id} and x.kind <> 'added' and x.code > ${after} order by x.code limit ${PAGE} for update of i`.execute(
    tx
  )
  return rows.map(({ diff_kind, said, said_shape, ...item }) => ({
    kind: diff_kind,
    item,
    said: said && { ...said, shape: said_shape }
  }))
}

async function writePage(
  tx: Tx,
  env: RegistryEnv,
  batch: BatchRecord,
  d: RegisterDeclaration,
  pairs: readonly Pair[],
  ctx: CommandContext
): Promise<void> {
  const said = new Set(batch.progress.said ?? [])
  const filled = batch.progress.filled ?? []
  const gone = d.states.find((s) => s.ends)?.key ?? d.initialState
  const heads = await lastHashes(
    tx,
    pairs.map((p) => p.item.id)
  )
  const items: object[] = []
  const changes: object[] = []
  for (const { kind, item, said: staged } of pairs) {
    const after: ItemRecord =
      kind === 'removed' || staged === null
        ? { ...item, status: gone, removed_at: ctx.now }
        : laidOver(item, staged, kind, said, filled)
    const changed = difference(factsOf(item), factsOf(after))
    if (Object.keys(changed.after).length === 0) continue
    const changeKind: ChangeKind = kind === 'removed' ? 'remove' : kindOfChange(changed.after)
    const own = after.class_code === null ? d.name.zh : (classOf(d, after.class_code)?.name ?? null)
    items.push({
      ...after,
      attributes: after.attributes,
      shape: after.shape === null ? null : Buffer.from(after.shape).toString('base64'),
      terms: termsOf({
        name: after.name,
        className: own,
        address: after.address,
        divisions: divisionNames(env, after.grid_code),
        texts: searchTexts(d, after.attributes)
      }),
      version: item.version + 1
    })
    const row = {
      type_id: item.type_id,
      item_id: item.id,
      code: item.code,
      kind: changeKind,
      version: item.version + 1,
      before: changed.before,
      after: changed.after,
      source: batch.kind as 'import' | 'census',
      source_ref: batch.id,
      evidence_ids: [],
      note: batch.name,
      actor_id: batch.created_by,
      actor_name: batch.created_by_name,
      reviewer_id: ctx.actor.id,
      reviewer_name: ctx.actor.name,
      effective_at: ctx.now,
      recorded_at: ctx.now
    }
    const prev = heads.get(item.id) ?? null
    changes.push({
      ...row,
      prev_hash: prev === null ? null : prev.toString('base64'),
      hash: hashOfChange(prev, chained(row)).toString('base64')
    })
  }
  if (items.length === 0) return
  await sql`update registry.item i set class_code = n.class_code, name = n.name, status = n.status, lng = n.lng, lat = n.lat, shape = decode(n.shape, 'base64'),
      grid_code = n.grid_code, address = n.address, authority_id = n.authority_id, owner_id = n.owner_id, maintainer_id = n.maintainer_id,
      attributes = n.attributes, terms = n.terms, version = n.version, updated_at = ${ctx.now}, removed_at = n.removed_at, rev = pg_current_xact_id()::text::bigint
    from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as n(id uuid, class_code text, name text, status text, lng float8, lat float8, shape text, grid_code text,
      address text, authority_id uuid, owner_id uuid, maintainer_id uuid, attributes jsonb, terms int[], version int, removed_at timestamptz)
    where i.type_id = ${batch.type_id} and i.id = n.id`.execute(tx)
  await sql`insert into registry.change (type_id, item_id, code, kind, version, before, after, source, source_ref, note, actor_id, actor_name, reviewer_id, reviewer_name,
      effective_at, recorded_at, prev_hash, hash)
    select type_id, item_id, code, kind, version, before, after, source, source_ref, note, actor_id, actor_name, reviewer_id, reviewer_name, effective_at, recorded_at,
      decode(prev_hash, 'base64'), decode(hash, 'base64')
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as n(type_id text, item_id uuid, code text, kind text, version int, before jsonb, after jsonb, source text,
      source_ref text, note text, actor_id uuid, actor_name text, reviewer_id uuid, reviewer_name text, effective_at timestamptz, recorded_at timestamptz,
      prev_hash text, hash text)`.execute(tx)
}

/** The hash the next change of each item follows from: of its last change, else of the batch it came by. */
async function lastHashes(tx: Tx, ids: readonly string[]): Promise<Map<string, Buffer>> {
  const { rows } = await sql<{ id: string; hash: Uint8Array | null }>`select i.id, coalesce(c.hash, b.hash) as hash
    from registry.item i left join registry.batch b on b.id = i.batch_id
    left join lateral (select hash from registry.change where item_id = i.id order by seq desc limit 1) c on true
    where i.id = any(${[...ids]}::uuid[])`.execute(tx)
  return new Map(rows.flatMap((r) => (r.hash === null ? [] : [[r.id, Buffer.from(r.hash)] as const])))
}
