import type { ProposalKind, ProposalQuery, ProposalView } from '@chengyun/contract/field'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

export interface ProposalRow {
  id: string
  kind: ProposalKind
  status: ProposalView['status']
  component_id: string | null
  class_code: string | null
  lng: number | null
  lat: number | null
  grid_code: string | null
  district_code: string | null
  note: string
  evidence_ids: string[]
  captured_at: Date
  received_at: Date
  proposer_id: string
  proposer_name: string
  decided_at: Date | null
  decider_name: string | null
  decision_note: string | null
}

/** One proposal; `lock` holds it until the end of the transaction. */
export async function findProposal(db: Db | Tx, id: string, lock = false): Promise<ProposalRow | undefined> {
  const { rows } =
    await sql<ProposalRow>`select * from field.proposal where id = ${id} ${lock ? sql`for update` : sql``}`.execute(db)
  return rows[0]
}

/** A page of proposals, oldest first; `proposerId` leaves only that person's. */
export async function listProposals(
  db: Db,
  { status, after, limit = 50 }: ProposalQuery,
  proposerId: string | null
): Promise<ProposalRow[]> {
  const { rows } =
    await sql<ProposalRow>`select * from field.proposal where (${status ?? null}::text is null or status = ${status ?? null})
    and (${after ?? null}::uuid is null or id > ${after ?? null}::uuid) and (${proposerId}::uuid is null or proposer_id = ${proposerId}::uuid)
    order by id limit ${limit + 1}`.execute(db)
  return rows
}
