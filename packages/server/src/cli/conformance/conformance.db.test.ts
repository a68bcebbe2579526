import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AT_WEST, type TestApp, testApp } from '../../testing.ts'
import { FAULTS, type FaultName, KEY, littleServer } from './broken-server.testing.ts'
import { checkOpen311, conformance } from './command.ts'

const bad = (results: Awaited<ReturnType<typeof checkOpen311>>) =>
  results.filter((r) => r.verdict !== 'pass').map((r) => `${r.id}: ${r.reason}`)

describe('conformance open311', () => {
  it('finds nothing wrong with a server that keeps to the standard', async () => {
    const server = await littleServer()
    try {
      const results = await checkOpen311({ url: server.url, apiKey: KEY })
      expect(bad(results)).toEqual([])
      expect(results.length).toBeGreaterThan(28)
    } finally {
      await server.close()
    }
  })

  it.each(Object.keys(FAULTS) as FaultName[])('notices: %s', async (fault) => {
    const server = await littleServer(fault)
    try {
      const failed = (await checkOpen311({ url: server.url, apiKey: KEY })).filter((r) => r.verdict === 'fail').map((r) => r.id)
      expect(failed).toEqual(expect.arrayContaining([...FAULTS[fault]]))
    } finally {
      await server.close()
    }
  })

  it('skips filing without a key, and fails a server that is not there', async () => {
    const server = await littleServer()
    const results = await checkOpen311({ url: server.url })
    await server.close()
    expect(results.filter((r) => r.verdict === 'fail')).toEqual([])
    expect(results.find((r) => r.id === 'post-then-get')).toMatchObject({ verdict: 'skip', reason: 'needs --api-key' })
    expect(await checkOpen311({ url: server.url })).toMatchObject([{ id: 'reachable', verdict: 'fail' }])
    expect(await conformance.run(['open311'])).toBe(2)
  })
})

describe('our own server', () => {
  let t: TestApp
  let url: string
  beforeAll(async () => {
    t = await testApp()
    url = await t.app.http.listen({ port: 0, host: '127.0.0.1' })
  })
  afterAll(() => t.close())

  it('keeps to every rule', async () => {
    const admin = await t.as('dataadmin')
    const { body } = await admin.call<{ key: string }>('POST', '/api/public/open311/keys', { name: '检查' })
    const options = { url, apiKey: body.key, place: { lat: String(AT_WEST[1]), long: String(AT_WEST[0]) } }
    // Twice: the first time the city is empty, and there is nothing to ask for yet.
    expect((await checkOpen311(options)).filter((r) => r.verdict === 'fail')).toEqual([])
    expect(bad(await checkOpen311(options))).toEqual([])
    expect(bad(await checkOpen311({ ...options, url: `${url}/open311/v2`, serviceCode: 'manhole' }))).toEqual([])
  })
})
