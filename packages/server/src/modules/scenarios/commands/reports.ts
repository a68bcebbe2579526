import { createHash } from 'node:crypto'
import type { ReportDeclaration } from '@chengyun/scenario-kit/packs'
import { sql } from 'kysely'
import type { Actor } from '../../../platform/actor.ts'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Db, Tx } from '../../../platform/db.ts'
import { tellRoles } from '../../alarms/index.ts'
import { type Reach, reachCondition } from '../../registry/index.ts'
import type { ReportDocument } from '../domain/report.ts'
import type { ReportDays } from '../domain/report-due.ts'
import { type FileKey, findFile } from '../queries/kept-reports.ts'

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
/** So often a report is tried before somebody has to look. */
const TRIES = 3

export interface RunAsked {
  pack: string
  report: ReportDeclaration
  days: ReportDays
  /** Of whom it is made; null: it is due, for all. */
  reach: Reach | null
}

/** The subjects of a report, as columns subject, code, name. */
function subjects({ subject, per = 'item' }: ReportDeclaration, reach: Reach) {
  const condition = reachCondition(reach) ?? sql`true`
  if (per === 'city') return sql`select 'city' as subject, '' as code, '' as name where ${reach.all}`
  if (per === 'unit')
    return sql`select distinct u.id::text as subject, coalesce(u.code, '') as code, u.name from registry.pub_item i
      join org.pub_unit u on u.id = coalesce(i.maintainer_id, i.owner_id, i.authority_id)
      where i.type_id = ${subject} and i.removed_at is null and (${reach.all} or u.id = any(${reach.all ? [] : [...reach.unitIds]}::uuid[]))`
  return sql`select i.id::text as subject, i.code, i.name from registry.pub_item i where i.type_id = ${subject} and i.removed_at is null and ${condition}`
}

/**
 * Notes what is to be made of a period; once: what is made or waits already stays, what failed is tried again. Answers with the run and how many wait; null
 * where the period was begun by another process.
 */
export const openRun = command(
  async (tx, { pack, report, days, reach }: RunAsked, ctx): Promise<{ id: string; waiting: number } | null> => {
    const { rows } = await sql<{
      id: string
    }>`insert into scenarios.report_run (pack_id, report_key, from_day, to_day, asked_by, asked_name, asked_at)
      values (${pack}, ${report.key}, ${days.from}::date, ${days.to}::date, ${reach === null ? null : ctx.actor.id}, ${reach === null ? '' : ctx.actor.name}, ${ctx.now})
      on conflict do nothing returning id`.execute(tx)
    const id = rows[0]?.id
    if (id === undefined) return null
    const { rows: made } =
      await sql`insert into scenarios.report (run_id, pack_id, report_key, per, subject, register, code, name, from_day, to_day)
      select ${id}::uuid, ${pack}, ${report.key}, ${report.per ?? 'item'}, s.subject, ${report.subject}, s.code, s.name, ${days.from}::date, ${days.to}::date
      from (${subjects(report, reach ?? { all: true })}) s
      on conflict (pack_id, report_key, subject, from_day) do update set run_id = excluded.run_id, state = 'waiting', tries = 0, error = null
        where scenarios.report.state = 'failed'
      returning id`.execute(tx)
    if (made.length === 0) {
      if (reach === null) await sql`update scenarios.report_run set ended_at = ${ctx.now} where id = ${id}::uuid`.execute(tx)
      else await sql`delete from scenarios.report_run where id = ${id}::uuid`.execute(tx)
    }
    if (reach !== null && made.length > 0) {
      const after = { report: report.key, ...days, reports: made.length }
      ctx.audit({ action: 'scenarios.reportsAsked', objectType: 'pack', objectId: pack, result: 'ok', after })
    }
    return { id, waiting: made.length }
  }
)

/** What became of a report: made, not worth making, or failed for now. */
export type Outcome =
  | { id: string; document: ReportDocument; version: string }
  | { id: string; document: null; error: string | null }

/** Keeps what was made and ends the runs that are through. What was cancelled in the meantime is gone and stays gone. */
export const keepReports = command(
  async (
    tx,
    { pack, runs, outcomes, tell }: { pack: string; runs: readonly string[]; outcomes: readonly Outcome[]; tell: Tell },
    ctx
  ) => {
    for (const o of outcomes) {
      if (o.document) {
        const text = JSON.stringify(o.document)
        await sql`update scenarios.report set state = 'ready', document = ${text}::json, hash = ${sha256(text)}, made_at = ${ctx.now}, error = null,
            pack_version = ${o.version} where id = ${o.id}::uuid and state = 'waiting'`.execute(tx)
      } else if (o.error === null)
        await sql`delete from scenarios.report where id = ${o.id}::uuid and state = 'waiting'`.execute(tx)
      else
        await sql`update scenarios.report set tries = tries + 1, error = ${o.error.slice(0, 500)},
            state = case when tries + 1 >= ${TRIES} then 'failed' else 'waiting' end where id = ${o.id}::uuid and state = 'waiting'`.execute(
          tx
        )
    }
    await endRuns(tx, ctx, runs, tell)
    ctx.emit('scenarios.reported', { pack })
  }
)

type Tell = (
  report: string,
  from: string,
  to: string
) => { roles: readonly string[]; text: { zh: string; en: string }; link: string } | null

async function endRuns(tx: Tx, ctx: CommandContext, runs: readonly string[], tell: Tell): Promise<void> {
  const { rows } = await sql<{ id: string; report: string; from: string; to: string; due: boolean; ready: boolean }>`
    update scenarios.report_run u set ended_at = ${ctx.now} where id = any(${[...runs]}::uuid[]) and ended_at is null
      and not exists (select from scenarios.report r where r.run_id = u.id and r.state = 'waiting')
    returning id, report_key as report, from_day::text as "from", to_day::text as "to", asked_by is null as due,
      exists (select from scenarios.report r where r.run_id = u.id and r.state = 'ready') as ready`.execute(tx)
  for (const run of rows) {
    const said = run.due && run.ready ? tell(run.report, run.from, run.to) : null
    if (!said) continue
    await tellRoles.within(tx, { ...said, kind: 'report', level: 4, where: null }, ctx)
    await sql`update scenarios.report_run set told_at = ${ctx.now} where id = ${run.id}::uuid`.execute(tx)
  }
}

/** Stops a run: what waits is not made, what is made stays. Answers whether there was one under way that he may stop. */
export const cancelRun = command(
  async (tx, { id, pack, any }: { id: string; pack: string; any: boolean }, ctx): Promise<boolean> => {
    const { rows } = await sql`update scenarios.report_run set cancelled_at = ${ctx.now}, ended_at = ${ctx.now}
      where id = ${id}::uuid and pack_id = ${pack} and ended_at is null and (asked_by = ${ctx.actor.id}::uuid or ${any}) returning id`.execute(
      tx
    )
    if (rows.length === 0) return false
    await sql`delete from scenarios.report where run_id = ${id}::uuid and state = 'waiting'`.execute(tx)
    ctx.audit({ action: 'scenarios.reportsCancelled', objectType: 'pack', objectId: pack, result: 'ok', after: { run: id } })
    ctx.emit('scenarios.reported', { pack })
    return true
  }
)

/** A file that is kept. */
const storeFile = command(async (tx, { key, body }: { key: FileKey; body: Buffer }, ctx): Promise<void> => {
  const { report, format, language } = key
  await sql`insert into scenarios.report_file (report_id, format, language, hash, size, body, made_at)
    values (${report}::uuid, ${format}, ${language}, ${sha256(body)}, ${body.length}, ${body}, ${ctx.now}) on conflict do nothing`.execute(
    tx
  )
})

/** The file that is kept; made and kept when it is fetched first. Whoever fetches it at the same time gets the same bytes. */
export async function keepFile(
  db: Db,
  actor: Actor,
  { key, make }: { key: FileKey; make: () => Promise<Buffer> }
): Promise<Buffer> {
  const kept = await findFile(db, key)
  if (kept) return kept
  const body = await make()
  await storeFile(db, actor, { key, body })
  return (await findFile(db, key)) ?? body
}

/** Who took which report stands on the audit trail. */
export const recordDownload = command(
  async (
    _tx,
    input: { pack: string; report: string; code: string; days: string; format: string; language: string; hash: string },
    ctx
  ) => {
    const { pack, ...after } = input
    ctx.audit({ action: 'scenarios.reportFetched', objectType: 'pack', objectId: pack, result: 'ok', after })
  }
)

/** Removes reports, runs and indexes older than they are kept. */
export const forgetReports = command(
  async (tx, { dailyBefore, monthlyBefore }: { dailyBefore: Date; monthlyBefore: Date }, _ctx): Promise<number> => {
    const { rows } = await sql`delete from scenarios.report where (from_day = to_day and to_day < ${dailyBefore}::date)
      or (from_day <> to_day and to_day < ${monthlyBefore}::date) returning id`.execute(tx)
    await sql`delete from scenarios.report_run u where ended_at is not null and not exists (select from scenarios.report r where r.run_id = u.id)
      and ((from_day = to_day and to_day < ${dailyBefore}::date) or (from_day <> to_day and to_day < ${monthlyBefore}::date))`.execute(
      tx
    )
    await sql`delete from scenarios.index_value where at < ${monthlyBefore} and sent_at is not null`.execute(tx)
    return rows.length
  }
)

/** Reports and indexes of a pack go with it. */
export async function purgeReports(tx: Tx, pack: string): Promise<void> {
  await sql`delete from scenarios.report_run where pack_id = ${pack}`.execute(tx)
  await sql`delete from scenarios.index_value where pack_id = ${pack}`.execute(tx)
}
