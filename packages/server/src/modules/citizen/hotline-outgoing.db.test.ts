import { addDays, dayAt } from '@chengyun/contract/indicators'
import type { HotlineDayList, HotlineMessagePage, HotlineOrderView, ReconciliationView } from '@chengyun/contract/public'
import { sql } from 'kysely'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { reconcileAll } from './commands/hotline-reconcile.ts'
import { Bench, TRIES } from './hotline.testing.ts'
import { type Fault, seeded } from './hotline-peer.testing.ts'
import { CITIZEN } from './policy.ts'

let b: Bench
beforeAll(async () => {
  b = await Bench.open()
})
afterAll(() => b.close())
beforeEach(() => {
  b.peer.fault = () => 'ok'
})

async function upload(): Promise<string> {
  const staff = await b.t.as('acceptor')
  const form = new FormData()
  form.append('phase', 'after')
  const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#3a6' } })
    .jpeg()
    .toBuffer()
  form.append('file', new Blob([new Uint8Array(picture)], { type: 'image/jpeg' }), 'after.jpg')
  const headers = { cookie: staff.cookie, 'x-csrf-token': staff.csrf }
  const answer = await fetch(`${b.base}/api/media`, { method: 'POST', headers, body: form })
  expect(answer.status).toBeLessThan(300)
  return ((await answer.json()) as { id: string }).id
}
const SIGNED_OFF = ['已签收', '办理中', '已办结']

describe('statuses that go out', () => {
  it('tell the whole course, signed, in order, with the result', async () => {
    const { orderNo, caseNo } = await b.sent()
    await b.register(caseNo)
    await b.deliver()
    expect(b.statuses(orderNo)).toEqual(['已签收', '办理中'])
    await b.finish(caseNo)
    await b.deliver()
    const kept = b.peer.kept(orderNo)
    expect(kept.map((m) => m.seq)).toEqual([1, 2, 3])
    expect(kept[1]).toMatchObject({ status: '办理中', caseNo })
    expect(kept[2]).toMatchObject({ status: '已办结', result: '垃圾已清运，已安排每日巡查' })
    expect(b.peer.badSignatures).toBe(0)
    expect((await b.get<HotlineOrderView>(`orders/${orderNo}`)).body).toMatchObject({
      status: '已办结',
      result: '垃圾已清运，已安排每日巡查'
    })
  })

  it('return with the reason, extend with the new deadline', async () => {
    const returned = await b.sent()
    await b.act(returned.caseNo, 'notRegister', { opinion: '属于小区物业管理范围' })
    const extended = await b.sent()
    await b.register(extended.caseNo)
    await b.act(extended.caseNo, 'applyExtend', { opinion: '需要吊车，明日才到' })
    await b.act(extended.caseNo, 'approveExtend', { approve: 'yes' })
    await b.deliver()
    expect(b.peer.kept(returned.orderNo).at(-1)).toMatchObject({ status: '退单', reason: '属于小区物业管理范围' })
    const said = b.peer.kept(extended.orderNo).at(-1)!
    expect(said).toMatchObject({ status: '延期', reason: '需要吊车，明日才到' })
    expect(said.deadline).toBe((await b.caseOf(extended.caseNo)).handleDeadlineAt)
  })

  it('tell an order merged into another of its end too', async () => {
    const [main, repeated] = [await b.sent(), await b.sent()]
    await b.act(repeated.caseNo, 'merge', { mergeInto: main.caseNo })
    await b.t.settle()
    await b.register(main.caseNo)
    await b.finish(main.caseNo)
    await b.deliver()
    expect(b.statuses(repeated.orderNo)).toEqual(SIGNED_OFF)
    expect(b.peer.kept(repeated.orderNo)[1]).toMatchObject({ repeatOf: main.orderNo, caseNo: repeated.caseNo })
  })

  it('go with the addresses of the photos a reviewer released, and only those', async () => {
    const { orderNo, caseNo } = await b.sent()
    await b.register(caseNo)
    await b.finish(caseNo)
    const { id } = await b.caseOf(caseNo)
    const [shown, kept] = [await upload(), await upload()]
    const { db } = b.t.database
    await sql`insert into citizen.photo (file_id, case_id, released, boxes, decided_at, decided_by, decided_by_name)
      values (${shown}, ${id}, true, '[]', now(), ${CITIZEN.id}, 'x'), (${kept}, ${id}, false, '[]', now(), ${CITIZEN.id}, 'x')`.execute(
      db
    )
    await b.deliver()
    const sent = b.peer.kept(orderNo).at(-1)!.attachments!
    expect(sent).toEqual([{ url: `https://city.example/api/public/photos/${shown}` }])
    const picture = await fetch(sent[0]!.url.replace('https://city.example', b.base))
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/webp'])
  })
})

describe('a hotline that misbehaves', () => {
  const course = async () => {
    const made = await b.sent()
    await b.register(made.caseNo)
    return made
  }

  it.each<Fault>(['500', 'drop', 'timeout', 'redirect', 'takenThenDrop'])(
    '%s: is tried again, nothing overtakes',
    async (fault) => {
      const { orderNo } = await course()
      b.peer.fault = () => fault
      const run = await b.deliver()
      expect(run).toEqual({ taken: 0, failed: 1 })
      const [second, first] = await b.messages(`orderNo=${orderNo}`)
      expect(first).toMatchObject({ state: 'waiting', attempts: 1 })
      expect(first!.lastError).toBeTruthy()
      expect(second).toMatchObject({ state: 'waiting', attempts: 0 })
      b.peer.fault = () => 'ok'
      await b.deliver()
      expect(b.statuses(orderNo)).toEqual(['已签收', '办理中'])
      const texts = b.peer.arrived.filter((m) => m.orderNo === orderNo && m.seq === 1).map((m) => JSON.stringify(m))
      // What it took without our knowing came again, the same to the letter.
      expect(texts).toHaveLength(fault === 'takenThenDrop' ? 2 : 1)
      expect(new Set(texts).size).toBe(1)
    }
  )

  it('slow: is waited for', async () => {
    const { orderNo } = await course()
    b.peer.fault = () => 'slow'
    expect(await b.deliver()).toEqual({ taken: 2, failed: 0 })
    expect(b.statuses(orderNo)).toEqual(['已签收', '办理中'])
  })

  it('with another secret: refused there, tried again', async () => {
    const { orderNo } = await course()
    const { secret } = b.peer
    b.peer.secret = 'changed on their side only'
    await b.deliver()
    expect((await b.messages(`orderNo=${orderNo}`)).at(-1)!.lastError).toBe('HTTP 401 signature')
    b.peer.secret = secret
    await b.deliver()
    expect(b.statuses(orderNo)).toEqual(['已签收', '办理中'])
  })

  it('is not asked again before the wait is over', async () => {
    const { orderNo } = await course()
    b.peer.fault = () => '500'
    await b.deliver()
    const nextAt = Date.parse((await b.messages(`orderNo=${orderNo}`)).at(-1)!.nextAt!)
    expect(nextAt).toBeGreaterThan(Date.now() + 4_000)
    b.peer.fault = () => 'ok'
    await b.deliver()
  })

  it('given up after the last try: visible, what is behind waits, sent again or left out by a person', async () => {
    const [resent, skipped] = [await course(), await course()]
    b.peer.fault = () => '500'
    for (let n = 0; n < TRIES; n += 1) await b.deliver()
    const dead = await b.messages('state=dead')
    expect(dead.map((m) => m.orderNo).sort()).toEqual([resent.orderNo, skipped.orderNo].sort())
    expect(dead[0]).toMatchObject({ attempts: TRIES, lastError: 'HTTP 500 down for maintenance', nextAt: null })
    b.peer.fault = () => 'ok'
    expect(await b.deliver()).toEqual({ taken: 0, failed: 0 })
    const both = await b.messages(`orderNo=${resent.orderNo}`)
    expect(both.map((m) => [m.state, m.blocked])).toEqual([
      ['waiting', true],
      ['dead', false]
    ])
    const page = async (query: string) =>
      (await b.admin.call<HotlineMessagePage>('GET', `/api/public/hotline/messages?orderNo=${resent.orderNo}&${query}`)).body
    const first = await page('limit=1')
    expect(first.next).toBe(both[0]!.id)
    expect(await page(`limit=1&after=${first.next}`)).toEqual({ items: [both[1]], next: null })
    const idOf = (orderNo: string) => dead.find((m) => m.orderNo === orderNo)!.id
    const url = '/api/public/hotline/messages'
    expect((await b.admin.call('POST', `${url}/${idOf(resent.orderNo)}/resend`)).status).toBe(200)
    expect((await b.admin.call('POST', `${url}/${idOf(skipped.orderNo)}/skip`)).status).toBe(200)
    await b.deliver()
    expect(b.statuses(resent.orderNo)).toEqual(['已签收', '办理中'])
    expect(b.statuses(skipped.orderNo)).toEqual(['办理中'])
    expect(await b.admin.call('POST', `${url}/${idOf(skipped.orderNo)}/skip`)).toMatchObject({
      status: 409,
      body: { code: 'HOTLINE_MESSAGE_STATE' }
    })
  })
})

describe('visits', () => {
  const closed = async () => {
    const made = await b.sent()
    await b.register(made.caseNo)
    await b.finish(made.caseNo)
    return made
  }

  it('are on the record of the case; unsatisfied asks for 二次办理', async () => {
    const good = await closed()
    const reply = await b.post('visits', { orderNo: good.orderNo, seq: 2, satisfaction: '基本满意' })
    expect(reply.body.outcome).toBe('applied')
    expect((await b.caseOf(good.caseNo)).state.visit).toMatchObject({ result: 'basically' })
    expect((await b.get<HotlineOrderView>(`orders/${good.orderNo}`)).body).toMatchObject({
      status: '回访',
      satisfaction: '基本满意'
    })

    const bad = await closed()
    const visit = { orderNo: bad.orderNo, seq: 2, satisfaction: '不满意', opinion: '又堆起来了' }
    const first = await b.post('visits', visit)
    expect((await b.post('visits', visit)).body).toEqual(first.body)
    const { id } = await b.caseOf(bad.caseNo)
    const { rows } = await sql<{
      reason: string
      state: string
    }>`select reason, state from citizen.review where case_id = ${id}`.execute(b.t.database.db)
    expect(rows).toEqual([{ reason: '热线回访不满意：又堆起来了', state: 'open' }])
    await b.act(bad.caseNo, 'reopen', { reason: '热线回访不满意' })
    await b.deliver()
    expect(b.peer.kept(bad.orderNo).at(-1)).toMatchObject({ status: '办理中', reason: '热线回访不满意' })
  })

  it('before the end are noted only', async () => {
    const { orderNo } = await b.sent()
    const early = await b.post('visits', { orderNo, seq: 2, satisfaction: '满意' })
    expect(early.body).toMatchObject({ outcome: 'noted', reason: 'CASE_OPERATION_NOT_ALLOWED' })
  })
})

describe('the daily comparison', () => {
  it('shows what either side lacks, and a list that cannot be read', async () => {
    const now = new Date()
    const today = dayAt(now.getTime(), b.env.timeZone)
    const yesterday = addDays(today, -1)
    const made = await b.sent({ dispatchTime: new Date(now.getTime() - 86_400_000).toISOString() })
    const mine = (await b.get<HotlineDayList>(`orders?day=${yesterday}`)).body
    expect(mine.orders).toEqual([{ orderNo: made.orderNo }])
    const other = await b.sent()
    // One of another day counts as had: midnight is not a difference.
    b.peer.list = (day) => ({ orders: day === yesterday ? [{ orderNo: 'LOST-1' }, { orderNo: other.orderNo }] : [] })
    await reconcileAll(b.env, b.t.settings, now)
    const url = `/api/public/hotline/systems/${b.system.id}/reconciliations`
    const shown = await b.admin.call<{ items: ReconciliationView[] }>('GET', url)
    expect(shown.body.items[0]).toMatchObject({
      day: yesterday,
      state: 'different',
      ours: 1,
      theirs: 2,
      missingHere: ['LOST-1'],
      missingThere: [made.orderNo]
    })
    b.peer.list = () => ({ orders: [{ orderNo: made.orderNo }] })
    const again = await b.admin.call<ReconciliationView>('POST', url, { day: yesterday })
    expect(again.body).toMatchObject({ state: 'same', missingHere: [], missingThere: [] })
    b.peer.list = () => ({ nothing: true })
    expect((await b.admin.call<ReconciliationView>('POST', url, { day: today })).body).toMatchObject({
      state: 'failed',
      theirs: null
    })
  })
})

describe('a bad day', () => {
  it('of 60 orders, with faults both ways, ends with each a case once and each status in order', async () => {
    const random = seeded(12_345)
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
    const orders = Array.from({ length: 60 }, () => b.order())
    // Their side: sends until it hears 200; answers get lost, so repeats; several at once, in any order.
    const queue = orders.flatMap((o) => [
      { path: 'orders', body: o as { orderNo: string; seq: number } },
      { path: 'urges', body: { orderNo: o.orderNo, seq: 2 } }
    ])
    while (queue.length > 0) {
      const batch = Array.from({ length: 6 }, () => queue.splice(Math.floor(random() * queue.length), 1)[0]).filter(
        (m) => m !== undefined
      )
      const faults = batch.map(() => pick(['ok', 'ok', 'lost', 'clock', 'signature', 'twice'] as const))
      await Promise.all(
        batch.map(async (m, i) => {
          const fault = faults[i]
          const off = { ...(fault === 'clock' && { timestamp: 1_000_000 }), ...(fault === 'signature' && { secret: 'wrong' }) }
          const replies = await Promise.all([b.post(m.path, m.body, off), ...(fault === 'twice' ? [b.post(m.path, m.body)] : [])])
          // 404: its order has not come through yet.
          for (const r of replies) expect([200, 401, 404]).toContain(r.status)
          if (fault === 'lost' || replies.some((r) => r.status !== 200)) queue.push(m)
        })
      )
    }
    const wanted = new Map<string, string[]>()
    b.peer.fault = () => pick<Fault>(['ok', 'ok', 'ok', '500', 'drop', 'takenThenDrop', 'slow', 'timeout'])
    for (const o of orders) {
      const found = await b.casesOf(o.orderNo)
      expect(found).toHaveLength(1)
      const caseNo = found[0]!
      expect((await b.stepsOf(caseNo)).map((s) => s.op)).toEqual(['report', 'urge'])
      if (random() < 0.3) {
        await b.act(caseNo, 'notRegister', { opinion: '重复投诉' })
        wanted.set(o.orderNo, ['已签收', '退单'])
      } else {
        await b.register(caseNo)
        await b.finish(caseNo)
        wanted.set(o.orderNo, SIGNED_OFF)
      }
      if (random() < 0.1) await b.deliver()
    }
    for (let n = 0; n < 60; n += 1) {
      await b.deliver()
      const dead = await b.messages('state=dead&limit=200')
      for (const m of dead) await b.admin.call('POST', `/api/public/hotline/messages/${m.id}/resend`)
      if (dead.length === 0 && (await b.messages('state=waiting')).length === 0) break
    }
    for (const [orderNo, states] of wanted) {
      expect(b.statuses(orderNo)).toEqual(states)
      expect(b.peer.kept(orderNo).map((m) => m.seq)).toEqual(states.map((_, i) => i + 1))
    }
    expect(b.peer.arrived.length).toBeGreaterThan([...wanted.values()].flat().length)
  }, 120_000)
})
