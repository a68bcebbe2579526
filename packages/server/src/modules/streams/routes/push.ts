import { DEVICE_ERRORS, PUSH_HEADERS, PushView, STREAMS_ERRORS } from '@chengyun/contract/streams'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { may, SYSTEM } from '../../../platform/actor.ts'
import { AppError, thrower } from '../../../platform/errors.ts'
import { takePushNonce } from '../commands/device-state.ts'
import { secretContext } from '../commands/devices.ts'
import { PUSH_NONCE, PUSH_WINDOW_S, pushClockFits, pushSignatureFits } from '../domain/push-signature.ts'
import type { Gateways } from '../gateways/gateways.ts'
import type { Known } from '../gateways/identities.ts'
import { WRITE } from '../policy.ts'

const fail = thrower(DEVICE_ERRORS)
const full = thrower(STREAMS_ERRORS)
const closed = { additionalProperties: false }
/** The key of our own convention, beside those of mappings. */
const TELEMETRY = 'telemetry'
/** Secret of an account that does not exist: its signatures are worked out all the same, so that time does not tell. */
const NOBODY = 'there is no such account'
const bodies = new WeakMap<FastifyRequest, string>()

/** Readings that devices, or the platforms of their makers, send by HTTP. Signed, or with account and secret (Basic), or with an API token. */
export const pushRoutes =
  (gateways: Gateways): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db, keyring } = app
    // The signature goes over the body to the letter.
    app.removeContentTypeParser('application/json')
    app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (req, text, done) => {
      bodies.set(req, text)
      try {
        done(null, JSON.parse(text))
      } catch {
        done(new AppError('INVALID_REQUEST', 400, 'Not JSON', { summary: 'JSON' }))
      }
    })
    app.post(
      '/streams/push/:key',
      {
        config: { public: true },
        schema: {
          summary: 'Readings in the words of a payload mapping, or of the convention (key telemetry); answered after the commit',
          params: Type.Object({ key: Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' }) }, closed),
          body: Type.Unknown(),
          response: { 200: PushView }
        }
      },
      async (req) => {
        // Before anybody is known: a signature is good for one try.
        if (gateways.isFull) throw full('STREAMS_TOO_MANY', { waiting: gateways.funnel.waiting })
        const who = await whoIs(req)
        const { key } = req.params
        const done = await take(who, key, req.body)
        if (done.readings === 0 && done.faults.length > 0)
          throw fail('STREAMS_PUSH_NOTHING', { faults: done.faults.slice(0, 20) })
        return { readings: done.readings, faults: done.faults.slice(0, 100) }
      }
    )

    async function take(who: Known, key: string, body: unknown) {
      if (key === TELEMETRY) {
        const device = who.deviceId === null ? undefined : gateways.book.byId.get(who.deviceId)
        if (!device) throw fail('STREAMS_MAPPING_NOT_FOUND', { key })
        return gateways.receiver.telemetry(device, body)
      }
      const mapped = gateways.book.mappings.find(({ mapping }) => mapping.declaration.key === key)
      if (!mapped) throw fail('STREAMS_MAPPING_NOT_FOUND', { key })
      return gateways.receiver.mapped(who, mapped, body)
    }

    /** Throws STREAMS_PUSH_REFUSED, STREAMS_PUSH_CLOCK, STREAMS_PUSH_NONCE. */
    async function whoIs(req: FastifyRequest): Promise<Known> {
      if (req.signedIn && may(req.actor, WRITE) && req.signedIn.kind === 'token')
        return gateways.identities.ofActor(req.actor, null)
      const signature = req.headers[PUSH_HEADERS.signature]
      if (typeof signature === 'string') return signed(req, signature)
      const basic = /^Basic (\S{1,600})$/.exec(req.headers.authorization ?? '')?.[1]
      const [account = '', ...secret] = Buffer.from(basic ?? '', 'base64')
        .toString()
        .split(':')
      const known = await gateways.identities.signIn({ username: account, password: secret.join(':'), ip: req.ip })
      if (!known) throw fail('STREAMS_PUSH_REFUSED')
      return known
    }

    async function signed(req: FastifyRequest, signature: string): Promise<Known> {
      const header = (name: string): string => {
        const value = req.headers[name]
        return typeof value === 'string' ? value : ''
      }
      const timestamp = header(PUSH_HEADERS.timestamp)
      const nonce = header(PUSH_HEADERS.nonce)
      const device = gateways.book.byAccount.get(header(PUSH_HEADERS.account))
      const secret = device ? keyring.decrypt(device.secret_enc, secretContext(device.item_id)) : NOBODY
      const fits = pushSignatureFits(secret, { timestamp, nonce, body: bodies.get(req) ?? '' }, signature)
      if (!device?.enabled || !fits || !PUSH_NONCE.test(nonce)) throw fail('STREAMS_PUSH_REFUSED')
      const now = new Date()
      if (!pushClockFits(timestamp, now.getTime() / 1000))
        throw fail('STREAMS_PUSH_CLOCK', { limit: PUSH_WINDOW_S, now: now.toISOString() })
      if (!(await takePushNonce(db, { ...SYSTEM, ip: req.ip }, { itemId: device.item_id, nonce }, now)))
        throw fail('STREAMS_PUSH_NONCE')
      return gateways.identities.ofDevice(device)
    }
  }
