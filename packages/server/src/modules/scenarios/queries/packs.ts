import { type PackHistory, type PlanStep, SCENARIOS_ERRORS } from '@chengyun/contract/scenarios'
import type { PackDocument } from '@chengyun/scenario-kit/packs'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'

const fail = thrower(SCENARIOS_ERRORS)

/** A pack that is installed. */
export interface PackRecord {
  id: string
  version: string
  state: 'active' | 'disabled'
  document: PackDocument
  hash: string
  rulesOff: string[]
  installedAt: Date
  updatedAt: Date
}

const COLUMNS = sql`id, version, state, document, hash, rules_off as "rulesOff", installed_at as "installedAt", updated_at as "updatedAt"`

export async function listPacks(db: Db | Tx): Promise<PackRecord[]> {
  return (await sql<PackRecord>`select ${COLUMNS} from scenarios.pack order by id`.execute(db)).rows
}

/** Packs that are on: a disabled one shows nothing of its own. */
export async function listActivePacks(db: Db): Promise<PackRecord[]> {
  const { rows } = await sql<PackRecord>`select ${COLUMNS} from scenarios.pack where state = 'active' order by id`.execute(db)
  return rows
}

/** The installed pack, locked when it is to be changed. */
export async function findPack(db: Db | Tx, id: string, lock = false): Promise<PackRecord | undefined> {
  const { rows } =
    await sql<PackRecord>`select ${COLUMNS} from scenarios.pack where id = ${id} ${lock ? sql`for update` : sql``}`.execute(db)
  return rows[0]
}

/** Document of a pack that is on; otherwise refused, as `missing` where what was asked for simply is not there then. */
export async function activePack(
  db: Db,
  id: string,
  missing?: 'SCENARIOS_PAGE_NOT_FOUND' | 'SCENARIOS_LAYER_NOT_FOUND'
): Promise<PackDocument> {
  const pack = await findPack(db, id)
  if (pack?.state === 'active') return pack.document
  throw missing ? fail(missing) : fail('SCENARIOS_NOT_INSTALLED', { pack: id })
}

/** What was done with a pack, newest first. */
export async function listPackChanges(db: Db, id: string): Promise<PackHistory['items']> {
  const { rows } = await sql<{ at: Date; act: string; from: string | null; to: string | null; steps: PlanStep[]; by: string }>`
    select at, act, from_version as "from", to_version as "to", steps, actor_name as by
    from scenarios.pack_change where pack_id = ${id} order by seq desc limit 100`.execute(db)
  return rows.map(({ at, steps, ...row }) => {
    const counts: Record<string, number> = {}
    for (const { act } of steps) counts[act] = (counts[act] ?? 0) + 1
    return { ...row, at: at.toISOString(), counts }
  })
}
