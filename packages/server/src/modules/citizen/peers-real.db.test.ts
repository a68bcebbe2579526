import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { City } from './peers.testing.ts'
import { OddServer } from './peers-odd.testing.ts'

/** A JSON list of requests as some city's GeoReport server answered them; without one there is nothing to test here. */
const FILE = process.env.CHENGYUN_TEST_OPEN311

describe.skipIf(!FILE)('requests of a real city', () => {
  let a: City
  let odd: OddServer
  beforeAll(async () => {
    a = await City.open()
    odd = await OddServer.start()
  })
  afterAll(async () => {
    await odd.close()
    await a.close()
  })

  it('become cases, each once; read again they change nothing', { timeout: 120_000 }, async () => {
    const rows = JSON.parse(readFileSync(FILE!, 'utf8')) as Record<string, unknown>[]
    // Its pictures lie in the internet, where a test does not go.
    odd.rows.push(...rows.map(({ media_url: _, ...row }) => row))
    const first = rows.map((r) => String(r.requested_datetime)).sort()[0]!
    const pullSince = new Date(Date.parse(first) - 86_400_000).toISOString()
    const peer = (
      await a.peer({ key: 'real', baseUrl: odd.url, direction: 'pull', pullSince, pullClosed: true, outside: 'keep' })
    ).id
    const before = await a.count()
    let filed = 0
    for (let run = await a.run(peer); ; run = await a.run(peer)) {
      expect(run.error).toBeNull()
      filed += run.filed
      if (!run.more) break
    }
    const rejected = await a.requests(`peerId=${peer}&state=rejected&limit=200`)
    expect(rejected.map((r) => [r.remoteId, r.error])).toEqual([])
    expect(filed).toBe(rows.length)
    expect(await a.count()).toBe(before + rows.length)
    const known = await a.requests(`peerId=${peer}&state=filed&limit=200`)
    expect(known.map((r) => r.remoteId).sort()).toEqual(rows.map((r) => String(r.service_request_id)).sort())

    expect(await a.run(peer)).toMatchObject({ filed: 0, rejected: 0, error: null })
    expect(await a.count()).toBe(before + rows.length)
  })
})
