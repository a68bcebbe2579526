import { DEVICE_ERRORS, type MappingSave } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { compileMapping } from '../domain/mapping.ts'
import { findMapping } from '../queries/devices.ts'

const fail = thrower(DEVICE_ERRORS)

/** Adds (version null) or changes a mapping. Throws STREAMS_MAPPING_INVALID with every fault, STREAMS_MAPPING_CONFLICT. */
export const saveMapping = command(async (tx, input: MappingSave & { origin?: string }, ctx): Promise<void> => {
  const { declaration, enabled, version, origin = 'city' } = input
  const { faults } = compileMapping(declaration)
  if (faults.length > 0)
    throw fail('STREAMS_MAPPING_INVALID', { summary: faults.map((f) => `${f.code} ${f.detail}`).join('; '), faults })
  const before = await findMapping(tx, declaration.key, true)
  if ((before?.version ?? null) !== version) throw fail('STREAMS_MAPPING_CONFLICT', { current: before?.version ?? 0 })
  await sql`insert into streams.mapping (id, key, declaration, origin, enabled, updated_at)
    values (${newId(ctx.now.getTime())}, ${declaration.key}, ${JSON.stringify(declaration)}::jsonb, ${origin}, ${enabled}, ${ctx.now})
    on conflict (key) do update set declaration = excluded.declaration, enabled = excluded.enabled, version = streams.mapping.version + 1,
      updated_at = excluded.updated_at`.execute(tx)
  ctx.audit({
    action: 'streams.mappingSaved',
    objectType: 'payloadMapping',
    objectId: declaration.key,
    before: before?.declaration,
    after: { declaration, enabled },
    result: 'ok'
  })
  ctx.emit('streams.changed', { what: 'mapping', ids: [declaration.key] })
})

/** Throws STREAMS_MAPPING_NOT_FOUND. */
export const removeMapping = command(async (tx, input: { key: string }, ctx): Promise<void> => {
  const before = await findMapping(tx, input.key, true)
  if (!before) throw fail('STREAMS_MAPPING_NOT_FOUND', input)
  await sql`delete from streams.mapping where key = ${input.key}`.execute(tx)
  ctx.audit({
    action: 'streams.mappingRemoved',
    objectType: 'payloadMapping',
    objectId: input.key,
    before: before.declaration,
    result: 'ok'
  })
  ctx.emit('streams.changed', { what: 'mapping', ids: [input.key] })
})
