import { ALARMS_ERRORS, type AlarmActInput, type HandAct } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { AppError, thrower } from '../../../platform/errors.ts'
import { linkEvidence } from '../../media/index.ts'
import type { AlarmRow } from '../domain/alarm.ts'
import { withLevel } from '../domain/fold.ts'
import { type AlarmReach, HANDLE, partyOf, READ, reachesAlarm, takes } from '../policy.ts'
import type { KnownCase } from '../ports.ts'
import { alarmReach } from '../queries/reach.ts'
import { responsesInForce } from '../queries/responses.ts'
import { command } from './command.ts'
import { followUp } from './follow-up.ts'
import { Outbound } from './outbound.ts'
import { type Draft, draftOf, findAlarms, writeDrafts } from './store.ts'
import { askForCase } from './want-case.ts'

const fail = thrower(ALARMS_ERRORS)

/** What an act brings along, looked up. */
interface Meant {
  input: AlarmActInput
  person: { id: string; name: string } | null
  unit: { id: string; name: string } | null
  knownCase: KnownCase | null
  /** Alarms that somebody else must still acknowledge. */
  waiting: ReadonlySet<string>
}

export interface ActInput {
  id: string
  act: HandAct
  input: AlarmActInput
  /** Looked up by the caller: cases are known to a later module. */
  knownCase?: KnownCase | null
}

/**
 * One act of a person. Throws ALARMS_NOT_FOUND (also where it is not his to see), FORBIDDEN, ALARMS_VERSION_STALE, ALARMS_ACT_NOT_POSSIBLE,
 * ALARMS_ACT_INCOMPLETE and what the act's own fields can be wrong with.
 */
export const actOnAlarm = command(
  async (tx, { id, act, input, knownCase = null }: ActInput, ctx): Promise<{ version: number }> => {
    const [row] = await findAlarms(tx, sql`a.id = ${id}::uuid`, true)
    const reads = await alarmReach(tx, ctx.actor, READ)
    if (!row || !reads || !reachesAlarm(reads, row)) throw fail('ALARMS_NOT_FOUND')
    const handles = await alarmReach(tx, ctx.actor, HANDLE)
    if (!handles || !reachesAlarm(handles, row)) throw new AppError('FORBIDDEN', 403, 'Not permitted', { act })
    if (input.version !== undefined && input.version !== row.version) throw await stale(tx, row, input.version)
    const meant = await lookUp(tx, act, input, knownCase)
    const draft = draftOf(row)
    await perform(tx, ctx, [draft], act, meant)
    return { version: draft.row.version }
  }
)

export interface BulkInput {
  act: HandAct
  ids?: readonly string[]
  incidentId?: string
  input: AlarmActInput
}

/** The same act for many alarms; those that do not take it, or are not this person's, are told of one by one. */
export const actOnMany = command(
  async (
    tx,
    { act, ids, incidentId, input }: BulkInput,
    ctx
  ): Promise<{ done: number; refused: { id: string; code: string }[] }> => {
    const [reads, handles] = [await alarmReach(tx, ctx.actor, READ), await alarmReach(tx, ctx.actor, HANDLE)]
    const condition = ids
      ? sql`a.id = any(${[...ids]}::uuid[])`
      : sql`a.incident_id = ${incidentId ?? null}::uuid and a.state in ('pending', 'handling')`
    const rows = await findAlarms(tx, condition, true)
    const refused: { id: string; code: string }[] = []
    const drafts = rows.filter((row) => {
      const code = refusalOf(row, act, reads, handles)
      if (code) refused.push({ id: row.id, code })
      return code === null
    })
    const found = new Set(rows.map((r) => r.id))
    for (const id of ids ?? []) if (!found.has(id)) refused.push({ id, code: 'ALARMS_NOT_FOUND' })
    const meant = await lookUp(tx, act, input, null)
    const done = drafts.map(draftOf)
    await perform(tx, ctx, done, act, meant)
    return { done: done.length, refused }
  }
)

function refusalOf(row: AlarmRow, act: HandAct, reads: AlarmReach | null, handles: AlarmReach | null): string | null {
  if (!reads || !reachesAlarm(reads, row)) return 'ALARMS_NOT_FOUND'
  if (!handles || !reachesAlarm(handles, row)) return 'FORBIDDEN'
  return takes(row, act) ? null : 'ALARMS_ACT_NOT_POSSIBLE'
}

async function perform(
  tx: Tx,
  ctx: CommandContext,
  drafts: readonly Draft[],
  act: HandAct,
  given: Omit<Meant, 'waiting'>
): Promise<void> {
  const out = new Outbound()
  const meant = { ...given, waiting: act === 'acknowledge' ? await acknowledgeParties(tx, ctx, drafts) : new Set<string>() }
  for (const draft of drafts) {
    if (!takes(draft.row, act)) throw fail('ALARMS_ACT_NOT_POSSIBLE', { act })
    await ACTS[act](tx, ctx, draft, meant, out)
    if (act !== 'comment') draft.row.responded_at ??= ctx.now
  }
  await writeDrafts(tx, drafts, ctx)
  await out.flush(tx, ctx)
}

type Act = (tx: Tx, ctx: CommandContext, draft: Draft, meant: Meant, out: Outbound) => Promise<void> | void

const need = <T>(value: T | null | undefined, field: string): T => {
  if (value === null || value === undefined) throw fail('ALARMS_ACT_INCOMPLETE', { field })
  return value
}

const ACTS: Record<HandAct, Act> = {
  acknowledge: (_tx, ctx, draft, { input, waiting }) => {
    // When all who must have, the ladder ends.
    if (!waiting.has(draft.row.id)) draft.row.wake_at = null
    draft.row.acknowledged_at ??= ctx.now
    step(draft, 'acknowledge', ctx, input, { party: partyOf(ctx.actor, draft.row) })
  },
  assign: (_tx, ctx, draft, { input, person, unit }, out) => {
    if (!person && !unit) throw fail('ALARMS_ACT_INCOMPLETE', { field: 'personId, unitId' })
    Object.assign(draft.row, { assignee_id: person?.id ?? null, assignee_name: person?.name ?? null, unit_id: unit?.id ?? null })
    step(draft, 'assign', ctx, input, { ...(person && { person }), ...(unit && { unit }) })
    if (person && person.id !== ctx.actor.id)
      out.tell({ draft, kind: 'assigned', personIds: [person.id], channels: ['inApp', 'sms'] })
  },
  comment: async (tx, ctx, draft, { input }) => {
    const evidence = input.evidenceIds?.length ? await attach(tx, ctx, draft.row, input.evidenceIds) : []
    if (evidence.length === 0) need(input.note, 'note')
    step(draft, 'comment', ctx, input, evidence.length > 0 ? { evidence } : {})
  },
  judge: (_tx, ctx, draft, { input }) => {
    const verdict = need(input.verdict, 'verdict')
    if (verdict !== 'true') need(input.note, 'note')
    Object.assign(draft.row, { verdict, verdict_level: draft.row.level, asks_verdict: false })
    if (verdict !== 'true') draft.row.acknowledged_at ??= ctx.now
    step(draft, 'judge', ctx, input, { verdict })
  },
  clear: (_tx, ctx, draft, { input }) => {
    need(input.note, 'note')
    Object.assign(draft.row, { cleared_at: ctx.now, clear_reason: 'person', asks_verdict: false })
    draft.row.acknowledged_at ??= ctx.now
    step(draft, 'clear', ctx, input, { reason: 'person' })
  },
  level: async (tx, ctx, draft, { input }, out) => {
    const level = need(input.level, 'level')
    need(input.note, 'note')
    if (level === draft.row.level) throw fail('ALARMS_ACT_NOT_POSSIBLE', { act: 'level' })
    const from = draft.row.level
    draft.row = withLevel(draft.row, level, ctx.now)
    step(draft, 'level', ctx, input, { from, level, byHand: true })
    if (level < from) await followUp(tx, ctx, [{ draft, why: 'level' }], out)
  },
  wantCase: async (tx, ctx, draft, { input, unit }) => {
    if (!draft.row.follow.case) need(input.classCode, 'classCode')
    askForCase(draft, ctx, await responsesInForce(tx), {
      ...(input.standardRef && { standardRef: input.standardRef }),
      ...(input.kind && { kind: input.kind }),
      ...(input.classCode && { classCode: input.classCode }),
      ...(input.note && { description: input.note }),
      ...(input.urgent !== undefined && { urgent: input.urgent }),
      ...(unit && { unitId: unit.id })
    })
  },
  linkCase: (_tx, ctx, draft, { input, knownCase }) => {
    if (!knownCase) throw fail('ALARMS_CASE_UNKNOWN', { caseNo: need(input.caseNo, 'caseNo') })
    Object.assign(draft.row, {
      case_id: knownCase.id,
      case_no: knownCase.caseNo,
      case_status: knownCase.status,
      case_fault: null
    })
    step(draft, 'linkCase', ctx, input, { caseId: knownCase.id, caseNo: knownCase.caseNo })
  },
  reopen: (_tx, ctx, draft, { input }) => {
    need(input.note, 'note')
    const wasByHand = draft.row.clear_reason === 'person'
    Object.assign(draft.row, { verdict: null, verdict_level: null, ...(wasByHand && { cleared_at: null, clear_reason: null }) })
    step(draft, 'reopen', ctx, input, {})
  }
}

function step(draft: Draft, act: HandAct, ctx: CommandContext, input: AlarmActInput, data: Record<string, unknown>): void {
  draft.steps.push({ act, at: ctx.now, note: input.note ?? null, data })
}

/** Acknowledges for the parties in whose names the person acts. Answers the alarms somebody else must still acknowledge. */
async function acknowledgeParties(tx: Tx, ctx: CommandContext, drafts: readonly Draft[]): Promise<Set<string>> {
  const mine = drafts.map(({ row }) => ({ alarm_id: row.id, party: partyOf(ctx.actor, row) }))
  await sql`update alarms.party p set acknowledged_at = ${ctx.now}, acknowledged_by = ${ctx.actor.id}::uuid, acknowledged_name = ${ctx.actor.name}
    from jsonb_to_recordset(${JSON.stringify(mine)}::jsonb) m(alarm_id uuid, party text)
    where p.alarm_id = m.alarm_id and p.party = m.party and p.acknowledged_at is null`.execute(tx)
  const { rows } = await sql<{ alarm_id: string }>`select distinct alarm_id from alarms.party
    where alarm_id = any(${drafts.map((d) => d.row.id)}::uuid[]) and due_at is not null and acknowledged_at is null`.execute(tx)
  return new Set(rows.map((r) => r.alarm_id))
}

async function attach(tx: Tx, ctx: CommandContext, row: AlarmRow, ids: readonly string[]) {
  return linkEvidence.within(tx, { ids, ownerType: 'alarm', ownerId: row.id, caseNo: row.item_code, address: row.address }, ctx)
}

async function lookUp(tx: Tx, act: HandAct, input: AlarmActInput, knownCase: KnownCase | null): Promise<Omit<Meant, 'waiting'>> {
  const unit = input.unitId === undefined ? null : await activeUnit(tx, input.unitId)
  const person = act === 'assign' && input.personId !== undefined ? await handlerOf(tx, input.personId) : null
  return { input, person, unit, knownCase }
}

async function activeUnit(tx: Tx, id: string): Promise<{ id: string; name: string }> {
  const { rows } = await sql<{
    id: string
    name: string
  }>`select id, name from org.pub_unit where id = ${id}::uuid and active`.execute(tx)
  if (!rows[0]) throw fail('ALARMS_UNIT_UNKNOWN')
  return rows[0]
}

/** Anybody with an active account and a post can be given an alarm: it is then his to see. */
async function handlerOf(tx: Tx, id: string): Promise<{ id: string; name: string }> {
  const { rows } = await sql<{
    id: string
    name: string
  }>`select u.id, u.name from org.pub_user u where u.id = ${id}::uuid and u.status = 'active'
    and exists (select 1 from org.pub_post p where p.user_id = u.id)`.execute(tx)
  if (!rows[0]) throw fail('ALARMS_PERSON_UNKNOWN')
  return rows[0]
}

async function stale(tx: Tx, row: AlarmRow, version: number): Promise<AppError> {
  const { rows } = await sql<{
    seq: number
    at: Date
    act: string
    actor_name: string
  }>`select seq, at, act, actor_name from alarms.step
    where alarm_id = ${row.id}::uuid and seq > ${version}::int order by seq limit 50`.execute(tx)
  return fail('ALARMS_VERSION_STALE', {
    version: row.version,
    act: rows.at(-1)?.act ?? '',
    changes: rows.map((r) => ({ seq: r.seq, at: r.at, act: r.act, by: r.actor_name }))
  })
}
