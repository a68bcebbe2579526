import { FIELD_ERRORS, type FieldProposal, type FieldResult, type ProposalDecision } from '@chengyun/contract/field'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { linkEvidence } from '../../media/index.ts'
import { inRegions, proposalRegions } from '../policy.ts'
import { findProposal, type ProposalRow } from '../queries/proposals.ts'

const fault = thrower(FIELD_ERRORS)
export const PROPOSAL_OWNER = 'field.proposal'

export interface Proposed {
  key: string
  input: FieldProposal
  capturedAt: Date
  place: readonly [number, number] | null
  gridCode: string | null
  districtCode: string | null
}

/** Keeps a correction of a component, with its photos. The same key again answers the same proposal. */
export const propose = command(async (tx, p: Proposed, ctx): Promise<FieldResult> => {
  const { actor, now, emit } = ctx
  const { input } = p
  const id = newId(now.getTime())
  const evidenceIds = [...new Set(input.evidenceIds ?? [])]
  const made =
    await sql`insert into field.proposal (id, kind, component_id, class_code, lng, lat, grid_code, district_code, note, evidence_ids, captured_at, received_at, proposer_id, proposer_name, key)
    values (${id}, ${input.kind}, ${input.componentId ?? null}, ${input.classCode ?? null}, ${p.place?.[0] ?? null}, ${p.place?.[1] ?? null}, ${p.gridCode}, ${p.districtCode},
      ${input.note ?? ''}, ${evidenceIds}::uuid[], ${p.capturedAt}, ${now}, ${actor.id}, ${actor.name}, ${p.key}) on conflict (proposer_id, key) do nothing`.execute(
      tx
    )
  if (made.numAffectedRows === 0n) {
    const { rows } = await sql<{
      id: string
    }>`select id from field.proposal where proposer_id = ${actor.id} and key = ${p.key}`.execute(tx)
    return { proposalId: rows[0]!.id }
  }
  if (evidenceIds.length > 0)
    await linkEvidence.within(
      tx,
      { ids: evidenceIds, ownerType: PROPOSAL_OWNER, ownerId: id, caseNo: `部件更正 ${id.slice(0, 8)}` },
      ctx
    )
  emit('field.proposed', { id, kind: input.kind })
  return { proposalId: id }
})

/** Decides on a proposal of one's own divisions, once. Throws FIELD_PROPOSAL_NOT_FOUND, FIELD_PROPOSAL_DECIDED. */
export const decideProposal = command(
  async (tx, { id, decision, note }: ProposalDecision & { id: string }, { actor, now, emit, audit }): Promise<ProposalRow> => {
    const before = await findProposal(tx, id, true)
    if (!before || !inRegions(proposalRegions(actor), before)) throw fault('FIELD_PROPOSAL_NOT_FOUND')
    if (before.status !== 'open') throw fault('FIELD_PROPOSAL_DECIDED', { by: before.decider_name })
    await sql`update field.proposal set status = ${decision}, decided_at = ${now}, decider_name = ${actor.name}, decision_note = ${note ?? null} where id = ${id}`.execute(
      tx
    )
    emit('field.proposalDecided', { id, status: decision })
    audit({
      action: 'field.decideProposal',
      objectType: 'proposal',
      objectId: id,
      before: { status: 'open' },
      after: { status: decision },
      result: 'ok'
    })
    return (await findProposal(tx, id))!
  }
)
