import { ALARMS_ERRORS, type SuppressionBody } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { AppError, thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { planReach } from '../../registry/index.ts'
import { hidesAt } from '../domain/suppress.ts'
import { HANDLE } from '../policy.ts'
import { findTimeZone } from '../queries/city.ts'
import { findSuppression, type SuppressionRow } from '../queries/suppressions.ts'
import { announce } from './announce.ts'
import { command } from './command.ts'
import { lockBurst } from './lock.ts'
import { type Draft, draftOf, findAlarms } from './store.ts'

const fail = thrower(ALARMS_ERRORS)
/** The longest a window may last: a work site of a year. */
const LONGEST_MS = 400 * 86_400_000

/** Hides alarms to come (屏蔽): within the reach of whoever does it. Throws ALARMS_SUPPRESSION_INVALID, FORBIDDEN. */
export const suppress = command(async (tx, body: SuppressionBody, ctx): Promise<{ id: string }> => {
  const [from, to] = [new Date(body.startsAt), new Date(body.endsAt)]
  if (!(from < to)) throw invalid('结束须晚于开始', 'it ends before it begins')
  if (to <= ctx.now) throw invalid('结束时间已过', 'it is over already')
  if (to.getTime() - from.getTime() > LONGEST_MS) throw invalid('最长 400 天', 'at most 400 days')
  await demandReach(tx, ctx, body)
  const id = newId(ctx.now.getTime())
  await sql`insert into alarms.suppression (id, scope, reason, starts_at, ends_at, weekly, created_at, created_by, created_by_name)
    values (${id}, ${JSON.stringify(body.scope)}::jsonb, ${body.reason}, ${from}, ${to}, ${body.weekly ? JSON.stringify(body.weekly) : null}::jsonb,
      ${ctx.now}, ${ctx.actor.id}::uuid, ${ctx.actor.name})`.execute(tx)
  ctx.emit('alarms.configured', { what: 'suppression' })
  ctx.audit({
    action: 'alarms.suppressed',
    objectType: 'suppression',
    objectId: id,
    before: null,
    after: { ...body },
    result: 'ok'
  })
  return { id }
})

const invalid = (why: string, whyEn: string) => fail('ALARMS_SUPPRESSION_INVALID', { why, whyEn })

/** Whoever does not reach the whole city hides only what lies in his areas, or single items of his. */
async function demandReach(tx: Tx, ctx: CommandContext, { scope }: Pick<SuppressionBody, 'scope'>): Promise<void> {
  const plan = planReach(ctx.actor, HANDLE)
  if (plan.all || ctx.actor.system === true) return
  const areasFit = scope.areas?.every((code) => plan.regions.some((r) => code.startsWith(r))) ?? false
  if (areasFit) return
  if (scope.itemIds) {
    const { rows } = await sql<{
      n: number
    }>`select count(*)::int as n from registry.pub_item i where i.id = any(${scope.itemIds}::uuid[])
      and (exists (select 1 from unnest(${[...plan.regions]}::text[]) r where i.grid_code like r || '%')
        or i.authority_id = any(${[...plan.unitIds]}::uuid[]) or i.owner_id = any(${[...plan.unitIds]}::uuid[]) or i.maintainer_id = any(${[...plan.unitIds]}::uuid[]))`.execute(
      tx
    )
    if (rows[0]!.n === new Set(scope.itemIds).size) return
  }
  throw new AppError('FORBIDDEN', 403, 'Not permitted')
}

/** Ends a window before its time; what it hid and still stands is told of at once. Throws ALARMS_SUPPRESSION_NOT_FOUND. */
export const endSuppression = command(async (tx, { id, note }: { id: string; note: string }, ctx): Promise<void> => {
  const window = await findSuppression(tx, id, true)
  if (!window || window.ended_at !== null || window.ends_at <= ctx.now) throw fail('ALARMS_SUPPRESSION_NOT_FOUND')
  await demandReach(tx, ctx, window)
  await sql`update alarms.suppression set ended_at = ${ctx.now}, ended_by_name = ${ctx.actor.name}, swept_at = ${ctx.now}, version = version + 1
    where id = ${id}::uuid`.execute(tx)
  ctx.emit('alarms.configured', { what: 'suppression' })
  ctx.audit({
    action: 'alarms.suppressionEnded',
    objectType: 'suppression',
    objectId: id,
    before: null,
    after: { note },
    result: 'ok'
  })
  await release(tx, ctx, [window])
})

/** Windows that ended, or rest between their hours: what they hid and still stands is told of now. */
export const sweepSuppressions = command(async (tx, _: null, ctx): Promise<void> => {
  const { rows } = await sql<{
    id: string
  }>`select id from alarms.suppression where swept_at is null and (ends_at <= ${ctx.now} or weekly is not null)
    order by created_at, id for update`.execute(tx)
  if (rows.length === 0) return
  const zone = await findTimeZone(tx)
  const windows = (await Promise.all(rows.map((r) => findSuppression(tx, r.id)))).filter(
    (w): w is SuppressionRow => w !== undefined
  )
  await release(
    tx,
    ctx,
    windows.filter((w) => !hidesAt(w, ctx.now, zone))
  )
  const over = windows.filter((w) => w.ends_at <= ctx.now)
  if (over.length > 0)
    await sql`update alarms.suppression set swept_at = ${ctx.now} where id = any(${over.map((w) => w.id)}::uuid[])`.execute(tx)
})

async function release(tx: Tx, ctx: CommandContext, windows: readonly SuppressionRow[]): Promise<void> {
  if (windows.length === 0) return
  const hidden = sql`a.suppression_id = any(${windows.map((w) => w.id)}::uuid[]) and a.cleared_at is null and a.state in ('pending', 'handling')`
  const bursting = (await findAlarms(tx, hidden)).map((r) => ({
    pack: r.pack,
    family: r.family,
    response: r.follow.response,
    at: r.raised_at.getTime()
  }))
  await lockBurst(tx, bursting, hidden)
  const rows = await findAlarms(tx, hidden, true)
  const drafts: Draft[] = rows.map(draftOf)
  for (const draft of drafts) {
    draft.row.suppression_id = null
    draft.steps.push({ act: 'suppress', at: ctx.now, note: null, data: { ended: true } })
  }
  await announce(
    tx,
    ctx,
    drafts,
    drafts.map((draft) => ({ draft, why: 'raised' as const }))
  )
}
