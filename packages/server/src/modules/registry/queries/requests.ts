import type { ItemFacts } from '@chengyun/contract/registry'
import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { Reach } from '../policy.ts'
import { reachCondition } from './reach.ts'

/** A row of `registry.request`, with the code of the item that came of it. */
export interface RequestRecord {
  id: string
  type_id: string
  kind: 'add' | 'modify' | 'move' | 'remove'
  code: string | null
  wanted: ItemFacts
  note: string
  evidence_ids: string[]
  origin: 'field' | 'case' | 'owner' | 'person'
  origin_ref: string | null
  grid_code: string | null
  state: 'waiting' | 'applied' | 'declined' | 'withdrawn'
  applicant_id: string | null
  applicant_name: string
  requested_at: Date
  reviewer_id: string | null
  reviewer_name: string | null
  reason: string | null
  decided_at: Date | null
  result_code: string | null
}

const SELECT = sql`select r.*, c.code as result_code from registry.request r left join registry.change c on c.seq = r.change_seq`

/** A request by its id, locked on demand. */
export async function findRequest(db: Db | Tx, id: string, lock = false): Promise<RequestRecord | undefined> {
  const { rows } = await sql<RequestRecord>`${SELECT} where r.id = ${id} ${lock ? sql`for update of r` : sql``}`.execute(db)
  return rows[0]
}

export interface RequestFilter {
  typeIds: readonly string[]
  state?: string | undefined
  code?: string | undefined
  /** Id of the last one of the page before. */
  before?: string | undefined
  limit: number
  /** What the reader may decide on; null: only his own. */
  reach: Reach | null
  applicantId: string
}

/** Requests, newest first: those a reader may decide on, and his own. */
export async function listRequests(db: Db, f: RequestFilter): Promise<RequestRecord[]> {
  const own = sql<boolean>`r.applicant_id = ${f.applicantId}::uuid`
  // A request is where its item is; units play no part in it.
  const places = f.reach === null || f.reach.all ? f.reach : { ...f.reach, unitIds: [] }
  const reached: RawBuilder<boolean> = places === null ? own : sql`(${own} or ${reachCondition(places, 'r') ?? sql`true`})`
  const { rows } = await sql<RequestRecord>`${SELECT} where r.type_id = any(${[...f.typeIds]}::text[]) and ${reached}
      ${f.state ? sql`and r.state = ${f.state}` : sql``} ${f.code ? sql`and r.code = ${f.code}` : sql``}
      ${f.before ? sql`and r.id < ${f.before}::uuid` : sql``} order by r.id desc limit ${f.limit}`.execute(db)
  return rows
}
