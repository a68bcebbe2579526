import type { PeerRequestView, PeerServiceView, PeerView } from '@chengyun/contract/public'
import type { LastUpdate, PeerCounts, PeerRequestRow, PeerRow, PeerServiceRow } from './queries/peers.ts'

const instant = (at: Date | null): string | null => at?.toISOString() ?? null

/** A peer as its administrator sees it; its api_key is shown to nobody. */
export const presentPeer = (p: PeerRow & PeerCounts): PeerView => ({
  id: p.id,
  key: p.key,
  name: p.name,
  baseUrl: p.baseUrl,
  jurisdictionId: p.jurisdictionId,
  direction: p.direction,
  crs: p.crs,
  pollS: p.pollS,
  pullSince: p.pullSince.toISOString(),
  pullClosed: p.pullClosed,
  area: p.area,
  outside: p.outside,
  pushDistricts: p.pushDistricts,
  reportBack: p.reportBack,
  keyId: p.keyId,
  enabled: p.enabled,
  hasApiKey: p.apiKeyEnc !== null,
  abilities: p.abilities,
  createdAt: p.createdAt.toISOString(),
  createdBy: p.createdByName,
  pulledTo: instant(p.pulledTo),
  lastRunAt: instant(p.lastRunAt),
  lastOkAt: instant(p.lastOkAt),
  nextRunAt: p.enabled ? p.nextRunAt.toISOString() : null,
  lastError: p.lastError,
  paused: p.pausedAt && { at: p.pausedAt.toISOString(), reason: p.pauseReason ?? '' },
  counts: { pulled: p.pulled, rejected: p.rejected, pushed: p.pushed, waiting: p.waiting, dead: p.dead }
})

export const presentPeerService = (s: PeerServiceRow): PeerServiceView => ({ ...s })

export const presentPeerRequest = (r: PeerRequestRow & LastUpdate): PeerRequestView => ({
  id: r.id,
  peerId: r.peerId,
  peerName: r.peerName,
  direction: r.direction,
  state: r.state,
  // What has no number is known by a mark of ours that means nothing outside.
  remoteId: r.remoteId?.startsWith('~') ? null : r.remoteId,
  caseId: r.caseId,
  caseNo: r.caseNo,
  serviceCode: r.serviceCode,
  serviceName: r.serviceName,
  summary: r.summary,
  rejected: r.rejected,
  error: r.lastError,
  attempts: r.attempts,
  nextAt: ['waiting', 'held', 'token'].includes(r.state) ? instant(r.nextAt) : null,
  inDoubt: r.inDoubt,
  by: r.byName,
  at: r.at.toISOString(),
  doneAt: instant(r.doneAt),
  remote:
    r.remoteStatus === null ? null : { status: r.remoteStatus, notes: r.remoteNotes, updatedAt: instant(r.remoteUpdatedAt) },
  update:
    r.uState === null
      ? null
      : {
          state: r.uState,
          attempts: r.uAttempts ?? 0,
          error: r.uError,
          nextAt: r.uState === 'waiting' ? instant(r.uNextAt) : null
        }
})
