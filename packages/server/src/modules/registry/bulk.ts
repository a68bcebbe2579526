import { type BulkInput, type BulkView, ItemQuery, REGISTRY_ERRORS } from '@chengyun/contract/registry'
import { Value } from 'typebox/value'
import { type Actor, SYSTEM } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { thrower } from '../../platform/errors.ts'
import { BULK_LIMIT, workOnBulk } from './commands/bulk.ts'
import { registryEnv } from './env.ts'
import { EDIT, reaches } from './policy.ts'
import type { BulkRecord } from './queries/bulk.ts'
import { listItemsByCode } from './queries/items.ts'
import { listCodes } from './queries/list.ts'
import { reachOf } from './queries/reach.ts'
import { readAsked } from './reading.ts'

const fail = thrower(REGISTRY_ERRORS)

/** The codes a bulk edit means: those named, or those of a list; only of items this person may change. Throws REGISTRY_QUERY_INVALID, REGISTRY_BULK_TOO_MANY. */
export async function meantCodes(db: Db, actor: Actor, input: Pick<BulkInput, 'type' | 'codes' | 'filter'>): Promise<string[]> {
  const reach = await reachOf(db, actor, EDIT)
  if (input.codes) {
    const rows = await listItemsByCode(db, input.type, [...new Set(input.codes)])
    return rows.filter((row) => row.removed_at === null && reaches(reach, row)).map((row) => row.code)
  }
  const query = { ...input.filter, type: input.type }
  if (!Value.Check(ItemQuery, query)) throw fail('REGISTRY_QUERY_INVALID', { field: 'filter' })
  const { asked } = await readAsked(db, actor, query)
  const codes = await listCodes(db, { ...asked, reach }, BULK_LIMIT + 1)
  if (codes.length > BULK_LIMIT) throw fail('REGISTRY_BULK_TOO_MANY', { limit: BULK_LIMIT, count: codes.length })
  return codes
}

/** Works a bulk edit off, part by part; stops between parts when told to. Another process may take over then. */
export async function runBulk(db: Db, actor: Actor, id: string, signal: AbortSignal): Promise<void> {
  const work = workOnBulk(await registryEnv(db))
  while (!signal.aborted && (await work(db, actor, { id }))) {
    // The next part; each is a transaction of its own.
  }
}

/** In whose name a bulk edit goes on after its process has gone: that of whoever began it. */
export const starterOf = (bulk: BulkRecord): Actor => ({
  ...SYSTEM,
  ...(bulk.created_by !== null && { id: bulk.created_by, name: bulk.created_by_name })
})

const STATES = { publishing: 'publishing', published: 'published', failed: 'failed', cancelled: 'undone' } as const

/** A bulk edit as a screen shows it. */
export const presentBulk = (b: BulkRecord): BulkView => ({
  id: b.id,
  type: b.type_id,
  state: b.state === 'publishing' && b.options.undo ? 'undoing' : STATES[b.state],
  name: b.name,
  progress: b.progress,
  skipped: b.totals.skipped ?? 0,
  left: b.totals.left ?? [],
  createdByName: b.created_by_name,
  createdAt: b.created_at.toISOString(),
  can: b.state === 'published' ? ['undo'] : []
})
