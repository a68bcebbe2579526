import type { ActuatorDeclaration } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { command } from './command.ts'

/** Declares what can be done to things of a register from afar: all that a pack says of it; what it says no more is taken away. */
export const saveActuators = command(
  async (tx, input: { pack: string; typeId: string; declarations: readonly ActuatorDeclaration[] }, ctx): Promise<void> => {
    const { pack, typeId, declarations } = input
    const keys = declarations.map((d) => d.key)
    await sql`delete from alarms.actuator where type_id = ${typeId} and pack = ${pack} and key <> all(${keys}::text[])`.execute(
      tx
    )
    for (const d of declarations)
      await sql`insert into alarms.actuator (type_id, key, pack, declaration, updated_at)
        values (${typeId}, ${d.key}, ${pack}, ${JSON.stringify(d)}::jsonb, ${ctx.now})
        on conflict (type_id, key) do update set declaration = excluded.declaration, pack = excluded.pack, updated_at = excluded.updated_at`.execute(
        tx
      )
    ctx.emit('alarms.configured', { what: 'actuator' })
    ctx.audit({
      action: 'alarms.actuatorsDeclared',
      objectType: 'type',
      objectId: typeId,
      before: null,
      after: { pack, keys },
      result: 'ok'
    })
  }
)
