import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Evidence } from '@chengyun/contract/media'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import pino from 'pino'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Actor, SYSTEM } from '../../platform/actor.ts'
import { command } from '../../platform/command.ts'
import { buildHttp } from '../../platform/http.ts'
import { newId } from '../../platform/ids.ts'
import { readSettings, type Settings } from '../../platform/settings.ts'
import { type TestDatabase, testDb } from '../../platform/testing-db.ts'
import media, { linkEvidence, listEvidence, readOriginal, registerAccess } from './index.ts'
import { MediaSettings } from './settings.ts'

const person = (name: string, ...permissions: string[]): Actor => ({
  ...SYSTEM,
  id: newId(),
  name,
  username: name,
  system: false,
  grants: [
    { role: 'collector', unitId: newId(), unitIds: [], regionCodes: null, dutyGridCodes: [], permissions: new Set(permissions) }
  ]
})
const PEOPLE = {
  zhang: person('张伟', 'media:read', 'media:write'),
  li: person('李娜', 'media:read', 'media:write'),
  chief: person('王强', 'media:read', 'media:original')
}
type Who = keyof typeof PEOPLE

let database: TestDatabase
let app: FastifyInstance
let settings: Settings
let folder: string
let photo: Buffer

const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** A photo as a phone makes it: noise in the middle of a field, time and place inside. */
function picture(width = 1600, height = 1200): Promise<Buffer> {
  const exif = {
    IFD0: { Model: 'Test' },
    IFD2: { DateTimeOriginal: '2026:03:05 14:22:31' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '36/1 4/1 1200/100', GPSLongitudeRef: 'E', GPSLongitude: '120/1 22/1 4800/100' }
  }
  const noise = {
    create: {
      width,
      height,
      channels: 3 as const,
      background: '#7a8b6f',
      noise: { type: 'gaussian' as const, mean: 128, sigma: 40 }
    }
  }
  return sharp(noise).withExif(exif).jpeg({ quality: 80 }).toBuffer()
}

function form(fields: Record<string, string>, ...files: { name?: string; bytes: Buffer; fileName?: string }[]) {
  const boundary = `----${randomBytes(8).toString('hex')}`
  const parts: Buffer[] = Object.entries(fields).map(([k, v]) =>
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${k}"\r\n\r\n${v}\r\n`)
  )
  for (const { name = 'file', bytes, fileName = 'IMG_1.jpg' } of files) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\r\nContent-Type: image/jpeg\r\n\r\n`
    parts.push(Buffer.from(head), bytes, Buffer.from('\r\n'))
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`))
  return { payload: Buffer.concat(parts), headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }
}

async function send(who: Who, fields: Record<string, string>, bytes: Buffer, headers: Record<string, string> = {}) {
  const body = form(fields, { bytes })
  return app.inject({
    method: 'POST',
    url: '/api/media',
    payload: body.payload,
    headers: { ...body.headers, ...headers, 'x-test-who': who }
  })
}
const get = (who: Who, url: string, headers: Record<string, string> = {}) =>
  app.inject({ url, headers: { 'x-test-who': who, ...headers } })

const incoming = () => readdir(join(folder, 'media/incoming')).catch(() => [])

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chengyun-media-'))
  database = await testDb()
  settings = readSettings({ CHENGYUN_DATA: folder, CHENGYUN_MEDIA_VIDEO_MB: '12' }, [MediaSettings])
  app = await buildHttp({ settings, log: pino({ level: 'silent' }), catalogues: [media.errors!] })
  app.decorate('db', database.db)
  // Stands where org's sign-in stands: says who asks and holds routes to their permission.
  app.addHook('onRequest', async (req, reply) => {
    req.actor = PEOPLE[req.headers['x-test-who'] as Who]
    const { permission } = req.routeOptions.config
    if (permission && !req.actor.grants.some((g) => g.permissions.has(permission)))
      return reply.code(403).send({ code: 'FORBIDDEN' })
  })
  await app.register(media.routes!, { prefix: '/api' })
  await app.ready()
  photo = await picture()
})
afterAll(async () => {
  await app.close()
  await database.close()
  await rm(folder, { recursive: true })
})

test('a photo comes back with what it is, when and where it was taken, and what does not fit', async () => {
  const fields = {
    phase: 'near',
    capturedAt: '2026-03-05T14:22:35+08:00',
    lng: '120.38',
    lat: '36.07',
    sha256: sha(photo),
    deviceId: 'd-1'
  }
  const res = await send('zhang', fields, photo)
  expect(res.statusCode, res.body).toBe(201)
  const evidence = res.json<Evidence>()
  expect(evidence).toMatchObject({
    sha256: sha(photo),
    kind: 'image',
    phase: 'near',
    mime: 'image/jpeg',
    size: photo.length,
    width: 1600,
    height: 1200,
    capturedAt: '2026-03-05T06:22:35.000Z',
    place: [120.38, 36.07],
    exif: { takenAt: '2026-03-05T06:22:31.000Z' },
    doubts: [],
    uploaderName: '张伟'
  })
  expect(evidence.exif.lng).toBeCloseTo(120.38, 6)
  expect(evidence.exif.lat).toBeCloseTo(36.07, 6)
  expect(evidence.placeGapM).toBeLessThan(1)

  const far = (await send('zhang', { ...fields, lng: '120.40', capturedAt: '2026-03-05T15:22:35+08:00' }, photo)).json<Evidence>()
  expect(far.doubts).toEqual(['placeFar', 'timeFar'])
  expect(far.placeGapM).toBeGreaterThan(1700)
  expect(await incoming()).toEqual([])
})

test('a place given in another system is converted and the origin kept', async () => {
  const { place, id } = (
    await send('zhang', { phase: 'near', lng: '120.3853', lat: '36.0702', crs: 'GCJ-02' }, photo)
  ).json<Evidence>()
  expect(Math.abs(place![0] - 120.3853)).toBeGreaterThan(0.003)
  const { rows } = await sql<{
    origin_crs: string
    origin_place: { x: number }
  }>`select * from media.file where id = ${id}`.execute(database.db)
  expect(rows[0]).toMatchObject({ origin_crs: 'GCJ-02', origin_place: { x: 120.3853, y: 36.0702 } })
})

test('the same key gives the same record, with other bytes a refusal; without a key it is another act', async () => {
  const key = { 'idempotency-key': 'k-1' }
  const first = (await send('zhang', { phase: 'near' }, photo, key)).json<Evidence>()
  expect((await send('zhang', { phase: 'near' }, photo, key)).json<Evidence>()).toEqual(first)
  const other = await send('zhang', { phase: 'near' }, await picture(400, 300), key)
  expect([other.statusCode, other.json().code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
  expect((await send('zhang', { phase: 'near' }, photo)).json<Evidence>().id).not.toBe(first.id)
})

test('what is refused is named, and nothing is left behind', async () => {
  const cut = photo.subarray(0, photo.length / 2)
  const text = Buffer.from('this is no picture at all, however it is called')
  const wav = Buffer.concat([Buffer.from('RIFF\x24\x00\x00\x00WAVEfmt ', 'latin1'), Buffer.alloc(40)])
  const cases: [Record<string, string>, Buffer, number, string, string?][] = [
    [{ phase: 'near' }, cut, 422, 'MEDIA_NOT_AN_IMAGE'],
    [{ phase: 'near' }, Buffer.concat([photo.subarray(0, 400), randomBytes(3000)]), 422, 'MEDIA_NOT_AN_IMAGE'],
    [{ phase: 'near' }, wav, 422, 'MEDIA_NOT_AN_IMAGE'],
    [{ phase: 'audio' }, photo, 422, 'MEDIA_PHASE_MISMATCH'],
    [{ phase: 'near' }, text, 422, 'MEDIA_TYPE_NOT_ALLOWED'],
    [
      { phase: 'attachment' },
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
      422,
      'MEDIA_TYPE_NOT_ALLOWED'
    ],
    [{ phase: 'near' }, Buffer.alloc(0), 400, 'MEDIA_FILE_REQUIRED'],
    [{ phase: 'near', sha256: sha(text) }, photo, 422, 'MEDIA_HASH_MISMATCH'],
    [{ phase: 'near', capturedAt: '2199-01-01T00:00:00Z' }, photo, 422, 'MEDIA_TIME_IN_FUTURE'],
    [{ phase: 'selfie' }, photo, 400, 'MEDIA_FIELD_INVALID', 'phase'],
    [{}, photo, 400, 'MEDIA_FIELD_INVALID', 'phase'],
    [{ phase: 'near', colour: 'red' }, photo, 400, 'MEDIA_FIELD_INVALID', 'colour'],
    [{ phase: 'near', capturedAt: 'yesterday' }, photo, 400, 'MEDIA_FIELD_INVALID', 'capturedAt'],
    [{ phase: 'near', lng: '120' }, photo, 400, 'MEDIA_FIELD_INVALID', 'lat'],
    [{ phase: 'near', lng: '1e9', lat: '0' }, photo, 400, 'MEDIA_FIELD_INVALID', 'lng'],
    [{ phase: 'near', lng: 'x', lat: '0' }, photo, 400, 'MEDIA_FIELD_INVALID', 'lng']
  ]
  const count = async () =>
    Number((await sql<{ n: number }>`select count(*) as n from media.file`.execute(database.db)).rows[0]!.n)
  const before = await count()
  for (const [fields, bytes, status, code, field] of cases) {
    const res = await send('zhang', fields, bytes)
    expect([res.statusCode, res.json().code], `${JSON.stringify(fields)} ${res.body}`).toEqual([status, code])
    if (field) expect(res.json().details.field).toBe(field)
  }
  const post = (body: ReturnType<typeof form>) =>
    app.inject({ method: 'POST', url: '/api/media', ...body, headers: { ...body.headers, 'x-test-who': 'zhang' } })
  for (const body of [
    form({ phase: 'near' }),
    form({ phase: 'near' }, { bytes: photo }, { bytes: photo }),
    form({ phase: 'near' }, { name: 'x', bytes: photo })
  ]) {
    expect((await post(body)).json().code).toBe('MEDIA_FILE_REQUIRED')
  }
  const whole = form({ phase: 'near' }, { bytes: photo })
  expect((await post({ ...whole, payload: whole.payload.subarray(0, 5000) })).json().code).toBe('MEDIA_UPLOAD_BROKEN')
  expect(
    (await app.inject({ method: 'POST', url: '/api/media', payload: { a: 1 }, headers: { 'x-test-who': 'zhang' } })).json().code
  ).toBe('MEDIA_FILE_REQUIRED')
  expect((await send('chief', { phase: 'near' }, photo)).statusCode).toBe(403)
  expect(await count()).toBe(before)
  expect(await incoming()).toEqual([])
})

test('a body of two gigabytes is answered 413 and cut off, whatever it announces', async () => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const mp4 = Buffer.concat([
    Buffer.from('\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41', 'latin1'),
    Buffer.alloc(65_536)
  ])
  const pour = (head: Buffer, headers: Record<string, string>) =>
    new Promise<{ status: number; code: string; sent: number }>((resolve, reject) => {
      let sent = 0
      let answer: { status: number; code: string } | undefined
      const done = () => (answer ? resolve({ ...answer, sent }) : reject(new Error(`no answer after ${sent} bytes`)))
      const req = request(
        { port, host: '127.0.0.1', method: 'POST', path: '/api/media', headers: { 'x-test-who': 'zhang', ...headers } },
        (res) => {
          let text = ''
          res.setEncoding('utf8')
          res.on('data', (chunk: string) => {
            text += chunk
          })
          res.on('end', () => {
            answer = { status: res.statusCode!, code: JSON.parse(text).code }
          })
          res.on('close', () => setTimeout(() => req.destroy(), 50))
        }
      )
      req.on('error', done)
      req.on('close', done)
      const chunk = Buffer.alloc(1 << 20)
      const write = () => {
        while (!req.destroyed && sent < 2 ** 31) {
          sent += chunk.length
          if (!req.write(chunk)) return void req.once('drain', write)
        }
      }
      req.write(head)
      write()
    })
  const lead = (bytes: Buffer) =>
    Buffer.concat([Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="v.mp4"\r\n\r\n'), bytes])
  const type = { 'content-type': 'multipart/form-data; boundary=b' }
  const streamed = await pour(lead(mp4), type)
  expect(streamed).toMatchObject({ status: 413, code: 'MEDIA_TOO_LARGE' })
  expect(streamed.sent).toBeLessThan(2 ** 31)
  const pictureOnly = await pour(lead(photo), type)
  expect(pictureOnly).toMatchObject({ status: 413, code: 'MEDIA_TOO_LARGE' })
  const announced = await pour(lead(mp4), { ...type, 'content-length': String(2 ** 31) })
  expect(announced).toMatchObject({ status: 413, code: 'MEDIA_TOO_LARGE' })
  expect(await incoming()).toEqual([])

  // A client that never listens and never stops is cut off soon after the answer.
  const deaf = connect(port, '127.0.0.1')
  const began = performance.now()
  deaf.on('error', () => {})
  deaf.write(
    `POST /api/media HTTP/1.1\r\nHost: x\r\nx-test-who: zhang\r\ncontent-type: ${type['content-type']}\r\ncontent-length: ${2 ** 31}\r\n\r\n`
  )
  deaf.write(lead(mp4))
  const drip = setInterval(() => deaf.write(Buffer.alloc(10_000)), 20)
  await new Promise((resolve) => deaf.once('close', resolve))
  clearInterval(drip)
  expect(performance.now() - began).toBeLessThan(8000)

  // A client that goes away in the middle leaves nothing either.
  const req = request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/api/media',
    headers: { 'x-test-who': 'zhang', ...type }
  })
  req.on('error', () => {})
  req.write(lead(photo.subarray(0, 50_000)))
  await expect.poll(incoming).toHaveLength(1)
  req.destroy()
  await expect.poll(incoming).toEqual([])
}, 60_000)

test('a file is its uploader’s alone until it is linked; then it is seen by whoever sees its owner', async () => {
  const ownerId = newId()
  const allowed = new Set<string>()
  registerAccess('test', async (actor, owner) => owner === ownerId && allowed.has(actor.id))
  const { id, sha256 } = (await send('zhang', { phase: 'near' }, photo)).json<Evidence>()
  const after = (await send('zhang', { phase: 'after' }, await picture(800, 600))).json<Evidence>()
  const url = `/api/media/${id}`
  expect((await get('zhang', url)).statusCode).toBe(200)
  for (const path of ['', '/shown', '/thumb', '/original'])
    expect((await get('li', url + path)).json().code).toBe('MEDIA_NOT_FOUND')
  expect((await get('zhang', `${url}/original`)).rawPayload.equals(photo)).toBe(true)

  const link = (who: Who, ids: string[], owner = ownerId, limitBytes?: number) => {
    const input = {
      ids,
      ownerType: 'test',
      ownerId: owner,
      caseNo: '3702022026030500001',
      address: '市南区香港中路',
      ...(limitBytes && { limitBytes })
    }
    return command((tx, _: null, ctx) => linkEvidence.within(tx, input, ctx))(database.db, PEOPLE[who], null)
  }
  await expect(link('li', [id])).rejects.toMatchObject({ code: 'MEDIA_NOT_FOUND' })
  await expect(link('zhang', [newId()])).rejects.toMatchObject({ code: 'MEDIA_NOT_FOUND' })
  await expect(link('zhang', [id], ownerId, 1000)).rejects.toMatchObject({ code: 'MEDIA_OWNER_LIMIT' })
  expect(await link('zhang', [id, after.id])).toEqual([
    { id, sha256, phase: 'near' },
    { id: after.id, sha256: after.sha256, phase: 'after' }
  ])
  expect(await link('zhang', [id])).toHaveLength(1)
  await expect(link('zhang', [id], newId())).rejects.toMatchObject({ code: 'MEDIA_ALREADY_LINKED' })

  expect((await get('zhang', url)).statusCode).toBe(404)
  allowed.add(PEOPLE.li.id).add(PEOPLE.chief.id)
  expect((await get('li', url)).json<Evidence>().urls).toEqual({ shown: `${url}/shown`, original: null })
  expect((await get('li', `${url}/original`)).json().code).toBe('MEDIA_ORIGINAL_FORBIDDEN')
  expect((await get('chief', `${url}/original`)).rawPayload.equals(photo)).toBe(true)
  const { items, pairs } = await listEvidence(database.db, 'test', ownerId, PEOPLE.li)
  expect(items.map((item) => item.id)).toEqual([id, after.id])
  expect(pairs).toMatchObject([{ before: id, after: after.id, samePlace: true }])

  // Evidence cannot be changed or removed, not even in the database.
  for (const change of [
    sql`update media.file set phase = 'far' where id = ${id}`,
    sql`update media.file set owner_id = ${newId()} where id = ${id}`,
    sql`delete from media.file where id = ${id}`
  ]) {
    await expect(change.execute(database.db)).rejects.toThrow(/may not be/)
  }
  expect(sha(Buffer.concat(await (await readOriginal(settings, sha256)).toArray()))).toBe(sha256)
})

test('copies: thumbnail, watermark in Chinese without any font of the machine, headers, ranges', async () => {
  const { id } = (await send('zhang', { phase: 'near', lng: '120.38', lat: '36.07' }, photo)).json<Evidence>()
  const thumb = await get('zhang', `/api/media/${id}/thumb`)
  expect(await sharp(thumb.rawPayload).metadata()).toMatchObject({ format: 'webp', width: 320, height: 240 })
  const shown = await get('zhang', `/api/media/${id}/shown`)
  const meta = await sharp(shown.rawPayload).metadata()
  expect(meta).toMatchObject({ format: 'webp', width: 1280, height: 960 })
  expect(meta.exif).toBeUndefined()
  expect(shown.headers).toMatchObject({
    'content-type': 'image/webp',
    'cache-control': 'private, max-age=3600',
    'x-content-type-options': 'nosniff'
  })
  expect(shown.headers['content-security-policy']).toContain('sandbox')
  expect((await get('zhang', `/api/media/${id}/shown`, { 'if-none-match': shown.headers.etag as string })).statusCode).toBe(304)
  expect((await get('zhang', `/api/media/${id}/shown`)).rawPayload.equals(shown.rawPayload)).toBe(true)

  const whole = await get('zhang', `/api/media/${id}/original`)
  expect(whole.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'accept-ranges': 'bytes',
    'content-length': String(photo.length)
  })
  expect(whole.headers['content-disposition']).toBe(`inline; filename="${id}-near.jpg"`)
  const part = await get('zhang', `/api/media/${id}/original`, { range: 'bytes=10-19' })
  expect([part.statusCode, part.headers['content-range']]).toEqual([206, `bytes 10-19/${photo.length}`])
  expect(part.rawPayload.equals(photo.subarray(10, 20))).toBe(true)
  expect((await get('zhang', `/api/media/${id}/original`, { range: 'bytes=10-19', 'if-range': '"old"' })).statusCode).toBe(200)
  expect((await get('zhang', `/api/media/${id}/original`, { range: `bytes=${photo.length}-` })).json().code).toBe(
    'MEDIA_RANGE_INVALID'
  )
})

test('what nobody claimed is purged with its bytes, unless somebody else gave the same', async () => {
  const shared = await picture(300, 200)
  const lonely = await picture(301, 200)
  const files = [
    await send('zhang', { phase: 'near' }, shared),
    await send('li', { phase: 'near' }, shared),
    await send('li', { phase: 'near' }, lonely)
  ]
  const [old, kept, gone] = files.map((res) => res.json<Evidence>())
  const ownerId = newId()
  const input = { ids: [kept!.id], ownerType: 'test', ownerId, caseNo: '1' }
  await command((tx, _: null, ctx) => linkEvidence.within(tx, input, ctx))(database.db, PEOPLE.li, null)
  const broken = join(folder, 'media/incoming/left-by-a-crash')
  await writeFile(broken, 'x')
  await utimes(broken, 1, 1)

  const purge = (hours: number) =>
    media.jobs![0]!.run({ db: database.db, now: new Date(Date.now() + hours * 3_600_000), settings, log: () => {} })
  await purge(47)
  expect((await get('zhang', `/api/media/${old!.id}`)).statusCode).toBe(200)
  expect(await incoming()).toEqual([])
  await purge(49)
  expect((await get('zhang', `/api/media/${old!.id}`)).statusCode).toBe(404)
  expect((await get('li', `/api/media/${gone!.id}`)).statusCode).toBe(404)
  expect(sha(Buffer.concat(await (await readOriginal(settings, kept!.sha256)).toArray()))).toBe(kept!.sha256)
  await expect(readOriginal(settings, gone!.sha256)).rejects.toThrow(/no stored file/)
})

test('a scanner may refuse a file or be out of order', async () => {
  for (const [script, code] of [
    ['exit 0', undefined],
    ['exit 1', 'MEDIA_REFUSED_BY_SCANNER'],
    ['exit 2', 'MEDIA_SCANNER_UNAVAILABLE']
  ] as const) {
    const program = join(folder, 'scan.sh')
    await writeFile(program, `#!/bin/sh\ntest -s "$1" || exit 3\n${script}\n`, { mode: 0o755 })
    settings.CHENGYUN_MEDIA_SCAN_COMMAND = `${program} {file}`
    expect((await send('zhang', { phase: 'near' }, photo)).json().code).toBe(code)
  }
  delete settings.CHENGYUN_MEDIA_SCAN_COMMAND
  expect(await readFile(join(folder, 'scan.sh'), 'utf8')).toContain('exit 2')
})
