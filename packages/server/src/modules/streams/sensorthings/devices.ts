/** Devices that send Observations of the thing they observe: account and secret as Basic. */
import type { FastifyRequest } from 'fastify'
import { ANONYMOUS } from '../../../platform/http.ts'
import { StaError } from '../domain/sta/fault.ts'
import type { Known } from '../gateways/identities.ts'
import { gatewaysOf } from '../gateways/plugin.ts'
import type { Streams } from '../runtime.ts'
import { type Asking, askingOf } from './asking.ts'

const BASIC = /^Basic (\S{1,600})$/
const OBSERVATIONS = /^\/?(?:Observations|CreateObservations|Datastreams\(\d{1,9}\)\/Observations)\/?$/

/** The device a request comes from; null where it does not say so, or its secret is wrong. Who signed in otherwise is no device. */
export async function deviceOf(req: FastifyRequest): Promise<Known | null> {
  const { authorization } = req.headers
  if (req.signedIn !== null || authorization === undefined) return null
  const basic = BASIC.exec(authorization)?.[1]
  const gateways = gatewaysOf(req.server.db)
  if (basic === undefined || !gateways) return null
  const [username = '', ...secret] = Buffer.from(basic, 'base64').toString().split(':')
  const known = await gateways.identities.signIn({ username, password: secret.join(':'), ip: req.ip })
  const row = known === null || known.deviceId === null ? undefined : gateways.book.byId.get(known.deviceId)
  if (!row) return null
  gateways.book.seen(row, Date.now())
  return known
}

/** What a device asks with: nothing is seen, and only what it observes is written. @throws StaError (403) for anything but Observations */
export async function askingOfDevice(
  streams: Streams,
  req: FastifyRequest,
  device: Known,
  path: string,
  base: string
): Promise<Asking> {
  if (!OBSERVATIONS.test(path)) throw new StaError('a device sends Observations of its own thing and nothing else', 403)
  return { ...(await askingOf(streams, req.server.db, ANONYMOUS, base, Date.now())), device }
}
