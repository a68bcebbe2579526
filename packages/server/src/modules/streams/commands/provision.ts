import { DeviceConfig, type ProvisionRow } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { Value } from 'typebox/value'
import type { Actor } from '../../../platform/actor.ts'
import { command } from '../../../platform/command.ts'
import type { Db } from '../../../platform/db.ts'
import { AppError, fillText } from '../../../platform/errors.ts'
import type { Keyring } from '../../org/index.ts'
import { createItem, findItem, type RegistryEnv } from '../../registry/index.ts'
import { type ProvisionWish, readWish } from '../domain/provision.ts'
import { createFromTemplates } from './catalogue.ts'
import { createDevice } from './devices.ts'

interface Made {
  code: string
  thing: string
  streams: string[]
  account: string
  secret: string
}

/** Thrown at the end of a rehearsal, so that nothing of it stays. */
class Rehearsed extends Error {
  readonly made: Made
  constructor(made: Made) {
    super('rehearsed')
    this.made = made
  }
}

/** Device, thing, streams and account of one row, all or nothing. Throws what createItem, createFromTemplates and createDevice throw. */
const provisionOne = (env: RegistryEnv, keyring: Keyring) =>
  command(async (tx, input: { wish: ProvisionWish; isRehearsal: boolean }, ctx): Promise<Made> => {
    const { wish } = input
    let code = wish.code
    if (code === null || !(await findItem(tx, wish.register, code))) {
      const item = {
        name: wish.name,
        class: wish.class,
        ...(code !== null && { code }),
        ...(wish.place && { place: wish.place }),
        ...(Object.keys(wish.attributes).length > 0 && { attributes: wish.attributes })
      }
      code = (await createItem(env).within(tx, { type: wish.register, item: item as never }, ctx)).code
    }
    const { secret } = await createDevice(keyring).within(
      tx,
      {
        register: wish.register,
        code,
        protocol: wish.protocol,
        ...(wish.thing && { thing: wish.thing }),
        ...(wish.account !== null && { account: wish.account }),
        ...(wish.secret !== null && { secret: wish.secret }),
        ...(wish.config && { config: wish.config }),
        ...(wish.silentAfterS !== null && { silentAfterS: wish.silentAfterS })
      },
      ctx
    )
    const { rows } = await sql<{ type_id: string; item_id: string; code: string }>`select t.type_id, t.item_id, i.code
      from streams.device d join streams.thing t on t.id = d.thing_id join registry.pub_item i on i.type_id = t.type_id and i.id = t.item_id
      where d.type_id = ${wish.register} and d.code = ${code}`.execute(tx)
    const thing = rows[0]!
    if (wish.streams === 'all' || wish.streams.length > 0)
      await createFromTemplates.within(
        tx,
        { typeId: thing.type_id, itemIds: [thing.item_id], ...(wish.streams !== 'all' && { keys: wish.streams }) },
        ctx
      )
    const streams = await sql<{ key: string }>`select s.key from streams.stream s join streams.thing t on t.id = s.thing_id
      where t.item_id = ${thing.item_id} and s.removed_at is null order by s.key`.execute(tx)
    const made = { code, thing: thing.code, streams: streams.rows.map((s) => s.key), account: wish.account ?? code, secret }
    if (input.isRehearsal) throw new Rehearsed(made)
    return made
  })

async function isThere(db: Db, { register, code, account }: ProvisionWish): Promise<string | undefined> {
  const { rows } = await sql<{ code: string }>`select code from streams.device
    where (type_id = ${register} and code = ${code}) or account = ${account ?? code}`.execute(db)
  return rows[0]?.code
}

/**
 * One row of a file of devices: made, there already, or refused with every reason; a dry run makes nothing. Each row is a transaction of its own, so
 * that a file that broke off is called again and goes on.
 */
export async function provisionRow(
  parts: { db: Db; env: RegistryEnv; keyring: Keyring; actor: Actor },
  line: number,
  cells: Readonly<Record<string, string>>,
  isRehearsal: boolean
): Promise<ProvisionRow> {
  const { wish, faults } = readWish(cells)
  const row = (over: Partial<ProvisionRow>): ProvisionRow => ({
    line,
    code: wish.code ?? '',
    outcome: 'refused',
    thing: null,
    streams: [],
    account: null,
    secret: null,
    faults,
    ...over
  })
  if (wish.config !== undefined && !Value.Check(DeviceConfig, wish.config))
    faults.push({ column: 'config', code: 'PROVISION_CELL', message: Value.Errors(DeviceConfig, wish.config)[0]?.message ?? '' })
  if (faults.length > 0) return row({})
  const known = await isThere(parts.db, wish)
  if (known !== undefined) return row({ outcome: 'exists', code: known, account: wish.account ?? known })
  try {
    return row({
      outcome: 'made',
      ...(await provisionOne(parts.env, parts.keyring)(parts.db, parts.actor, { wish, isRehearsal }))
    })
  } catch (error) {
    if (error instanceof Rehearsed) return row({ outcome: 'wouldMake', ...error.made, secret: null })
    if (!(error instanceof AppError)) throw error
    const said = (error.details?.faults as { field?: string; message?: string }[] | undefined) ?? []
    const whole = fillText(error.message, error.details)
    const all = said.length > 0 ? said : [{ field: '', message: whole }]
    return row({ faults: all.map((f) => ({ column: f.field ?? '', code: error.code, message: f.message ?? whole })) })
  }
}
