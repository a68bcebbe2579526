import { createHmac, pbkdf2Sync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CaseView } from '@chengyun/contract/cases'
import {
  type CaptchaView,
  type CitizenCase,
  type CitizenReceipt,
  PRIVACY_VERSION,
  type SimilarReport
} from '@chengyun/contract/public'
import { sql } from 'kysely'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AT_EAST, AT_WEST, OUTSIDE, type TestApp, testApp } from '../../testing.ts'
import { forgetOld } from './commands/citizen-limits.ts'
import { hideUnfinished } from './commands/citizen-reports.ts'
import { provesWork } from './domain/captcha.ts'
import { CITIZEN } from './policy.ts'

const SECRET = 'gateway-secret-of-tests'
let t: TestApp
let gateway: Server
/** What the gateway was sent, and what it answers next. */
const sent: { phone: string; code: string; id: string; signed: boolean }[] = []
const answers: number[] = []
beforeAll(async () => {
  gateway = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (c: Buffer) => chunks.push(c))
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const [, at, v1] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(String(req.headers['x-chengyun-signature'])) ?? []
      const status = answers.shift() ?? 200
      if (status === 200)
        sent.push({ ...JSON.parse(body), signed: createHmac('sha256', SECRET).update(`${at}.${body}`).digest('hex') === v1 })
      res.writeHead(status).end()
    })
  })
  await new Promise<void>((done) => gateway.listen(0, '127.0.0.1', done))
  const { port } = gateway.address() as AddressInfo
  t = await testApp({ CHENGYUN_SMS_WEBHOOK: `http://127.0.0.1:${port}/sms`, CHENGYUN_SMS_SECRET: SECRET })
}, 60_000)
afterAll(async () => {
  await t?.close()
  gateway?.close()
})

let devices = 0
const device = (): string => {
  devices += 1
  return `device-of-tests-${String(devices).padStart(4, '0')}`
}
const ask = async <T = Record<string, never>>(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  body?: unknown,
  headers: Record<string, string> = {}
): Promise<{ status: number; body: T; headers: Record<string, unknown>; raw: Buffer }> => {
  const answer = await t.app.http.inject({
    method,
    url,
    headers,
    // Each citizen of these tests comes from an address of his own.
    remoteAddress: `10.0.${Math.floor(devices / 250)}.${(devices % 250) + 1}`,
    ...(body !== undefined && { payload: body as object })
  })
  const json = String(answer.headers['content-type'] ?? '').includes('json')
  return {
    status: answer.statusCode,
    body: json ? answer.json() : (undefined as never),
    headers: answer.headers,
    raw: answer.rawPayload
  }
}

/** A picture with texture, so that it has a look; `seed` makes it another one, `quality` only another file. */
async function picture(seed: number, quality = 90): Promise<Buffer> {
  const pixels = Buffer.from(Array.from({ length: 16 * 12 * 3 }, (_, i) => (i * 7919 + seed * 104729 * (i + 3)) % 256))
  return sharp(pixels, { raw: { width: 16, height: 12, channels: 3 } })
    .resize(640, 480, { kernel: 'cubic' })
    .withExif({ IFD0: { Artist: 'secret-owner' } })
    .jpeg({ quality })
    .toBuffer()
}
async function upload(deviceId: string, bytes: Buffer, phase = 'near') {
  const boundary = 'x-chengyun-test'
  const payload = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="phase"\r\n\r\n${phase}\r\n--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`
    ),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`)
  ])
  return t.app.http.inject({
    method: 'POST',
    url: `/api/public/media?deviceId=${deviceId}`,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': String(payload.length) },
    payload
  })
}
const photo = async (deviceId: string, bytes: Buffer): Promise<string> => {
  const answer = await upload(deviceId, bytes)
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json<{ id: string }>().id
}
const draft = (deviceId: string, over: object = {}) => ({
  draftId: `draft-${deviceId}`,
  deviceId,
  location: AT_WEST,
  text: '小区门口垃圾堆了三天',
  classCode: '06010',
  evidenceIds: [] as string[],
  visibility: 'public',
  consent: PRIVACY_VERSION,
  ...over
})
const file = async (deviceId: string, over: object = {}, headers: Record<string, string> = {}): Promise<CitizenReceipt> => {
  const answer = await ask<CitizenReceipt>('POST', '/api/public/reports', draft(deviceId, over), headers)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}
const page = (no: string, headers: Record<string, string> = {}) =>
  ask<CitizenCase>('GET', `/api/public/reports/${no}`, undefined, headers)
const staffView = async (no: string): Promise<CaseView> =>
  (await (await t.as('acceptor')).call<CaseView>('GET', `/api/cases/${no}`)).body

describe('a report', () => {
  test('is a case of a citizen in nobody’s name, readable with its tracking code, and the same draft again is the same case', async () => {
    const d = device()
    const receipt = await file(d, { visibility: 'private', evidenceIds: [await photo(d, await picture(1))] })
    expect(receipt.caseNo).toMatch(/^\d{19}$/)
    expect(await file(d, { visibility: 'private' })).toEqual(receipt)
    const staff = await staffView(receipt.caseNo)
    expect(staff).toMatchObject({ sourceType: 'public', status: 'reported', classCode: '06010', reporter: null })
    expect(staff.evidence).toHaveLength(1)

    expect((await page(receipt.caseNo)).status).toBe(404)
    expect((await page(receipt.caseNo, { 'x-tracking-code': 'AAAAAAAAAA' })).status).toBe(404)
    const mine = await page(receipt.caseNo, { 'x-tracking-code': receipt.trackingCode.toLowerCase() })
    expect(mine.body).toMatchObject({
      mine: true,
      progress: 'received',
      text: '小区门口垃圾堆了三天',
      photos: [],
      photosInReview: 1
    })
    const byCode = (code: string) => ask<CitizenCase>('GET', '/api/public/progress', undefined, { 'x-tracking-code': code })
    expect((await byCode(receipt.trackingCode)).body).toEqual(mine.body)
    expect((await byCode('AAAAAAAAAA')).status).toBe(404)
    expect(JSON.stringify(mine.body)).not.toMatch(/系统|acceptor|device/)
  })

  test('without a class waits under 其他 and says so; with nothing at all, an old consent or outside the city it is refused', async () => {
    const d = device()
    const receipt = await file(d, { classCode: undefined })
    expect((await staffView(receipt.caseNo)).classCode).toBe('10999')
    expect((await page(receipt.caseNo)).body).toMatchObject({ className: null, mine: false })
    const codes = []
    for (const over of [
      { text: ' ' },
      { consent: '2020-01' },
      { location: OUTSIDE },
      { evidenceIds: [receipt.caseNo.slice(0, 8)] }
    ]) {
      codes.push((await ask<{ code: string }>('POST', '/api/public/reports', draft(device(), over))).body.code)
    }
    expect(codes).toEqual(['PUBLIC_NOTHING_SAID', 'PUBLIC_CONSENT_OUTDATED', 'CASE_OUTSIDE_CITY', 'INVALID_REQUEST'])
  })

  test('takes no file of another device', async () => {
    const id = await photo(device(), await picture(2))
    const answer = await ask<{ code: string }>('POST', '/api/public/reports', draft(device(), { evidenceIds: [id] }))
    expect(answer.body.code).toBe('PUBLIC_EVIDENCE_UNKNOWN')
  })

  test('with a blocked word reaches the centre and waits for a review; numbers of people are masked for everybody else', async () => {
    const held = await file(device(), { text: '垃圾没人管，加 微·信 了解' })
    expect(held.held).toBe(true)
    expect((await staffView(held.caseNo)).status).toBe('reported')
    expect((await page(held.caseNo)).status).toBe(404)
    const d = device()
    const open = await file(d, { text: '垃圾，联系 13812345678，鲁B12345 倒的' })
    expect((await page(open.caseNo)).body.text).toBe('垃圾，联系 [电话]，[车牌] 倒的')
    expect((await page(open.caseNo, { 'x-tracking-code': open.trackingCode })).body.text).toContain('13812345678')
  })

  test('with a photo that was seen before carries a warning', async () => {
    const first = device()
    const earlier = await file(first, { evidenceIds: [await photo(first, await picture(3))] })
    const second = device()
    const later = await file(second, { evidenceIds: [await photo(second, await picture(3, 55))] })
    const third = device()
    const other = await file(third, { evidenceIds: [await photo(third, await picture(4))] })
    const warnings = async (no: string) =>
      (await sql<{ warnings: unknown }>`select warnings from citizen.report where case_no = ${no}`.execute(t.database.db))
        .rows[0]!.warnings
    expect(await warnings(later.caseNo)).toEqual([{ kind: 'photoSeen', detail: 'alike', caseNo: earlier.caseNo }])
    expect(await warnings(other.caseNo)).toEqual([])
  })
})

test('a photo whose own place and time do not fit is taken, with a warning', async () => {
  const d = device()
  const bytes = await sharp(await picture(5))
    .withExif({
      IFD2: { DateTimeOriginal: '2019:03:05 14:22:31' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '36/1 10/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '120/1 20/1 0/1' }
    })
    .jpeg()
    .toBuffer()
  const receipt = await file(d, { evidenceIds: [await photo(d, bytes)] })
  const warnings = await (await t.as('acceptor')).call<{ items: { kind: string }[] }>(
    'GET',
    `/api/public/review/cases/${receipt.caseNo}`
  )
  expect(warnings.body.items.map((w) => w.kind)).toEqual(['photoFar', 'photoOld'])
})

test('a case whose report was never written stays hidden until the app sends the draft again', async () => {
  const d = device()
  const receipt = await file(d)
  await t.settle()
  expect((await page(receipt.caseNo)).status).toBe(200)
  // As if the server had stopped between the two commits.
  const { rows } = await sql<{
    id: string
  }>`delete from citizen.report where case_no = ${receipt.caseNo} returning case_id as id`.execute(t.database.db)
  const id = rows[0]!.id
  await t.database.db.transaction().execute((tx) => hideUnfinished(tx, [id], new Date()))
  const hidden = () =>
    sql<{ n: number }>`select count(*)::int as n from citizen.private_case where case_id = ${id}`.execute(t.database.db)
  expect((await hidden()).rows[0]!.n).toBe(1)
  expect(await file(d)).toEqual(receipt)
  expect((await hidden()).rows[0]!.n).toBe(0)
})

test('the same report sent five times at once is one case', async () => {
  const d = device()
  const all = await Promise.all(Array.from({ length: 5 }, () => file(d)))
  expect(new Set(all.map((r) => `${r.caseNo}${r.trackingCode}`)).size).toBe(1)
})

describe('similar reports', () => {
  test('are shown close by and of the class, never private ones; "me too" counts once a device', async () => {
    const open = await file(device(), { location: AT_EAST, classCode: '06042' })
    await file(device(), { location: AT_EAST, classCode: '06042', visibility: 'private' })
    const near = `/api/public/similar?lng=${AT_EAST[0] + 0.0004}&lat=${AT_EAST[1]}`
    const { body } = await ask<{ items: SimilarReport[]; withinM: number }>('GET', `${near}&classCode=06042`)
    expect(body.items.map((i) => i.caseNo)).toEqual([open.caseNo])
    expect(body.items[0]!.distanceM).toBeLessThanOrEqual(body.withinM)
    expect((await ask<{ items: unknown[] }>('GET', `${near}&classCode=09009`)).body.items).toEqual([])
    const deviceId = device()
    const vote = (id: string) =>
      ask<{ meToo: number; counted: boolean }>('POST', `/api/public/reports/${open.caseNo}/me-too`, { deviceId: id })
    expect((await vote(deviceId)).body).toEqual({ meToo: 1, counted: true })
    expect((await vote(deviceId)).body).toEqual({ meToo: 1, counted: false })
    expect((await vote(device())).body).toEqual({ meToo: 2, counted: true })
  })
})

/** Prove a number as a citizen does. */
async function signIn(phone: string): Promise<Record<string, string>> {
  const deviceId = device()
  expect((await ask('POST', '/api/public/codes', { phone, deviceId })).status).toBe(202)
  const { code } = sent.findLast((m) => m.phone === phone)!
  const answer = await ask<{ token: string; phone: string }>('POST', '/api/public/sessions', {
    phone,
    code,
    deviceId,
    consent: PRIVACY_VERSION
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  expect(answer.body.phone).toBe(`${phone.slice(0, 3)}****${phone.slice(7)}`)
  return { authorization: `Bearer ${answer.body.token}` }
}

describe('a contact', () => {
  test('proves the number by a signed message, files, finds the reports again, signs out', async () => {
    const me = await signIn('13900000001')
    expect(sent.at(-1)).toMatchObject({ phone: '13900000001', signed: true })
    const receipt = await file(device(), { visibility: 'private' }, me)
    const staff = await staffView(receipt.caseNo)
    expect(staff.reporter).toEqual({ name: null, phone: '139****0001', masked: true })
    expect((await ask<{ items: { caseNo: string }[] }>('GET', '/api/public/mine', undefined, me)).body.items).toMatchObject([
      { caseNo: receipt.caseNo, progress: 'received' }
    ])
    expect((await page(receipt.caseNo, me)).body.mine).toBe(true)
    expect((await page(receipt.caseNo, await signIn('13900000002'))).status).toBe(404)
    const { rows } = await sql<{ all: string }>`select string_agg(c::text, '') as all from citizen.contact c`.execute(
      t.database.db
    )
    expect(rows[0]!.all).not.toContain('13900000001')
    expect((await ask('DELETE', '/api/public/sessions', undefined, me)).status).toBe(204)
    expect((await ask<{ code: string }>('GET', '/api/public/mine', undefined, me)).body.code).toBe('PUBLIC_SIGN_IN_AGAIN')
  })

  test('a wrong code opens nothing, and five of them use it up', async () => {
    const phone = '13900000003'
    const deviceId = device()
    await ask('POST', '/api/public/codes', { phone, deviceId })
    const { code } = sent.at(-1)!
    const wrong = code === '000000' ? '000001' : '000000'
    const tryWith = (c: string) =>
      ask<{ code: string }>('POST', '/api/public/sessions', { phone, code: c, deviceId, consent: PRIVACY_VERSION })
    for (let i = 0; i < 5; i++) expect((await tryWith(wrong)).body.code).toBe('PUBLIC_CODE_WRONG')
    expect((await tryWith(code)).body.code).toBe('PUBLIC_CODE_WRONG')
    expect((await ask<{ code: string }>('POST', '/api/public/codes', { phone, deviceId })).body.code).toBe('PUBLIC_CODE_TOO_SOON')
  })

  test('a gateway that stumbles is asked again; one that refuses is told of', async () => {
    answers.push(503)
    await signIn('13900000004')
    answers.push(400)
    const deviceId = device()
    const phone = '13900000005'
    expect((await ask<{ code: string }>('POST', '/api/public/codes', { phone, deviceId })).body.code).toBe('PUBLIC_CODE_NOT_SENT')
    expect((await ask('POST', '/api/public/codes', { phone, deviceId })).status).toBe(202)
  })

  test('follows a report and a street, and is forgotten on demand', async () => {
    const me = await signIn('13900000006')
    const receipt = await file(device(), { location: AT_EAST })
    expect((await ask('POST', '/api/public/follows', { caseNo: receipt.caseNo }, me)).status).toBe(201)
    expect((await ask('POST', '/api/public/follows', { areaCode: '370203' }, me)).status).toBe(201)
    expect((await ask<{ code: string }>('POST', '/api/public/follows', { areaCode: '999999' }, me)).body.code).toBe(
      'PUBLIC_AREA_UNKNOWN'
    )
    const { body } = await ask<{ items: { id: string; kind: string; reports: { caseNo: string }[] }[] }>(
      'GET',
      '/api/public/follows',
      undefined,
      me
    )
    expect(body.items.map((f) => f.kind).sort()).toEqual(['area', 'report'])
    expect(body.items.every((f) => f.reports.some((r) => r.caseNo === receipt.caseNo))).toBe(true)
    expect((await page(receipt.caseNo, me)).body.following).toBe(true)
    expect((await ask('DELETE', '/api/public/account', undefined, me)).status).toBe(204)
    expect((await ask('GET', '/api/public/follows', undefined, me)).status).toBe(401)
  })
})

/** The smallest number whose key is as wanted: what the device of a citizen looks for. */
function worked({ id, work }: CaptchaView, isWanted = provesWork): number {
  let n = 0
  while (!isWanted(pbkdf2Sync(String(n), id, work.rounds, 2, 'sha256'))) n += 1
  return n
}

describe('limits', () => {
  test('repetition demands a captcha, taken once; more is refused, and the counts are forgotten', async () => {
    const deviceId = device()
    const post = (n: number, captcha?: object) =>
      ask<{ code: string }>(
        'POST',
        '/api/public/reports',
        draft(deviceId, { draftId: `draft-number-${n}`, ...(captcha && { captcha }) })
      )
    for (let n = 0; n < 5; n++) expect((await post(n)).status).toBe(201)
    expect((await post(5)).body.code).toBe('PUBLIC_CAPTCHA_REQUIRED')
    const { body } = await ask<{ id: string; png: string }>('GET', '/api/public/captcha')
    expect(await sharp(Buffer.from(body.png, 'base64')).metadata()).toMatchObject({ format: 'png', width: 320, height: 112 })
    expect((await post(5, { id: body.id, text: 'no' })).body.code).toBe('PUBLIC_CAPTCHA_WRONG')
    expect((await post(5, { id: 'made-up', text: 'abcd' })).body.code).toBe('PUBLIC_CAPTCHA_WRONG')
    const fresh = await ask<{ id: string }>('GET', '/api/public/captcha')
    const sealed = t.app.http.keyring.decrypt(fresh.body.id, 'citizen.captcha')
    const captcha = { id: fresh.body.id, text: (JSON.parse(sealed) as string[])[0]!.toUpperCase() }
    expect((await post(5, captcha)).status).toBe(201)
    expect((await post(6, captcha)).body.code).toBe('PUBLIC_CAPTCHA_WRONG')
    // In place of reading: the work is good once as well, and only for its own captcha.
    const toWork = await ask<CaptchaView>('GET', '/api/public/captcha')
    const work = worked(toWork.body)
    const elsewhere = await ask<CaptchaView>('GET', '/api/public/captcha')
    const short = worked(elsewhere.body, (key) => !provesWork(key))
    expect((await post(6, { id: elsewhere.body.id, work: short })).body.code).toBe('PUBLIC_CAPTCHA_WRONG')
    expect((await post(6, { id: toWork.body.id, work })).status).toBe(201)
    expect((await post(7, { id: toWork.body.id, work })).body.code).toBe('PUBLIC_CAPTCHA_WRONG')
    let last = 0
    for (let n = 8; n < 20 && last !== 429; n++) last = (await post(n)).status
    expect(last).toBe(429)
    await forgetOld(t.database.db, CITIZEN, null, new Date(Date.now() + 3 * 3_600_000))
    expect((await post(30)).status).toBe(201)
  })

  test('files: too large, of no known length, of another kind', async () => {
    const deviceId = device()
    const url = `/api/public/media?deviceId=${deviceId}`
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    const big = await t.app.http.inject({
      method: 'POST',
      url,
      headers: { ...headers, 'content-length': String(300 * 1024 * 1024) }
    })
    expect(big.json()).toMatchObject({ code: 'PUBLIC_FILE_TOO_LARGE' })
    expect((await upload(deviceId, Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF'), 'attachment')).statusCode).toBe(415)
    expect((await upload(deviceId, Buffer.from('no picture at all'))).json()).toMatchObject({ code: 'MEDIA_TYPE_NOT_ALLOWED' })
  })
})

describe('the city for everybody', () => {
  test('options, classes, suggestions and the public map need no session and name no person', async () => {
    const options = await ask<{ codes: boolean; streets: unknown[] }>('GET', '/api/public/options')
    expect(options.body).toMatchObject({ codes: true, privacyVersion: PRIVACY_VERSION })
    expect(options.body.streets).toHaveLength(6)
    expect((await ask<{ items: unknown[] }>('GET', '/api/public/classes')).body.items.length).toBeGreaterThan(100)
    const hint = await ask<{ items: { classCode: string }[] }>('POST', '/api/public/suggest', { text: '路灯不亮' })
    expect(hint.body.items[0]?.classCode).toBe('01037')
    const noise = await file(device(), { classCode: '06028', text: '楼下夜里很吵' })
    const secret = await file(device(), { visibility: 'private' })
    const map = await ask<{ items: { caseNo: string; rounded: boolean }[]; total: number }>(
      'GET',
      '/api/public/map?bbox=120.3,36.05,120.38,36.08'
    )
    expect(map.body.items.find((i) => i.caseNo === noise.caseNo)).toMatchObject({ rounded: true })
    expect(map.body.items.some((i) => i.caseNo === secret.caseNo)).toBe(false)
    expect(map.body.total).toBeGreaterThan(3)
    expect((await ask<{ code: string }>('GET', '/api/public/map?bbox=0,0,90,90')).body.code).toBe('PUBLIC_BOX')
  })
})
