import { Day } from '@chengyun/contract/common'
import {
  HOTLINE_HEADERS,
  HotlineDayList,
  HotlineOrder,
  HotlineOrderView,
  HotlineReceipt,
  HotlineSupplement,
  HotlineUrge,
  HotlineVisit,
  HotlineWithdrawal,
  ORDER_STATES
} from '@chengyun/contract/public'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { SYSTEM } from '../../../platform/actor.ts'
import { AppError } from '../../../platform/errors.ts'
import { type CaseEnv, runningEnv } from '../../cases/index.ts'
import { attachmentsOf } from '../commands/hotline-delivery.ts'
import {
  receiveOrder,
  receiveSupplement,
  receiveUrge,
  receiveVisit,
  receiveWithdrawal,
  type Sender
} from '../commands/hotline-exchange.ts'
import { hotlineFault, secretContext, takeNonce } from '../commands/hotline-systems.ts'
import { clockFits, NONCE, signatureFits, WINDOW_S } from '../domain/hotline-signature.ts'
import { orderStateOf } from '../domain/hotline-status.ts'
import { enabledSystem, findOrder, type HotlineSystemRow, ordersOfDay, resultOf } from '../queries/hotline.ts'
import { hotlineAdminRoutes } from './hotline-admin.ts'

const SIGNED = { public: true } as const
const tags = ['hotline']
const BySystem = Type.Object({ system: Type.String({ maxLength: 40 }) })
/** Secret of a system that does not exist: its signatures are worked out all the same, so that time does not tell. */
const NOBODY = 'there is no such system'

/** The exchange with 12345 hotlines (standards §7.2) and its administration. */
export const hotlineRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const env = runningEnv()
  if (!env) throw new Error('the module cases has not been started')
  await app.register(hotlineAdminRoutes(env))
  await app.register(exchangeRoutes(env))
}

const bodies = new WeakMap<FastifyRequest, string>()
const senders = new WeakMap<FastifyRequest, HotlineSystemRow>()
const senderOf = (req: FastifyRequest): Sender => ({ system: senders.get(req)!, ip: req.ip, now: new Date() })

const exchangeRoutes =
  (env: CaseEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db, geo, settings } = app
    keepBodies(app)
    app.addHook('preValidation', async (req) => {
      senders.set(req, await authenticate(env, req))
    })

    const take = <
      S extends
        | typeof HotlineOrder
        | typeof HotlineSupplement
        | typeof HotlineUrge
        | typeof HotlineWithdrawal
        | typeof HotlineVisit
    >(
      path: string,
      summary: string,
      body: S,
      receive: (from: Sender, message: Type.Static<S>) => Promise<Type.Static<typeof HotlineReceipt>>
    ): void => {
      app.post(
        `/exchange/hotline/:system/${path}`,
        { config: SIGNED, schema: { tags, summary, params: BySystem, body, response: { 200: HotlineReceipt } } },
        async (req) => receive(senderOf(req), req.body as Type.Static<S>)
      )
    }
    take('orders', 'receiveOrder: a work order', HotlineOrder, (from, m) => receiveOrder(env, geo, from, m))
    take('supplements', 'More about an order', HotlineSupplement, (from, m) => receiveSupplement(env, from, m))
    take('urges', '催办', HotlineUrge, (from, m) => receiveUrge(env, from, m))
    take('withdrawals', '撤单', HotlineWithdrawal, (from, m) => receiveWithdrawal(env, from, m))
    take('visits', 'pushVisit: the result of a visit', HotlineVisit, (from, m) => receiveVisit(env, from, m))

    app.get(
      '/exchange/hotline/:system/orders/:orderNo',
      {
        config: SIGNED,
        schema: {
          tags,
          summary: 'queryOrder',
          params: Type.Object({ ...BySystem.properties, orderNo: Type.String({ maxLength: 80 }) }),
          response: { 200: HotlineOrderView }
        }
      },
      async (req) => {
        const { system, now } = senderOf(req)
        const { orderNo } = req.params
        const row = await findOrder(db, system.id, orderNo)
        if (!row?.caseId) throw hotlineFault('HOTLINE_ORDER_UNKNOWN', { orderNo })
        const state = orderStateOf({
          status: row.status,
          accepted: row.acceptedAt !== null,
          merged: row.merged,
          visited: row.satisfaction !== null,
          withdrawn: row.withdrawnAt !== null
        })
        const ended = state === 'closed' || state === 'visited'
        return {
          orderNo,
          caseNo: row.caseNo,
          status: ORDER_STATES[state],
          receivedAt: row.receivedAt.toISOString(),
          lastSeq: row.lastSeq,
          deadline: row.deadline?.toISOString() ?? null,
          satisfaction: row.satisfaction,
          result: ended ? await resultOf(db, row.caseId) : null,
          attachments: ended ? await attachmentsOf(env, row.caseId, settings, now) : []
        }
      }
    )
    app.get(
      '/exchange/hotline/:system/orders',
      {
        config: SIGNED,
        schema: {
          tags,
          summary: 'Orders of a day, to compare',
          params: BySystem,
          querystring: Type.Object({ day: Day }, { additionalProperties: false }),
          response: { 200: HotlineDayList }
        }
      },
      async (req) => {
        const { day } = req.query
        const orders = (await ordersOfDay(db, senderOf(req).system.id, day)).map((orderNo) => ({ orderNo }))
        return { day, count: orders.length, orders }
      }
    )
  }

/** The signature goes over the body to the letter: it is kept beside what was read from it. */
function keepBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (req, text, done) => {
    bodies.set(req, text)
    parse(req, text, (error, body) => {
      // Text that no database takes, refused before anything is kept of it.
      const bad = !error && /(?<!\\)\\u(0000|d[89a-f])/i.test(JSON.stringify(body))
      done(bad ? new AppError('INVALID_REQUEST', 400, 'Not text', { summary: 'U+0000 / U+D800–DFFF' }) : error, body)
    })
  })
}

/**
 * Who sent a request. What is wrong with it is only said to who knows the secret. @throws AppError HOTLINE_SIGNATURE_MISSING,
 * HOTLINE_SIGNATURE_INVALID, HOTLINE_CLOCK, HOTLINE_NONCE_USED
 */
async function authenticate(env: CaseEnv, req: FastifyRequest): Promise<HotlineSystemRow> {
  const header = (name: string): string => {
    const value = req.headers[name]
    if (typeof value !== 'string' || value === '') throw hotlineFault('HOTLINE_SIGNATURE_MISSING', { name })
    return value
  }
  const timestamp = header(HOTLINE_HEADERS.timestamp)
  const nonce = header(HOTLINE_HEADERS.nonce)
  const given = header(HOTLINE_HEADERS.signature)
  const system = await enabledSystem(env.db, (req.params as { system: string }).system)
  const secret = system ? env.unseal(system.secretEnc, secretContext(system.id)) : NOBODY
  const body = req.method === 'GET' ? req.url : (bodies.get(req) ?? '')
  const fits = signatureFits(secret, { timestamp, nonce, body }, given)
  if (!system || !fits || !NONCE.test(nonce)) throw hotlineFault('HOTLINE_SIGNATURE_INVALID')
  const now = new Date()
  if (!clockFits(timestamp, now.getTime() / 1000))
    throw hotlineFault('HOTLINE_CLOCK', { limit: WINDOW_S, now: now.toISOString() })
  if (!(await takeNonce(env.db, { ...SYSTEM, ip: req.ip }, { systemId: system.id, nonce }, now)))
    throw hotlineFault('HOTLINE_NONCE_USED')
  return system
}
