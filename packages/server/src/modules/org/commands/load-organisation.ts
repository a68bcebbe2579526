// Bulk loading of a whole organisation: a demonstration city, or the start of a real one. Idempotent: what is there stays.
import { sql } from 'kysely'
import type { Tx } from '../../../platform/db.ts'
import type { BuiltOrganisation } from '../domain/demo-organisation.ts'
import type { BuiltShift } from '../domain/roster.ts'
import type { Keyring } from '../keyring.ts'
import { bumpVersion, grantCommand } from './org-command.ts'

const BATCH = 2000

async function insertJson(
  tx: Tx,
  table: string,
  columns: readonly string[],
  rows: readonly Record<string, unknown>[]
): Promise<number> {
  let count = 0
  const names = sql.join(columns.map((c) => sql.ref(c)))
  for (let i = 0; i < rows.length; i += BATCH) {
    const batch = JSON.stringify(rows.slice(i, i + BATCH))
    const done = await sql`insert into ${sql.table(table)} (${names})
      select ${names} from jsonb_populate_recordset(null::${sql.table(table)}, ${batch}::jsonb) on conflict do nothing`.execute(
      tx
    )
    count += Number(done.numAffectedRows ?? 0n)
  }
  return count
}

export interface LoadInput {
  organisation: BuiltOrganisation
  /** One hash for all: hashing two thousand times would take a minute. */
  passwordHash: string
  keyring: Pick<Keyring, 'encrypt' | 'index'>
  demo: boolean
  /** Since when units and posts count; before the oldest demonstration case. */
  since: Date
}

/** Put units, users and posts of a built organisation into the database; answers how many rows were new. */
export const loadOrganisation = grantCommand(
  async (tx, input: LoadInput, ctx): Promise<{ units: number; users: number; posts: number }> => {
    const { organisation, keyring, since } = input
    const units = await insertJson(
      tx,
      'org.unit',
      [
        'id',
        'key',
        'code',
        'kind',
        'parent_id',
        'path',
        'district_code',
        'street_code',
        'name',
        'short_name',
        'active',
        'sort',
        'version',
        'valid_from_at'
      ],
      organisation.units.map((u) => ({
        id: u.id,
        key: u.key,
        code: u.code,
        kind: u.kind,
        parent_id: u.parentId,
        path: u.path,
        district_code: u.districtCode,
        street_code: u.streetCode,
        name: u.name,
        short_name: u.shortName,
        active: true,
        sort: u.sort,
        version: 1,
        valid_from_at: since
      }))
    )
    const users = await insertJson(
      tx,
      'org.user',
      [
        'id',
        'username',
        'name',
        'phone_enc',
        'phone_hmac',
        'password_hash',
        'password_changed_at',
        'must_change',
        'totp_step',
        'failed_count',
        'status',
        'demo',
        'version',
        'created_at'
      ],
      organisation.users.map((u) => ({
        id: u.id,
        username: u.username,
        name: u.name,
        phone_enc: keyring.encrypt(u.phone, `phone:${u.id}`),
        phone_hmac: keyring.index(u.phone),
        password_hash: input.passwordHash,
        password_changed_at: ctx.now,
        must_change: false,
        totp_step: 0,
        failed_count: 0,
        status: 'active',
        demo: input.demo,
        version: 1,
        created_at: since
      }))
    )
    const posts = await insertJson(
      tx,
      'org.post',
      ['id', 'user_id', 'role', 'unit_id', 'region_codes', 'duty_grid_codes', 'valid_from_at'],
      organisation.users.flatMap((u) =>
        u.posts.map((p) => ({
          id: p.id,
          user_id: u.id,
          role: p.role,
          unit_id: p.unitId,
          region_codes: p.regionCodes,
          duty_grid_codes: p.dutyGridCodes,
          valid_from_at: since
        }))
      )
    )
    ctx.audit({
      action: 'org.load',
      objectType: 'organisation',
      objectId: organisation.cityCode,
      after: { units, users, posts, demo: input.demo },
      result: 'ok'
    })
    await bumpVersion(tx, ctx, { objectType: 'organisation', objectId: organisation.cityCode })
    return { units, users, posts }
  }
)

/** Put built shifts on the roster; those already there, or in the way of a shift entered by hand, are left out. */
export const loadShifts = grantCommand(async (tx, input: { shifts: readonly BuiltShift[] }, ctx): Promise<number> => {
  const added = await insertJson(
    tx,
    'org.duty_shift',
    ['id', 'user_id', 'role', 'unit_id', 'duty_grid_codes', 'starts_at', 'ends_at'],
    input.shifts.map((s) => ({
      id: s.id,
      user_id: s.userId,
      role: s.role,
      unit_id: s.unitId,
      duty_grid_codes: s.dutyGridCodes,
      starts_at: s.startsAt,
      ends_at: s.endsAt
    }))
  )
  if (added > 0) ctx.emit('org.changed', { objectType: 'shift', objectId: '' })
  return added
})

/** Give collectors of each street its duty grids, and those of the centre the grids of the first district, in posts and in shifts that are not over: for grids drawn after the people came. */
export const assignDutyGrids = grantCommand(
  async (tx, input: { grids: readonly { code: string; streetCode: string }[] }, ctx): Promise<number> => {
    const rows = JSON.stringify(input.grids)
    const done = await sql`
    with grid as (select g->>'streetCode' as street, array_agg(g->>'code' order by g->>'code') as codes from jsonb_array_elements(${rows}::jsonb) g group by 1),
    visited as (select array_agg(c order by c) as codes from grid, unnest(codes) c where left(street, 6) = (select left(min(street), 6) from grid)),
    post as (
      update org.post p set duty_grid_codes = coalesce(grid.codes, visited.codes)
      from org.unit u left join grid on grid.street = u.street_code, visited
      where p.unit_id = u.id and p.role = 'collector' and cardinality(p.duty_grid_codes) = 0 and (u.street_code is null or grid.codes is not null)
      returning p.user_id, p.unit_id, p.duty_grid_codes
    )
    update org.duty_shift s set duty_grid_codes = post.duty_grid_codes from post
    where s.user_id = post.user_id and s.unit_id = post.unit_id and s.role = 'collector' and s.ends_at > ${ctx.now}`.execute(tx)
    await bumpVersion(tx, ctx, { objectType: 'organisation', objectId: 'dutyGrids' })
    return Number(done.numAffectedRows ?? 0n)
  }
)
