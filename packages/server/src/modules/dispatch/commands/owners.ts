import { DISPATCH_ERRORS, type OwnerImport } from '@chengyun/contract/dispatch'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { thrower } from '../../../platform/errors.ts'
import { loadDirectory } from '../queries/rules.ts'
import { bumpHead } from './rules.ts'

const fail = thrower(DISPATCH_ERRORS)

/** Record owners of components; a later entry for the same component replaces the earlier one. @throws AppError DISPATCH_UNIT_UNKNOWN */
export const importOwners = command(async (tx, input: OwnerImport, ctx): Promise<{ accepted: number }> => {
  const { units } = await loadDirectory(tx, [])
  for (const row of input.rows) if (!units.has(row.unitId)) throw fail('DISPATCH_UNIT_UNKNOWN', { target: row.unitId })
  const last = [...new Map(input.rows.map((r) => [r.component, r])).values()]
  await sql`insert into dispatch.component_owner (component, unit_id, changed_at)
    select r->>'component', (r->>'unitId')::uuid, ${ctx.now} from jsonb_array_elements(${JSON.stringify(last)}::jsonb) r
    on conflict (component) do update set unit_id = excluded.unit_id, changed_at = excluded.changed_at`.execute(tx)
  ctx.audit({ action: 'dispatch.importOwners', objectType: 'componentOwner', after: { rows: last.length }, result: 'ok' })
  await bumpHead(tx, ctx, null, 0)
  return { accepted: last.length }
})
