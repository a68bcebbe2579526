import type { PlateQuery, PlateSheet } from '@chengyun/contract/registry'
import type { Static } from 'typebox'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { READ, reaches } from './policy.ts'
import { classOf } from './present.ts'
import { listUnits } from './queries/city.ts'
import { listItemsByCode } from './queries/items.ts'
import { listCodes } from './queries/list.ts'
import { reachOf } from './queries/reach.ts'
import { readAsked } from './reading.ts'

/** At most so many plates at once: forty sheets of A4. */
const PLATES = 600

/**
 * What stands on the plates of items: code, class, address, who keeps it, and what its QR holds — the address of the citizen app with the
 * component named where the platform knows its own, else the code alone. Throws REGISTRY_TYPE_NOT_FOUND.
 */
export async function platesOf(
  db: Db,
  actor: Actor,
  query: Static<typeof PlateQuery>,
  publicUrl: string | undefined
): Promise<PlateSheet> {
  const { type, codes, within, class: cls } = query
  const { asked, types } = await readAsked(db, actor, {
    type,
    ...(within && (within.length === 15 ? { grid: within } : { within })),
    ...(cls && { class: cls })
  })
  const d = types[0]?.declaration
  const chosen =
    codes === undefined ? await listCodes(db, asked, PLATES + 1) : [...new Set(codes.split(',').map((c) => c.trim()))]
  const rows = await listItemsByCode(db, type, chosen.slice(0, PLATES))
  const reach = await reachOf(db, actor, READ)
  const seen = rows.filter((row) => row.removed_at === null && reaches(reach, row))
  const units = await listUnits(
    db,
    seen.flatMap((row) => row.maintainer_id ?? row.owner_id ?? [])
  )
  const base = publicUrl?.replace(/\/+$/, '')
  return {
    items: seen.map((row) => ({
      code: row.code,
      name: row.name,
      className: (d && row.class_code !== null && classOf(d, row.class_code)?.name) || row.name,
      address: row.address,
      unitName: units.get(row.maintainer_id ?? row.owner_id ?? '') ?? null,
      qr: base ? `${base}/citizen/?component=${encodeURIComponent(row.code)}` : row.code
    })),
    truncated: chosen.length > PLATES
  }
}
