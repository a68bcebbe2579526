// A city that exchanges orders with a hotline, and the words to do so: for the tests of both directions.
import { randomBytes } from 'node:crypto'
import type { CaseInput, OperationKey } from '@chengyun/contract/cases'
import type { HotlineMessageView, HotlineReceipt, HotlineSystemView } from '@chengyun/contract/public'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'
import { type CaseEnv, type CaseRecord, getVisibleCase, moveCase, runningEnv, saveFlowConfig } from '../cases/index.ts'
import { deliverStatuses } from './commands/hotline-delivery.ts'
import { signatureOf } from './domain/hotline-signature.ts'
import { type Peer, startPeer } from './hotline-peer.testing.ts'

export const KEY = 'hotline-12345'
/** Tries of a message before it is given up, in these tests. */
export const TRIES = 4
/** Every delivery is so much later than the one before: longer than any wait. */
const STEP_MS = 3_700_000

export interface Sign {
  timestamp?: number
  nonce?: string
  secret?: string
  signature?: string
  system?: string
}
export interface Reply<T> {
  status: number
  body: T & { code?: string; details?: Record<string, unknown> }
}

export class Bench {
  readonly t: TestApp
  readonly base: string
  readonly env: CaseEnv
  readonly peer: Peer
  readonly admin: Client
  readonly system: HotlineSystemView
  #later = 0
  #number = 0

  private constructor(t: TestApp, base: string, peer: Peer, admin: Client, system: HotlineSystemView) {
    this.t = t
    this.base = base
    this.env = runningEnv()!
    this.peer = peer
    this.admin = admin
    this.system = system
  }

  static systemFields = (peer: Peer) => ({
    name: '市 12345 热线',
    webhookUrl: `${peer.url}/status`,
    listUrl: `${peer.url}/orders?city=test`,
    crs: 'CGCS2000' as const,
    enabled: true
  })

  static async open(): Promise<Bench> {
    const t = await testApp({
      CHENGYUN_HOTLINE_TRIES: String(TRIES),
      CHENGYUN_HOTLINE_TIMEOUT_MS: '250',
      CHENGYUN_PUBLIC_URL: 'https://city.example'
    })
    const base = await t.app.http.listen({ port: 0, host: '127.0.0.1' })
    const peer = await startPeer()
    const admin = await t.as('dataadmin')
    const made = await admin.call<HotlineSystemView>('POST', '/api/public/hotline/systems', {
      key: KEY,
      ...Bench.systemFields(peer)
    })
    expect(made.status).toBe(201)
    peer.secret = made.body.secret!
    const { db } = t.database
    await saveFlowConfig(db, SYSTEM, { config: { handlerPhotos: false } })
    await sql`update cases.class set remote_check = true where code = '06010'`.execute(db)
    const bench = new Bench(t, base, peer, admin, made.body)
    await bench.env.reference.reload(db)
    return bench
  }
  async close(): Promise<void> {
    await this.t.close()
    await this.peer.close()
  }

  headersFor(body: string, s: Sign = {}): Record<string, string> {
    const timestamp = String(s.timestamp ?? Math.floor(Date.now() / 1000))
    const nonce = s.nonce ?? randomBytes(12).toString('hex')
    return {
      'x-exchange-timestamp': timestamp,
      'x-exchange-nonce': nonce,
      'x-exchange-signature': s.signature ?? signatureOf(s.secret ?? this.peer.secret, { timestamp, nonce, body })
    }
  }
  /** Signed anew each time, as the other side does with a repeat. */
  async post<T = HotlineReceipt>(path: string, message: unknown, s: Sign = {}): Promise<Reply<T>> {
    const body = JSON.stringify(message)
    const answer = await fetch(`${this.base}/api/exchange/hotline/${s.system ?? KEY}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.headersFor(body, s) },
      body
    })
    return { status: answer.status, body: (await answer.json()) as Reply<T>['body'] }
  }
  async get<T>(path: string): Promise<Reply<T>> {
    const url = `/api/exchange/hotline/${KEY}/${path}`
    const answer = await fetch(this.base + url, { headers: this.headersFor(url) })
    return { status: answer.status, body: (await answer.json()) as Reply<T>['body'] }
  }

  order(over: Record<string, unknown> = {}) {
    this.#number += 1
    return {
      orderNo: `GD2026-${String(this.#number).padStart(5, '0')}`,
      seq: 1,
      appealType: '投诉',
      appealSource: '电话',
      appealSubject: '路口垃圾无人清理',
      content: '路口有一堆垃圾，三天无人清理。',
      callerName: '王小明',
      contactPhone: '13800001234',
      incidentAddress: '西1路口',
      lon: AT_WEST[0],
      lat: AT_WEST[1],
      appealCategory: ['城市管理', '市容环境', '暴露垃圾'],
      urgencyLevel: '一般',
      ...over
    }
  }
  async sent(over: Record<string, unknown> = {}) {
    const o = this.order(over)
    const reply = await this.post('orders', o)
    expect(reply).toMatchObject({ status: 200, body: { outcome: 'applied' } })
    return { o, orderNo: o.orderNo, caseNo: reply.body.caseNo! }
  }

  caseOf(caseNo: string): Promise<CaseRecord> {
    return getVisibleCase(this.t.database.db, SYSTEM, caseNo)
  }
  async casesOf(orderNo: string): Promise<string[]> {
    const { rows } = await sql<{ no: string }>`select case_no as no from cases."case"
      where external_system = ${KEY} and external_no = ${orderNo}`.execute(this.t.database.db)
    return rows.map((r) => r.no)
  }
  async stepsOf(caseNo: string) {
    const { rows } = await sql<{ op: string; opinion: string | null }>`select s.op, s.opinion from cases.step s
      join cases."case" c on c.id = s.case_id where c.case_no = ${caseNo} order by s.seq`.execute(this.t.database.db)
    return rows
  }

  async act(caseNo: string, op: OperationKey, input: Omit<CaseInput, 'version'> = {}, actor = SYSTEM): Promise<CaseRecord> {
    const { id, version } = await this.caseOf(caseNo)
    return moveCase(this.env, actor, id, op, { version, ...input }, { now: new Date() })
  }
  async register(caseNo: string): Promise<void> {
    await this.act(caseNo, 'accept')
    const c = await this.caseOf(caseNo)
    const condition = this.env.reference.conditionsOf(c.standardRef, c.kind, c.classCode)[0]!
    await this.act(caseNo, 'register', { conditionId: condition.id })
  }
  /** From the unit to the end; the class of these orders may be checked from afar. */
  async finish(caseNo: string): Promise<void> {
    const { unitId } = await this.caseOf(caseNo)
    const { rows } = await sql<{ id: string }>`select p.user_id as id from org.pub_post p join org.pub_unit u on u.id = p.unit_id
      where p.role = 'handler' and u.path @> array[${unitId}]::uuid[] limit 1`.execute(this.t.database.db)
    await this.act(caseNo, 'assign', { handlerId: rows[0]!.id })
    await this.act(caseNo, 'submitHandle', { opinion: '垃圾已清运，已安排每日巡查' })
    await this.act(caseNo, 'deptConfirm')
    await this.act(caseNo, 'forward')
    await this.act(caseNo, 'close')
  }

  /** Sends what is due; each call is later than any wait of the one before. */
  async deliver(): Promise<{ taken: number; failed: number }> {
    await this.t.settle()
    this.#later += 1
    const now = new Date(Date.now() + this.#later * STEP_MS)
    return deliverStatuses(this.env, { now, settings: this.t.settings })
  }
  async messages(query: string): Promise<HotlineMessageView[]> {
    return (await this.admin.call<{ items: HotlineMessageView[] }>('GET', `/api/public/hotline/messages?${query}`)).body.items
  }
  statuses(orderNo: string): string[] {
    return this.peer.kept(orderNo).map((m) => m.status)
  }
}
