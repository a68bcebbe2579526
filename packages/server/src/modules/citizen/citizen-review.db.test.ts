import type { CaseView } from '@chengyun/contract/cases'
import { type CitizenCase, type CitizenReceipt, PRIVACY_VERSION, type ReviewList } from '@chengyun/contract/public'
import { sql } from 'kysely'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AT_WEST, type TestApp, testApp } from '../../testing.ts'

let t: TestApp
beforeAll(async () => {
  t = await testApp()
}, 60_000)
afterAll(() => t?.close())

let count = 0
const newDevice = (): string => {
  count += 1
  return `device-of-review-${String(count).padStart(4, '0')}`
}
const ask = async <T = { code: string }>(
  method: 'GET' | 'POST',
  url: string,
  body?: unknown,
  headers: Record<string, string> = {}
) => {
  const answer = await t.app.http.inject({
    method,
    url,
    headers,
    remoteAddress: `10.1.0.${count + 1}`,
    ...(body !== undefined && { payload: body as object })
  })
  const json = String(answer.headers['content-type'] ?? '').includes('json')
  return { status: answer.statusCode, body: (json ? answer.json() : undefined) as T, raw: answer.rawPayload }
}
const staff = async <T = CaseView>(who: string, method: 'GET' | 'POST' | 'PUT', url: string, body?: unknown) =>
  (await t.as(who)).call<T>(method, url, body)

/** Left half black, right half white, with a fine checkerboard in the middle: what a mask must wipe out. */
async function testPicture(): Promise<Buffer> {
  const w = 400
  const h = 300
  const pixels = Buffer.alloc(w * h)
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const inside = x >= 160 && x < 240 && y >= 120 && y < 180
      pixels[y * w + x] = inside ? (((x >> 1) + (y >> 1)) % 2 === 0 ? 255 : 0) : x < 200 ? 20 : 235
    }
  return sharp(pixels, { raw: { width: w, height: h, channels: 1 } })
    .withExif({ IFD0: { Artist: 'secret-owner' } })
    .jpeg({ quality: 95 })
    .toBuffer()
}
async function upload(url: string, bytes: Buffer, phase: string, headers: Record<string, string> = {}): Promise<string> {
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
    url,
    headers: {
      ...headers,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(payload.length)
    },
    payload
  })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json<{ id: string }>().id
}
const citizenPhoto = async (device: string): Promise<string> =>
  upload(`/api/public/media?deviceId=${device}`, await testPicture(), 'near')
async function staffPhoto(who: string, phase: string): Promise<string> {
  const client = await t.as(who)
  return upload('/api/media', await testPicture(), phase, { cookie: client.cookie, 'x-csrf-token': client.csrf })
}
async function file(device: string, over: object = {}): Promise<CitizenReceipt> {
  const body = {
    draftId: `draft-${device}`,
    deviceId: device,
    location: AT_WEST,
    text: '路口垃圾成堆',
    classCode: '06010',
    evidenceIds: [],
    visibility: 'public',
    consent: PRIVACY_VERSION,
    ...over
  }
  const answer = await ask<CitizenReceipt>('POST', '/api/public/reports', body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}
const page = (r: CitizenReceipt, mine = true) =>
  ask<CitizenCase>('GET', `/api/public/reports/${r.caseNo}`, undefined, mine ? { 'x-tracking-code': r.trackingCode } : {})
const view = async (no: string): Promise<CaseView> => (await staff('acceptor', 'GET', `/api/cases/${no}`)).body
const act = async (who: string, no: string, op: string, input: object = {}): Promise<CaseView> => {
  const c = await view(no)
  const answer = await staff(who, 'POST', `/api/cases/${c.id}/operations/${op}`, { version: c.version, ...input })
  expect(answer.status, `${op}: ${JSON.stringify(answer.body)}`).toBe(200)
  return answer.body
}
const nameOf = async (id: string): Promise<string> =>
  (await sql<{ username: string }>`select username from org.pub_user where id = ${id}`.execute(t.database.db)).rows[0]!.username

/** From reported to closed, by the people of the centre, the unit and the street. */
async function toClosed(no: string): Promise<void> {
  await act('acceptor', no, 'accept')
  const conditions = await staff<{ conditions: { id: string }[] }>(
    'acceptor',
    'GET',
    `/api/cases/config/conditions?standardRef=${encodeURIComponent('GB/T 47678.5-2026')}&kind=matter&code=06010`
  )
  const c = await act('shiftleader', no, 'register', { conditionId: conditions.body.conditions[0]!.id })
  const handlers = await staff<{ handlers: { id: string }[] }>('dept', 'GET', `/api/cases/handlers?unit=${c.unitId}`)
  const handlerId = handlers.body.handlers[0]!.id
  await act('dept', no, 'assign', { handlerId })
  const handler = await nameOf(handlerId)
  await act(handler, no, 'submitHandle', { opinion: '已清理', evidenceIds: [await staffPhoto(handler, 'after')] })
  await act('dept', no, 'deptConfirm')
  await act('dispatcher', no, 'forward')
  const sent = await act('acceptor', no, 'sendCheck')
  const collector = await nameOf(sent.task!.collectorId)
  await act(collector, no, 'submitCheck', { result: 'pass', evidenceIds: [await staffPhoto(collector, 'check')] })
  await act('acceptor', no, 'close')
}
const reviews = async (kind: string, who = 'acceptor') =>
  (await staff<ReviewList>(who, 'GET', `/api/public/review?kind=${kind}`)).body

/** Of a part of a picture; stats() alone would look at the whole. */
const statsOf = async (bytes: Buffer, part: { left: number; top: number; width: number; height: number }) =>
  sharp(await sharp(bytes).extract(part).greyscale().png().toBuffer()).stats()

describe('photos', () => {
  test('are public only after a reviewer released them, masked, without metadata; and can be withdrawn', async () => {
    const device = newDevice()
    const id = await citizenPhoto(device)
    const receipt = await file(device, { evidenceIds: [id] })
    expect((await page(receipt, false)).body.photos).toEqual([])
    expect((await ask('GET', `/api/public/photos/${id}`)).status).toBe(404)
    expect((await reviews('photo')).items.map((i) => i.id)).toContain(id)

    const mask = (who: string, body: object) => staff<{ code: string }>(who, 'POST', `/api/public/review/photos/${id}/mask`, body)
    expect((await mask('dispatcher', { boxes: [], release: true })).status).toBe(403)
    expect((await mask('acceptor', { boxes: [[0.35, 0.35, 0.3, 2]], release: true })).status).toBe(400)
    expect((await mask('acceptor', { boxes: [[0.4, 0.4, 0.2, 0.2]], release: true })).status).toBe(200)
    const photos = (await page(receipt, false)).body.photos
    expect(photos).toEqual([{ id, side: 'before', url: `/api/public/photos/${id}` }])
    const copy = await ask('GET', photos[0]!.url)
    const meta = await sharp(copy.raw).metadata()
    expect(meta).toMatchObject({ format: 'webp', width: 400, height: 300 })
    expect(meta.exif).toBeUndefined()
    expect(copy.raw.includes('secret-owner')).toBe(false)
    // The checkerboard is gone, the rest of the picture is as it was.
    const inside = await statsOf(copy.raw, { left: 162, top: 122, width: 16, height: 12 })
    expect(inside.channels[0]!.stdev).toBeLessThan(12)
    const outside = await statsOf(copy.raw, { left: 300, top: 20, width: 60, height: 60 })
    expect(outside.channels[0]!.mean).toBeGreaterThan(220)

    expect((await mask('acceptor', { boxes: [], release: false })).status).toBe(200)
    expect((await ask('GET', photos[0]!.url)).status).toBe(404)
    await t.settle()
    const { rows } = await sql<{
      n: number
    }>`select count(*)::int as n from platform.audit where action = 'citizen.photo.decide' and object_id = ${id}`.execute(
      t.database.db
    )
    expect(rows[0]!.n).toBe(2)
  })

  test('of a private report need its signed address', async () => {
    const device = newDevice()
    const id = await citizenPhoto(device)
    const receipt = await file(device, { visibility: 'private', evidenceIds: [id] })
    await staff('acceptor', 'POST', `/api/public/review/photos/${id}/mask`, { boxes: [], release: true })
    const { url } = (await page(receipt)).body.photos[0]!
    expect((await ask('GET', url)).status).toBe(200)
    expect((await ask('GET', url.split('?')[0]!)).status).toBe(404)
    expect((await ask('GET', url.replace(/until=\d/, 'until=9'))).status).toBe(404)
  })
})

describe('words', () => {
  test('a held report becomes public by a decision, once; the list of words is data', async () => {
    expect((await staff('dataadmin', 'PUT', '/api/public/blocked-words', { words: ['奇怪词', ' '] })).body).toEqual({
      words: ['奇怪词']
    })
    const receipt = await file(newDevice(), { text: '奇 怪 词在这里' })
    expect((await page(receipt, false)).status).toBe(404)
    const item = (await reviews('words')).items.find((i) => i.caseNo === receipt.caseNo)!
    expect(item).toMatchObject({ kind: 'words', words: ['奇怪词'], text: '奇 怪 词在这里' })
    const warnings = await staff('acceptor', 'GET', `/api/public/review/cases/${receipt.caseNo}`)
    expect(warnings.body).toEqual({ items: [{ kind: 'words', detail: '奇怪词', caseNo: null }], meToo: 0 })
    const decide = () =>
      staff<{ code: string }>('acceptor', 'POST', `/api/public/review/${item.kind}/${item.id}`, { approve: true })
    expect((await decide()).status).toBe(200)
    expect((await decide()).body.code).toBe('PUBLIC_REVIEW_DECIDED')
    expect((await page(receipt, false)).body).toMatchObject({ held: false, text: '奇 怪 词在这里' })
  })
})

describe('after closing', () => {
  test('the reporter sees before and after, rates once, asks to open again; a shift leader decides', async () => {
    const device = newDevice()
    const receipt = await file(device, { evidenceIds: [await citizenPhoto(device)] })
    const code = { 'x-tracking-code': receipt.trackingCode }
    const url = `/api/public/reports/${receipt.caseNo}`
    expect((await ask('POST', `${url}/rating`, { score: 5, satisfied: true }, code)).body.code).toBe('PUBLIC_NOT_CLOSED')
    await toClosed(receipt.caseNo)
    for (const item of (await reviews('photo')).items.filter((i) => i.caseNo === receipt.caseNo))
      await staff('acceptor', 'POST', `/api/public/review/photos/${item.id}/mask`, { boxes: [], release: true })
    const done = (await page(receipt)).body
    expect(done).toMatchObject({ progress: 'done', can: ['rate', 'reopen'], photosInReview: 0 })
    expect(done.steps.map((s) => s.key)).toEqual(['received', 'accepted', 'registered', 'handling', 'checking', 'done'])
    expect(done.photos.map((p) => p.side)).toEqual(['before', 'after', 'after'])
    expect(done.agency).toBeTruthy()

    expect((await ask('POST', `${url}/rating`, { score: 2, satisfied: false })).body.code).toBe('PUBLIC_NOT_YOURS')
    const rated = await ask<CitizenCase>('POST', `${url}/rating`, { score: 2, satisfied: false, text: '还有垃圾' }, code)
    expect(rated.body.rating).toMatchObject({ score: 2, satisfied: false, text: '还有垃圾' })
    expect((await ask('POST', `${url}/rating`, { score: 5, satisfied: true }, code)).body.code).toBe('PUBLIC_RATED')
    const visited = await view(receipt.caseNo)
    expect(visited.visit).toMatchObject({ result: 'unsatisfied' })
    expect(visited.steps.at(-1)).toMatchObject({ op: 'visit', opinion: '市民评价 2 分：还有垃圾' })

    const again = { reason: '垃圾又堆起来了', deviceId: device, evidenceIds: [await citizenPhoto(device)] }
    const asked = await ask<CitizenCase>('POST', `${url}/reopen-request`, again, code)
    expect(asked.body.reopen).toMatchObject({ state: 'open' })
    expect((await ask('POST', `${url}/reopen-request`, { ...again, evidenceIds: [] }, code)).body.code).toBe(
      'PUBLIC_REOPEN_ASKED'
    )
    const item = (await reviews('reopen', 'shiftleader')).items.find((i) => i.caseNo === receipt.caseNo)!
    expect(item).toMatchObject({ reason: '垃圾又堆起来了', photoUrls: [expect.stringContaining('/shown')] })
    const decide = (who: string) =>
      staff<{ code: string }>(who, 'POST', `/api/public/review/${item.kind}/${item.id}`, { approve: true })
    expect((await decide('acceptor')).body.code).toBe('FORBIDDEN')
    expect((await decide('shiftleader')).status).toBe(200)
    const reopened = (await page(receipt)).body
    expect(reopened).toMatchObject({ reopen: { state: 'approved' }, progress: 'handling' })
    expect(reopened.steps.at(-1)!.key).toBe('handling')
  })
})
