import { CasePeers, PeerSend } from '@chengyun/contract/public'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { type CaseRecord, getVisibleCase } from '../../cases/index.ts'
import { sendCase } from '../commands/peer-queue.ts'
import { peerFault } from '../commands/peers.ts'
import { systemOf } from '../domain/peer-request.ts'
import type { PeerWorld } from '../peer-run.ts'
import { presentPeerRequest } from '../present-peers.ts'
import { findPeer, listPeerRequests, listPeerServices, listPeers, type PeerRow, type PeerServiceRow } from '../queries/peers.ts'

const REVIEW = { permission: 'public:review' } as const
const tags = ['peers']
const ByCase = Type.Object({ caseId: Type.String({ minLength: 1, maxLength: 40 }) })

const sends = (p: PeerRow): boolean => p.enabled && p.direction !== 'pull' && p.apiKeyEnc !== null

/** What the desk does with other servers: which of them has a case, and sending one that is theirs to solve. */
export const peerCaseRoutes =
  (world: PeerWorld): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = app

    /** The service a class goes to: by the table, else by the service of ours that the class belongs to. */
    const serviceFor = (record: CaseRecord, services: readonly PeerServiceRow[]): string | null => {
      const key = `${record.kind}:${record.classCode}`
      const byClass = (k: string) => services.find((s) => s.push.includes(k)) ?? services.find((s) => s.class === k)
      const ours = world.table().of(record.standardRef, record.kind, record.classCode)
      return (byClass(key) ?? byClass(ours.class))?.serviceCode ?? null
    }

    const answer = async (record: CaseRecord): Promise<CasePeers> => {
      const requests = await listPeerRequests(db, { caseId: record.id })
      const known = new Set(requests.map((r) => r.peerId))
      const open = record.isOpen ? (await listPeers(db)).filter((p) => sends(p) && !known.has(p.id)) : []
      const choices = await Promise.all(
        open
          .filter((p) => record.externalSystem !== systemOf(p.key))
          .map(async (p) => {
            const services = (await listPeerServices(db, p.id)).filter((s) => s.offered)
            return {
              peerId: p.id,
              name: p.name,
              serviceCode: serviceFor(record, services),
              services: services.map(({ serviceCode, serviceName }) => ({ serviceCode, serviceName }))
            }
          })
      )
      return { requests: requests.map(presentPeerRequest), choices }
    }

    app.get(
      '/public/open311/cases/:caseId/peers',
      {
        config: REVIEW,
        schema: {
          tags,
          summary: 'Which other servers have the case, and which may get it',
          params: ByCase,
          response: { 200: CasePeers }
        }
      },
      async (req) => answer(await getVisibleCase(db, req.actor, req.params.caseId))
    )
    app.post(
      '/public/open311/cases/:caseId/peers',
      {
        config: REVIEW,
        schema: { tags, summary: 'Send the case to another server', params: ByCase, body: PeerSend, response: { 200: CasePeers } }
      },
      async (req) => {
        const record = await getVisibleCase(db, req.actor, req.params.caseId)
        const peer = await findPeer(db, req.body.peerId)
        if (!peer) throw peerFault('PEER_UNKNOWN')
        if (!peer.enabled || peer.direction === 'pull') throw peerFault('PEER_DISABLED')
        if (peer.apiKeyEnc === null) throw peerFault('PEER_NO_KEY')
        const services = (await listPeerServices(db, peer.id)).filter((s) => s.offered)
        const chosen = req.body.serviceCode
        if (chosen !== undefined && !services.some((s) => s.serviceCode === chosen))
          throw peerFault('PEER_SERVICE_UNKNOWN', { code: chosen })
        const serviceCode = chosen ?? serviceFor(record, services)
        if (serviceCode === null) throw peerFault('PEER_SERVICE_UNMAPPED')
        await sendCase(db, req.actor, { caseId: record.id, peer, serviceCode })
        return answer(record)
      }
    )
  }
