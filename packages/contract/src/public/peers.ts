import { type Static, Type } from 'typebox'
import { CRS } from '../cases/schemas.ts'
import { Id, Instant, Nullable, Words } from '../common/index.ts'

const closed = { additionalProperties: false } as const
const Text = (max: number) => Type.String({ minLength: 1, maxLength: max, pattern: '\\S' })
const Division = Type.String({ pattern: '^[0-9]{6}([0-9]{3})?$', description: 'A district or a street' })
/** A class of GB/T 47678.5-2026 as `kind:code`. */
export const PeerClass = Type.String({ pattern: '^(component|matter):[0-9]{5}$' })

/** `pull`: its requests become our cases; `push`: cases of ours are sent to it. */
export const PEER_DIRECTIONS = ['pull', 'push', 'both'] as const
export type PeerDirection = (typeof PEER_DIRECTIONS)[number]
/** What is done with a request whose point lies outside our city. `keep`: it is known only to the city and waits to be placed. */
export const PEER_OUTSIDE = ['reject', 'keep'] as const

const peerFields = {
  name: Text(80),
  baseUrl: Type.String({
    pattern: '^https?://[^\\s?#@]+$',
    maxLength: 400,
    description: 'Address of its GeoReport v2, without the name of a resource, e.g. https://host/open311/v2'
  }),
  jurisdictionId: Nullable(Text(80)),
  direction: Words(PEER_DIRECTIONS),
  crs: Words(CRS),
  pollS: Type.Integer({ minimum: 30, maximum: 86_400, description: 'Seconds between two runs' }),
  pullSince: Nullable(
    Type.Unsafe<string>({ ...Instant, description: 'Nothing older is pulled; null: from 7 days before it was made' })
  ),
  pullClosed: Type.Boolean({ description: 'Also requests that are closed when they are first seen' }),
  area: Nullable(Type.Unsafe<string>({ ...Division, description: 'Where a request without a place is put' })),
  outside: Words(PEER_OUTSIDE),
  pushDistricts: Type.Array(Division, {
    maxItems: 100,
    description: 'Cases registered here of classes marked in the service table go out by themselves; empty: only by hand'
  }),
  reportBack: Type.Boolean({ description: 'Tell it the end of requests pulled from it (servicerequestupdates)' }),
  keyId: Nullable(
    Type.Unsafe<string>({ ...Id, description: 'The key under which it files here: what it filed is never sent back to it' })
  ),
  enabled: Type.Boolean()
}
const ApiKey = Nullable(Type.String({ minLength: 1, maxLength: 200, pattern: '^\\S+$', description: 'Its api_key for us' }))

export const PeerCreate = Type.Object(
  { key: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,30}$' }), ...peerFields, apiKey: ApiKey },
  closed
)
export type PeerCreate = Static<typeof PeerCreate>
/** Without `apiKey` the one before stays; null removes it. */
export const PeerChange = Type.Object({ ...peerFields, apiKey: Type.Optional(ApiKey) }, closed)
export type PeerChange = Static<typeof PeerChange>

/** What a server was found to do; null: not known yet. */
export const PeerAbilities = Type.Object({
  format: Nullable(Words(['json', 'xml'] as const)),
  services: Nullable(Type.Integer()),
  updates: Nullable(Type.Boolean({ description: 'servicerequestupdates' })),
  updatedAfter: Nullable(Type.Boolean({ description: 'Answers what changed since an instant' })),
  paging: Nullable(Type.Boolean()),
  checkedAt: Nullable(Instant)
})
export type PeerAbilities = Static<typeof PeerAbilities>

/** A server we exchange requests with, and how far the exchange came. */
export const PeerView = Type.Object({
  id: Id,
  key: Type.String(),
  ...peerFields,
  hasApiKey: Type.Boolean(),
  abilities: PeerAbilities,
  createdAt: Instant,
  createdBy: Type.String(),
  /** Requests up to here were read. */
  pulledTo: Nullable(Instant),
  lastRunAt: Nullable(Instant),
  lastOkAt: Nullable(Instant),
  nextRunAt: Nullable(Instant),
  /** Why the last run did not come through, in words. */
  lastError: Nullable(Type.String()),
  /** Since when nothing goes out because it does not take our api_key, and what it said; another key or a run by hand ends it. */
  paused: Nullable(Type.Object({ at: Instant, reason: Type.String() })),
  counts: Type.Object({
    pulled: Type.Integer({ description: 'Requests of it that are cases here' }),
    rejected: Type.Integer(),
    pushed: Type.Integer({ description: 'Cases of ours it has' }),
    waiting: Type.Integer({ description: 'Both ways, not done yet' }),
    dead: Type.Integer({ description: 'Given up: somebody has to look' })
  })
})
export type PeerView = Static<typeof PeerView>

/** What a check found, in the order it asked. */
export const PeerCheck = Type.Object({
  ok: Type.Boolean(),
  abilities: PeerAbilities,
  findings: Type.Array(
    Type.Object({
      what: Words(['discovery', 'services', 'requests', 'paging', 'updatedAfter', 'updates'] as const),
      state: Words(['ok', 'missing', 'failed'] as const),
      detail: Type.String()
    })
  )
})
export type PeerCheck = Static<typeof PeerCheck>

/** What one run did. */
export const PeerRun = Type.Object({
  at: Instant,
  read: Type.Integer({ description: 'Requests read, repeats included' }),
  filed: Type.Integer(),
  rejected: Type.Integer(),
  sent: Type.Integer(),
  told: Type.Integer({ description: 'Changes of the other side put on record here' }),
  updatesSent: Type.Integer(),
  failed: Type.Integer({ description: 'Tried and not taken; tried again or given up' }),
  more: Type.Boolean({ description: 'Not everything fitted into this run; the next goes on' }),
  error: Nullable(Type.String())
})
export type PeerRun = Static<typeof PeerRun>

/**
 * `waiting`: to be filed here or sent there; `held`: may be one of ours coming back, decided when ours is answered; `filed`: a case here;
 * `rejected`: not taken, the reason says why; `token`: taken there, its number is still to come; `sent`: taken there; `dead`: given up
 * until somebody acts; `skipped`: left out.
 */
export const PEER_STATES = ['waiting', 'held', 'filed', 'rejected', 'token', 'sent', 'dead', 'skipped'] as const
export type PeerState = (typeof PEER_STATES)[number]
/** Why a request was not taken. */
export const PEER_REJECTS = ['notARequest', 'noId', 'idTooLong', 'closed', 'outside', 'refused'] as const
export type PeerReject = (typeof PEER_REJECTS)[number]

export const PeerRequestQuery = Type.Object(
  {
    peerId: Type.Optional(Id),
    direction: Type.Optional(Words(['in', 'out'] as const)),
    state: Type.Optional(Words(PEER_STATES)),
    /** What is not done (`waiting`) or was given up (`dead`), the telling of its end included: the rows behind the counts of a peer. */
    open: Type.Optional(Words(['waiting', 'dead'] as const)),
    /** Our number or the other side's. */
    number: Type.Optional(Text(80)),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
    /** `id` of the last one of the page before. */
    before: Type.Optional(Id)
  },
  closed
)
export type PeerRequestQuery = Static<typeof PeerRequestQuery>

/** One request of the exchange, either way; newest first in lists. */
export const PeerRequestView = Type.Object({
  id: Id,
  peerId: Id,
  peerName: Type.String(),
  direction: Words(['in', 'out'] as const),
  state: Words(PEER_STATES),
  /** Of the other side; null as long as it is not known. */
  remoteId: Nullable(Type.String()),
  caseId: Nullable(Id),
  caseNo: Nullable(Type.String()),
  serviceCode: Nullable(Type.String()),
  serviceName: Nullable(Type.String()),
  summary: Type.String({ description: 'The beginning of its words' }),
  rejected: Nullable(Words(PEER_REJECTS)),
  /** The reason of a reject or the last failure, in words. */
  error: Nullable(Type.String()),
  attempts: Type.Integer(),
  nextAt: Nullable(Instant),
  /** It may have been taken although no answer came: the other side is asked before it is sent again. */
  inDoubt: Type.Boolean(),
  by: Nullable(Type.String({ description: 'Who sent it; null: a rule' })),
  at: Instant,
  doneAt: Nullable(Instant),
  remote: Nullable(
    Type.Object({
      status: Nullable(Words(['open', 'closed'] as const)),
      notes: Nullable(Type.String()),
      updatedAt: Nullable(Instant)
    })
  ),
  /** What the other side is told of the end of our case. */
  update: Nullable(
    Type.Object({
      state: Words(['waiting', 'delivered', 'dead', 'skipped'] as const),
      attempts: Type.Integer(),
      error: Nullable(Type.String()),
      nextAt: Nullable(Instant)
    })
  )
})
export type PeerRequestView = Static<typeof PeerRequestView>

/** `anew`: send it without asking the other side first whether it has it. */
export const PeerRetry = Type.Object({ anew: Type.Optional(Type.Boolean()) }, closed)
export type PeerRetry = Static<typeof PeerRetry>

/** One service of a peer and the classes it stands for. */
const serviceRow = {
  serviceCode: Text(120),
  /** What its requests become here; null: 其他事项, to be classed by the desk. */
  class: Nullable(PeerClass),
  /** Our classes that go to it under this service. */
  push: Type.Array(PeerClass, { maxItems: 200 }),
  /** Those classes go out by themselves where `pushDistricts` says so. */
  auto: Type.Boolean(),
  /** What the service demands beside the case: attribute code → value, sent along with every case. */
  attributes: Type.Record(Type.String({ minLength: 1, maxLength: 80 }), Text(500), { maxProperties: 100 })
}
export const PeerServices = Type.Object({ items: Type.Array(Type.Object(serviceRow, closed), { maxItems: 2000 }) }, closed)
export type PeerServices = Static<typeof PeerServices>
export const PeerServiceView = Type.Object({
  ...serviceRow,
  serviceName: Nullable(Type.String()),
  group: Nullable(Type.String()),
  /** Requires attributes of its own (metadata); sent without them it may refuse. */
  metadata: Type.Boolean(),
  /** Still in its list of services when it was last read. */
  offered: Type.Boolean()
})
export type PeerServiceView = Static<typeof PeerServiceView>

/** What a service of a peer asks for beside the case, as it says now. `values`: to choose from; empty: any text. */
export const PeerDefinition = Type.Object({
  attributes: Type.Array(
    Type.Object({
      code: Type.String(),
      description: Type.String(),
      required: Type.Boolean(),
      values: Type.Array(Type.Object({ key: Type.String(), name: Type.String() }))
    })
  )
})
export type PeerDefinition = Static<typeof PeerDefinition>

/** Sending a case to a peer by hand. `serviceCode` where the table says nothing of its class. */
export const PeerSend = Type.Object({ peerId: Id, serviceCode: Type.Optional(Text(120)) }, closed)
export type PeerSend = Static<typeof PeerSend>
/** Where a case came from and went to, and where it may be sent. */
export const CasePeers = Type.Object({
  requests: Type.Array(PeerRequestView),
  choices: Type.Array(
    Type.Object({
      peerId: Id,
      name: Type.String(),
      /** The service its class goes to; null: choose one. */
      serviceCode: Nullable(Type.String()),
      services: Type.Array(Type.Object({ serviceCode: Type.String(), serviceName: Nullable(Type.String()) }))
    })
  )
})
export type CasePeers = Static<typeof CasePeers>
