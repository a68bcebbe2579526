// Chengyun instances on ports of their own, for the tests of the exchange between GeoReport servers.
import type { CaseInput, OperationKey } from '@chengyun/contract/cases'
import type { PeerCreate, PeerRequestView, PeerRun, PeerView } from '@chengyun/contract/public'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'
import {
  type CaseEnv,
  type CaseRecord,
  getVisibleCase,
  moveCase,
  reportCase,
  runningEnv,
  saveFlowConfig
} from '../cases/index.ts'
import { exchangeWith, type PeerWorld, peerWorld } from './peer-run.ts'

/** A whole Chengyun on a port of its own, with its own database. */
export class City {
  readonly t: TestApp
  readonly base: string
  readonly env: CaseEnv
  readonly world: PeerWorld
  readonly admin: Client
  #n = 0

  private constructor(t: TestApp, base: string, admin: Client) {
    this.t = t
    this.base = base
    this.env = runningEnv()!
    this.world = peerWorld()!
    this.admin = admin
  }

  static async open(over: Record<string, string> = {}): Promise<City> {
    const t = await testApp({
      CHENGYUN_PEER_PRIVATE: '1',
      CHENGYUN_PEER_TIMEOUT_MS: '2000',
      CHENGYUN_PEER_TRIES: '4',
      ...over
    })
    const base = await t.app.http.listen({ port: 0, host: '127.0.0.1' })
    const city = new City(t, base, await t.as('dataadmin'))
    await saveFlowConfig(t.database.db, SYSTEM, { config: { handlerPhotos: false } })
    await sql`update cases.class set remote_check = true where code = '06010'`.execute(t.database.db)
    await city.env.reference.reload(t.database.db)
    return city
  }

  async key(name: string): Promise<{ id: string; key: string }> {
    return (await this.admin.call<{ id: string; key: string }>('POST', '/api/public/open311/keys', { name })).body
  }
  async peer(over: Partial<PeerCreate> & Pick<PeerCreate, 'key' | 'baseUrl'>): Promise<PeerView> {
    const made = await this.admin.call<PeerView>('POST', '/api/public/open311/peers', { ...PEER, ...over })
    expect(made).toMatchObject({ status: 201 })
    return made.body
  }
  async view(id: string): Promise<PeerView> {
    const { items } = (await this.admin.call<{ items: PeerView[] }>('GET', '/api/public/open311/peers')).body
    return items.find((p) => p.id === id)!
  }
  /** What waits is due; then one whole run. */
  async run(peerId: string): Promise<PeerRun> {
    await this.t.settle()
    const { db } = this.t.database
    const now = new Date()
    await sql`update citizen.peer_request set next_at = ${now}, checked_at = null where peer_id = ${peerId} and (next_at > ${now} or checked_at is not null)`.execute(
      db
    )
    await sql`update citizen.peer_update u set next_at = ${now} from citizen.peer_request r where r.id = u.request_id and r.peer_id = ${peerId} and u.next_at > ${now}`.execute(
      db
    )
    return (await exchangeWith(this.world, peerId, now))!
  }
  async requests(query: string): Promise<PeerRequestView[]> {
    return (await this.admin.call<{ items: PeerRequestView[] }>('GET', `/api/public/open311/peer-requests?${query}`)).body.items
  }

  report(over: Partial<Parameters<typeof reportCase>[2]> = {}): Promise<CaseRecord> {
    this.#n += 1
    const input = {
      kind: 'matter' as const,
      classCode: '06010',
      description: `路口有一堆垃圾，第 ${this.#n} 处，三天无人清理`,
      location: [AT_WEST[0] + this.#n * 0.0002, AT_WEST[1]] as [number, number],
      sourceType: 'inspection' as const
    }
    return reportCase(this.env, SYSTEM, { ...input, ...over }, { now: new Date() })
  }
  caseOf(caseNo: string): Promise<CaseRecord> {
    return getVisibleCase(this.t.database.db, SYSTEM, caseNo)
  }
  async stepsOf(caseNo: string): Promise<{ op: string; opinion: string | null }[]> {
    const { rows } = await sql<{ op: string; opinion: string | null }>`select s.op, s.opinion from cases.step s
      join cases."case" c on c.id = s.case_id where c.case_no = ${caseNo} order by s.seq`.execute(this.t.database.db)
    return rows
  }
  async count(where = 'true'): Promise<number> {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from cases."case" where ${sql.raw(where)}`.execute(
      this.t.database.db
    )
    return rows[0]!.n
  }
  async act(caseNo: string, op: OperationKey, input: Omit<CaseInput, 'version'> = {}): Promise<CaseRecord> {
    const { id, version } = await this.caseOf(caseNo)
    return moveCase(this.env, SYSTEM, id, op, { version, ...input }, { now: new Date() })
  }
  async register(caseNo: string): Promise<void> {
    await this.act(caseNo, 'accept')
    const c = await this.caseOf(caseNo)
    await this.act(caseNo, 'register', {
      conditionId: this.env.reference.conditionsOf(c.standardRef, c.kind, c.classCode)[0]!.id
    })
  }
  /** From registration to the end, by whichever unit there is. */
  async finish(caseNo: string): Promise<void> {
    const { db } = this.t.database
    let c = await this.caseOf(caseNo)
    if (c.status === 'pending_dispatch') {
      const { rows } = await sql<{
        id: string
      }>`select u.id from org.pub_unit u join org.pub_post p on p.unit_id = u.id and p.role = 'handler' limit 1`.execute(db)
      c = await this.act(caseNo, 'dispatch', { unitId: rows[0]!.id })
    }
    const { rows } = await sql<{ id: string }>`select p.user_id as id from org.pub_post p join org.pub_unit u on u.id = p.unit_id
      where p.role = 'handler' and u.path @> array[${c.unitId}]::uuid[] limit 1`.execute(db)
    await this.act(caseNo, 'assign', { handlerId: rows[0]!.id })
    await this.act(caseNo, 'submitHandle', { opinion: '垃圾已清运' })
    await this.act(caseNo, 'deptConfirm')
    await this.act(caseNo, 'forward')
    await this.act(caseNo, 'close')
  }
  close(): Promise<void> {
    return this.t.close()
  }
}

export const PEER: Omit<PeerCreate, 'key' | 'baseUrl'> = {
  name: '邻市平台',
  jurisdictionId: null,
  direction: 'both',
  crs: 'WGS84',
  pollS: 60,
  pullSince: null,
  pullClosed: false,
  area: null,
  outside: 'reject',
  pushDistricts: [],
  reportBack: false,
  keyId: null,
  enabled: true,
  apiKey: null
}
