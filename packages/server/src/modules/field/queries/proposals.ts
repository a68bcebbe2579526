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

/** Whose proposals: those of a person, or of some divisions (null: everywhere). */
export type ProposalsOf = { proposerId: string } | { regions: readonly string[] | null }

function whose(of: ProposalsOf) {
  if ('proposerId' in of) return sql`proposer_id = ${of.proposerId}`
  if (of.regions === null) return sql`true`
  return sql`exists (select 1 from unnest(${of.regions}::text[]) r where starts_with(coalesce(grid_code, district_code), r))`
}

/** A page of proposals and one more: what waits the longest first; what is decided, and all of one's own, the latest first. */
export async function listProposals(
  db: Db,
  { status, after, limit = 50 }: ProposalQuery,
  of: ProposalsOf
): Promise<ProposalRow[]> {
  const latestFirst = status === 'accepted' || status === 'declined' || (status === undefined && 'proposerId' in of)
  const { rows } =
    await sql<ProposalRow>`select * from field.proposal where (${status ?? null}::text is null or status = ${status ?? null})
    and (${after ?? null}::uuid is null or ${latestFirst ? sql`id < ${after ?? null}::uuid` : sql`id > ${after ?? null}::uuid`}) and ${whose(of)}
    order by id ${latestFirst ? sql`desc` : sql``} limit ${limit + 1}`.execute(db)
  return rows
}

/** How many of them wait for a decision. */
export async function countOpen(db: Db, of: ProposalsOf): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from field.proposal where status = 'open' and ${whose(of)}`.execute(db)
  return rows[0]?.n ?? 0
}
