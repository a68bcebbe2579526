import type { ItemCard, ItemChange, ItemView, RegisterDeclaration } from '@chengyun/contract/registry'
import { type Actor, may } from '../../platform/actor.ts'
import { isChainWhole } from './domain/chain.ts'
import { upgradeComponentCode } from './domain/codes.ts'
import { fieldOf, SHAPE } from './domain/facts.ts'
import { unpackGeometry } from './domain/geometry.ts'
import { shownAttributes } from './domain/masking.ts'
import type { RegistryEnv } from './env.ts'
import { EDIT, mayReadRestricted, type Reach, reaches } from './policy.ts'
import { componentClasses } from './ports.ts'
import { classOf } from './present.ts'
import { type BatchHead, type ChangeRecord, chained } from './queries/history.ts'
import type { ItemRecord, RelationRow } from './queries/items.ts'

export type UnitNames = ReadonlyMap<string, string>

export const unitIdsOf = (rows: readonly ItemRecord[]): string[] => [
  ...new Set(rows.flatMap((r) => [r.authority_id, r.owner_id, r.maintainer_id].filter((id) => id !== null)))
]

const sightOf = (actor: Actor) => ({ restricted: mayReadRestricted(actor), clear: false })

/** An item in a list, as this person may see it. */
export function presentItem(row: ItemRecord, d: RegisterDeclaration, units: UnitNames, actor: Actor): ItemView {
  const cls = row.class_code === null ? undefined : classOf(d, row.class_code)
  const unit = (id: string | null) => (id === null ? null : { id, name: units.get(id) ?? id })
  return {
    type: row.type_id,
    id: row.id,
    code: row.code,
    class:
      row.class_code === null
        ? null
        : { code: row.class_code, name: cls?.name ?? row.class_code, nameEn: cls?.nameEn ?? row.class_code },
    name: row.name,
    status: row.status,
    place: row.lng === null || row.lat === null ? null : [row.lng, row.lat],
    gridCode: row.grid_code,
    address: row.address,
    authority: unit(row.authority_id),
    owner: unit(row.owner_id),
    maintainer: unit(row.maintainer_id),
    attributes: shownAttributes(d, row.attributes, sightOf(actor)).attributes,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    removedAt: row.removed_at?.toISOString() ?? null
  }
}

export interface CardParts {
  row: ItemRecord
  declaration: RegisterDeclaration
  retired: boolean
  units: UnitNames
  related: readonly RelationRow[]
  naming: readonly RelationRow[]
  editReach: Reach
}

/** The card of an item. */
export function presentCard(parts: CardParts, env: RegistryEnv, actor: Actor): ItemCard {
  const { row, declaration: d, related, naming } = parts
  const { masked } = shownAttributes(d, row.attributes, sightOf(actor))
  const keys = [...new Set(related.map((r) => r.key))]
  const isComponent = d.code.rule === 'component'
  return {
    ...presentItem(row, d, parts.units, actor),
    geometry: unpackGeometry(row),
    masked,
    grid: gridOf(row.grid_code, env),
    relations: keys.map((key) => {
      const items = related.filter((r) => r.key === key)
      return { key, type: items[0]?.type_id ?? '', items: items.map(({ code, name }) => ({ code, name })) }
    }),
    namedBy: naming.map(({ key, type_id, code, name }) => ({ key, type: type_id, code, name })),
    upgradedCode: isComponent ? upgradeComponentCode(row.code, (c) => componentClasses().upgrade(c)) : null,
    layer: `reg-${row.type_id}`,
    can: actsOf(parts, masked, actor)
  }
}

function gridOf(code: string | null, env: RegistryEnv): ItemCard['grid'] {
  const named = (digits: number) => {
    const part = code !== null && code.length >= digits ? code.slice(0, digits) : null
    return part === null ? null : { code: part, name: env.geo.nameOf(part) ?? part }
  }
  const unitGrid = code?.length === 15 ? code : null
  return {
    district: named(6),
    street: named(9),
    community: named(12),
    unitGrid,
    dutyGrid: unitGrid === null ? null : env.geo.dutyGridOf(unitGrid)
  }
}

function actsOf(
  { row, declaration: d, retired, editReach }: CardParts,
  masked: readonly string[],
  actor: Actor
): ItemCard['can'] {
  const out: ItemCard['can'] = []
  const there = row.removed_at === null
  const edits = !retired && (may(actor, EDIT) || may(actor, 'registry:config')) && reaches(editReach, row)
  if (edits && there) out.push('edit', 'remove')
  if (edits && !there) out.push('restore')
  if (masked.length > 0 && may(actor, 'pii:view')) out.push('reveal')
  if (!edits && !retired && there) out.push('propose')
  if (there && d.id === 'component' && may(actor, 'cases:report')) out.push('report')
  return out
}

/** A change of an item, field by field, as this person may see it: what is hidden in the item is hidden in its history. */
export function presentChange(r: ChangeRecord, d: RegisterDeclaration, units: UnitNames, actor: Actor): ItemChange {
  const sight = sightOf(actor)
  const attributes = new Set(d.attributes.map((a) => a.key))
  const shown = { before: shownAttributes(d, r.before, sight).attributes, after: shownAttributes(d, r.after, sight).attributes }
  const value = (side: 'before' | 'after', key: string): unknown => {
    const raw = r[side][key] ?? null
    if (attributes.has(key)) return shown[side][key] ?? null
    if (key === SHAPE) return raw === null ? null : '…'
    return typeof raw === 'string' && UNIT_FIELDS.has(key) ? (units.get(raw) ?? raw) : raw
  }
  const fields = Object.keys(r.after).filter((key) => !attributes.has(key) || key in shown.before || key in shown.after)
  return {
    seq: String(r.seq),
    kind: r.kind,
    version: r.version,
    fields: fields.map((key) => ({
      field: fieldOf(key),
      before: value('before', key),
      after: value('after', key)
    })),
    source: r.source,
    sourceRef: r.source_ref,
    note: r.note,
    actorName: r.actor_name,
    reviewerName: r.reviewer_name,
    evidenceIds: r.evidence_ids,
    effectiveAt: r.effective_at.toISOString(),
    recordedAt: r.recorded_at.toISOString()
  }
}

const UNIT_FIELDS = new Set(['authority', 'owner', 'maintainer'])

/** Ids of the units a history names. */
export const unitIdsOfChanges = (rows: readonly ChangeRecord[]): string[] => [
  ...new Set(
    rows.flatMap((r) =>
      [...UNIT_FIELDS].flatMap((key) => [r.before[key], r.after[key]].filter((v): v is string => typeof v === 'string'))
    )
  )
]

/** Whether the history of an item is whole: each hash follows from the one before, the first from the batch the item came by. */
export const isHistoryWhole = (rows: readonly ChangeRecord[], batch: BatchHead | undefined): boolean =>
  isChainWhole(
    batch?.hash ?? null,
    rows.map((r) => ({ change: chained(r), prevHash: r.prev_hash, hash: r.hash }))
  )
