import { readFileSync } from 'node:fs'
import { type CaseView, OPERATION_KEYS, type OperationKey, operationOf } from '@chengyun/contract/cases'
import { ROLES, type RoleKey } from '@chengyun/contract/org'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_EAST, AT_WEST, type TestApp, testApp } from '../../testing.ts'

let t: TestApp
beforeAll(async () => {
  t = await testApp()
}, 60_000)
afterAll(() => t?.close())

/** The table in the repository: which role may do what. It is written down for people, and it is what the server is held to. */
function readTable(): Map<string, Set<RoleKey>> {
  const lines = readFileSync(new URL('../../../../../docs/permissions.md', import.meta.url), 'utf8').split('\n')
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((c) => c.trim())
  const roles = cells(lines.find((l) => l.startsWith('| role '))!).slice(1) as RoleKey[]
  const table = new Map<string, Set<RoleKey>>()
  for (const line of lines.filter((l) => /^\| [a-z]+:/i.test(l))) {
    const [permission, ...marks] = cells(line)
    table.set(permission!, new Set(roles.filter((_, i) => marks[i] === '●')))
  }
  return table
}

/** Someone of each role whose posts reach the western district only, and one whose reach is the east. */
async function peopleOf(unitKey: string): Promise<Record<RoleKey, string>> {
  const district = '370202'
  const { rows } = await sql<{ username: string; role: RoleKey; key: string; district: string | null }>`
    select u.username, p.role, t.key, t.district_code as district from org.pub_post p join org.pub_user u on u.id = p.user_id join org.pub_unit t on t.id = p.unit_id order by u.username`.execute(
    t.database.db
  )
  const find = (role: RoleKey, where: (r: (typeof rows)[number]) => boolean) =>
    rows.find((r) => r.role === role && where(r))?.username
  const out = {} as Record<RoleKey, string>
  for (const role of ROLES) {
    const name =
      role === 'dept'
        ? find(role, (r) => r.key === unitKey && r.username.startsWith('dept.'))
        : role === 'collector'
          ? find(role, (r) => r.key === 'street.370202002' && r.username.startsWith('collector.'))
          : (find(role, (r) => r.district === district && r.username !== role.toLowerCase()) ?? find(role, () => true))
    if (!name) throw new Error(`nobody is ${role}`)
    out[role] = name
  }
  return out
}

async function closedCase(location: [number, number]): Promise<CaseView> {
  const acceptor = await t.as('acceptor')
  const made = await acceptor.call<CaseView>('POST', '/api/cases', {
    kind: 'matter',
    classCode: '06010',
    description: '路边垃圾',
    location,
    sourceType: 'hotline'
  })
  let c = made.body
  const act = async (who: string, op: string, input: object = {}) => {
    const answer = await (await t.as(who)).call<CaseView>('POST', `/api/cases/${c.id}/operations/${op}`, {
      version: c.version,
      ...input
    })
    expect(answer.status, `${op} ${JSON.stringify(answer.body)}`).toBe(200)
    c = answer.body
  }
  await act('acceptor', 'accept')
  await act('shiftleader', 'register', { conditionId: '2026-E06010-1' })
  const { rows } = await sql<{
    id: string
  }>`select p.user_id as id from org.pub_post p join org.pub_unit u on u.id = p.unit_id join org.pub_user w on w.id = p.user_id
    where p.role = 'handler' and u.path @> array[${c.unitId}]::uuid[] and w.username like 'handler.%' order by w.username limit 1`.execute(
    t.database.db
  )
  await act('dept', 'assign', { handlerId: rows[0]!.id })
  await act('shiftleader', 'applyForceClose', { reason: '测试' })
  await act('leader', 'approveForceClose', { approve: 'yes' })
  return c
}

test('every role × every operation × inside and outside its scope is what the table says', async () => {
  const table = readTable()
  const inside = await closedCase(AT_WEST)
  const outside = await closedCase(AT_EAST)
  expect([inside.districtCode, outside.districtCode]).toEqual(['370202', '370203'])
  const unit = await sql<{ key: string }>`select key from org.pub_unit where id = ${inside.unitId}::uuid`.execute(t.database.db)
  const people = await peopleOf(unit.rows[0]!.key)
  const handlerOf = await sql<{
    username: string
  }>`select u.username from org.pub_user u join cases."case" c on c.handler_id = u.id where c.id = ${inside.id}`.execute(
    t.database.db
  )
  people.handler = handlerOf.rows[0]!.username

  const seesInside = new Set<RoleKey>([
    'acceptor',
    'shiftLeader',
    'dispatcher',
    'dept',
    'handler',
    'inspector',
    'leader',
    'hotlineOperator'
  ])
  const cityWide = new Set<RoleKey>()
  for (const role of seesInside) {
    const { body } = await (await t.as(people[role])).call<{ posts: { regions?: unknown }[] }>('GET', '/api/session')
    const answer = await (await t.as(people[role])).call('GET', `/api/cases/${outside.id}`)
    if (answer.status === 200) cityWide.add(role)
    expect(body.posts.length, role).toBeGreaterThan(0)
  }
  // Roles that have people in the districts are held to their district; hotline operators sit in the city centre only.
  expect([...cityWide]).toEqual(['hotlineOperator'])

  const wrong: string[] = []
  let walked = 0
  for (const role of ROLES) {
    const client = await t.as(people[role])
    for (const op of OPERATION_KEYS.filter((k) => operationOf(k).from !== 'none')) {
      for (const [where, c] of [
        ['inside', inside],
        ['outside', outside]
      ] as const) {
        walked += 1
        const answer = await client.call<{ code?: string }>('POST', `/api/cases/${c.id}/operations/${op}`, { version: c.version })
        const said =
          answer.status === 404 ? 'unseen' : answer.status === 403 ? 'refused' : answer.status === 200 ? 'done' : 'possible'
        const sees = seesInside.has(role) && (where === 'inside' || cityWide.has(role))
        const expected = !sees ? 'unseen' : mayDo(table, role, op) ? 'possible' : 'refused'
        if (said !== expected) wrong.push(`${role} ${op} ${where}: ${said}, the table says ${expected} (${answer.body.code})`)
      }
    }
  }
  expect(wrong).toEqual([])
  expect(walked).toBe(ROLES.length * (OPERATION_KEYS.length - 2) * 2)
  // Nothing was done on the way.
  for (const c of [inside, outside])
    expect((await (await t.as('leader')).call<CaseView>('GET', `/api/cases/${c.id}`)).body.version).toBe(c.version)
}, 60_000)

/** The table, narrowed by whose the case is: nobody holds a task of it; its handler and its unit's people speak for it. */
function mayDo(table: Map<string, Set<RoleKey>>, role: RoleKey, op: OperationKey): boolean {
  if (!table.get(`cases:${op}`)?.has(role)) return false
  const { holder } = operationOf(op)
  if (holder === 'task') return false
  if (holder === 'handler') return role === 'handler'
  if (holder === 'unit') return role === 'dept' || role === 'handler'
  return true
}

test('reporting is for those the table names', async () => {
  const table = readTable()
  const people = await peopleOf('street.370202001')
  for (const role of ROLES) {
    const answer = await (await t.as(people[role])).call<{ code?: string }>('POST', '/api/cases', {
      kind: 'matter',
      classCode: '06010',
      description: 'x',
      location: [0, 0],
      sourceType: 'hotline'
    })
    expect(answer.status === 403 ? 'refused' : 'possible', role).toBe(
      table.get('cases:report')!.has(role) ? 'possible' : 'refused'
    )
  }
})
