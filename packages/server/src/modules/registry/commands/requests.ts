import { type ItemFacts, REGISTRY_ERRORS, type RequestInput } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { linkEvidence } from '../../media/index.ts'
import type { RegistryEnv } from '../env.ts'
import { READ, type Reach, reaches } from '../policy.ts'
import { findItem } from '../queries/items.ts'
import { reachOf } from '../queries/reach.ts'
import { findRequest, type RequestRecord } from '../queries/requests.ts'
import { compose } from './compose.ts'
import { createItem } from './create.ts'
import { editItem, openType, removeItem, type Written } from './items.ts'
import type { Why } from './write.ts'

const fail = thrower(REGISTRY_ERRORS)
export const REVIEW = 'registry:review'
/** Under this name evidence belongs to a request. */
export const REQUEST_OWNER = 'registry.request'

interface Asked extends RequestInput {
  /** Default: a person asks. `case` and `field` have looked at the right to ask themselves. */
  origin?: RequestRecord['origin']
  /** The case or proposal; asking again for the same replaces what waits. */
  originRef?: string
}

/**
 * Keeps a change that somebody wants until it is decided on. What cannot be done is refused at once. Throws REGISTRY_ITEM_INVALID,
 * REGISTRY_ITEM_NOT_FOUND, REGISTRY_REMOVED, REGISTRY_TYPE_*; REGISTRY_REQUEST_DECIDED when the same case or proposal was decided on.
 */
export const proposeChange = (env: RegistryEnv) =>
  command(async (tx, input: Asked, ctx): Promise<{ id: string }> => {
    const { kind, wanted = {}, note = '', evidenceIds = [], origin = 'person', originRef = null } = input
    const type = await openType(tx, ctx.actor, input.type)
    const { gridCode, code } = await foresee(tx, env, type, input, origin === 'person', ctx)
    const id = newId(ctx.now.getTime())
    const { rows } = await sql<{
      id: string
    }>`insert into registry.request (id, type_id, kind, code, wanted, note, evidence_ids, origin, origin_ref, grid_code,
        applicant_id, applicant_name, requested_at)
      values (${id}, ${type.id}, ${kind}, ${code}, ${JSON.stringify(wanted)}::jsonb, ${note}, ${evidenceIds}::uuid[], ${origin}, ${originRef}, ${gridCode},
        ${ctx.actor.id}, ${ctx.actor.name}, ${ctx.now})
      on conflict (origin, origin_ref) where origin_ref is not null do update set kind = excluded.kind, code = excluded.code, wanted = excluded.wanted,
        note = excluded.note, evidence_ids = excluded.evidence_ids, grid_code = excluded.grid_code, applicant_id = excluded.applicant_id,
        applicant_name = excluded.applicant_name, requested_at = excluded.requested_at
        where registry.request.state = 'waiting' returning id`.execute(tx)
    const kept = rows[0]?.id
    if (kept === undefined) throw fail('REGISTRY_REQUEST_DECIDED', { by: '' })
    if (origin === 'person' && evidenceIds.length > 0)
      await linkEvidence.within(
        tx,
        { ids: evidenceIds, ownerType: REQUEST_OWNER, ownerId: kept, caseNo: code ?? type.declaration.name.zh },
        ctx
      )
    ctx.emit('registry.requested', { id: kept, typeId: type.id, state: 'waiting' })
    return { id: kept }
  })

/** Tries the change out: where it would be, and whether it can be done at all. */
async function foresee(
  tx: Tx,
  env: RegistryEnv,
  type: Awaited<ReturnType<typeof openType>>,
  input: Asked,
  isChecked: boolean,
  ctx: CommandContext
): Promise<{ gridCode: string | null; code: string | null }> {
  const { kind, wanted = {} } = input
  if (kind === 'add') {
    const draft = await compose(tx, env, type.declaration, null, wanted, ctx.now)
    return { gridCode: draft.grid_code, code: input.code ?? null }
  }
  const code = input.code ?? ''
  const item = await findItem(tx, type.id, code)
  if (!item || (isChecked && !reaches(await reachOf(tx, ctx.actor, READ), item))) throw fail('REGISTRY_ITEM_NOT_FOUND', { code })
  if (item.removed_at !== null) throw fail('REGISTRY_REMOVED', { code })
  if (kind !== 'remove') await compose(tx, env, type.declaration, item, wanted, ctx.now)
  return { gridCode: item.grid_code, code }
}

/** Whether a request lies where the actor decides. */
export const decidesOn = (reach: Reach, r: Pick<RequestRecord, 'grid_code'>): boolean =>
  reaches(reach, { grid_code: r.grid_code, authority_id: null, owner_id: null, maintainer_id: null })

/**
 * Decides on a request, once; accepted, the register changes in the same transaction, with the applicant as the one who changed it and the
 * decider as reviewer. Throws REGISTRY_REQUEST_NOT_FOUND, REGISTRY_REQUEST_DECIDED, and what the change throws.
 */
export const decideRequest = (env: RegistryEnv) =>
  command(async (tx, input: { id: string; accept: boolean; reason?: string | undefined }, ctx): Promise<void> => {
    const before = await findRequest(tx, input.id, true)
    if (!before || !decidesOn(await reachOf(tx, ctx.actor, REVIEW), before)) throw fail('REGISTRY_REQUEST_NOT_FOUND')
    if (before.state !== 'waiting') throw fail('REGISTRY_REQUEST_DECIDED', { by: before.reviewer_name ?? before.applicant_name })
    const written = input.accept ? await applyRequest(tx, env, before, ctx) : null
    const state = input.accept ? 'applied' : 'declined'
    await sql`update registry.request set state = ${state}, reviewer_id = ${ctx.actor.id}, reviewer_name = ${ctx.actor.name}, reason = ${input.reason ?? null},
      decided_at = ${ctx.now}, change_seq = ${written?.changeSeq ?? null}::bigint where id = ${before.id}`.execute(tx)
    ctx.emit('registry.requested', { id: before.id, typeId: before.type_id, state })
    ctx.audit({
      action: 'registry.decideRequest',
      objectType: 'registerRequest',
      objectId: before.id,
      before: { state: 'waiting' },
      after: { state, code: written?.code ?? before.code },
      result: 'ok',
      ...(input.reason && { reason: input.reason })
    })
  })

function applyRequest(tx: Tx, env: RegistryEnv, r: RequestRecord, ctx: CommandContext): Promise<Written> {
  const why: Why = {
    source: r.origin === 'case' ? 'case' : 'request',
    sourceRef: r.origin === 'case' ? r.origin_ref : r.id,
    note: r.note,
    evidenceIds: r.evidence_ids,
    linked: true,
    applicant: { id: r.applicant_id, name: r.applicant_name },
    effectiveAt: r.requested_at
  }
  const type = r.type_id
  const code = r.code ?? ''
  switch (r.kind) {
    case 'add':
      return createItem(env).within(tx, { type, item: { ...r.wanted, ...(r.code && { code: r.code }) }, why }, ctx)
    case 'remove':
      return removeItem(env).within(tx, { type, code, removal: { version: null }, why }, ctx)
    default:
      return editItem(env).within(tx, { type, code, edit: { version: null, changes: r.wanted }, why }, ctx)
  }
}

/** Takes one's own request back while it waits. Throws REGISTRY_REQUEST_NOT_FOUND, REGISTRY_REQUEST_DECIDED. */
export const withdrawRequest = command(async (tx, input: { id: string }, ctx): Promise<void> => {
  const before = await findRequest(tx, input.id, true)
  if (!before || before.applicant_id !== ctx.actor.id) throw fail('REGISTRY_REQUEST_NOT_FOUND')
  if (before.state !== 'waiting') throw fail('REGISTRY_REQUEST_DECIDED', { by: before.reviewer_name ?? before.applicant_name })
  await sql`update registry.request set state = 'withdrawn', decided_at = ${ctx.now} where id = ${before.id}`.execute(tx)
  ctx.emit('registry.requested', { id: before.id, typeId: before.type_id, state: 'withdrawn' })
})

/** What a case's feedback on its component asks of the register: it is new, has moved to where the case is, or is gone. */
export interface ComponentFeedback {
  caseId: string
  feedback: 'added' | 'moved' | 'removed'
  /** Of the component; of a new one absent. */
  code: string | null
  classCode: string
  place: [number, number]
  note: string
  evidenceIds: readonly string[]
}

/** Turns the feedback of a case into a request, inside the transaction of its step. Throws what `proposeChange` throws. */
export const proposeFromCase = (env: RegistryEnv) => ({
  within: (tx: Tx, f: ComponentFeedback, ctx: CommandContext): Promise<{ id: string }> => {
    const wanted: ItemFacts =
      f.feedback === 'added' ? { class: f.classCode, place: f.place } : f.feedback === 'moved' ? { place: f.place } : {}
    const kind = ({ added: 'add', moved: 'move', removed: 'remove' } as const)[f.feedback]
    return proposeChange(env).within(
      tx,
      {
        type: 'component',
        kind,
        wanted,
        note: f.note,
        evidenceIds: [...f.evidenceIds],
        origin: 'case',
        originRef: f.caseId,
        ...(f.code !== null && kind !== 'add' && { code: f.code })
      },
      ctx
    )
  }
})
