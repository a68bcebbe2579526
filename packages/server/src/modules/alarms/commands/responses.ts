import { ALARMS_ERRORS, type ResponseDeclaration } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { responseFaults } from '../domain/check-response.ts'
import { command } from './command.ts'

const fail = thrower(ALARMS_ERRORS)

export interface ResponseInput {
  pack: string
  declaration: ResponseDeclaration
  /** The version that was edited, 0 for a new one; absent: whatever stands there (packs). */
  version?: number
}

/** Declares what follows alarms. Throws ALARMS_RESPONSE_INVALID, ALARMS_VERSION_STALE. */
export const saveResponse = command(async (tx, input: ResponseInput, ctx): Promise<{ version: number }> => {
  const { pack, declaration } = input
  const faults = responseFaults(declaration)
  if (faults.length > 0)
    throw fail('ALARMS_RESPONSE_INVALID', { why: faults.map((f) => f.zh).join('；'), whyEn: faults.map((f) => f.en).join('; ') })
  const { rows } = await sql<{
    version: number
    declaration: ResponseDeclaration
  }>`select version, declaration from alarms.response
    where pack = ${pack} and key = ${declaration.key} for update`.execute(tx)
  const known = rows[0]
  if (input.version !== undefined && input.version !== (known?.version ?? 0))
    throw fail('ALARMS_VERSION_STALE', { act: 'response' })
  await sql`insert into alarms.response (pack, key, declaration, version, updated_at, updated_by_name)
    values (${pack}, ${declaration.key}, ${JSON.stringify(declaration)}::jsonb, 1, ${ctx.now}, ${ctx.actor.name})
    on conflict (pack, key) do update set declaration = excluded.declaration, version = alarms.response.version + 1,
      updated_at = excluded.updated_at, updated_by_name = excluded.updated_by_name`.execute(tx)
  told(ctx, pack, declaration.key, known?.declaration ?? null, declaration)
  return { version: (known?.version ?? 0) + 1 }
})

/** Takes a response away; rules that name it fall back to the city's. Throws ALARMS_RESPONSE_NOT_FOUND. */
export const removeResponse = command(async (tx: Tx, { pack, key }: { pack: string; key: string }, ctx): Promise<void> => {
  const { rows } = await sql<{
    declaration: ResponseDeclaration
  }>`delete from alarms.response where pack = ${pack} and key = ${key}
    returning declaration`.execute(tx)
  if (!rows[0]) throw fail('ALARMS_RESPONSE_NOT_FOUND', { key })
  told(ctx, pack, key, rows[0].declaration, null)
})

function told(ctx: CommandContext, pack: string, key: string, before: object | null, after: object | null): void {
  ctx.emit('alarms.configured', { what: 'response' })
  ctx.audit({
    action: 'alarms.responseChanged',
    objectType: 'response',
    objectId: `${pack}/${key}`,
    before: before as Record<string, unknown> | null,
    after: after as Record<string, unknown> | null,
    result: 'ok'
  })
}
