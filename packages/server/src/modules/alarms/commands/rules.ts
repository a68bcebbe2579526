import { ALARMS_ERRORS, type Rule, type RuleFile } from '@chengyun/contract/alarms'
import type { StreamsChanged } from '@chengyun/contract/streams'
import { checkRule, type RuleSurroundings } from '@chengyun/scenario-kit/rules'
import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { findRule, listRules, type RuleRow, type TypeNames, typeNames } from '../queries/rules.ts'
import { command } from './command.ts'

const fail = thrower(ALARMS_ERRORS)
/** Rules a city makes itself. */
export const CITY = 'city'

/** What a rule's names are held against: registers as they are, and rules of the same pack. */
export function surroundings(names: ReadonlyMap<string, TypeNames>, rules: readonly Rule[]): RuleSurroundings {
  const byKey = new Map(rules.map((r) => [r.key, r]))
  const of = (type: string) => names.get(type)
  return {
    hasType: (type) => names.has(type),
    streams: (type) => set(of(type)?.streams),
    attributes: (type) => set(of(type)?.attributes),
    relations: (type) => {
      const found = of(type)
      return found ? new Map(found.relations.map((r) => [r.key, r.to])) : undefined
    },
    actuators: () => undefined,
    rule: (key) => byKey.get(key),
    hasResponse: () => true
  }
}

const set = (keys: readonly string[] | undefined): ReadonlySet<string> | undefined => (keys ? new Set(keys) : undefined)

async function checked(tx: Tx, pack: string, rules: readonly Rule[]): Promise<void> {
  const there = (await listRules(tx, { pack })).map((r) => r.declaration)
  const around = surroundings(await typeNames(tx), [...there, ...rules])
  for (const rule of rules) {
    const faults = checkRule(rule, around)
    if (faults.length > 0)
      throw fail('ALARMS_RULE_INVALID', {
        rule: rule.key,
        why: faults[0]!.zh,
        whyEn: faults[0]!.en,
        path: faults[0]!.path,
        faults
      })
  }
}

interface Change {
  pack: string
  rule: Rule
  enabled: boolean
  note: string
  before: RuleRow | undefined
}

async function write(tx: Tx, change: Change, ctx: CommandContext): Promise<string> {
  const { pack, rule, enabled, before, note } = change
  const id = `${pack}/${rule.key}`
  const version = (before?.version ?? 0) + 1
  const body = JSON.stringify(rule)
  await sql`insert into alarms.rule (id, pack, key, version, enabled, declaration, created_at, updated_at)
    values (${id}, ${pack}, ${rule.key}, ${version}, ${enabled}, ${body}::jsonb, ${ctx.now}, ${ctx.now})
    on conflict (id) do update set version = excluded.version, enabled = excluded.enabled, declaration = excluded.declaration,
      updated_at = excluded.updated_at, removed_at = null`.execute(tx)
  await sql`insert into alarms.rule_version (rule_id, version, enabled, declaration, note, changed_at, changed_by, changed_by_name)
    values (${id}, ${version}, ${enabled}, ${body}::jsonb, ${note}, ${ctx.now}, ${ctx.actor.id}, ${ctx.actor.name})`.execute(tx)
  await touch(tx, [rule.on.type, ...(before ? [before.declaration.on.type] : [])])
  ctx.audit({
    action: before && !before.removed_at ? 'alarms.changeRule' : 'alarms.createRule',
    objectType: 'alarmRule',
    objectId: id,
    before: before ? { enabled: before.enabled, rule: before.declaration } : null,
    after: { enabled, rule },
    result: 'ok'
  })
  ctx.emit('alarms.ruleChanged', { ruleId: id, version, enabled, typeId: rule.on.type })
  return id
}

/** Tell the judge that what it knows of registers is out of date. */
export async function touch(tx: Tx, types: readonly string[]): Promise<void> {
  if (types.length === 0) return
  await sql`insert into alarms.watched (type_id, version) select t, nextval('alarms.watched_seq')
    from (select distinct t from unnest(${[...types]}::text[]) t order by t) u
    on conflict (type_id) do update set version = excluded.version`.execute(tx)
}

/** Streams or things were declared, changed or removed: the registers they are of are looked at again; all, where many changed. */
export async function touchStreams(tx: Tx, { what, ids }: StreamsChanged): Promise<void> {
  if (what !== 'stream' && what !== 'thing') return
  if (ids.length === 0) return touch(tx, ['*'])
  const numbers = ids.map(Number).filter(Number.isInteger)
  const { rows } = await sql<{ type_id: string }>`select distinct t.type_id from streams.pub_thing t
    where ${what} = 'thing' and t.id = any(${numbers}::int[])
      or ${what} = 'stream' and exists (select from streams.pub_stream s where s.thing_id = t.id and s.id = any(${numbers}::int[]))`.execute(
    tx
  )
  await touch(
    tx,
    rows.map((r) => r.type_id)
  )
}

/** A rule of the city. @throws AppError ALARMS_RULE_EXISTS, ALARMS_RULE_INVALID */
export const createRule = command(async (tx, input: { rule: Rule; enabled: boolean; note: string }, ctx): Promise<string> => {
  await checked(tx, CITY, [input.rule])
  const before = await findRule(tx, `${CITY}/${input.rule.key}`, true)
  if (before && !before.removed_at) throw fail('ALARMS_RULE_EXISTS', { rule: input.rule.key })
  return write(tx, { ...input, pack: CITY, before }, ctx)
})

/** Change a rule, or switch it on or off. Of a rule that came with a pack the key stays. @throws AppError ALARMS_RULE_* */
export const saveRule = command(
  async (
    tx,
    input: { id: string; version: number; rule?: Rule | undefined; enabled?: boolean | undefined; note: string },
    ctx
  ): Promise<string> => {
    const before = await locked(tx, input.id, input.version)
    const rule = input.rule ?? before.declaration
    if (rule.key !== before.key) throw fail('ALARMS_RULE_KEY_FIXED', { rule: before.key })
    if (input.rule) await checked(tx, before.pack, [rule])
    return write(tx, { pack: before.pack, rule, enabled: input.enabled ?? before.enabled, note: input.note, before }, ctx)
  }
)

async function locked(tx: Tx, id: string, version: number): Promise<RuleRow> {
  await sql`select from alarms.rule where id = ${id} for update`.execute(tx)
  const rule = await findRule(tx, id)
  if (!rule) throw fail('ALARMS_RULE_NOT_FOUND', { rule: id })
  if (rule.version !== version) throw fail('ALARMS_RULE_STALE', { version: rule.version })
  return rule
}

/** Retire a rule; its alarms and versions stay. Rules of packs go with their pack. */
export const removeRule = command(async (tx, input: { id: string; version: number; note: string }, ctx): Promise<void> => {
  const before = await locked(tx, input.id, input.version)
  if (before.pack !== CITY) throw fail('ALARMS_RULE_OF_PACK', { pack: before.pack })
  const counting = (await listRules(tx, { pack: CITY })).find(
    (r) => r.declaration.condition.kind === 'count' && r.declaration.condition.ofRule === before.key
  )
  if (counting) throw fail('ALARMS_RULE_COUNTED', { rule: before.key, by: counting.key })
  await retire(tx, before, ctx)
})

async function retire(tx: Tx, rule: RuleRow, ctx: CommandContext): Promise<void> {
  await sql`update alarms.rule set removed_at = ${ctx.now}, updated_at = ${ctx.now}, enabled = false where id = ${rule.id}`.execute(
    tx
  )
  await touch(tx, [rule.declaration.on.type])
  ctx.audit({
    action: 'alarms.removeRule',
    objectType: 'alarmRule',
    objectId: rule.id,
    before: { enabled: rule.enabled, rule: rule.declaration },
    after: null,
    result: 'ok'
  })
  ctx.emit('alarms.ruleChanged', { ruleId: rule.id, version: rule.version, enabled: false, typeId: rule.declaration.on.type })
}

export interface Imported {
  created: string[]
  changed: string[]
  same: string[]
}

/** Take rules of a file as rules of the city: new keys are made, changed ones changed, all or nothing. */
export const importRules = command(
  async (tx, input: { file: RuleFile; note: string }, ctx): Promise<Imported> =>
    put(tx, { pack: CITY, rules: input.file.rules, note: input.note, whole: false }, ctx)
)

/**
 * The rules of a pack as its version has them: new ones are made, changed ones changed, those it has no more are retired. Whether a rule is switched on
 * stays as the city has it.
 */
export const putPackRules = command(
  async (tx, input: { pack: string; rules: readonly Rule[]; note: string }, ctx): Promise<Imported> => {
    const there = new Map((await listRules(tx, { pack: input.pack })).map((r) => [r.key, r.enabled]))
    const rules = input.rules.map((rule) => ({ rule, enabled: there.get(rule.key) ?? true }))
    return put(tx, { pack: input.pack, rules, note: input.note, whole: true }, ctx)
  }
)

/** Retire all rules of a pack, or switch them off. */
export const endPackRules = command(async (tx, input: { pack: string; remove: boolean; note: string }, ctx): Promise<void> => {
  for (const rule of await listRules(tx, { pack: input.pack })) {
    if (input.remove) await retire(tx, rule, ctx)
    else if (rule.enabled)
      await write(tx, { pack: rule.pack, rule: rule.declaration, enabled: false, note: input.note, before: rule }, ctx)
  }
})

async function put(
  tx: Tx,
  input: { pack: string; rules: readonly { rule: Rule; enabled: boolean }[]; note: string; whole: boolean },
  ctx: CommandContext
): Promise<Imported> {
  await checked(
    tx,
    input.pack,
    input.rules.map((r) => r.rule)
  )
  const out: Imported = { created: [], changed: [], same: [] }
  for (const { rule, enabled } of input.rules) {
    const before = await findRule(tx, `${input.pack}/${rule.key}`, true)
    const stands = before !== undefined && before.removed_at === null
    if (stands && before.enabled === enabled && same(before.declaration, rule)) out.same.push(rule.key)
    else {
      await write(tx, { pack: input.pack, rule, enabled, note: input.note, before }, ctx)
      ;(stands ? out.changed : out.created).push(rule.key)
    }
  }
  const kept = new Set(input.rules.map((r) => r.rule.key))
  if (input.whole)
    for (const rule of await listRules(tx, { pack: input.pack })) if (!kept.has(rule.key)) await retire(tx, rule, ctx)
  return out
}

/** Equal whatever the order of keys: JSON of the database is not in the order it was written. */
function same(a: unknown, b: unknown): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b
  const [ka, kb] = [Object.keys(a), Object.keys(b)]
  return ka.length === kb.length && ka.every((k) => k in b && same(a[k as never], b[k as never]))
}
