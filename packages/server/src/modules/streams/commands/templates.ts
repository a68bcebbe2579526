import { STREAMS_ERRORS, type StreamDeclaration } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { thrower } from '../../../platform/errors.ts'
import { findTemplate } from '../queries/templates.ts'

const fail = thrower(STREAMS_ERRORS)

/**
 * Declares what the things of a register are observed for. Streams that were made from an earlier version keep their keys and take over ranges, interval and
 * silence, and whether they are hidden, where these were not changed by hand. `version` is the one that was edited; absent: made or replaced whatever there is.
 * Throws STREAMS_VERSION_CONFLICT.
 */
export const saveTemplate = command(
  async (tx, input: { typeId: string; template: StreamDeclaration; version?: number | undefined; origin?: string }, ctx) => {
    const { typeId, template: t, origin = 'city' } = input
    const known = await findTemplate(tx, typeId, t.key)
    if (input.version !== undefined && known?.version !== input.version)
      throw fail('STREAMS_VERSION_CONFLICT', { current: known?.version ?? 0 })
    const { rows } = await sql<{ version: number }>`insert into streams.template (type_id, key, declaration, origin, updated_at)
      values (${typeId}, ${t.key}, ${JSON.stringify(t)}::jsonb, ${origin}, ${ctx.now})
      on conflict (type_id, key) do update set declaration = excluded.declaration, version = template.version + 1,
        updated_at = excluded.updated_at returning version`.execute(tx)
    if (known) {
      const b = known.declaration
      const { numAffectedRows } = await sql`update streams.stream s set
          low = case when s.low is not distinct from ${b.low ?? null}::float8 then ${t.low ?? null}::float8 else s.low end,
          high = case when s.high is not distinct from ${b.high ?? null}::float8 then ${t.high ?? null}::float8 else s.high end,
          interval_s = case when s.interval_s is not distinct from ${b.intervalS}::int then ${t.intervalS}::int else s.interval_s end,
          stale_after_s = case when s.stale_after_s is not distinct from ${b.staleAfterS}::int
            then ${t.staleAfterS}::int else s.stale_after_s end,
          stuck_after_s = case when s.stuck_after_s is not distinct from ${b.stuckAfterS ?? null}::int
            then ${t.stuckAfterS ?? null}::int else s.stuck_after_s end,
          hidden = case when s.hidden = ${b.hidden ?? false}::boolean then ${t.hidden ?? false}::boolean else s.hidden end,
          updated_at = ${ctx.now}
        from streams.thing g where g.id = s.thing_id and g.type_id = ${typeId} and s.key = ${t.key} and s.removed_at is null`.execute(
        tx
      )
      if (numAffectedRows) ctx.emit('streams.changed', { what: 'stream', ids: [] })
    } else if (t.hidden) {
      // What is nobody's to see is so from now on, whoever made the streams before.
      const { numAffectedRows } = await sql`update streams.stream s set hidden = true, updated_at = ${ctx.now}
        from streams.thing g where g.id = s.thing_id and g.type_id = ${typeId} and s.key = ${t.key} and not s.hidden
          and s.removed_at is null`.execute(tx)
      if (numAffectedRows) ctx.emit('streams.changed', { what: 'stream', ids: [] })
    }
    ctx.emit('streams.changed', { what: 'template', ids: [`${typeId}/${t.key}`] })
    ctx.audit({
      action: 'streams.saveTemplate',
      objectType: 'streamTemplate',
      objectId: `${typeId}/${t.key}`,
      result: 'ok',
      after: { version: rows[0]!.version }
    })
    return { version: rows[0]!.version }
  }
)

/** Takes a template away; streams made from it stay. Throws STREAMS_TEMPLATE_NOT_FOUND. */
export const removeTemplate = command(async (tx, { typeId, key }: { typeId: string; key: string }, ctx) => {
  const { numAffectedRows } = await sql`delete from streams.template where type_id = ${typeId} and key = ${key}`.execute(tx)
  if (!numAffectedRows) throw fail('STREAMS_TEMPLATE_NOT_FOUND', { type: typeId, key })
  ctx.emit('streams.changed', { what: 'template', ids: [`${typeId}/${key}`] })
  ctx.audit({ action: 'streams.removeTemplate', objectType: 'streamTemplate', objectId: `${typeId}/${key}`, result: 'ok' })
})
