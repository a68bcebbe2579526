import { sql } from 'kysely'
import type { Tx } from '../../../platform/db.ts'
import { findRule, listRules } from '../queries/rules.ts'
import { command } from './command.ts'
import { lockAlarms } from './lock.ts'
import { saveRule, touch } from './rules.ts'

/** Gives a rule of a pack another key; its alarms, versions and saved state stay its own. */
export const renameRule = command(async (tx, input: { pack: string; key: string; to: string }, ctx): Promise<void> => {
  const { pack, key, to } = input
  const [from, id] = [`${pack}/${key}`, `${pack}/${to}`]
  const rule = await findRule(tx, from)
  if (!rule) return
  const { rows } = await sql<{
    versions: unknown
  }>`with gone as (delete from alarms.rule_version where rule_id = ${from} returning *)
    select coalesce(jsonb_agg(to_jsonb(gone)), '[]') as versions from gone`.execute(tx)
  await sql`update alarms.rule set id = ${id}, key = ${to}, declaration = jsonb_set(declaration, '{key}', to_jsonb(${to}::text)), updated_at = ${ctx.now}
    where id = ${from}`.execute(tx)
  await sql`insert into alarms.rule_version select (jsonb_populate_record(v, jsonb_build_object('rule_id', ${id}::text))).*
    from jsonb_populate_recordset(null::alarms.rule_version, ${JSON.stringify(rows[0]?.versions ?? [])}::jsonb) v`.execute(tx)
  await lockAlarms(tx, sql`a.rule_id = ${from}`)
  await sql`update alarms.alarm set rule_id = ${id} where rule_id = ${from}`.execute(tx)
  await touch(tx, [rule.declaration.on.type])
  ctx.audit({
    action: 'alarms.renameRule',
    objectType: 'alarmRule',
    objectId: id,
    before: { id: from },
    after: { id },
    result: 'ok'
  })
  ctx.emit('alarms.ruleChanged', { ruleId: id, version: rule.version, enabled: rule.enabled, typeId: rule.declaration.on.type })
})

/** Keys of the rules of a pack that are switched off. */
export async function rulesOff(tx: Tx, pack: string): Promise<string[]> {
  return (await listRules(tx, { pack })).filter((r) => !r.enabled).map((r) => r.key)
}

/** Switches the rules of a pack on, but for those in `off`. */
export const resumePackRules = command(
  async (tx, input: { pack: string; off: readonly string[]; note: string }, ctx): Promise<void> => {
    for (const rule of await listRules(tx, { pack: input.pack }))
      if (!rule.enabled && !input.off.includes(rule.key))
        await saveRule.within(tx, { id: rule.id, version: rule.version, enabled: true, note: input.note }, ctx)
  }
)

/** Removes rules of a pack that never raised an alarm, with their versions: nobody will ask what they said. */
export const forgetRules = command(async (tx, { pack }: { pack: string }, _ctx): Promise<void> => {
  const silent = sql`r.pack = ${pack} and r.removed_at is not null and not exists (select from alarms.alarm a where a.rule_id = r.id)`
  await sql`delete from alarms.rule_version v using alarms.rule r where r.id = v.rule_id and ${silent}`.execute(tx)
  await sql`delete from alarms.rule r where ${silent}`.execute(tx)
})

/** How many alarms rules of a pack have raised, by key of the rule. */
export async function countRaised(tx: Parameters<typeof listRules>[0], pack: string): Promise<Map<string, number>> {
  const { rows } = await sql<{
    key: string
    n: number
  }>`select r.key, count(*)::int as n from alarms.rule r join alarms.alarm a on a.rule_id = r.id
    where r.pack = ${pack} group by 1`.execute(tx)
  return new Map(rows.map((r) => [r.key, r.n]))
}

/**
 * Removes the alarms of a pack, and those on things of registers that go, with all that happened to them. Cases made of them stay: they are records. Only
 * the audit trail still knows. Answers how many.
 */
export const purgeAlarms = command(
  async (tx, { pack, types }: { pack: string; types: readonly string[] }, ctx): Promise<number> => {
    const { rows } = await sql<{ id: string; incident: string | null }>`select id, incident_id as incident from alarms.alarm
    where pack = ${pack} or type_id = any(${[...types]}::text[]) order by raised_at, id for update`.execute(tx)
    const ids = rows.map((r) => r.id)
    await sql`delete from alarms.task where type_id = any(${[...types]}::text[]) or alarm_id = any(${ids}::uuid[])`.execute(tx)
    await sql`delete from alarms.permit p using registry.pub_item i where i.id = p.item_id and i.type_id = any(${[...types]}::text[])`.execute(
      tx
    )
    if (ids.length === 0) return 0
    for (const part of ['message', 'notice', 'party'] as const)
      await sql`delete from ${sql.table(`alarms.${part}`)} where alarm_id = any(${ids}::uuid[])`.execute(tx)
    await sql`alter table alarms.step disable trigger step_append_only`.execute(tx)
    await sql`delete from alarms.step where alarm_id = any(${ids}::uuid[])`.execute(tx)
    await sql`alter table alarms.step enable trigger step_append_only`.execute(tx)
    await sql`delete from alarms.alarm where id = any(${ids}::uuid[])`.execute(tx)
    await sql`delete from alarms.incident i where id = any(${rows.flatMap((r) => r.incident ?? [])}::uuid[])
    and not exists (select from alarms.alarm a where a.incident_id = i.id)`.execute(tx)
    ctx.audit({ action: 'alarms.purge', objectType: 'alarm', objectId: pack, result: 'ok', after: { alarms: ids.length, types } })
    return ids.length
  }
)
