import { type PackPlan, SCENARIOS_ERRORS } from '@chengyun/contract/scenarios'
import type { DataChange, PackDocument } from '@chengyun/scenario-kit/packs'
import { sql } from 'kysely'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import {
  endPackRules,
  forgetRules,
  forgetTold,
  purgeAlarms,
  putPackRules,
  renameRule,
  resumePackRules,
  rulesOff
} from '../../alarms/index.ts'
import { changeAttribute } from '../../registry/index.ts'
import { purgeStreams, renameStreams } from '../../streams/index.ts'
import { dataChanges, objectsOf } from '../domain/plan.ts'
import type { PackRecord } from '../queries/packs.ts'
import { lossOf, type PlanAsked, planOf, type SoundOffer } from '../queries/plan.ts'
import { bring } from './bring.ts'
import { purgeReports } from './reports.ts'
import { takeBack } from './take-back.ts'

const fail = thrower(SCENARIOS_ERRORS)

export interface ChangeAsked extends PlanAsked {
  /** The plan that was looked at; absent: whatever it is now. */
  token?: string | undefined
}

/**
 * Installs, upgrades, disables, enables or removes a pack: everything or nothing, and nothing twice. Packs change one after another, whichever process asks.
 * Throws SCENARIOS_* of {@link planOf}, SCENARIOS_PLAN_CHANGED, SCENARIOS_HOLDS_DATA.
 */
export const changePack = command(async (tx, asked: ChangeAsked, ctx): Promise<PackPlan> => {
  await sql`select pg_advisory_xact_lock(727050)`.execute(tx)
  const { plan, before } = await planOf(tx, asked)
  if (asked.token !== undefined && asked.token !== plan.token) throw fail('SCENARIOS_PLAN_CHANGED')
  const loses = lossOf(plan, 'zh')
  if (asked.held === null && loses !== '') throw fail('SCENARIOS_HOLDS_DATA', { what: loses, whatEn: lossOf(plan, 'en') })
  const isSame = before !== undefined && asked.offer?.hash === before.hash
  if (plan.steps.length === 0 && (isSame || asked.offer === null)) return plan
  switch (plan.act) {
    case 'disable':
      await disable(tx, ctx, before!)
      break
    case 'enable':
      await enable(tx, ctx, before!)
      break
    case 'uninstall':
      await uninstall(tx, ctx, before!, plan)
      break
    default:
      await install(tx, ctx, before, asked.offer!, plan)
  }
  await record(
    tx,
    ctx,
    plan,
    plan.act === 'uninstall' ? 'removed' : plan.act === 'disable' ? 'disabled' : (before?.state ?? 'active')
  )
  return plan
})

async function install(
  tx: Tx,
  ctx: CommandContext,
  before: PackRecord | undefined,
  offer: SoundOffer,
  plan: PackPlan
): Promise<void> {
  const { document: pack, hash } = offer
  if (before) for (const change of dataChanges(pack, before.version)) await changeData(tx, ctx, pack, change)
  const objects = new Map(objectsOf(pack).map((o) => [`${o.kind} ${o.key}`, o]))
  const old = new Map((before ? objectsOf(before.document) : []).map((o) => [`${o.kind} ${o.key}`, o]))
  const note = `${pack.scenario.id} ${pack.scenario.version}`
  for (const step of plan.steps) {
    const object = objects.get(`${step.kind} ${step.key}`) ?? null
    const was = old.get(`${step.kind} ${step.from ?? step.key}`) ?? null
    if (object) await bring(tx, ctx, { pack, step, object, before: was })
  }
  await putPackRules.within(tx, { pack: pack.scenario.id, rules: pack.rules, note }, ctx)
  if (before?.state === 'disabled') await endPackRules.within(tx, { pack: pack.scenario.id, remove: false, note }, ctx)
  if (before && plan.held !== 'keep') await purgeGone(tx, ctx, before.document, plan)
  await takeBack(tx, ctx, { pack: before?.document ?? pack, plan, next: pack })
  await sql`insert into scenarios.pack (id, version, state, document, hash, installed_at, installed_by, updated_at)
    values (${pack.scenario.id}, ${pack.scenario.version}, 'active', ${JSON.stringify(pack)}::jsonb, ${hash}, ${ctx.now}, ${ctx.actor.id}, ${ctx.now})
    on conflict (id) do update set version = excluded.version, document = excluded.document, hash = excluded.hash, updated_at = excluded.updated_at`.execute(
    tx
  )
}

/** Carries out a declared change of data, in the module that owns it. */
async function changeData(tx: Tx, ctx: CommandContext, pack: PackDocument, change: DataChange): Promise<void> {
  if ('default' in change) {
    await changeAttribute.within(tx, { type: change.of, key: change.key, value: change.value }, ctx)
  } else if ('rename' in change) {
    const { of, from, to } = change
    if (change.rename === 'attribute') await changeAttribute.within(tx, { type: of, key: from, to }, ctx)
    else if (change.rename === 'stream') await renameStreams.within(tx, { typeId: of, key: from, to }, ctx)
    else await renameRule.within(tx, { pack: pack.scenario.id, key: from, to }, ctx)
  } else if (change.drop === 'attribute') await changeAttribute.within(tx, { type: change.of, key: change.key, drop: true }, ctx)
  else if (change.drop === 'stream')
    await purgeStreams.within(tx, { types: [], keys: [{ typeId: change.of, key: change.key }] }, ctx)
  // A dropped rule goes with the rules that are no longer of the pack; its alarms stay.
}

async function disable(tx: Tx, ctx: CommandContext, before: PackRecord): Promise<void> {
  const off = await rulesOff(tx, before.id)
  await endPackRules.within(tx, { pack: before.id, remove: false, note: `${before.id} disabled` }, ctx)
  await sql`update scenarios.pack set state = 'disabled', rules_off = ${off}::text[], updated_at = ${ctx.now} where id = ${before.id}`.execute(
    tx
  )
}

async function enable(tx: Tx, ctx: CommandContext, before: PackRecord): Promise<void> {
  await resumePackRules.within(tx, { pack: before.id, off: before.rulesOff, note: `${before.id} enabled` }, ctx)
  await sql`update scenarios.pack set state = 'active', rules_off = '{}', updated_at = ${ctx.now} where id = ${before.id}`.execute(
    tx
  )
}

async function uninstall(tx: Tx, ctx: CommandContext, before: PackRecord, plan: PackPlan): Promise<void> {
  await endPackRules.within(tx, { pack: before.id, remove: true, note: `${before.id} removed` }, ctx)
  if (plan.held !== 'keep') await purgeGone(tx, ctx, before.document, plan)
  await forgetRules.within(tx, { pack: before.id }, ctx)
  if (plan.held !== 'keep') {
    await purgeReports(tx, before.id)
    await forgetTold.within(tx, { under: `/scenarios/${before.id}/` }, ctx)
  }
  await takeBack(tx, ctx, { pack: before.document, plan, next: null })
  await sql`delete from scenarios.pack where id = ${before.id}`.execute(tx)
}

/** What hangs on registers and streams that go: alarms first, then readings. */
async function purgeGone(tx: Tx, ctx: CommandContext, pack: PackDocument, plan: PackPlan): Promise<void> {
  const gone = plan.steps.filter((s) => s.act === 'remove')
  const types = gone.filter((s) => s.kind === 'register').map((s) => s.key)
  const keys = gone.filter((s) => s.kind === 'stream').map((s) => ({ typeId: s.key.split('/')[0]!, key: s.key.split('/')[1]! }))
  if (plan.act === 'uninstall') await purgeAlarms.within(tx, { pack: pack.scenario.id, types }, ctx)
  await purgeStreams.within(tx, { types, keys }, ctx)
}

async function record(tx: Tx, ctx: CommandContext, plan: PackPlan, state: 'active' | 'disabled' | 'removed'): Promise<void> {
  await sql`insert into scenarios.pack_change (pack_id, act, from_version, to_version, steps, actor_id, actor_name, at)
    values (${plan.pack}, ${plan.act}, ${plan.from}, ${plan.to}, ${JSON.stringify(plan.steps)}::jsonb, ${ctx.actor.id}, ${ctx.actor.name}, ${ctx.now})`.execute(
    tx
  )
  const lost = plan.held === 'purge' ? lossOf(plan, 'zh') : ''
  ctx.audit({
    action: `scenarios.${plan.act}`,
    objectType: 'pack',
    objectId: plan.pack,
    before: plan.from ? { version: plan.from } : null,
    after: { version: plan.to, steps: plan.steps.length, held: plan.held, ...(lost && { lost }) },
    result: 'ok'
  })
  ctx.emit('scenarios.changed', {
    pack: plan.pack,
    version: plan.to ?? plan.from ?? '',
    state: plan.act === 'enable' ? 'active' : state
  })
}
