/** From the post that changes a case to the message on somebody else's open screen. */

import type { Bench } from '../lib/bed.ts'
import { makeReported } from '../lib/data.ts'
import { insertMade } from '../lib/maker.ts'
import { type BenchRow, quantile, round, sleep } from '../lib/stats.ts'

/** A city's peak hour: transitions a second that arrive whatever the answers do. */
const PER_S = 25
const COUNT = 500

export async function run(bench: Bench): Promise<BenchRow[]> {
  const bed = await bench.bed('full')
  const made = makeReported(bed.world, COUNT, '99800001')
  await insertMade(bed.pool, made)
  const leader = await bed.product.signIn('leader')
  const heard = new Map<string, number>()
  const stop = new AbortController()
  const screen = await fetch(`${bed.product.url}/api/live`, { headers: { cookie: leader.cookie }, signal: stop.signal })
  const listening = listen(screen.body!, (caseId) => heard.set(caseId, performance.now())).catch(() => undefined)
  const sent = new Map<string, number>()
  const answers: number[] = []
  const posts: Promise<void>[] = []
  for (const { record } of made) {
    const began = performance.now()
    sent.set(record.id, began)
    posts.push(
      fetch(`${bed.product.url}/api/cases/${record.id}/operations/accept?view=row`, {
        method: 'POST',
        headers: bed.acceptor.headers,
        body: '{"version":1}'
      }).then(async (res) => {
        if (!res.ok) throw new Error(`accept answered ${res.status}: ${await res.text()}`)
        await res.text()
        answers.push(performance.now() - began)
      })
    )
    await sleep(1000 / PER_S)
  }
  await Promise.all(posts)
  for (let i = 0; i < 100 && heard.size < COUNT; i += 1) await sleep(50)
  stop.abort()
  await listening
  const delays = made.flatMap(({ record }) => (heard.has(record.id) ? [heard.get(record.id)! - sent.get(record.id)!] : []))
  const p95 = quantile(delays, 0.95)
  return [
    {
      suite: 'live',
      name: `post → message on another screen, ${PER_S} transitions/s`,
      unit: 'ms',
      ours: p95,
      limit: quantile(answers, 0.95),
      ratio: null,
      target: 'p95 ≤ 300 ms',
      ok: delays.length === COUNT && p95 <= 300,
      note: `p50 ${round(quantile(delays, 0.5), 1)} ms, worst ${round(Math.max(...delays), 0)} ms; ${delays.length} of ${COUNT} heard; limit: p95 of the answer to the post itself`
    }
  ]
}

async function listen(body: ReadableStream<Uint8Array>, hear: (caseId: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      const id = data && (JSON.parse(data) as { caseId?: string }).caseId
      if (id) hear(id)
    }
  }
}
