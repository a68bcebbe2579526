import { Id } from '@chengyun/contract/common'
import {
  PeerChange,
  PeerCheck,
  PeerCreate,
  PeerDefinition,
  PeerRequestQuery,
  PeerRequestView,
  PeerRetry,
  PeerRun,
  PeerServices,
  PeerServiceView,
  PeerView
} from '@chengyun/contract/public'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Settings } from '../../../platform/settings.ts'
import { runningEnv } from '../../cases/index.ts'
import { resumePeer } from '../commands/peer-exchange.ts'
import { retryRequest, skipRequest } from '../commands/peer-queue.ts'
import { changePeer, createPeer, peerFault, removePeer, savePeerServices } from '../commands/peers.ts'
import { wrongAddress } from '../peer-address.ts'
import { checkNow, definitionOf, exchangeWith, type PeerWorld, setPeerWorld } from '../peer-run.ts'
import { presentPeer, presentPeerRequest, presentPeerService } from '../present-peers.ts'
import { serviceTableOf } from '../queries/open311-table.ts'
import { listPeerRequests, listPeerServices, listPeers } from '../queries/peers.ts'
import type { PeerSettings } from '../settings-peers.ts'
import { peerCaseRoutes } from './peer-cases.ts'

const CONFIG = { permission: 'public:config' } as const
const tags = ['peers']
const ById = Type.Object({ id: Id })
const Done = Type.Object({ ok: Type.Literal(true) })
const STANDARD = 'GB/T 47678.5-2026'

/** The exchange with other GeoReport servers: its administration, and sending a case by hand. */
export const peerRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const env = runningEnv()
  if (!env) throw new Error('the module cases has not been started')
  const world: PeerWorld = { env, geo: app.geo, settings: app.settings, table: await serviceTableOf(env) }
  setPeerWorld(world)
  await app.register(peerAdminRoutes(world))
  await app.register(peerCaseRoutes(world))
}

const peerAdminRoutes =
  (world: PeerWorld): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = app
    const { env } = world
    const { CHENGYUN_PEER_PRIVATE: allowPrivate } = app.settings as Settings & PeerSettings
    const viewOf = async (id: string): Promise<PeerView> => {
      const row = (await listPeers(db, id))[0]
      if (!row) throw peerFault('PEER_UNKNOWN')
      return presentPeer(row)
    }
    const checkAddress = (url: string): void => {
      const reason = wrongAddress(url, allowPrivate)
      if (reason !== undefined) throw peerFault('PEER_ADDRESS', { reason })
    }

    app.get(
      '/public/open311/peers',
      {
        config: CONFIG,
        schema: { tags, summary: 'Other GeoReport servers', response: { 200: Type.Object({ items: Type.Array(PeerView) }) } }
      },
      async () => ({ items: (await listPeers(db)).map(presentPeer) })
    )
    app.post(
      '/public/open311/peers',
      { config: CONFIG, schema: { tags, summary: 'A new one', body: PeerCreate, response: { 201: PeerView } } },
      async (req, reply) => {
        checkAddress(req.body.baseUrl)
        const id = await createPeer(db, req.actor, { ...req.body, seal: env.seal })
        return reply.code(201).send(await viewOf(id))
      }
    )
    app.put(
      '/public/open311/peers/:id',
      { config: CONFIG, schema: { tags, summary: 'Change it', params: ById, body: PeerChange, response: { 200: PeerView } } },
      async (req) => {
        checkAddress(req.body.baseUrl)
        await changePeer(db, req.actor, { ...req.body, id: req.params.id, seal: env.seal })
        return viewOf(req.params.id)
      }
    )
    app.delete(
      '/public/open311/peers/:id',
      {
        config: CONFIG,
        schema: { tags, summary: 'Remove it, while nothing was exchanged', params: ById, response: { 200: Done } }
      },
      async (req) => {
        await removePeer(db, req.actor, req.params)
        return { ok: true as const }
      }
    )
    app.post(
      '/public/open311/peers/:id/check',
      {
        config: CONFIG,
        schema: { tags, summary: 'Ask what it is and does, and read its services', params: ById, response: { 200: PeerCheck } }
      },
      async (req) => checkNow(world, req.params.id, new Date())
    )
    app.post(
      '/public/open311/peers/:id/run',
      { config: CONFIG, schema: { tags, summary: 'Exchange now', params: ById, response: { 200: PeerRun } } },
      async (req) => {
        const { enabled } = await viewOf(req.params.id)
        if (!enabled) throw peerFault('PEER_DISABLED')
        await resumePeer(db, req.actor, { peerId: req.params.id })
        const done = await exchangeWith(world, req.params.id, new Date())
        if (!done) throw peerFault('PEER_BUSY')
        return done
      }
    )

    const servicesOf = async (id: string) => ({ items: (await listPeerServices(db, id)).map(presentPeerService) })
    const ServiceList = Type.Object({ items: Type.Array(PeerServiceView) })
    app.get(
      '/public/open311/peers/:id/services',
      { config: CONFIG, schema: { tags, summary: 'Its services and our classes', params: ById, response: { 200: ServiceList } } },
      async (req) => {
        await viewOf(req.params.id)
        return servicesOf(req.params.id)
      }
    )
    app.put(
      '/public/open311/peers/:id/services',
      {
        config: CONFIG,
        schema: { tags, summary: 'The whole table anew', params: ById, body: PeerServices, response: { 200: ServiceList } }
      },
      async (req) => {
        const isKnown = (key: string): boolean => {
          const [kind, code] = key.split(':') as ['component' | 'matter', string]
          return env.reference.findClass(STANDARD, kind, code)?.active === true
        }
        const named = req.body.items.flatMap((i) => [...(i.class === null ? [] : [i.class]), ...i.push])
        const unknown = named.find((key) => !isKnown(key))
        if (unknown !== undefined) throw peerFault('PEER_CLASS_UNKNOWN', { class: unknown })
        await savePeerServices(db, req.actor, { ...req.body, id: req.params.id })
        return servicesOf(req.params.id)
      }
    )

    const OfService = Type.Object({ id: Id, code: Type.String({ minLength: 1, maxLength: 120 }) })
    app.get(
      '/public/open311/peers/:id/services/:code/definition',
      {
        config: CONFIG,
        schema: {
          tags,
          summary: 'What a service asks for, asked there now',
          params: OfService,
          response: { 200: PeerDefinition }
        }
      },
      async (req) => definitionOf(world, req.params.id, req.params.code, new Date())
    )

    app.get(
      '/public/open311/peer-requests',
      {
        config: CONFIG,
        schema: {
          tags,
          summary: 'What was exchanged, how far it came, and what was not taken',
          querystring: PeerRequestQuery,
          response: { 200: Type.Object({ items: Type.Array(PeerRequestView) }) }
        }
      },
      async (req) => ({ items: (await listPeerRequests(db, req.query)).map(presentPeerRequest) })
    )
    app.post(
      '/public/open311/peer-requests/:id/retry',
      { config: CONFIG, schema: { tags, summary: 'Once more', params: ById, body: PeerRetry, response: { 200: Done } } },
      async (req) => {
        await retryRequest(db, req.actor, { id: req.params.id, anew: req.body.anew ?? false })
        return { ok: true as const }
      }
    )
    app.post(
      '/public/open311/peer-requests/:id/skip',
      { config: CONFIG, schema: { tags, summary: 'Leave it out', params: ById, response: { 200: Done } } },
      async (req) => {
        await skipRequest(db, req.actor, req.params)
        return { ok: true as const }
      }
    )
  }
