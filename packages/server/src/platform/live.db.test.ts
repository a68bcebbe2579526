import { EventEmitter } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { testApp } from '../testing.ts'
import { LiveHub } from './live.ts'
import type { DeliveredEvent } from './module.ts'
import type { Relay } from './outbox.ts'
import { type TestDatabase, testDb } from './testing-db.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDb()
})
afterAll(() => database.close())

const event = (seq: number, name: string) => ({ seq, name, payload: {}, at: new Date() }) as unknown as DeliveredEvent

it('loads once for all that came meanwhile, goes on after a failure, and is done when it has stopped', async () => {
  const failed: string[] = []
  const hub = new LiveHub(database.db, [], (error, what) => void failed.push(`${what}: ${(error as Error).message}`))
  const events = new EventEmitter()
  await hub.start({ events } as unknown as Relay)
  let release: (() => void)[] = []
  const outcomes: ('done' | 'failed')[] = []
  const load = () =>
    new Promise<void>((resolve, reject) => {
      const isFirst = outcomes.length + release.length === 0
      release.push(() => {
        outcomes.push(isFirst ? 'failed' : 'done')
        if (isFirst) reject(new Error('no line'))
        else resolve()
      })
    })
  hub.keep(['a.changed', 'b.changed'], load)
  const deliver = (seq: number, name: string) => events.emit('delivered', [event(seq, name)])
  const letGo = async () => {
    const held = release
    release = []
    for (const go of held) go()
    await new Promise((r) => setImmediate(r))
  }
  deliver(1, 'c.changed')
  expect(release).toHaveLength(0)
  deliver(2, 'a.changed')
  deliver(3, 'b.changed')
  deliver(4, 'a.changed')
  expect(release).toHaveLength(1)
  await letGo()
  expect(failed).toEqual(['a.changed, b.changed: no line'])
  expect(release).toHaveLength(1)
  let isStopped = false
  const stopped = hub.stop().then(() => {
    isStopped = true
  })
  await new Promise((r) => setImmediate(r))
  expect(isStopped).toBe(false)
  deliver(5, 'a.changed')
  await letGo()
  await stopped
  expect(outcomes).toEqual(['failed', 'done'])
  expect(release).toHaveLength(0)
})

it('a server that stops does not wait for the screens that are still open', async () => {
  const t = await testApp()
  const address = await t.app.http.listen({ port: 0, host: '127.0.0.1' })
  const { cookie } = await t.as('acceptor')
  const stream = await fetch(`${address}/api/live`, { headers: { cookie } })
  const reader = stream.body!.getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toContain('event: ready')
  const began = Date.now()
  await t.close()
  expect(Date.now() - began).toBeLessThan(10_000)
  expect((await reader.read()).done).toBe(true)
}, 30_000)
