import { type ItemCreate, REGISTRY_ERRORS } from '@chengyun/contract/registry'
import { DEVICE_ERRORS, DeviceConfig, type ProvisionRow, STREAMS_ERRORS } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { Value } from 'typebox/value'
import type { Actor } from '../../../platform/actor.ts'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Db, Tx } from '../../../platform/db.ts'
import { AppError, fillText } from '../../../platform/errors.ts'
import type { Keyring } from '../../org/index.ts'
import { createItems, type RegistryEnv } from '../../registry/index.ts'
import { type ProvisionWish, readWish } from '../domain/provision.ts'
import { createFromTemplates } from './catalogue.ts'
import { createDevices } from './devices.ts'

interface Made {
  code: string
  thing: string
  streams: string[]
  account: string
  secret: string
}

/** Thrown at the end of a rehearsal, so that nothing of it stays. */
class Rehearsed extends Error {
  readonly outcomes: readonly Outcome[]
  constructor(outcomes: readonly Outcome[]) {
    super('rehearsed')
    this.outcomes = outcomes
  }
}

/** What became of a wish: made, or why not. */
type Outcome = Made | AppError

export interface ProvisionParts {
  db: Db
  env: RegistryEnv
  keyring: Keyring
  actor: Actor
}

/** A row of a file on its way: what it wants, and the answer as far as it is known. */
interface Judged {
  wish: ProvisionWish
  row: ProvisionRow
}

/** Runs a part of a transaction; what it wrote and told is taken back when it is refused. */
async function attempt<T>(tx: Tx, ctx: CommandContext, run: (own: CommandContext) => Promise<T>): Promise<T | AppError> {
  const told: (() => void)[] = []
  const own: CommandContext = {
    ...ctx,
    emit: (name, payload) => told.push(() => ctx.emit(name, payload)),
    audit: (entry) => told.push(() => ctx.audit(entry))
  }
  await sql`savepoint provision`.execute(tx)
  try {
    const out = await run(own)
    await sql`release savepoint provision`.execute(tx)
    for (const tell of told) tell()
    return out
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    await sql`rollback to savepoint provision`.execute(tx)
    return error
  }
}

/** What devices observe: things, and the keys of their streams. */
async function thingsOf(tx: Tx, ids: readonly string[]) {
  const { rows } = await sql<{ device: string; type_id: string; item_id: string; code: string; keys: string[] }>`
    select d.item_id as device, t.type_id, t.item_id, i.code,
      array(select s.key from streams.stream s where s.thing_id = t.id and s.removed_at is null order by s.key) as keys
    from streams.device d join streams.thing t on t.id = d.thing_id
      join registry.pub_item i on i.type_id = t.type_id and i.id = t.item_id
    where d.item_id = any(${[...ids]}::uuid[])`.execute(tx)
  return new Map(rows.map((r) => [r.device, r]))
}

/** The items the rows name; those that are not there are made. Throws what createItems throws. */
async function codesOf(
  tx: Tx,
  { env }: ProvisionParts,
  wishes: readonly ProvisionWish[],
  ctx: CommandContext
): Promise<string[]> {
  const { rows } = await sql<{ type_id: string; code: string }>`select i.type_id, i.code
    from unnest(${wishes.map((w) => w.register)}::text[], ${wishes.map((w) => w.code)}::text[]) w(register, code)
      join registry.pub_item i on i.type_id = w.register and i.code = w.code`.execute(tx)
  const there = new Set(rows.map((r) => `${r.type_id}\n${r.code}`))
  const codes = wishes.map((w) => w.code ?? '')
  const absent = [...wishes.entries()].filter(([, w]) => w.code === null || !there.has(`${w.register}\n${w.code}`))
  for (const [type, those] of Map.groupBy(absent, ([, w]) => w.register)) {
    const made = await createItems(env).within(tx, { type, items: those.map(([, w]) => itemOf(w)) }, ctx)
    for (const [n, [i]] of those.entries()) codes[i] = made[n]!.code
  }
  return codes
}

const itemOf = ({ code, name, class: ofClass, place, attributes }: ProvisionWish): ItemCreate => ({
  name,
  class: ofClass,
  ...(code !== null && { code }),
  ...(place && { place }),
  ...(Object.keys(attributes).length > 0 && { attributes })
})

/** Streams by templates: things of a register that want the same get them together. Throws what createFromTemplates throws. */
async function giveStreams(
  tx: Tx,
  wanted: readonly { thing: { type_id: string; item_id: string }; streams: ProvisionWish['streams'] }[],
  ctx: CommandContext
): Promise<void> {
  const groups = new Map<string, { typeId: string; keys: readonly string[] | undefined; itemIds: string[] }>()
  for (const { thing, streams } of wanted) {
    if (streams.length === 0) continue
    const keys = streams === 'all' ? undefined : streams
    const name = JSON.stringify([thing.type_id, keys])
    const group = groups.get(name) ?? { typeId: thing.type_id, keys, itemIds: [] }
    group.itemIds.push(thing.item_id)
    groups.set(name, group)
  }
  for (const group of groups.values()) await createFromTemplates.within(tx, group, ctx)
}

/** Device, thing, streams and account of some rows, all or none. Throws what createItems, createDevices and createFromTemplates throw. */
async function makeAll(tx: Tx, parts: ProvisionParts, wishes: readonly ProvisionWish[], ctx: CommandContext): Promise<Made[]> {
  const codes = await codesOf(tx, parts, wishes, ctx)
  const drafts = wishes.map((w, i) => ({
    register: w.register,
    code: codes[i]!,
    protocol: w.protocol,
    ...(w.thing && { thing: w.thing }),
    ...(w.account !== null && { account: w.account }),
    ...(w.secret !== null && { secret: w.secret }),
    ...(w.config && { config: w.config }),
    ...(w.silentAfterS !== null && { silentAfterS: w.silentAfterS })
  }))
  const made = await createDevices(parts.keyring).within(tx, drafts, ctx)
  const ids = made.map((m) => m.id)
  const before = await thingsOf(tx, ids)
  await giveStreams(
    tx,
    wishes.map((w, i) => ({ thing: before.get(ids[i]!)!, streams: w.streams })),
    ctx
  )
  const things = await thingsOf(tx, ids)
  return made.map(({ id, secret }, i) => {
    const { code, keys } = things.get(id)!
    return { code: codes[i]!, thing: code, streams: keys, account: wishes[i]!.account ?? codes[i]!, secret }
  })
}

/** All together; where that is refused in halves, until those that cannot be made are alone with their reason. */
async function makeEach(
  tx: Tx,
  parts: ProvisionParts,
  wishes: readonly ProvisionWish[],
  ctx: CommandContext
): Promise<Outcome[]> {
  if (wishes.length === 0) return []
  const done = await attempt(tx, ctx, (own) => makeAll(tx, parts, wishes, own))
  if (!(done instanceof AppError)) return done
  if (wishes.length === 1) return [done]
  const half = wishes.length >> 1
  return [...(await makeEach(tx, parts, wishes.slice(0, half), ctx)), ...(await makeEach(tx, parts, wishes.slice(half), ctx))]
}

/** A rehearsal does the same and takes it back. */
const provisionSome = (parts: ProvisionParts) =>
  command(async (tx, input: { wishes: readonly ProvisionWish[]; isRehearsal: boolean }, ctx): Promise<Outcome[]> => {
    const outcomes = await makeEach(tx, parts, input.wishes, ctx)
    if (input.isRehearsal) throw new Rehearsed(outcomes)
    return outcomes
  })

async function outcomesOf(
  parts: ProvisionParts,
  wishes: readonly ProvisionWish[],
  isRehearsal: boolean
): Promise<readonly Outcome[]> {
  if (wishes.length === 0) return []
  try {
    return await provisionSome(parts)(parts.db, parts.actor, { wishes, isRehearsal })
  } catch (error) {
    if (error instanceof Rehearsed) return error.outcomes
    throw error
  }
}

/** Which accounts and codes of these wishes are there already, with the code they have. */
async function known(db: Db, wishes: readonly ProvisionWish[]): Promise<(wish: ProvisionWish) => string | undefined> {
  const { rows } = await sql<{ type_id: string; code: string; account: string }>`select type_id, code, account from streams.device
    where account = any(${wishes.map((w) => w.account ?? w.code)}::text[])
      or (type_id, code) in (select * from unnest(${wishes.map((w) => w.register)}::text[], ${wishes.map((w) => w.code)}::text[]))`.execute(
    db
  )
  const byAccount = new Map(rows.map((r) => [r.account, r.code]))
  const byCode = new Map(rows.map((r) => [`${r.type_id}\n${r.code}`, r.code]))
  return (w) => byCode.get(`${w.register}\n${w.code}`) ?? byAccount.get(w.account ?? w.code ?? '')
}

function judge(line: number, cells: Readonly<Record<string, string>>): Judged {
  const { wish, faults } = readWish(cells)
  if (wish.config !== undefined && !Value.Check(DeviceConfig, wish.config)) {
    const message = Value.Errors(DeviceConfig, wish.config)[0]?.message ?? ''
    faults.push({ column: 'config', code: 'PROVISION_CELL', message, messageZh: `配置不符合要求：${message}` })
  }
  const row: ProvisionRow = {
    line,
    code: wish.code ?? '',
    outcome: 'refused',
    thing: null,
    streams: [],
    account: null,
    secret: null,
    faults
  }
  return { wish, row }
}

const TEXTS: Readonly<Record<string, { zh: string }>> = { ...REGISTRY_ERRORS, ...STREAMS_ERRORS, ...DEVICE_ERRORS }

/** A refusal in both languages; that of an item says what is wrong with each field. */
function faultsOf({ code, message, details }: AppError): ProvisionRow['faults'] {
  const said = (details?.faults as { field: string; zh: string; en: string }[] | undefined) ?? []
  if (said.length > 0) return said.map((f) => ({ column: f.field, code, message: f.en, messageZh: f.zh }))
  return [{ column: '', code, message: fillText(message, details), messageZh: fillText(TEXTS[code]?.zh ?? message, details) }]
}

/**
 * Some rows of a file of devices, the first of them at `line`: made, there already, or refused with every reason; a dry run makes nothing. They are one
 * transaction, so that a file that broke off is called again and goes on.
 */
export async function provisionRows(
  parts: ProvisionParts,
  line: number,
  rows: readonly Readonly<Record<string, string>>[],
  isRehearsal: boolean
): Promise<ProvisionRow[]> {
  const judged = rows.map((cells, i) => judge(line + i, cells))
  const sound = judged.filter((j) => j.row.faults.length === 0)
  const there = await known(
    parts.db,
    sound.map((j) => j.wish)
  )
  const open: Judged[] = []
  for (const j of sound) {
    const code = there(j.wish)
    if (code === undefined) open.push(j)
    else Object.assign(j.row, { outcome: 'exists', code, account: j.wish.account ?? code })
  }
  const outcomes = await outcomesOf(
    parts,
    open.map((j) => j.wish),
    isRehearsal
  )
  for (const [i, { row }] of open.entries()) {
    const done = outcomes[i]!
    if (done instanceof AppError) row.faults = faultsOf(done)
    else if (isRehearsal) Object.assign(row, { ...done, outcome: 'wouldMake', secret: null })
    else Object.assign(row, { ...done, outcome: 'made' })
  }
  return judged.map((j) => j.row)
}
