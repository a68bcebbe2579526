import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestApp, testApp } from '../../testing.ts'
import { brokenService, STA_FAULTS, type StaFault } from './broken-sensorthings.testing.ts'
import { checkSensorThings, conformance } from './command.ts'

let t: TestApp
let url: string
let token: string
beforeAll(async () => {
  t = await testApp()
  url = `${await t.app.http.listen({ port: 0, host: '127.0.0.1' })}/sta/v1.1`
  const person = await t.as('dataadmin')
  token = (await person.call<{ token: string }>('POST', '/api/session/tokens', { name: 'check', days: 2 })).body.token
})
afterAll(() => t.close())

const bad = (results: Awaited<ReturnType<typeof checkSensorThings>>) =>
  results.filter((r) => r.verdict !== 'pass').map((r) => `${r.id}: ${r.reason}`)

describe('conformance sensorthings', () => {
  it('our own server keeps to every rule, and nothing of the check is left', async () => {
    const results = await checkSensorThings({ url, token, write: true })
    expect(bad(results)).toEqual([])
    expect(results.length).toBeGreaterThan(45)
    for (const set of ['Things', 'Datastreams', 'Sensors', 'ObservedProperties']) {
      const left = await fetch(`${url}/${set}?$count=true`, { headers: { authorization: `Bearer ${token}` } })
      expect(await left.json()).toMatchObject({ '@iot.count': 0 })
    }
  })

  it('only looks without --write, wants an account, and fails a server that is not there', async () => {
    const results = await checkSensorThings({ url: url.replace('/sta/v1.1', ''), token })
    expect(results.filter((r) => r.verdict === 'fail')).toEqual([])
    expect(results.find((r) => r.id === 'deep-insert')).toMatchObject({ verdict: 'skip', reason: 'needs --write' })
    expect(await checkSensorThings({ url })).toMatchObject([{ id: 'reachable', verdict: 'fail' }])
    expect(await conformance.run(['sensorthings'])).toBe(2)
  })

  it.each(Object.keys(STA_FAULTS) as StaFault[])('notices: %s', async (fault) => {
    const broken = await brokenService(url, fault)
    try {
      const failed = (await checkSensorThings({ url: broken.url, token, write: true }))
        .filter((r) => r.verdict === 'fail')
        .map((r) => r.id)
      expect(failed).toEqual(expect.arrayContaining([...STA_FAULTS[fault]]))
    } finally {
      await broken.close()
    }
  })
})
