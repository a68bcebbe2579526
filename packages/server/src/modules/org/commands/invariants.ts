// What no change may break, an undone one included.
import { conflictingRoles, effectiveMatrix, ORG_ERRORS, ROLE_FACTS, separationFaults } from '@chengyun/contract/org'
import { sql } from 'kysely'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { listOverrides } from '../queries/identity.ts'
import type { Plan, RowChange } from './plan.ts'

const fail = thrower(ORG_ERRORS)

/** What must hold after any change, an undone one included. */
export async function checkInvariants(tx: Tx, plan: Plan, now: Date): Promise<void> {
  if (plan.objectType === 'unit') {
    const { rows } =
      await sql`select 1 from org.unit c join org.unit p on p.id = c.parent_id where c.path <> p.path || c.id limit 1`.execute(tx)
    if (rows.length > 0) throw fail('ORG_CHANGE_CONFLICT')
  }
  if (plan.objectType === 'role') {
    const fault = separationFaults(effectiveMatrix(await listOverrides(tx)))[0]
    if (fault) throw fail('ORG_MATRIX_SEPARATION', { role: ROLE_FACTS[fault.role].zh, permission: fault.permission })
  }
  if (plan.objectType === 'post' || plan.objectType === 'user') {
    const userIds = plan.rows.map((r) => (r.table === 'post' ? r.after.user_id : r.id)).filter((x) => typeof x === 'string')
    await checkSeparation(tx, userIds, plan.rows, now)
    const removes = plan.rows.some((r) => r.before !== null && (r.table === 'post' || r.after.status === 'disabled'))
    if (removes) await checkAdministrators(tx, now)
  }
}

async function checkSeparation(tx: Tx, userIds: readonly string[], rows: readonly RowChange[], now: Date): Promise<void> {
  const posts = rows.filter((r) => r.table === 'post').map((r) => r.id)
  const held = await tx
    .selectFrom('org.post')
    .select(['user_id', 'role'])
    .where((eb) => eb.or([eb('valid_to_at', 'is', null), eb('valid_to_at', '>', now)]))
    .where((eb) =>
      eb.or([
        ...(userIds.length > 0 ? [eb('user_id', 'in', [...userIds])] : []),
        ...(posts.length > 0
          ? [eb('user_id', 'in', eb.selectFrom('org.post as q').select('q.user_id').where('q.id', 'in', posts))]
          : [])
      ])
    )
    .execute()
  for (const mine of Map.groupBy(held, (h) => h.user_id).values()) {
    const clash = conflictingRoles(mine.map((m) => m.role))
    if (clash) throw fail('ORG_DUTY_SEPARATION', { first: ROLE_FACTS[clash[0]].zh, second: ROLE_FACTS[clash[1]].zh })
  }
}

/** Somebody must be able to make users and to give posts, or nobody ever will again. */
async function checkAdministrators(tx: Tx, now: Date): Promise<void> {
  // Two removals at once must not each see the other's administrator: one after the other.
  await sql`select pg_advisory_xact_lock(727003)`.execute(tx)
  const { rows } = await sql<{ role: string }>`
    select distinct p.role from org.post p join org.user u on u.id = p.user_id
    where p.role in ('systemAdmin', 'securityAdmin') and u.status = 'active' and (p.valid_to_at is null or p.valid_to_at > ${now})`.execute(
    tx
  )
  for (const role of ['systemAdmin', 'securityAdmin'] as const) {
    if (!rows.some((r) => r.role === role)) throw fail('ORG_LAST_ADMIN', { role: ROLE_FACTS[role].zh })
  }
}
