import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { socketUrl } from '../../platform/db/embedded.ts'
import { City } from './peers.testing.ts'
import { OddServer } from './peers-odd.testing.ts'

const CHILD = fileURLToPath(new URL('./peers-kill.testing.ts', import.meta.url))
const PULLED = 120
const PUSHED = 40

let a: City
let odd: OddServer
beforeAll(async () => {
  a = await City.open()
  odd = await OddServer.start()
})
afterAll(async () => {
  await a.close()
  await odd.close()
})

/** A process exchanges and is killed so long after it began; true when it had come to its end before. */
async function killedAfter(url: string, peer: string, ms: number): Promise<boolean> {
  const child = spawn(process.execPath, [CHILD, url, peer], {
    env: {
      ...process.env,
      CHENGYUN_DEMO: '1',
      CHENGYUN_SECRET: 'test-secret-of-thirty-two-characters',
      CHENGYUN_PEER_PRIVATE: '1',
      CHENGYUN_PEER_TIMEOUT_MS: '2000'
    },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let said = ''
  child.stdout.on('data', (text: Buffer) => {
    const began = said.includes('ready')
    said += String(text)
    if (!began && said.includes('ready')) setTimeout(() => child.kill('SIGKILL'), ms)
  })
  await new Promise((done) => child.once('exit', done))
  return said.includes('done')
}

it('a process killed in the middle again and again leaves nothing doubled and nothing out', async () => {
  const { db } = a.t.database
  const peer = (await a.peer({ key: 'killed', baseUrl: odd.url, apiKey: 'k', direction: 'both' })).id
  await a.run(peer)
  for (let i = 0; i < PULLED; i += 1) odd.add({ long: 120.3005 + (i % 60) * 0.0006, lat: 36.055 + Math.floor(i / 60) * 0.005 })
  const acceptor = await a.t.as('acceptor')
  const sent: string[] = []
  for (let i = 0; i < PUSHED; i += 1) {
    const { caseNo } = await a.report({ description: `转出的第 ${i} 件：垃圾堆放在第 ${i} 号楼前` })
    const url = `/api/public/open311/cases/${caseNo}/peers`
    expect((await acceptor.call('POST', url, { peerId: peer, serviceCode: 'litter' })).status).toBe(200)
    sent.push(caseNo)
  }
  const { socketDir, port } = inject('testServer')
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db)
  const url = socketUrl(socketDir, port, rows[0]!.name)
  let cut = 0
  for (const ms of [30, 120, 300]) {
    await sql`update citizen.peer_request set next_at = now() where peer_id = ${peer} and next_at is not null`.execute(db)
    if (!(await killedAfter(url, peer, ms))) cut += 1
  }
  expect(cut).toBeGreaterThan(0)
  for (let i = 0; i < 20; i += 1) {
    await a.run(peer)
    if ((await a.view(peer)).counts.waiting === 0) break
  }
  // The other side knows no keys: what it has twice would be twice.
  expect(odd.posted.length).toBeGreaterThanOrEqual(PUSHED)
  for (const caseNo of sent) {
    const form = odd.posted.find((f) => f.get('attribute[external_id]') === caseNo)!
    expect(odd.rows.filter((r) => r.description === form.get('description')).length).toBe(1)
  }
  expect(odd.rows).toHaveLength(PULLED + PUSHED)
  expect(await a.count(`external_system = 'open311:killed'`)).toBe(PULLED)
  expect((await a.view(peer)).counts).toMatchObject({ pulled: PULLED, pushed: PUSHED, waiting: 0, dead: 0, rejected: 0 })
}, 120_000)
