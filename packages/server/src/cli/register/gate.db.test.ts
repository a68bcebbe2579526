import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEMO_PASSWORD } from '../../modules/org/index.ts'
import { type TestApp, testApp } from '../../testing.ts'
import { serverGate } from './gate.ts'
import { sendFile } from './send-file.ts'

const account = (username: string, password = DEMO_PASSWORD) => ({ username, password })
let t: TestApp
let url: string
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gate-'))
  t = await testApp({ CHENGYUN_DATA: folder })
  await t.app.http.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(t.app.http.server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await t.close()
  await rm(folder, { recursive: true })
})

test('through a running server: the file goes up, is judged and published; the rejects come down; nothing is left lying', async () => {
  const gate = await serverGate(url, account('dataadmin'))
  const file = join(folder, '消火栓.csv')
  await writeFile(file, '编码,小类,经度,纬度\nH-1,above,120.3155,36.0655\nH-2,above,0,0\nH-3,无,120.3155,36.0656\n')
  const seen: string[] = []
  const opened = await gate.open({ type: 'hydrant', kind: 'import', name: '上传' }, file)
  expect(opened.files[0]).toMatchObject({ name: '消火栓.csv', missing: [] })
  const checked = await gate.check(opened.id, ({ progress }) => void (progress && seen.push(progress.phase)))
  expect(checked).toMatchObject({ state: 'checked', totals: { read: 3, accepted: 1, rejected: 2 } })
  const report = join(folder, 'report.csv')
  await gate.rejects(checked.id, report)
  expect(await readFile(report, 'utf8')).toContain('坐标是 0,0')
  const edited = await gate.edit(checked.id, { crs: 'WGS-84' })
  expect(edited).toMatchObject({ state: 'open', totals: { read: 0 } })
  await gate.check(checked.id, () => undefined)
  expect(await gate.publish(checked.id, {}, () => undefined)).toMatchObject({
    state: 'published',
    publishedByName: expect.any(String)
  })
})

test('whoever may not import is refused, with the code of the refusal', async () => {
  await expect(serverGate(url, account('dataadmin', 'wrong'))).rejects.toMatchObject({ code: 'ORG_SIGN_IN_FAILED' })
  const lead = await serverGate(url, account('shiftleader'))
  await expect(lead.open({ type: 'hydrant', kind: 'import', name: 'x' }, join(folder, 'report.csv'))).rejects.toMatchObject({
    code: 'FORBIDDEN'
  })
  await expect(serverGate('http://127.0.0.1:1', account('a', 'b'))).rejects.toMatchObject({ code: 'UNREACHABLE' })
})

test('a refusal in the middle of a large file is an answer; a server that is not there is none', async () => {
  const answer = await sendFile(
    `${url}/api/registry/batches/00000000-0000-7000-8000-000000000000/files`,
    {},
    join(folder, 'report.csv')
  )
  expect(answer.status).toBe(401)
  const large = join(folder, 'large.csv')
  await writeFile(large, Buffer.alloc(40 << 20, 'x'))
  expect((await sendFile(`${url}/api/registry/batches/00000000-0000-7000-8000-000000000000/files`, {}, large)).status).toBe(401)
  await expect(sendFile('http://127.0.0.1:1/', {}, large)).rejects.toThrow()
})
