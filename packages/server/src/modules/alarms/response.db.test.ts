import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type {
  AlarmCard,
  AlarmCounts,
  AlarmPage,
  AlarmStatistics,
  IncidentPage,
  IncidentView,
  NoticePage,
  ResponseDeclaration,
  ResponseList,
  SuppressionView,
  WebhookMade
} from '@chengyun/contract/alarms'
import { DEFAULT_RESPONSE } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { EAST, type TestApp, testApp, WEST } from '../../testing.ts'
import { openKeyring } from '../org/index.ts'
import { apply, change, forgetAlarms, makeWells, RULE, raiseAlarm, type Wells } from './alarms.testing.ts'
import { climbLadders } from './commands/ladder.ts'
import { deliverMessages } from './commands/messages.ts'
import { saveResponse } from './commands/responses.ts'
import { sweepSuppressions } from './commands/suppressions.ts'
import { tellRoles } from './commands/tell.ts'

let t: TestApp
let wells: Wells
beforeAll(async () => {
  t = await testApp()
  wells = await makeWells(t)
}, 90_000)
afterAll(() => t?.close())
beforeEach(() => forgetAlarms(t))

const card = async (id: string) => (await (await t.as('shiftleader')).call<AlarmCard>('GET', `/api/alarms/${id}`)).body
const kinds = async (username: string) =>
  (
    await sql<{
      kind: string
    }>`select n.kind from alarms.notice n join org.pub_user u on u.id = n.person_id where u.username = ${username} order by n.id`.execute(
      t.database.db
    )
  ).rows.map((r) => r.kind)
const after = (at: number, s: number) => new Date(at + s * 1000)

describe('the ladder', () => {
  test('goes up while nobody acknowledges, tells the next, raises the level, and stops', async () => {
    const at = Date.now() - 7_200_000
    const id = await raiseAlarm(t, wells.west[0]!, { level: 2 }, at)
    const climb = async (s: number) => climbLadders(t.database.db, SYSTEM, null, after(at, s))
    expect(await climb(899)).toBe(0)
    expect(await climb(901)).toBe(1)
    expect(await card(id)).toMatchObject({
      level: 1,
      worst: 1,
      steps: expect.arrayContaining([expect.objectContaining({ act: 'ladder' })])
    })
    expect(await kinds('shiftleader')).toEqual(['raised', 'ladder', 'level'])
    // The ladder of level 1 begins anew: two rungs, then silence.
    expect(await climb(902)).toBe(0)
    expect(await climb(901 + 301)).toBe(1)
    expect(await climb(901 + 901)).toBe(1)
    expect(await climb(901 + 9000)).toBe(0)
    expect(await kinds('leader')).toEqual(['ladder', 'ladder'])
  })

  test('waits for all who must: the hub has acknowledged, the owner has not', async () => {
    const at = Date.now() - 3_600_000
    const id = await raiseAlarm(t, wells.west[0]!, { level: 1 }, at)
    const shift = await t.as('shiftleader')
    await shift.call('POST', `/api/alarms/${id}/acts/acknowledge`, {})
    expect(await climbLadders(t.database.db, SYSTEM, null, after(at, 301))).toBe(1)
    expect(await kinds('leader')).toEqual(['ladder'])
    const { rows } = await sql<{ username: string }>`select u.username from org.pub_post p join org.pub_user u on u.id = p.user_id
      where p.role = 'dept' and p.unit_id = ${wells.owner}::uuid limit 1`.execute(t.database.db)
    await (await t.as(rows[0]!.username)).call('POST', `/api/alarms/${id}/acts/acknowledge`, {})
    expect((await card(id)).dueAt).toBeNull()
    expect(await climbLadders(t.database.db, SYSTEM, null, after(at, 4000))).toBe(0)
  })
})

describe('suppression', () => {
  const shift = () => t.as('shiftleader')
  const body = (more: object = {}) => ({
    scope: { areas: [WEST] },
    reason: '管线检修',
    startsAt: new Date(Date.now() - 60_000).toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    ...more
  })

  test('hides, counts, ends itself, and what still stands is told of then', async () => {
    const made = await (await shift()).call<SuppressionView>('POST', '/api/alarms/suppressions', body())
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ state: 'active', hidden: 0, can: ['end'] })
    const at = Date.now() - 30_000
    const id = await raiseAlarm(t, wells.west[0]!, { level: 1 }, at)
    const gone = await raiseAlarm(t, wells.west[1]!, { level: 1 }, at)
    await apply(t, [change(wells.west[1]!, 'clear', at + 1000, { beganAt: at })])
    const list = async (query: string) =>
      (await (await shift()).call<AlarmPage>('GET', `/api/alarms${query}`)).body.items.map((a) => a.id)
    expect(await list('')).toEqual([])
    expect((await list('?suppressed=true')).sort()).toEqual([id, gone].sort())
    expect(await kinds('shiftleader')).toEqual([])
    await sweepSuppressions(t.database.db, SYSTEM, null, new Date())
    expect(await list('')).toEqual([])
    await sweepSuppressions(t.database.db, SYSTEM, null, new Date(Date.now() + 3_700_000))
    expect(await list('')).toEqual([id])
    expect(await kinds('shiftleader')).toEqual(['raised'])
    expect((await card(id)).caseWantedAt).not.toBeNull()
    const { body: all } = await (await shift()).call<{ items: SuppressionView[] }>('GET', '/api/alarms/suppressions')
    expect(all.items[0]).toMatchObject({ hidden: 2 })
  })

  test('ended by hand it ends at once', async () => {
    const { body: made } = await (await shift()).call<SuppressionView>('POST', '/api/alarms/suppressions', body())
    const id = await raiseAlarm(t, wells.west[2]!, { level: 2 })
    const ended = await (await shift()).call<SuppressionView>('POST', `/api/alarms/suppressions/${made.id}/end`, {
      note: '提前完工'
    })
    expect(ended.body.state).toBe('ended')
    expect((await card(id)).suppressed).toBe(false)
  })

  test('is refused outside one’s reach, over already, or about nothing', async () => {
    const { rows } = await sql<{ username: string }>`select u.username from org.pub_post p join org.pub_user u on u.id = p.user_id
      join org.pub_unit n on n.id = p.unit_id where p.role = 'dispatcher' and n.district_code = ${EAST} order by 1 limit 1`.execute(
      t.database.db
    )
    const east = await t.as(rows[0]!.username)
    expect((await east.call('POST', '/api/alarms/suppressions', body())).status).toBe(403)
    expect((await east.call('POST', '/api/alarms/suppressions', body({ scope: { areas: [EAST] } }))).status).toBe(201)
    expect(
      (await east.call('POST', '/api/alarms/suppressions', body({ scope: { itemIds: [wells.west[0]!.itemId] } }))).status
    ).toBe(403)
    expect((await (await shift()).call('POST', '/api/alarms/suppressions', body({ scope: {} }))).status).toBe(400)
    expect(
      (await (await shift()).call('POST', '/api/alarms/suppressions', body({ endsAt: new Date(0).toISOString() }))).status
    ).toBe(422)
  })
})

describe('the inbox', () => {
  test('counts what is unread, and only its reader’s', async () => {
    await raiseAlarm(t, wells.west[0]!, { level: 1 })
    await raiseAlarm(t, wells.west[5]!, { level: 1 }, Date.now() - 40_000)
    const shift = await t.as('shiftleader')
    const { body } = await shift.call<NoticePage>('GET', '/api/alarms/notices')
    expect(body.unread).toBe(2)
    expect(body.items[0]!.text.zh).toContain('一级报警')
    expect(body.items[0]!.text.en).toContain('Level 1')
    const read = await shift.call<{ unread: number }>('POST', '/api/alarms/notices/read', { ids: [body.items[0]!.id] })
    expect(read.body.unread).toBe(1)
    const dispatcher = await t.as('dispatcher')
    expect(
      (await dispatcher.call<{ unread: number }>('POST', '/api/alarms/notices/read', { upTo: 1_000_000_000 })).body.unread
    ).toBe(0)
    expect((await shift.call<NoticePage>('GET', '/api/alarms/notices?unread=true')).body.items).toHaveLength(1)
  })

  test('a person says which levels he wants; level 1 comes through all the same', async () => {
    const shift = await t.as('shiftleader')
    const wish = { sms: true, phoneKinds: ['raised'], levels: [], onDutyOnly: false, quiet: { from: '22:00', to: '07:00' } }
    expect((await shift.call('PUT', '/api/alarms/preference', wish)).body).toEqual(wish)
    await raiseAlarm(t, wells.west[0]!, { level: 2 })
    expect(await kinds('shiftleader')).toEqual([])
    await raiseAlarm(t, wells.west[1]!, { level: 1 })
    expect(await kinds('shiftleader')).toEqual(['raised'])
    await sql`delete from alarms.preference`.execute(t.database.db)
  })

  test('by kind: the inbox has all of them, the telephone what was asked for and what presses', async () => {
    const shift = await t.as('shiftleader')
    const all = { sms: true, levels: [1, 2, 3, 4], onDutyOnly: false, quiet: null }
    const wish = (phoneKinds: string[]) => shift.call('PUT', '/api/alarms/preference', { ...all, phoneKinds })
    expect((await shift.call('GET', '/api/alarms/preference')).body).toEqual({
      ...all,
      phoneKinds: ['raised', 'level', 'ladder', 'incident', 'assigned']
    })
    expect((await wish(['nothing'])).status).toBe(400)
    const text = { zh: '月报已生成', en: 'The monthly report is ready' }
    const told = () =>
      tellRoles(t.database.db, SYSTEM, {
        roles: ['shiftLeader'],
        kind: 'report',
        level: 4,
        text,
        link: '/scenarios',
        where: null
      })
    const phone = async () =>
      (
        await sql<{ kind: string; level: number }>`select m.body->>'kind' as kind, (m.body->>'level')::int as level
          from alarms.message m join org.pub_user u on u.id = m.person_id where u.username = 'shiftleader' and m.channel = 'sms' order by m.id`.execute(
          t.database.db
        )
      ).rows
    expect(await told()).toBeGreaterThan(0)
    expect(await phone()).toEqual([])
    expect((await wish(['report'])).body).toMatchObject({ phoneKinds: ['report'] })
    await told()
    expect(await phone()).toEqual([{ kind: 'report', level: 4 }])
    await raiseAlarm(t, wells.west[0]!, { level: 2 })
    expect(await phone()).toHaveLength(1)
    await raiseAlarm(t, wells.west[1]!, { level: 1 })
    expect(await phone()).toEqual([
      { kind: 'report', level: 4 },
      { kind: 'raised', level: 1 }
    ])
    expect(await kinds('shiftleader')).toEqual(['report', 'report', 'raised', 'raised'])
    await sql`delete from alarms.preference`.execute(t.database.db)
  })
})

describe('webhooks', () => {
  let server: Server
  let status = 200
  const got: { body: string; signature: string }[] = []
  beforeAll(async () => {
    server = createServer((req, res) => {
      let body = ''
      req.on('data', (chunk: Buffer) => (body += chunk.toString()))
      req.on('end', () => {
        got.push({ body, signature: String(req.headers['x-chengyun-signature']) })
        res.writeHead(status).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => server.close())

  test('are signed, tried again until taken, and told only what they want', async () => {
    const admin = await t.as('dataadmin')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alarms`
    const hook = { name: '应急局', url, levels: [1], districts: [], packs: [], kinds: ['raised'], enabled: true }
    const made = await admin.call<WebhookMade>('POST', '/api/alarms/webhooks', hook)
    expect(made.status).toBe(201)
    const { secret, id } = made.body
    const deliver = (now: Date) =>
      deliverMessages({ db: t.database.db, now, settings: t.settings, keyring: openKeyring(t.settings), log: () => undefined })
    await raiseAlarm(t, wells.west[0]!, { level: 1 })
    await raiseAlarm(t, wells.west[4]!, { level: 2 })
    status = 503
    const later = Date.now() + 1000
    await deliver(new Date(later))
    status = 200
    await deliver(new Date(later + 1000))
    expect(got).toHaveLength(1)
    await deliver(new Date(later + 60_000))
    await deliver(new Date(later + 120_000))
    expect(got).toHaveLength(2)
    expect(got[1]!.body).toBe(got[0]!.body)
    const [, at, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(got[1]!.signature)!
    expect(mac).toBe(createHmac('sha256', secret!).update(`${at}.${got[1]!.body}`).digest('hex'))
    expect(JSON.parse(got[1]!.body)).toMatchObject({ act: 'raised', alarm: { level: 1, itemCode: 'W-0' } })
    const { body } = await admin.call<{ items: WebhookMade[] }>('GET', '/api/alarms/webhooks')
    expect(body.items[0]).toMatchObject({ waiting: 0, givenUp: 0, lastSentAt: expect.any(String) })
    expect(JSON.stringify(body)).not.toContain(secret)
    expect((await admin.call('DELETE', `/api/alarms/webhooks/${id}`)).status).toBe(200)
  })
})

describe('responses', () => {
  test('a pack’s response is followed; a wrong one is refused in sentences', async () => {
    const quiet: ResponseDeclaration = {
      key: 'quiet',
      name: { zh: '只告知权属', en: 'Owner only' },
      levels: [{ level: 1, parties: [{ party: 'owner', tell: ['dept'], channels: ['inApp'], acknowledgeS: 60 }], ladder: [] }]
    }
    await saveResponse(t.database.db, SYSTEM, { pack: 'city', declaration: quiet })
    const id = await raiseAlarm(t, wells.west[0]!, { level: 3, rule: { ...RULE, id: 'city/q', response: 'quiet' } })
    expect((await card(id)).parties).toMatchObject([{ party: 'owner' }])
    expect(await kinds('shiftleader')).toEqual([])
    const admin = await t.as('dataadmin')
    const wrong = structuredClone(DEFAULT_RESPONSE)
    wrong.levels[3]!.ladder.push({ afterS: 60, tell: [], channels: [] })
    const refused = await admin.call<{ code: string; message: string }>('PUT', '/api/alarms/responses/city', {
      version: 0,
      declaration: wrong
    })
    expect(refused.body).toMatchObject({ code: 'ALARMS_RESPONSE_INVALID', message: expect.stringContaining('无人须确认') })
    const kept = await admin.call('PUT', '/api/alarms/responses/city', { version: 0, declaration: DEFAULT_RESPONSE })
    expect(kept.status).toBe(200)
    const stale = await admin.call('PUT', '/api/alarms/responses/city', { version: 0, declaration: DEFAULT_RESPONSE })
    expect(stale.status).toBe(409)
    const { body } = await admin.call<ResponseList>('DELETE', '/api/alarms/responses/city/default')
    expect(body.items.find((r) => r.declaration.key === 'default')).toMatchObject({ version: 0 })
  })
})

test('incidents are put together and taken apart by hand', async () => {
  const shift = await t.as('shiftleader')
  const [a, b, c] = [
    await raiseAlarm(t, wells.west[0]!, { level: 3 }),
    await raiseAlarm(t, wells.west[9]!, { level: 2 }),
    await raiseAlarm(t, wells.east[0]!, { level: 4 })
  ]
  const made = await shift.call<IncidentView>('POST', '/api/alarms/incidents', { ids: [a, b, c], note: '同一次施工挖断' })
  expect(made.body).toMatchObject({ count: 3, open: 3, level: 2, byHand: true })
  const { id } = made.body
  expect((await shift.call('POST', `/api/alarms/incidents/${id}/split`, { ids: [b], note: '无关' })).status).toBe(200)
  expect((await shift.call<IncidentView>('GET', `/api/alarms/incidents/${id}`)).body).toMatchObject({ count: 2, level: 3 })
  expect((await shift.call<IncidentPage>('GET', '/api/alarms/incidents?open=true')).body.items).toHaveLength(1)
  const bulk = await shift.call('POST', '/api/alarms/bulk', { act: 'judge', incidentId: id, verdict: 'false', note: '施工误碰' })
  expect(bulk.body).toEqual({ done: 2, refused: [] })
  expect((await shift.call<IncidentPage>('GET', '/api/alarms/incidents?open=true')).body.items).toHaveLength(0)
})

test('taking incidents apart and together is taken back by the act the other way round', async () => {
  const shift = await t.as('shiftleader')
  const post = (body: object) => shift.call<IncidentView & { code?: string }>('POST', '/api/alarms/incidents', body)
  const of = async (id: string) =>
    (await shift.call<AlarmPage>('GET', `/api/alarms?incident=${id}`)).body.items.map((i) => i.id).sort()
  const ids: string[] = []
  for (const i of [0, 3, 6, 9]) ids.push(await raiseAlarm(t, wells.west[i]!, { level: 3 }))
  const [a, b, c, d] = ids as [string, string, string, string]
  const one = (await post({ ids: [a, b], note: '同一管段' })).body.id
  const two = (await post({ ids: [c, d], note: '同一管段' })).body.id
  expect((await post({ incidentId: two, into: one, note: '一处爆管' })).body).toMatchObject({ id: one, count: 4 })
  expect((await shift.call('GET', `/api/alarms/incidents/${two}`)).status).toBe(404)
  // An incident without alarms takes back what it had, and nothing else.
  expect((await post({ ids: [a, c], into: two, note: '撤销' })).body.code).toBe('ALARMS_NOT_FOUND')
  expect((await post({ ids: [c, d], into: two, note: '撤销' })).body).toMatchObject({ id: two, count: 2 })
  expect(await of(one)).toEqual([a, b].sort())
  expect((await shift.call('POST', `/api/alarms/incidents/${one}/split`, { ids: [a, b], note: '无关' })).status).toBe(200)
  expect((await post({ ids: [a, b], into: one, note: '撤销' })).body).toMatchObject({ id: one, count: 2 })
})

test('figures: 办结率 leaves the rejected out; response times are means', async () => {
  const shift = await t.as('shiftleader')
  const at = Date.now() - 600_000
  const ids = [0, 1, 2, 3].map((i) => wells.west[i * 2]!)
  const made: string[] = []
  for (const [i, well] of ids.entries())
    made.push(await raiseAlarm(t, well, { level: 3, rule: { ...RULE, family: `f${i}` } }, at + i))
  await shift.call('POST', `/api/alarms/${made[0]}/acts/judge`, { verdict: 'false', note: '误报' })
  await shift.call('POST', `/api/alarms/${made[1]}/acts/clear`, { note: '恢复' })
  const query = `from=${new Date(at - 1000).toISOString()}&to=${new Date(at + 60_000).toISOString()}`
  const { body } = await shift.call<AlarmStatistics>('GET', `/api/alarms/statistics?${query}&by=rule`)
  expect(body.total).toMatchObject({ raised: 4, rejected: 1, done: 1, falseShare: 0.25, doneRate: 0.3333, byLevel: { 3: 4 } })
  expect(body.total.responseS).toBeGreaterThan(590)
  expect(body.groups).toMatchObject([{ key: 'city/gas', raised: 4 }])
  // Who judges or clears an alarm has seen it.
  expect(body.groups[0]).toMatchObject({ acknowledgeS: expect.any(Number), durationS: expect.any(Number) })
  for (const by of ['pack', 'level', 'type', 'unit', 'district', 'street', 'day', 'month', 'quarter', 'year'])
    expect((await shift.call<AlarmStatistics>('GET', `/api/alarms/statistics?${query}&by=${by}`)).body.groups).toHaveLength(1)
  // Every number is a list.
  const listed = async (more: string) =>
    (await shift.call<AlarmCounts>('GET', `/api/alarms/counts?${query}&rule=city/gas${more}`)).body.total
  expect(await listed('')).toBe(4)
  expect(await listed('&state=rejected')).toBe(1)
  expect(await listed('&state=done')).toBe(1)
  expect(await listed('&worst=3')).toBe(4)
  expect(await listed('&worst=1,2')).toBe(0)
  const { groups } = (await shift.call<AlarmStatistics>('GET', `/api/alarms/statistics?${query}&by=unit`)).body
  expect(await listed(`&holder=${groups[0]!.key}`)).toBe(4)
  expect(await listed('&holder=none')).toBe(0)
  expect(await listed('&within=none')).toBe(0)
  const narrowed = await shift.call<AlarmStatistics>('GET', `/api/alarms/statistics?${query}&by=rule&worst=1&within=${WEST}`)
  expect(narrowed.body.total.raised).toBe(0)
})
