import { ORG_ERRORS, type UnitChange, type UnitCreate } from '@chengyun/contract/org'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { pathBelow, rebase, type TreeNode } from '../domain/tree.ts'
import { type Cells, cellsThatDiffer, type Planner, type RowChange } from './change.ts'

const fail = thrower(ORG_ERRORS)

async function findNode(db: Db | Tx, id: string | null): Promise<TreeNode | undefined> {
  if (id === null) return undefined
  const row = await db.selectFrom('org.unit').select(['id', 'kind', 'path', 'active']).where('id', '=', id).executeTakeFirst()
  if (!row) throw fail('ORG_UNIT_NOT_FOUND')
  return row
}

async function affectedBelow(db: Db | Tx, unitId: string) {
  const { rows } = await sql<{ units: number; users: number; posts: number; sessions: number }>`
    with below as (select id from org.unit where path @> array[${unitId}]::uuid[]),
    posts as (select p.id, p.user_id from org.post p join below b on b.id = p.unit_id where p.valid_to_at is null)
    select (select count(*) from below)::int as units, (select count(distinct user_id) from posts)::int as users, (select count(*) from posts)::int as posts,
      (select count(*) from org.session s where s.ended_at is null and s.user_id in (select user_id from posts))::int as sessions`.execute(
    db
  )
  return rows[0]!
}

/** A new unit below an active one of a fitting kind. */
export const planUnitCreate: Planner<UnitCreate> = async (db, input, { now }) => {
  const taken = await db.selectFrom('org.unit').select('id').where('key', '=', input.key).executeTakeFirst()
  if (taken) throw fail('ORG_UNIT_KEY_TAKEN', { key: input.key })
  const id = newId(now.getTime())
  const parent = await findNode(db, input.parentId)
  const path = pathBelow({ id, kind: input.kind }, parent)
  const after: Cells = {
    id,
    key: input.key,
    code: input.code ?? null,
    kind: input.kind,
    parent_id: input.parentId,
    path,
    district_code: input.districtCode ?? null,
    street_code: input.streetCode ?? null,
    name: input.name,
    short_name: input.shortName ?? input.name.slice(0, 40),
    active: true,
    sort: input.sort ?? 0,
    version: 1,
    valid_from_at: now,
    valid_to_at: null
  }
  return {
    objectType: 'unit',
    objectId: id,
    rows: [{ table: 'unit', id, label: input.name, before: null, after }],
    affected: { units: 1, users: 0, posts: 0, sessions: 0 }
  }
}

/** Rename, recode, move with everything below, take out of use or back into it. */
export const planUnitChange: Planner<UnitChange & { id: string }> = async (db, input, { now }) => {
  const unit = await db.selectFrom('org.unit').selectAll().where('id', '=', input.id).executeTakeFirst()
  if (!unit) throw fail('ORG_UNIT_NOT_FOUND')
  if (unit.version !== input.version) throw fail('ORG_STALE')
  const affected = await affectedBelow(db, unit.id)
  const next: Cells = {}
  if (input.name !== undefined) next.name = input.name
  if (input.shortName !== undefined) next.short_name = input.shortName
  if (input.code !== undefined) next.code = input.code
  if (input.sort !== undefined) next.sort = input.sort
  if (input.districtCode !== undefined) next.district_code = input.districtCode
  if (input.streetCode !== undefined) next.street_code = input.streetCode
  if (input.active === false && unit.active) {
    const { rows } = await sql<{
      units: number
    }>`select count(*)::int as units from org.unit where parent_id = ${unit.id} and active`.execute(db)
    const posts = await db
      .selectFrom('org.post')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('unit_id', '=', unit.id)
      .where('valid_to_at', 'is', null)
      .executeTakeFirstOrThrow()
    if (rows[0]!.units > 0 || posts.n > 0) throw fail('ORG_UNIT_IN_USE', { units: rows[0]!.units, posts: posts.n })
  }
  if (input.active !== undefined && input.active !== unit.active)
    Object.assign(next, { active: input.active, valid_to_at: input.active ? null : now })
  const rows: RowChange[] = []
  if (input.parentId !== undefined && input.parentId !== unit.parent_id) {
    const path = pathBelow(unit, await findNode(db, input.parentId))
    Object.assign(next, { parent_id: input.parentId, path })
    const below = await db
      .selectFrom('org.unit')
      .select(['id', 'name', 'path'])
      .where(sql<boolean>`path @> array[${unit.id}]::uuid[]`)
      .where('id', '<>', unit.id)
      .execute()
    for (const b of below)
      rows.push({
        table: 'unit',
        id: b.id,
        label: b.name,
        before: { path: b.path },
        after: { path: rebase(b.path, unit.path, path) }
      })
  }
  const diff = cellsThatDiffer({ ...unit }, next)
  if (Object.keys(diff.after).length > 0) rows.unshift({ table: 'unit', id: unit.id, label: unit.name, ...diff })
  return { objectType: 'unit', objectId: unit.id, rows, affected }
}
