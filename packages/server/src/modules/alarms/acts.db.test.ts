import type { AlarmCard, AlarmCounts, AlarmPage, HandAct } from '@chengyun/contract/alarms'
import { HAND_ACTS } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Client, EAST, type TestApp, testApp, WEST } from '../../testing.ts'
import { apply, change, forgetAlarms, makeWells, RULE, raiseAlarm, type Wells } from './alarms.testing.ts'

let t: TestApp
let wells: Wells
beforeAll(async () => {
  t = await testApp()
  wells = await makeWells(t)
}, 90_000)
afterAll(() => t?.close())
beforeEach(() => forgetAlarms(t))

/** Somebody of a role whose post lies in a unit or a district. */
async function nameOf(role: string, where: { unit?: string; district?: string }): Promise<string> {
  const { rows } = await sql<{ username: string }>`select u.username from org.pub_post p join org.pub_user u on u.id = p.user_id
    join org.pub_unit n on n.id = p.unit_id where p.role = ${role} and (${where.unit ?? null}::text is null or n.key = ${where.unit ?? null})
    and (${where.district ?? null}::text is null or n.district_code = ${where.district ?? null}) and u.username like ${`${role.toLowerCase()}.%`}
    order by u.username limit 1`.execute(t.database.db)
  return rows[0]!.username
}
const as = async (role: string, where: { unit?: string; district?: string }) => t.as(await nameOf(role, where))
const act = (who: Client, id: string, op: HandAct, body: object = {}) =>
  who.call<AlarmCard & { code?: string }>('POST', `/api/alarms/${id}/acts/${op}`, body)
const card = async (who: Client, id: string) => (await who.call<AlarmCard>('GET', `/api/alarms/${id}`)).body

describe('what a person does', () => {
  test('acknowledge, comment, judge, clear: marks, state and history', async () => {
    const shift = await t.as('shiftleader')
    const id = await raiseAlarm(t, wells.west[0]!, { level: 2, rule: { ...RULE, case: null } })
    expect(await card(shift, id)).toMatchObject({
      state: 'pending',
      level: 2,
      whole: true,
      can: expect.arrayContaining(['acknowledge', 'judge'])
    })
    const acked = await act(shift, id, 'acknowledge')
    expect(acked.status).toBe(200)
    expect(acked.body).toMatchObject({ state: 'handling', acknowledgedAt: expect.any(String), responseS: expect.any(Number) })
    expect(acked.body.parties.find((p) => p.party === 'hub')).toMatchObject({
      acknowledgedBy: expect.any(String),
      overdue: false
    })
    expect(acked.body.parties.find((p) => p.party === 'owner')).toMatchObject({ acknowledgedAt: null })
    expect(acked.body.dueAt).not.toBeNull()
    expect((await act(shift, id, 'comment')).body.code).toBe('ALARMS_ACT_INCOMPLETE')
    expect((await act(shift, id, 'comment', { note: '已电话通知' })).status).toBe(200)
    expect((await act(shift, id, 'judge', { verdict: 'false' })).body.code).toBe('ALARMS_ACT_INCOMPLETE')
    const judged = await act(shift, id, 'judge', { verdict: 'true' })
    expect(judged.body).toMatchObject({ verdict: 'true', state: 'handling' })
    const over = await act(shift, id, 'clear', { note: '现场复测正常' })
    expect(over.body).toMatchObject({ state: 'done', clearReason: 'person', whole: true })
    expect(over.body.steps.map((s) => s.act)).toEqual(['raise', 'acknowledge', 'comment', 'judge', 'clear'])
    const again = await act(shift, id, 'reopen', { note: '又升高' })
    expect(again.body).toMatchObject({ clearedAt: null, state: 'handling' })
  })

  test('a version others have moved is refused with what happened', async () => {
    const shift = await t.as('shiftleader')
    const id = await raiseAlarm(t, wells.west[0]!)
    const { version } = await card(shift, id)
    await act(await t.as('dispatcher'), id, 'acknowledge')
    const refused = await shift.call<{ code: string; details: { changes: { act: string }[] } }>(
      'POST',
      `/api/alarms/${id}/acts/judge`,
      {
        version,
        verdict: 'true'
      }
    )
    expect(refused.status).toBe(409)
    expect(refused.body.details.changes.map((c) => c.act)).toEqual(['acknowledge'])
  })

  test('false is said once; a graver level has to be judged again', async () => {
    const shift = await t.as('shiftleader')
    const at = Date.now() - 60_000
    const id = await raiseAlarm(t, wells.west[0]!, { level: 3, beganAt: at }, at)
    expect((await act(shift, id, 'judge', { verdict: 'false', note: '传感器进水' })).body.state).toBe('rejected')
    await apply(t, [change(wells.west[0]!, 'level', at + 1000, { beganAt: at, level: 4 })])
    expect((await card(shift, id)).state).toBe('rejected')
    await apply(t, [change(wells.west[0]!, 'level', at + 2000, { beganAt: at, level: 1 })])
    expect(await card(shift, id)).toMatchObject({ state: 'pending', verdict: null, level: 1 })
  })

  test('escalated by hand it follows the graver level', async () => {
    const shift = await t.as('shiftleader')
    const id = await raiseAlarm(t, wells.west[0]!, { level: 4 })
    const up = await act(shift, id, 'level', { level: 1, note: '附近有学校' })
    expect(up.body).toMatchObject({ level: 1, worst: 1, caseWantedAt: expect.any(String) })
    expect(up.body.parties.map((p) => p.party)).toEqual(['hub', 'regulator', 'owner'])
  })

  test('assigned to a person it is his to see, wherever he sits', async () => {
    const shift = await t.as('shiftleader')
    const east = await as('dispatcher', { district: EAST })
    const id = await raiseAlarm(t, wells.west[0]!)
    expect((await east.call('GET', `/api/alarms/${id}`)).status).toBe(404)
    const { rows } = await sql<{ id: string }>`select id from org.pub_user where username = ${east.username}`.execute(
      t.database.db
    )
    await act(shift, id, 'assign', { personId: rows[0]!.id })
    expect((await east.call('GET', `/api/alarms/${id}`)).status).toBe(200)
    const mine = await east.call<AlarmPage>('GET', '/api/alarms?assignee=me')
    expect(mine.body.items.map((i) => i.id)).toEqual([id])
  })

  test('four hundred at once', async () => {
    const at = Date.now() - 3_600_000
    const changes = Array.from({ length: 400 }, (_, i) =>
      change(wells.west[i % 10]!, 'raise', at + i, {
        beganAt: at + i,
        rule: { ...change(wells.west[0]!, 'raise', at).rule, id: `city/r${i}`, family: `f${i}` }
      })
    )
    await apply(t, changes)
    const shift = await t.as('shiftleader')
    const first = await shift.call<AlarmPage>('GET', '/api/alarms?state=pending&limit=200')
    const second = await shift.call<AlarmPage>('GET', `/api/alarms?state=pending&limit=200&cursor=${first.body.next}`)
    const ids = [...first.body.items, ...second.body.items].map((i) => i.id)
    expect(new Set(ids).size).toBe(400)
    expect(second.body.next).toBeNull()
    const began = performance.now()
    const done = await shift.call<{ done: number; refused: unknown[] }>('POST', '/api/alarms/bulk', { act: 'acknowledge', ids })
    expect(done.body).toEqual({ done: 400, refused: [] })
    expect(performance.now() - began).toBeLessThan(3000)
    const counts = await shift.call<AlarmCounts>('GET', '/api/alarms/counts')
    expect(counts.body).toMatchObject({ open: 400, unacknowledged: 0, byState: { handling: 400, pending: 0 } })
  })
})

describe('lists', () => {
  test('filters, words and numbers', async () => {
    const shift = await t.as('shiftleader')
    const [a, b] = [await raiseAlarm(t, wells.west[0]!, { level: 1 }), await raiseAlarm(t, wells.east[1]!, { level: 4 })]
    const ids = async (query: string) => (await shift.call<AlarmPage>('GET', `/api/alarms?${query}`)).body.items.map((i) => i.id)
    expect(await ids('')).toEqual(expect.arrayContaining([a, b]))
    expect(await ids('level=1,2')).toEqual([a])
    expect(await ids(`within=${EAST}`)).toEqual([b])
    expect(await ids(`unit=${wells.owner}`)).toEqual([a])
    expect(await ids(`q=${encodeURIComponent('E1号井')}`)).toEqual([b])
    expect(await ids('q=E-1')).toEqual([b])
    expect(await ids(`q=${(await card(shift, a)).no}`)).toEqual([a])
    expect(await ids('bbox=120.3,36,120.34,36.2')).toEqual([a])
    expect(await ids(`item=${wells.east[1]!.itemId}&standing=true`)).toEqual([b])
    expect(await ids('state=done')).toEqual([])
    expect(await ids('sort=level')).toEqual([a, b])
    expect((await shift.call('GET', '/api/alarms?state=odd')).status).toBe(400)
    expect((await shift.call('GET', '/api/alarms?cursor=odd')).status).toBe(400)
  })

  test('marks of a chart', async () => {
    const shift = await t.as('shiftleader')
    const at = Date.now() - 3_600_000
    await raiseAlarm(t, wells.west[0]!, { beganAt: at }, at)
    await apply(t, [change(wells.west[0]!, 'clear', at + 1000, { beganAt: at })])
    const marks = async (from: number, to: number) =>
      (
        await shift.call<{ items: { to: string }[] }>(
          'GET',
          `/api/alarms/marks?streams=${wells.west[0]!.streamId}&from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`
        )
      ).body.items
    expect(await marks(at - 1000, at + 500)).toHaveLength(1)
    expect(await marks(at + 2000, at + 5000)).toHaveLength(0)
  })
})

describe('who may do what', () => {
  const bodies: Record<HandAct, object> = {
    acknowledge: {},
    assign: {},
    comment: { note: '备注' },
    judge: { verdict: 'true' },
    clear: { note: '复位' },
    level: { level: 2, note: '升级' },
    wantCase: {},
    linkCase: { caseNo: '1' },
    reopen: { note: '再看' }
  }

  test('every act × role × inside and outside', async () => {
    const people: [role: string, where: { unit?: string; district?: string }, sees: boolean, handles: boolean][] = [
      ['shiftLeader', { district: WEST }, true, true],
      ['shiftLeader', { district: EAST }, false, false],
      ['dispatcher', { district: WEST }, true, true],
      ['dept', { unit: 'water-group' }, true, true],
      ['dept', { unit: 'urban-management' }, true, true],
      ['dept', { unit: 'sanitation.370202' }, false, false],
      ['acceptor', { district: WEST }, true, false],
      ['inspector', { district: WEST }, true, false],
      ['leader', { district: WEST }, true, false],
      ['collector', {}, false, false],
      ['handler', {}, false, false]
    ]
    for (const [role, where, sees, handles] of people) {
      const found = await nameOf(role, where).catch(() => null)
      if (found === null) continue
      const who = await t.as(found)
      for (const op of HAND_ACTS) {
        await forgetAlarms(t)
        const id = await raiseAlarm(t, wells.west[0]!, { level: 1, rule: { ...RULE, case: null } })
        if (op === 'reopen') await act(await t.as('shiftleader'), id, 'judge', { verdict: 'test', note: '联调' })
        const seen = await who.call('GET', `/api/alarms/${id}`)
        const label = `${found} ${op}`
        expect(seen.status === 200, label).toBe(sees)
        const body = op === 'assign' ? { unitId: wells.owner } : bodies[op]
        const { status, body: answer } = await act(who, id, op, body)
        if (!handles) expect([403, 404], label).toContain(status)
        else if (op === 'linkCase') expect(answer.code, label).toBe('ALARMS_CASE_UNKNOWN')
        else if (op === 'wantCase') expect(answer.code, label).toBe('ALARMS_ACT_INCOMPLETE')
        else expect(status, `${label} ${JSON.stringify(answer)}`).toBe(200)
      }
    }
  }, 120_000)

  test('a regulator sees what the flow gives him: level 3 is not his, level 1 is', async () => {
    const regulator = await as('dept', { unit: 'urban-management' })
    const light = await raiseAlarm(t, wells.west[0]!, { level: 3 })
    const grave = await raiseAlarm(t, wells.west[1]!, { level: 1 })
    const { body } = await regulator.call<AlarmPage>('GET', '/api/alarms')
    expect(body.items.map((i) => i.id)).toEqual([grave])
    expect((await regulator.call('GET', `/api/alarms/${light}`)).status).toBe(404)
  })
})

test('what is over is listed page by page: each alarm once, those of the area, of the unit and those given to the reader', async () => {
  const shift = await t.as('shiftleader')
  const [east, owner] = [await as('dispatcher', { district: EAST }), await as('dept', { unit: 'water-group' })]
  const at = Date.now() - 3_600_000
  const made: string[] = []
  for (const [i, well] of [...wells.west.slice(0, 4), ...wells.east.slice(0, 4)].entries())
    made.push(await raiseAlarm(t, well, { level: 4, beganAt: at + i * 1000, rule: { ...RULE, case: null } }, at + i * 1000))
  const { rows } = await sql<{ id: string }>`select id from org.pub_user where username = ${east.username}`.execute(t.database.db)
  await act(shift, made[0]!, 'assign', { personId: rows[0]!.id })
  for (const id of made) expect((await act(shift, id, 'clear', { note: '恢复' })).status).toBe(200)
  await act(shift, made[5]!, 'judge', { verdict: 'test', note: '演练' })
  const pages = async (who: Client, filters: string) => {
    const found: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: AlarmPage } = await who.call<AlarmPage>(
        'GET',
        `/api/alarms?limit=2&${filters}${cursor && `&cursor=${cursor}`}`
      )
      found.push(...body.items.map((i) => i.id))
      cursor = body.next
    }
    return found
  }
  expect(await pages(east, 'state=done')).toEqual([made[7], made[6], made[4], made[0]])
  expect(await pages(east, 'state=rejected')).toEqual([made[5]])
  expect(await pages(east, 'verdict=false,test')).toEqual([made[5]])
  expect(await pages(owner, 'state=done')).toEqual([made[3], made[2], made[1], made[0]])
  expect(await pages(shift, '')).toEqual(made.toReversed())
  expect(await pages(shift, `within=${WEST}`)).toEqual(made.slice(0, 4).toReversed())
})
