import type { CaseView } from '@chengyun/contract/cases'
import { verifyBundle } from '@chengyun/verify'
import { sql } from 'kysely'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, AT_EAST, AT_WEST, EAST, OUTSIDE, type TestApp, testApp } from '../../testing.ts'

let t: TestApp
beforeAll(async () => {
  t = await testApp()
}, 60_000)
afterAll(() => t?.close())

const REPORT = {
  kind: 'matter',
  classCode: '06010',
  description: '南京路口暴露垃圾一堆',
  location: AT_WEST,
  sourceType: 'hotline'
}
type Case = CaseView

async function call<T = Case>(
  username: string,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: unknown,
  headers?: Record<string, string>
): Promise<Answer<T>> {
  return (await t.as(username)).call<T>(method, url, body, headers)
}
const report = async (over: object = {}, username = 'acceptor'): Promise<Case> => {
  const answer = await call(username, 'POST', '/api/cases', { ...REPORT, ...over })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}
/** Do an operation and insist that it is done. */
const act = async (username: string, c: Case, op: string, input: object = {}): Promise<Case> => {
  const answer = await call(username, 'POST', `/api/cases/${c.id}/operations/${op}`, { version: c.version, ...input })
  expect(answer.status, `${op}: ${JSON.stringify(answer.body)}`).toBe(200)
  return answer.body
}
const tryAct = (username: string, c: Case, op: string, input: object = {}, headers?: Record<string, string>) =>
  call<{ code: string; message: string; details?: Record<string, unknown> }>(
    username,
    'POST',
    `/api/cases/${c.id}/operations/${op}`,
    { version: c.version, ...input },
    headers
  )

/** Upload a real picture; each call draws another one. */
let drawn = 0
async function photo(username: string, phase: string): Promise<string> {
  drawn += 1
  const bytes = await sharp({ create: { width: 320, height: 240, channels: 3, background: { r: drawn % 256, g: 120, b: 90 } } })
    .jpeg()
    .toBuffer()
  const who = await t.as(username)
  const boundary = 'x-chengyun-test'
  const payload = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="phase"\r\n\r\n${phase}\r\n--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`
    ),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`)
  ])
  const answer = await t.app.http.inject({
    method: 'POST',
    url: '/api/media',
    headers: { cookie: who.cookie, 'x-csrf-token': who.csrf, 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload
  })
  expect(answer.statusCode, answer.body).toBeLessThan(300)
  return answer.json<{ id: string }>().id
}
async function conditionOf(classCode = '06010'): Promise<string> {
  const { body } = await call<{ conditions: { id: string }[] }>(
    'acceptor',
    'GET',
    `/api/cases/config/conditions?standardRef=${encodeURIComponent('GB/T 47678.5-2026')}&kind=matter&code=${classCode}`
  )
  return body.conditions[0]!.id
}
const handlerFor = async (unitId: string): Promise<{ id: string; username: string }> => {
  const { body } = await call<{ handlers: { id: string }[] }>('dept', 'GET', `/api/cases/handlers?unit=${unitId}`)
  const id = body.handlers[0]!.id
  const { rows } = await sql<{ username: string }>`select username from org.pub_user where id = ${id}`.execute(t.database.db)
  return { id, username: rows[0]!.username }
}
const collectorOf = async (c: Case): Promise<string> => {
  const { rows } = await sql<{ username: string }>`select username from org.pub_user where id = ${c.task!.collectorId}`.execute(
    t.database.db
  )
  return rows[0]!.username
}

/** A whole case by the people of six roles. */
async function toClosed(over: object = {}): Promise<Case> {
  let c = await report(over)
  c = await act('acceptor', c, 'accept')
  c = await act('shiftleader', c, 'register', { conditionId: await conditionOf() })
  const handler = await handlerFor(c.unitId!)
  c = await act('dept', c, 'assign', { handlerId: handler.id })
  c = await act(handler.username, c, 'submitHandle', { opinion: '已清理', evidenceIds: [await photo(handler.username, 'after')] })
  c = await act('dept', c, 'deptConfirm')
  c = await act('dispatcher', c, 'forward')
  c = await act('acceptor', c, 'sendCheck')
  const collector = await collectorOf(c)
  c = await act(collector, c, 'submitCheck', { result: 'pass', evidenceIds: [await photo(collector, 'check')] })
  return act('acceptor', await fresh(c), 'close')
}
const fresh = async (c: Case, username = 'acceptor'): Promise<Case> => (await call(username, 'GET', `/api/cases/${c.id}`)).body

describe('a case through six roles', () => {
  test('is reported, accepted, registered, dispatched by itself, handled, checked, closed; its history proves itself', async () => {
    const c = await toClosed()
    expect(c.status).toBe('closed')
    expect(c.steps.map((s) => s.op)).toEqual([
      'report',
      'accept',
      'register',
      'dispatch',
      'assign',
      'submitHandle',
      'deptConfirm',
      'forward',
      'sendCheck',
      'submitCheck',
      'close'
    ])
    expect(c.dispatchReason).toMatchObject({ automatic: true, basis: 'rule' })
    expect(c.districtName).toBe('西区')
    expect(c.gridCode).toMatch(/^370202\d{9}$/)
    expect(c.evidence.map((e) => e.phase).sort()).toEqual(['after', 'check'])
    const { body } = await call<object>('acceptor', 'GET', `/api/cases/${c.id}/bundle`)
    const verdict = await verifyBundle(body)
    expect(verdict.findings).toEqual([])
    expect(verdict.ok).toBe(true)
  })

  test('a day that is over gets a root, and the bundle proves that the case is under it', async () => {
    const c = await toClosed()
    const { closeDays } = await import('./index.ts')
    expect(await closeDays(t.database.db, new Date(Date.now() + 86_400_000), 'Asia/Shanghai')).toBe(1)
    const { body } = await call<{ dailyRoots: { root: string; proof?: object }[] }>(
      'acceptor',
      'GET',
      `/api/cases/${c.id}/bundle`
    )
    expect(body.dailyRoots).toHaveLength(1)
    expect(body.dailyRoots[0]!.proof).toBeDefined()
    expect((await verifyBundle(body, { publishedRoots: [body.dailyRoots[0]!.root] } as never)).ok).toBe(true)
  })

  test('history refuses to be rewritten, whoever asks', async () => {
    const c = await report()
    await expect(sql`update cases.step set opinion = 'x' where case_id = ${c.id}`.execute(t.database.db)).rejects.toThrow(
      /append-only/
    )
    await expect(sql`delete from cases.step where case_id = ${c.id}`.execute(t.database.db)).rejects.toThrow(/append-only/)
  })
})

describe('requests that come twice, late or at once', () => {
  test('the same report again (same key) is the same case', async () => {
    const headers = { 'idempotency-key': 'report-0001' }
    const first = await call('acceptor', 'POST', '/api/cases', REPORT, headers)
    const second = await call('acceptor', 'POST', '/api/cases', REPORT, headers)
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body.id).toBe(first.body.id)
  })

  test('the same outside order again is the same case', async () => {
    const external = { system: '12345', no: 'H-77' }
    const first = await report({ external })
    const second = await report({ external })
    expect(second.id).toBe(first.id)
  })

  test('the same operation again (same key) answers like the first and is one step', async () => {
    const c = await report()
    const headers = { 'idempotency-key': 'accept-0001' }
    const answers = [await tryAct('acceptor', c, 'accept', {}, headers), await tryAct('acceptor', c, 'accept', {}, headers)]
    expect(answers.map((a) => a.status)).toEqual([200, 200])
    expect((await fresh(c)).steps).toHaveLength(2)
  })

  test('a check handed in twice is one check, although the collector no longer sees the case', async () => {
    const reported = await report()
    const { rows } = await sql<{ id: string }>`select d.user_id as id from org.pub_duty d join org.pub_unit u on u.id = d.unit_id
      where d.role = 'collector' and now() between d.starts_at and d.ends_at and u.district_code = '370202' and not ${reported.dutyGridCode} = any(d.duty_grid_codes) limit 1`.execute(
      t.database.db
    )
    let c = await act('acceptor', reported, 'sendVerify', { opinion: '请核实', collectorId: rows[0]!.id })
    const collector = await collectorOf(c)
    c = await fresh(c, collector)
    const headers = { 'idempotency-key': 'verify-0001' }
    const answers = [
      await tryAct(collector, c, 'submitVerify', { result: 'exists' }, headers),
      await tryAct(collector, c, 'submitVerify', { result: 'exists' }, headers)
    ]
    expect(answers.map((a) => a.status)).toEqual([200, 200])
    expect((await call(collector, 'GET', `/api/cases/${c.id}`)).status).toBe(404)
    expect((await fresh(c)).steps.filter((s) => s.op === 'submitVerify')).toHaveLength(1)
  })

  test('a stale version is refused with what changed', async () => {
    const c = await report()
    await act('acceptor', c, 'accept')
    const late = await tryAct('acceptor', c, 'accept')
    expect(late).toMatchObject({
      status: 409,
      body: { code: 'CASE_VERSION_STALE', details: { version: 2, changes: [{ op: 'accept' }] } }
    })
  })

  test('of many who act at once exactly one is heard', async () => {
    const c = await report()
    const answers = await Promise.all(Array.from({ length: 8 }, () => tryAct('acceptor', c, 'accept')))
    expect(answers.filter((a) => a.status === 200)).toHaveLength(1)
    expect(answers.filter((a) => a.status === 409)).toHaveLength(7)
    expect((await fresh(c)).steps).toHaveLength(2)
  })
})

describe('bad input gets a coded answer and nothing half-written', () => {
  const refused = async (over: object, code: string, status = 422) => {
    const before = await sql<{ n: number }>`select count(*)::int as n from cases."case"`.execute(t.database.db)
    const answer = await call<{ code: string; message: string }>('acceptor', 'POST', '/api/cases', { ...REPORT, ...over })
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status, body: { code } })
    expect(answer.body.message).toMatch(/\p{Script=Han}/u)
    const after = await sql<{ n: number }>`select count(*)::int as n from cases."case"`.execute(t.database.db)
    expect(after.rows[0]!.n).toBe(before.rows[0]!.n)
  }
  test('a point outside the city', () => refused({ location: OUTSIDE }, 'CASE_OUTSIDE_CITY'))
  test('an unknown class', () => refused({ classCode: '06999' }, 'CASE_CLASS_UNKNOWN'))
  test('a class of the other generation', () => refused({ standardRef: 'GB/T 30428.2-2013' }, 'CASE_CLASS_UNKNOWN'))
  test('an unknown field', () => refused({ colour: 'red' }, 'INVALID_REQUEST', 400))
  test('no text: NUL, half a character', async () => {
    await refused({ description: '坏的\u0000字' }, 'INVALID_REQUEST', 400)
    await refused({ description: '坏的\ud83d字' }, 'INVALID_REQUEST', 400)
    expect((await call('acceptor', 'GET', '/api/cases?district=%00')).status).toBe(400)
  })
  test('a wrong type is not converted', () => refused({ classCode: 6010 }, 'INVALID_REQUEST', 400))
  test('a time in the future', () => refused({ foundAt: '2199-01-01T00:00:00+08:00' }, 'CASE_TIME_IN_FUTURE'))
  test('a photo of somebody else', async () => refused({ evidenceIds: [await photo('leader', 'near')] }, 'CASE_EVIDENCE_UNKNOWN'))
  test('a photo that does not exist', () =>
    refused({ evidenceIds: ['00000000-0000-7000-8000-000000000009'] }, 'CASE_EVIDENCE_UNKNOWN'))

  test('a field that is wrong is named, in the language asked for', async () => {
    const zh = await call<{ message: string; details: { faults: { field: string }[] } }>('acceptor', 'POST', '/api/cases', {
      ...REPORT,
      location: [1]
    })
    expect(zh.body.details.faults[0]!.field).toBe('location')
    const en = await call<{ message: string }>(
      'acceptor',
      'POST',
      '/api/cases',
      { ...REPORT, location: [1] },
      { 'accept-language': 'en' }
    )
    expect(en.body.message).not.toMatch(/\p{Script=Han}/u)
  })

  test('an illegal transition, a missing field, a superfluous one, an unknown condition', async () => {
    const c = await report()
    expect((await tryAct('acceptor', c, 'close')).body.code).toBe('CASE_OPERATION_NOT_ALLOWED')
    expect((await tryAct('acceptor', c, 'notRegister')).body.code).toBe('CASE_FIELD_REQUIRED')
    expect((await tryAct('acceptor', c, 'accept', { unitId: c.id })).body.code).toBe('CASE_FIELD_UNEXPECTED')
    const accepted = await act('acceptor', c, 'accept')
    expect((await tryAct('shiftleader', accepted, 'register', { conditionId: 'no-such' })).body.code).toBe(
      'CASE_CONDITION_UNKNOWN'
    )
    expect((await fresh(c)).version).toBe(2)
  })

  test('a collector brings one near and one far photo', async () => {
    const { rows } = await sql<{
      username: string
    }>`select username from org.pub_user where username like 'collector.%' limit 1`.execute(t.database.db)
    const collector = rows[0]!.username
    const bare = await call<{ code: string }>(collector, 'POST', '/api/cases', { ...REPORT, sourceType: 'collector' })
    expect(bare).toMatchObject({ status: 422, body: { code: 'CASE_EVIDENCE_REQUIRED' } })
    const c = await report(
      { sourceType: 'collector', evidenceIds: [await photo(collector, 'near'), await photo(collector, 'far')] },
      collector
    )
    expect(c.thumbnailUrl).toMatch(/thumb$/)
    expect(c.evidence).toHaveLength(2)
  })
})

describe('what one may see', () => {
  test('a case of another district is answered like one that does not exist', async () => {
    const c = await report({ location: AT_EAST })
    expect(c.districtCode).toBe(EAST)
    const west = 'acceptor.370202.1'
    const unseen = await call<{ code: string }>(west, 'GET', `/api/cases/${c.id}`)
    const missing = await call<{ code: string }>(west, 'GET', '/api/cases/00000000-0000-7000-8000-00000000dead')
    expect(unseen.status).toBe(404)
    expect(unseen.body.code).toBe(missing.body.code)
    expect((await tryAct(west, c, 'accept')).body.code).toBe('CASE_NOT_FOUND')
    expect((await call('acceptor.370203.1', 'GET', `/api/cases/${c.id}`)).status).toBe(200)
    const { body } = await call<{ items: Case[] }>(west, 'GET', '/api/cases?limit=200')
    expect(body.items.every((i) => i.districtCode === '370202')).toBe(true)
  })

  test('none of the three administrators reads a case', async () => {
    const c = await report()
    for (const who of ['systemadmin', 'securityadmin', 'auditadmin', 'dataadmin']) {
      expect((await call(who, 'GET', `/api/cases/${c.id}`)).status, who).toBe(403)
      expect((await call(who, 'GET', '/api/cases')).status, who).toBe(403)
    }
  })

  test("a reporter's contact is masked, and shown in clear only with a permission, a reason and a line on the audit trail", async () => {
    const c = await report({ reporter: { name: '张三丰', phone: '13812345678' } })
    expect(c.reporter).toMatchObject({ phone: '138****5678', masked: true })
    expect(JSON.stringify(c)).not.toContain('13812345678')
    const stored = await sql<{ phone_enc: string }>`select phone_enc from cases.contact where case_id = ${c.id}`.execute(
      t.database.db
    )
    expect(stored.rows[0]!.phone_enc).not.toContain('13812345678')
    const { body } = await call<{ phone: string }>('shiftleader', 'POST', `/api/cases/${c.id}/reveal`, { reason: '核实位置' })
    expect(body.phone).toBe('13812345678')
    await t.settle()
    const audit = await sql<{
      n: number
    }>`select count(*)::int as n from platform.audit where action = 'cases.contact.reveal' and object_id = ${c.id}`.execute(
      t.database.db
    )
    expect(audit.rows[0]!.n).toBe(1)
  })
})

describe('lists', () => {
  test('Chinese of two characters finds a case by its description once it is indexed', async () => {
    const c = await report({ description: '鲤鱼桥下共享单车淤积' })
    await t.settle()
    for (const q of ['鲤鱼', '单车淤积', c.caseNo]) {
      const { body } = await call<{ items: Case[] }>('acceptor', 'GET', `/api/cases?q=${encodeURIComponent(q)}`)
      expect(
        body.items.map((i) => i.id),
        q
      ).toContain(c.id)
    }
  })

  test('the cases of a component are found by its code', async () => {
    const cover = async () => {
      const { body } = await call<{ code: string }>('dataadmin', 'POST', '/api/registry/items/component', {
        class: '01002',
        place: AT_WEST
      })
      return body.code
    }
    const componentId = await cover()
    const c = await report({ kind: 'component', classCode: '01002', componentId })
    await report({ kind: 'component', classCode: '01002', componentId: await cover() })
    const { body } = await call<{ items: Case[] }>('acceptor', 'GET', `/api/cases?component=${componentId}&sort=-reportedAt`)
    expect(body.items.map((i) => i.id)).toEqual([c.id])
    expect((await call('acceptor', 'GET', '/api/cases?component=12')).status).toBe(400)
  })

  test('pages by keyset cover every row once, whatever the order', async () => {
    for (let i = 0; i < 12; i += 1) await report()
    for (const sort of ['-reportedAt', 'reportedAt', 'due']) {
      const seen: string[] = []
      let cursor: string | null = null
      do {
        const { body }: Answer<{ items: Case[]; nextCursor: string | null }> = await call(
          'acceptor',
          'GET',
          `/api/cases?limit=5&sort=${sort}${cursor ? `&cursor=${cursor}` : ''}`
        )
        seen.push(...body.items.map((i) => i.id))
        cursor = body.nextCursor
      } while (cursor)
      const { body } = await call<{ count: number }>('acceptor', 'GET', '/api/cases/count')
      expect(new Set(seen).size, sort).toBe(seen.length)
      expect(seen.length, sort).toBe(body.count)
    }
  })

  test('each queue has as many rows as it says', async () => {
    await report()
    for (const who of ['acceptor', 'dispatcher', 'shiftleader', 'dept', 'inspector', 'leader', 'acceptor.370202.1']) {
      const { body } = await call<{ queues: { key: string; count: number }[] }>(who, 'GET', '/api/cases/queues')
      for (const { key, count } of body.queues) {
        const counted = await call<{ count: number }>(who, 'GET', `/api/cases/count?queue=${key}`)
        expect(counted.body.count, `${who} ${key}`).toBe(count)
      }
    }
  })

  test('a wrong filter is named', async () => {
    for (const [query, field] of [
      ['status=nope', 'status'],
      ['queue=nope', 'queue'],
      ['cursor=xx', 'cursor'],
      ['unit=1', 'unit'],
      ['bbox=5,5,1,1', 'bbox'],
      ['measure=nope', 'measure']
    ]) {
      const answer = await call<{ code: string; details: { field: string } }>('acceptor', 'GET', `/api/cases?${query}`)
      expect(answer, query).toMatchObject({ status: 400, body: { code: 'CASE_QUERY_INVALID', details: { field } } })
    }
  })

  test('a list leaves as a workbook with the same rows, and on record', async () => {
    const answer = await call<Buffer>('acceptor', 'GET', '/api/cases/export.xlsx?queue=open')
    expect(answer.status).toBe(200)
    const { default: ExcelJS } = await import('exceljs')
    const book = new ExcelJS.Workbook()
    await book.xlsx.load(answer.body as never)
    const { body } = await call<{ count: number }>('acceptor', 'GET', '/api/cases/count?queue=open')
    expect(book.worksheets[0]!.rowCount - 1).toBe(body.count)
  })
})

describe('many at once', () => {
  test('bulk acceptance does what it can and says what it could not', async () => {
    const cases = await Promise.all([report(), report(), report()])
    await act('acceptor', cases[2]!, 'accept')
    const { body } = await call<{ done: number; failed: number; results: { ok: boolean; code?: string }[] }>(
      'acceptor',
      'POST',
      '/api/cases/bulk/accept',
      {
        items: cases.map((c) => ({ id: c.id, version: 1 })),
        input: {}
      }
    )
    expect(body).toMatchObject({ done: 2, failed: 1 })
    expect(body.results[2]!.code).toBe('CASE_VERSION_STALE')
    expect(
      (
        await call<{ code: string }>('acceptor', 'POST', '/api/cases/bulk/register', {
          items: [{ id: cases[0]!.id, version: 2 }],
          input: {}
        })
      ).body.code
    ).toBe('CASE_BULK_NOT_ALLOWED')
  })
})

describe('what many write at the same moment', () => {
  test('goes together, each with its own outcome: done, stale, not permitted, in a case twice', async () => {
    const cases = await Promise.all(
      Array.from({ length: 24 }, (_, i) => report({ description: `同时办理第${i}件`, location: AT_WEST }))
    )
    const [stale, forbidden, twice, ...rest] = cases as [Case, Case, Case, ...Case[]]
    await act('acceptor', stale, 'accept')
    const answers = await Promise.all([
      tryAct('acceptor', stale, 'accept'),
      tryAct('collector', forbidden, 'accept'),
      tryAct('acceptor', twice, 'accept'),
      tryAct('acceptor', twice, 'accept'),
      ...rest.map((c) => tryAct('acceptor', c, 'accept'))
    ])
    const codes = answers.map((a) => (a.status === 200 ? 'ok' : a.body.code))
    expect(codes.slice(0, 2)).toEqual(['CASE_VERSION_STALE', 'FORBIDDEN'])
    expect(codes.slice(2, 4).sort()).toEqual(['CASE_VERSION_STALE', 'ok'])
    expect(new Set(codes.slice(4))).toEqual(new Set(['ok']))
    for (const c of cases) {
      const { body } = await call<Parameters<typeof verifyBundle>[0]>('acceptor', 'GET', `/api/cases/${c.id}/bundle`)
      // A test above closed this day before it was over.
      expect((await verifyBundle(body)).findings.filter((f) => f.code !== 'DAY_PROOF')).toEqual([])
    }
    const { rows } = await sql<{
      n: number
    }>`select count(*)::int as n from cases.step where case_id = any(${cases.map((c) => c.id)}::uuid[]) and op = 'accept'`.execute(
      t.database.db
    )
    expect(rows[0]?.n).toBe(cases.length - 1)
  })

  test('the same outside order three times among others: one case, and nobody else notices', async () => {
    const order = { external: { system: 'hotline', no: 'HX-SAME-MOMENT' } }
    const same = Array.from({ length: 3 }, () => call('acceptor', 'POST', '/api/cases', { ...REPORT, ...order }))
    const others = Array.from({ length: 6 }, () => call('acceptor', 'POST', '/api/cases', REPORT))
    expect(new Set((await Promise.all(same)).map((a) => a.body.id)).size).toBe(1)
    const ids = (await Promise.all(others)).map((a) => a.body.id)
    expect(new Set(ids).size).toBe(6)
  })
})
