import { DEVICE_ERRORS, type DeviceCreate } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import type { Actor } from '../../../platform/actor.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { type ReachedRow, reaches, reachOf } from '../../registry/index.ts'

const fail = thrower(DEVICE_ERRORS)

interface Named {
  register: string
  code: string
}
export interface FoundItem extends ReachedRow {
  id: string
  type_id: string
  code: string
  attributes: Record<string, unknown>
}

const nameOf = ({ register, code }: Named): string => `${register}\n${code}`

/** Items under their registers and codes, those that are there. */
async function itemsOf(tx: Tx, named: readonly Named[]): Promise<Map<string, FoundItem>> {
  if (named.length === 0) return new Map()
  const { rows } =
    await sql<FoundItem>`select i.id, i.type_id, i.code, i.attributes, i.grid_code, i.authority_id, i.owner_id, i.maintainer_id
    from (select distinct * from unnest(${named.map((n) => n.register)}::text[], ${named.map((n) => n.code)}::text[])) w(register, code)
      join registry.pub_item i on i.type_id = w.register and i.code = w.code
    where i.removed_at is null`.execute(tx)
  return new Map(rows.map((r) => [nameOf({ register: r.type_id, code: r.code }), r]))
}

/** Items the actor reaches with `streams:config`, in the order they are named in. Throws STREAMS_DEVICE_ITEM. */
export async function reachedItems(tx: Tx, actor: Actor, named: readonly Named[]): Promise<FoundItem[]> {
  const found = await itemsOf(tx, named)
  const reach = actor.system ? null : await reachOf(tx, actor, 'streams:config')
  return named.map((n) => {
    const item = found.get(nameOf(n))
    if (!item || (reach && !reaches(reach, item))) throw fail('STREAMS_DEVICE_ITEM', { register: n.register, code: n.code })
    return item
  })
}

/** What the register says a device watches. */
const watchedBy = ({ attributes: { watches, watchesRegister } }: FoundItem): Named[] =>
  typeof watches === 'string' && typeof watchesRegister === 'string' ? [{ register: watchesRegister, code: watches }] : []

/** The item the readings of each device are of: the one it was given, what it watches when that is there, or itself. */
export async function observedItems(
  tx: Tx,
  actor: Actor,
  drafts: readonly DeviceCreate[],
  items: readonly FoundItem[]
): Promise<string[]> {
  const given = await reachedItems(
    tx,
    actor,
    drafts.flatMap((d) => d.thing ?? [])
  )
  const watched = await itemsOf(
    tx,
    items.flatMap((item, i) => (drafts[i]!.thing ? [] : watchedBy(item)))
  )
  const next = given[Symbol.iterator]()
  return items.map((item, i) => {
    if (drafts[i]!.thing) return (next.next().value as FoundItem).id
    const [name] = watchedBy(item)
    return (name && watched.get(nameOf(name))?.id) ?? item.id
  })
}
