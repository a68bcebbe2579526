import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Db, Tx } from '../../../platform/db.ts'
import { changeClass } from './config.ts'

/** Takes a city's own class away with its conditions; one that cases name is switched off instead. Answers whether it is gone. */
export const dropClass = command(
  async (tx, input: { standardRef: string; kind: 'component' | 'matter'; code: string }, ctx): Promise<boolean> => {
    const { standardRef, kind, code } = input
    const { rows } = await sql<{ used: boolean }>`select exists (select from cases."case" c
      where c.standard_ref = k.standard_ref and c.kind = k.kind and c.class_code = k.code) as used
    from cases.class k where standard_ref = ${standardRef} and kind = ${kind} and code = ${code} and local for update`.execute(tx)
    if (!rows[0]) return true
    if (rows[0].used) {
      await changeClass.within(tx, { standardRef: standardRef as never, kind, code, active: false }, ctx)
      return false
    }
    await sql`delete from cases.condition where standard_ref = ${standardRef} and kind = ${kind} and code = ${code}`.execute(tx)
    await sql`delete from cases.class where standard_ref = ${standardRef} and kind = ${kind} and code = ${code}`.execute(tx)
    ctx.audit({ action: 'cases.dropClass', objectType: 'class', objectId: `${standardRef}|${kind}|${code}`, result: 'ok' })
    ctx.emit('cases.configured', { objectType: 'class', objectId: `${standardRef}|${kind}|${code}` })
    return true
  }
)

/** Whether there is such a class, switched off or not. */
export async function findClass(
  db: Db | Tx,
  of: { standardRef: string; kind: 'component' | 'matter'; code: string }
): Promise<boolean> {
  const { rows } =
    await sql`select from cases.class where standard_ref = ${of.standardRef} and kind = ${of.kind} and code = ${of.code}`.execute(
      db
    )
  return rows.length > 0
}

/** Says which condition of a class is taken where nobody chooses one. */
export async function setDefaultCondition(tx: Tx, id: string, isDefault: boolean): Promise<void> {
  await sql`update cases.condition set is_default = ${isDefault} where id = ${id} and is_default <> ${isDefault}`.execute(tx)
}
