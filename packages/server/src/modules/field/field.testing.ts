// Hands and pictures for tests of work in the street.
import { createHash, randomUUID } from 'node:crypto'
import type { CaseView } from '@chengyun/contract/cases'
import type { FieldAnswer, FieldAnswers, FieldKind } from '@chengyun/contract/field'
import { sql } from 'kysely'
import sharp from 'sharp'
import type { Db } from '../../platform/db.ts'
import { AT_WEST, type Client, type TestApp } from '../../testing.ts'

export const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A small picture; every number draws another one. */
export const picture = (n: number): Promise<Buffer> =>
  sharp({
    create: { width: 48 + (n % 7), height: 36, channels: 3, background: { r: n % 256, g: (n >> 8) % 256, b: (n >> 16) % 256 } }
  })
    .jpeg()
    .toBuffer()

export const operation = (kind: FieldKind, input: object, over: object = {}) => ({
  key: randomUUID(),
  kind,
  capturedAt: new Date().toISOString(),
  sentAt: new Date().toISOString(),
  place: AT_WEST,
  accuracyM: 8,
  input,
  ...over
})

/** Sends operations of one device and insists on an answer to each. */
export async function sendOperations(who: Client, operations: object[], deviceId = 'device-1'): Promise<FieldAnswer[]> {
  const { status, body } = await who.call<FieldAnswers>('POST', '/api/field/operations', { deviceId, operations })
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body.answers
}

const meta = (fields: Record<string, string>): string =>
  Object.entries(fields)
    .map(([k, v]) => `${k} ${Buffer.from(v).toString('base64')}`)
    .join(',')

/** A resumable upload by hand: created, and sent in `pieces`. Answers each reply of the server. */
export async function uploadByHand(t: TestApp, who: Client, bytes: Buffer, fields: Record<string, string>, pieces = 2) {
  const headers = { cookie: who.cookie, 'x-csrf-token': who.csrf, 'tus-resumable': '1.0.0' }
  const created = await t.app.http.inject({
    method: 'POST',
    url: '/api/field/uploads',
    headers: { ...headers, 'upload-length': String(bytes.length), 'upload-metadata': meta({ sha256: sha(bytes), ...fields }) }
  })
  const replies = [created]
  const url = String(created.headers.location ?? '')
  const step = Math.ceil(bytes.length / pieces)
  for (let at = 0; created.statusCode === 201 && at < bytes.length; at += step) {
    replies.push(
      await t.app.http.inject({
        method: 'PATCH',
        url,
        headers: { ...headers, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(at) },
        payload: bytes.subarray(at, at + step)
      })
    )
  }
  return { url, headers, replies, last: replies.at(-1)! }
}

/** A photo that has become evidence. */
export async function uploaded(t: TestApp, who: Client, n: number, phase: string): Promise<string> {
  const { last } = await uploadByHand(t, who, await picture(n), { phase })
  const id = last.headers['upload-evidence-id']
  if (typeof id !== 'string') throw new Error(`${last.statusCode} ${last.body}`)
  return id
}

/** Who can be asked to do something, and the database behind: a test's application or a running server. */
export interface Town {
  as(username: string): Promise<Pick<Client, 'call' | 'cookie' | 'csrf'>>
  db: Db
}
export const townOf = (t: TestApp): Town => ({ as: t.as, db: t.database.db })

/** A case that waits for its handler, and who that is. */
export async function toHandle(town: Town, location: [number, number] = AT_WEST): Promise<{ c: CaseView; username: string }> {
  const call = async (username: string, url: string, body: object): Promise<CaseView> => {
    const answer = await (await town.as(username)).call<CaseView>('POST', url, body)
    if (answer.status >= 300) throw new Error(`${url}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const act = (username: string, c: CaseView, op: string, input: object = {}) =>
    call(username, `/api/cases/${c.id}/operations/${op}`, { version: c.version, ...input })
  let c = await call('acceptor', '/api/cases', {
    kind: 'matter',
    classCode: '06010',
    description: '路口暴露垃圾一堆',
    location,
    sourceType: 'hotline'
  })
  c = await act('acceptor', c, 'accept')
  const url = `/api/cases/config/conditions?standardRef=${encodeURIComponent('GB/T 47678.5-2026')}&kind=matter&code=06010`
  const { body } = await (await town.as('acceptor')).call<{ conditions: { id: string }[] }>('GET', url)
  c = await act('shiftleader', c, 'register', { conditionId: body.conditions[0]!.id })
  const found = await (await town.as('dept')).call<{ handlers: { id: string }[] }>('GET', `/api/cases/handlers?unit=${c.unitId}`)
  const handlerId = found.body.handlers[0]!.id
  c = await act('dept', c, 'assign', { handlerId })
  const { rows } = await sql<{ username: string }>`select username from org.pub_user where id = ${handlerId}`.execute(town.db)
  return { c, username: rows[0]!.username }
}
