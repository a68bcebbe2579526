import { FIELD_ERRORS, type FieldProposal, type FieldResult, type ProposalDecision } from '@chengyun/contract/field'
import { sql } from 'kysely'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { linkEvidence } from '../../media/index.ts'
import { createItem, editItem, findItem, type RegistryEnv, removeItem, type Why } from '../../registry/index.ts'
import { inRegions, proposalRegions } from '../policy.ts'
import { COMPONENT } from '../queries/components.ts'
import { findProposal, type ProposalRow } from '../queries/proposals.ts'

const fault = thrower(FIELD_ERRORS)
export const PROPOSAL_OWNER = 'field.proposal'

export interface Proposed {
  key: string
  input: FieldProposal
  capturedAt: Date
  place: readonly [number, number] | null
  /** Of the component; of a new one, as it was chosen. */
  classCode: string | null
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
    values (${id}, ${input.kind}, ${input.componentId ?? null}, ${p.classCode}, ${p.place?.[0] ?? null}, ${p.place?.[1] ?? null}, ${p.gridCode}, ${p.districtCode},
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

/**
 * Brings an accepted correction into the register, in the name of whoever decided and with the proposer as applicant. Answers the code of
 * the component. Throws FIELD_PROPOSAL_SHAPE, and what the register throws: REGISTRY_ITEM_NOT_FOUND, REGISTRY_REMOVED,
 * REGISTRY_NOTHING_CHANGED, REGISTRY_ITEM_INVALID.
 */
async function applyProposal(tx: Tx, env: RegistryEnv, p: ProposalRow, note: string, ctx: CommandContext): Promise<string> {
  const why: Why = {
    source: 'request',
    sourceRef: p.id,
    note: [p.note, note].filter(Boolean).join('；'),
    evidenceIds: p.evidence_ids,
    linked: true,
    applicant: { id: p.proposer_id, name: p.proposer_name },
    effectiveAt: p.captured_at
  }
  const place: [number, number] | null = p.lng === null || p.lat === null ? null : [p.lng, p.lat]
  if (p.kind === 'new') {
    const { code } = await createItem(env).within(tx, { type: COMPONENT, item: { class: p.class_code, place }, why }, ctx)
    return code
  }
  const code = p.component_id as string
  if (p.kind === 'gone') {
    await removeItem(env).within(tx, { type: COMPONENT, code, removal: { version: null, status: 'removed' }, why }, ctx)
    return code
  }
  const item = await findItem(tx, COMPONENT, code, true)
  // A point says nothing of where the rest of a line or an area has gone.
  if (item?.shape) throw fault('FIELD_PROPOSAL_SHAPE', { code })
  await editItem(env).within(tx, { type: COMPONENT, code, edit: { version: null, changes: { place } }, why }, ctx)
  return code
}

/**
 * Decides on a proposal of one's own divisions, once; accepted, the register changes in the same transaction. Throws
 * FIELD_PROPOSAL_NOT_FOUND, FIELD_PROPOSAL_DECIDED, and what `applyProposal` throws.
 */
export const decideProposal = (env: RegistryEnv) =>
  command(async (tx, { id, decision, note }: ProposalDecision & { id: string }, ctx): Promise<ProposalRow> => {
    const { actor, now, emit, audit } = ctx
    const before = await findProposal(tx, id, true)
    if (!before || !inRegions(proposalRegions(actor), before)) throw fault('FIELD_PROPOSAL_NOT_FOUND')
    if (before.status !== 'open') throw fault('FIELD_PROPOSAL_DECIDED', { by: before.decider_name })
    const componentId = decision === 'accepted' ? await applyProposal(tx, env, before, note ?? '', ctx) : before.component_id
    await sql`update field.proposal set status = ${decision}, component_id = ${componentId}, decided_at = ${now}, decider_name = ${actor.name}, decision_note = ${note ?? null} where id = ${id}`.execute(
      tx
    )
    emit('field.proposalDecided', { id, status: decision, proposerId: before.proposer_id })
    audit({
      action: 'field.decideProposal',
      objectType: 'proposal',
      objectId: id,
      before: { status: 'open' },
      after: { status: decision, componentId },
      result: 'ok'
    })
    return (await findProposal(tx, id))!
  })
