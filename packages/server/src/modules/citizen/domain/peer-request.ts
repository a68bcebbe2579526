import type { CaseReport } from '@chengyun/contract/cases'
import type { PeerReject } from '@chengyun/contract/public'
import { metres } from './citizen-privacy.ts'
import { clip } from './hotline-order.ts'
import { textOf } from './peer-document.ts'

/** A request of another server as far as it could be read. */
export interface Remote {
  id: string
  serviceCode: string | undefined
  serviceName: string | undefined
  status: 'open' | 'closed'
  notes: string | undefined
  description: string | undefined
  agency: string | undefined
  requestedAt: Date | undefined
  updatedAt: Date | undefined
  address: string | undefined
  /** [lng, lat] in the coordinates of the server. */
  point: [number, number] | undefined
  mediaUrl: string | undefined
  /** The number somebody else gave it, where the server tells. */
  externalId: string | undefined
}
export interface Rejected {
  rejected: PeerReject
  reason: string
}

export const ID_LENGTH = 80
const DESCRIPTION_LENGTH = 500
const NOTE_LENGTH = 500
/** Words of known servers for the closed half; everything else is open. */
const CLOSED = /^(closed|fixed|resolved|completed?|done|archived)\b/i

/** Reads one row. Only what cannot be a request is rejected here: whatever else is missing or odd is left out. */
export function readRemote(row: unknown): Remote | Rejected {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    return { rejected: 'notARequest', reason: '不是一条诉求记录' }
  const r = row as Record<string, unknown>
  const id = textOf(r.service_request_id)
  if (id === undefined)
    return { rejected: 'noId', reason: textOf(r.token) ? '对方尚未编号（只有 token）' : '没有 service_request_id' }
  if (id.length > ID_LENGTH) return { rejected: 'idTooLong', reason: `编号超过 ${ID_LENGTH} 个字符` }
  const extended = (
    typeof r.extended_attributes === 'object' && r.extended_attributes !== null ? r.extended_attributes : {}
  ) as Record<string, unknown>
  return {
    id,
    serviceCode: textOf(r.service_code)?.slice(0, 120),
    serviceName: textOf(r.service_name)?.slice(0, 200),
    status: CLOSED.test(textOf(r.status) ?? '') ? 'closed' : 'open',
    notes: cut(textOf(r.status_notes), 400),
    description: textOf(r.description),
    agency: textOf(r.agency_responsible)?.slice(0, 100),
    requestedAt: instantOf(r.requested_datetime),
    updatedAt: instantOf(r.updated_datetime),
    address: cut(textOf(r.address) ?? textOf(r.address_string), 256),
    point: pointOf(r),
    mediaUrl: mediaOf(r.media_url),
    externalId: textOf(r.external_id) ?? textOf(extended.external_id)
  }
}
export const isRejected = (r: Remote | Rejected): r is Rejected => 'rejected' in r

const cut = (text: string | undefined, most: number): string | undefined => (text === undefined ? undefined : clip(text, most))

const WITH_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)$/i
/** Only a time with its zone says when it was. */
export function instantOf(value: unknown): Date | undefined {
  const text = textOf(value)
  if (text === undefined || !WITH_ZONE.test(text)) return undefined
  const at = new Date(text.replace(' ', 'T').replace(/\s/g, ''))
  return Number.isNaN(at.getTime()) || at.getUTCFullYear() < 1970 || at.getUTCFullYear() > 2200 ? undefined : at
}

/** A point that can be one: both numbers, within the world, and not the point 0, 0 that stands for nothing. */
function pointOf(r: Record<string, unknown>): [number, number] | undefined {
  const number = (value: unknown): number => {
    const text = textOf(value)
    return text === undefined || typeof value === 'boolean' ? Number.NaN : Number(text)
  }
  const [lng, lat] = [number(r.long ?? r.lng), number(r.lat)]
  if (!Number.isFinite(lng) || !Number.isFinite(lat)) return undefined
  if (Math.abs(lng) > 180 || Math.abs(lat) > 90 || (lng === 0 && lat === 0)) return undefined
  return [lng, lat]
}

function mediaOf(value: unknown): string | undefined {
  const text = textOf(Array.isArray(value) ? value[0] : value)
  return text !== undefined && text.length <= 1000 && /^https?:\/\/\S+$/i.test(text) ? text : undefined
}

/** What stands between name of the system and number on our case. */
export const systemOf = (peerKey: string): string => `open311:${peerKey}`
export const actorNameOf = (peerKey: string): string => `open311:${peerKey}`

/** A request as a report; its place, class and pictures are found elsewhere. A time in the future is not believed. */
export function reportOfRemote(
  remote: Remote,
  found: {
    peer: { key: string; name: string }
    place: Pick<CaseReport, 'location' | 'crs' | 'precision' | 'address'>
    class: { kind: 'component' | 'matter'; code: string }
    evidenceIds: string[]
    missedMedia: string | undefined
  },
  now: Date
): CaseReport {
  const words = remote.description ?? remote.serviceName ?? remote.notes ?? '（对方平台未填写描述）'
  const lines = [
    `${found.peer.name}诉求 ${remote.id}`,
    remote.serviceName && `服务项：${remote.serviceName}`,
    remote.agency && `对方承办：${remote.agency}`,
    remote.status === 'closed' && '对方已办结',
    remote.notes && `对方进度：${remote.notes}`,
    remote.mediaUrl && found.missedMedia !== undefined && `附件未取到（${found.missedMedia}）：${remote.mediaUrl}`
  ].filter((line): line is string => typeof line === 'string' && line !== '')
  return {
    standardRef: 'GB/T 47678.5-2026',
    kind: found.class.kind,
    classCode: found.class.code,
    description: clip(words, DESCRIPTION_LENGTH),
    sourceType: 'transfer',
    ...found.place,
    ...(remote.requestedAt && remote.requestedAt <= now && { foundAt: remote.requestedAt.toISOString() }),
    needVisit: false,
    note: clip(lines.join('；'), NOTE_LENGTH),
    ...(found.evidenceIds.length > 0 && { evidenceIds: found.evidenceIds }),
    external: {
      system: systemOf(found.peer.key),
      no: remote.id,
      ...(remote.serviceName && { className: remote.serviceName }),
      ...(remote.agency && { unitName: remote.agency })
    }
  }
}

/** What the desk reads of the other side: 催办 with where it stands there. */
export const toldText = (peerName: string, seen: { status: 'open' | 'closed'; notes: string | null }): string =>
  clip(`${peerName}：${seen.status === 'closed' ? '已办结' : '办理中'}${seen.notes ? `，${seen.notes}` : ''}`, 450)

/** A case of ours as it was put to another server. */
export interface Sent {
  serviceCode: string
  /** [lng, lat] as sent; null: only its address was. */
  point: [number, number] | null
  description: string
  firstTryAt: Date
  caseNo: string
}
const SAME_PLACE_M = 60
/** Servers that show a sensitive place only by its quarter. */
const SAME_QUARTER_M = 800
const CLOCKS_APART_MS = 30 * 60_000
const SHOWN_WITHIN_MS = 48 * 3_600_000
const PREFIX = 24

/** Could this request of theirs be the case we sent? Same service, place and time, and words that do not speak against it. */
export function couldBeOurs(sent: Sent, remote: Remote): boolean {
  if (remote.externalId !== undefined) return remote.externalId === sent.caseNo
  if (remote.serviceCode !== undefined && remote.serviceCode !== sent.serviceCode) return false
  if (remote.requestedAt) {
    const after = remote.requestedAt.getTime() - sent.firstTryAt.getTime()
    if (after < -CLOCKS_APART_MS || after > SHOWN_WITHIN_MS) return false
  }
  const [ours, theirs] = [plain(sent.description), plain(remote.description ?? '')]
  const sameWords = ours === theirs || beginsWith(ours, theirs) || beginsWith(theirs, ours)
  if (theirs !== '' && !sameWords) return false
  if (sent.point === null || remote.point === undefined) return theirs !== ''
  return metres(sent.point, remote.point) <= (theirs === '' ? SAME_PLACE_M : SAME_QUARTER_M)
}
const plain = (text: string): string => text.replaceAll(/[\s\p{P}]+/gu, '').toLowerCase()
const beginsWith = (long: string, short: string): boolean => short.length >= PREFIX && long.startsWith(short)
