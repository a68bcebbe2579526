import { type Static, Type } from 'typebox'
import { CRS } from '../cases/schemas.ts'
import { Id, Instant, LngLat, Nullable, Words } from '../common/index.ts'

const closed = { additionalProperties: false } as const

/** Version of the privacy text that the citizen app shows; a consent names the version it was given to (PIPL; standards §6.2). */
export const PRIVACY_VERSION = '2026-11'

export const VISIBILITIES = ['public', 'private'] as const
export type Visibility = (typeof VISIBILITIES)[number]

/**
 * Progress in the citizen's words, in the order of a report's life. `notTaken` (不予受理) and `merged` (已并案) end it without handling;
 * `paused` (暂缓处置) is a suspended case.
 */
export const PROGRESS_KEYS = [
  'received',
  'accepted',
  'registered',
  'handling',
  'paused',
  'checking',
  'done',
  'notTaken',
  'merged'
] as const
export type ProgressKey = (typeof PROGRESS_KEYS)[number]
export const PROGRESS_WORDS: Readonly<Record<ProgressKey, { zh: string; en: string }>> = {
  received: { zh: '已提交', en: 'Received' },
  accepted: { zh: '已受理', en: 'Accepted' },
  registered: { zh: '已立案', en: 'Registered' },
  handling: { zh: '处置中', en: 'Being handled' },
  paused: { zh: '暂缓处置', en: 'On hold' },
  checking: { zh: '已处置，核查中', en: 'Handled, being checked' },
  done: { zh: '已办结', en: 'Done' },
  notTaken: { zh: '不予受理', en: 'Not taken up' },
  merged: { zh: '已并入同一问题', en: 'Joined with the same problem' }
}

/** The app's own word for this installation (random, kept in the browser): what limits and "me too" of anonymous people go by. */
export const DeviceId = Type.String({ pattern: '^[A-Za-z0-9_-]{16,64}$' })
/** Ten letters and digits without those that look alike; the only key to an anonymous report. */
export const TrackingCode = Type.String({ pattern: '^[2-9A-HJKMNP-Z]{10}$' })
/** Chinese mobile number, 11 digits. */
export const Phone = Type.String({ pattern: '^1[3-9][0-9]{9}$' })
export const CaseNo = Type.String({ pattern: '^[0-9]{19}$' })

/**
 * The answer to a captcha: demanded after repetition (PUBLIC_CAPTCHA_REQUIRED), taken once. Either `text`, the characters as they were read, or
 * `work`: a whole number whose PBKDF2 (SHA-256, `rounds` of the captcha, the number in decimal as password, the captcha's id as salt) begins with
 * `bits` zero bits. The work asks nothing of the eyes or the memory (WCAG 2.2, 1.1.1 and 3.3.8).
 */
export const CaptchaAnswer = Type.Object(
  {
    id: Type.String({ maxLength: 400 }),
    text: Type.Optional(Type.String({ maxLength: 10 })),
    work: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 }))
  },
  closed
)
export type CaptchaAnswer = Static<typeof CaptchaAnswer>
/** A fresh captcha, good for five minutes: a PNG picture of five characters in Base64, and the work that may be done instead. */
export const CaptchaView = Type.Object({
  id: Type.String(),
  png: Type.String(),
  work: Type.Object({ bits: Type.Integer(), rounds: Type.Integer() }),
  expiresAt: Instant
})
export type CaptchaView = Static<typeof CaptchaView>

/** What the app must know before it starts. `codes`: one-time codes can be sent here; without them reports are anonymous. */
export const CitizenOptions = Type.Object({
  privacyVersion: Type.String(),
  codes: Type.Boolean(),
  maxPhotoMb: Type.Integer(),
  maxVideoMb: Type.Integer(),
  maxFiles: Type.Integer(),
  city: Type.Object({
    name: Type.Object({ zh: Type.String(), en: Type.String() }),
    center: LngLat,
    extent: Type.Array(Type.Number(), { minItems: 4, maxItems: 4 }),
    demo: Type.Boolean()
  }),
  streets: Type.Array(Type.Object({ code: Type.String(), name: Type.String(), level: Words(['district', 'street'] as const) }))
})
export type CitizenOptions = Static<typeof CitizenOptions>

/** A class a citizen may choose; code '' never appears here: no class means 其他. */
export const CitizenClass = Type.Object({
  code: Type.String(),
  name: Type.String(),
  nameEn: Type.String(),
  majorCode: Type.String(),
  majorName: Type.String()
})
export const CitizenClasses = Type.Object({ items: Type.Array(CitizenClass) })

export const CodeRequest = Type.Object({ phone: Phone, deviceId: DeviceId, captcha: Type.Optional(CaptchaAnswer) }, closed)
export type CodeRequest = Static<typeof CodeRequest>
/** When a code was sent and may be asked for again. Never says whether the number is known. */
export const CodeSent = Type.Object({ expiresAt: Instant, againAt: Instant })
export const SessionRequest = Type.Object(
  {
    phone: Phone,
    code: Type.String({ pattern: '^[0-9]{6}$' }),
    deviceId: DeviceId,
    consent: Type.String({ minLength: 1, maxLength: 40, description: 'Version of the privacy text agreed to' })
  },
  closed
)
export type SessionRequest = Static<typeof SessionRequest>
/** The token goes into `Authorization: Bearer …`; `phone` is masked. */
export const CitizenSession = Type.Object({ token: Type.String(), expiresAt: Instant, phone: Type.String() })
export type CitizenSession = Static<typeof CitizenSession>

/** A file that was uploaded for a report; named in `evidenceIds` from the device that uploaded it. */
export const CitizenUpload = Type.Object({
  id: Id,
  kind: Words(['image', 'audio', 'video'] as const),
  size: Type.Integer(),
  width: Nullable(Type.Integer()),
  height: Nullable(Type.Integer())
})
export type CitizenUpload = Static<typeof CitizenUpload>

/** A report of a citizen. With a bearer token it belongs to the contact, without one the tracking code is the only key to it. */
export const CitizenReport = Type.Object(
  {
    draftId: Type.String({ pattern: '^[A-Za-z0-9_-]{8,64}$', description: 'The same draft again answers with the same case' }),
    deviceId: DeviceId,
    location: LngLat,
    crs: Type.Optional(Words(CRS)),
    accuracyM: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
    address: Type.Optional(Type.String({ maxLength: 200 })),
    text: Type.Optional(Type.String({ maxLength: 500 })),
    classCode: Type.Optional(Type.String({ pattern: '^[0-9]{5}$' })),
    componentId: Type.Optional(
      Type.String({ pattern: '^[0-9]{16,17}$', description: 'Read from the plate of a component: then its class counts' })
    ),
    evidenceIds: Type.Array(Id, { maxItems: 6, uniqueItems: true }),
    visibility: Words(VISIBILITIES),
    foundAt: Type.Optional(Instant),
    consent: Type.String({ minLength: 1, maxLength: 40 }),
    captcha: Type.Optional(CaptchaAnswer)
  },
  closed
)
export type CitizenReport = Static<typeof CitizenReport>
/** `held`: it reached the centre, but the public sees it only after a review. */
export const CitizenReceipt = Type.Object({
  caseNo: Type.String(),
  trackingCode: Type.String(),
  reportedAt: Instant,
  promisedAt: Nullable(Instant),
  held: Type.Boolean()
})
export type CitizenReceipt = Static<typeof CitizenReceipt>

export const SimilarQuery = Type.Object(
  {
    lng: Type.Number({ minimum: -180, maximum: 180 }),
    lat: Type.Number({ minimum: -90, maximum: 90 }),
    crs: Type.Optional(Words(CRS)),
    classCode: Type.Optional(Type.String({ pattern: '^[0-9]{5}$' }))
  },
  closed
)
export type SimilarQuery = Static<typeof SimilarQuery>
/** An open report close by. The place is rounded; `photoUrl` is a released copy. */
export const SimilarReport = Type.Object({
  caseNo: Type.String(),
  className: Type.String(),
  location: LngLat,
  distanceM: Type.Integer({ description: 'to the rounded place' }),
  progress: Words(PROGRESS_KEYS),
  reportedAt: Instant,
  promisedAt: Nullable(Instant),
  photoUrl: Nullable(Type.String()),
  meToo: Type.Integer()
})
export type SimilarReport = Static<typeof SimilarReport>
export const SimilarReports = Type.Object({ items: Type.Array(SimilarReport), withinM: Type.Integer() })
export const MeTooRequest = Type.Object({ deviceId: DeviceId }, closed)
export const MeTooView = Type.Object({
  meToo: Type.Integer(),
  counted: Type.Boolean({ description: 'false: this person did before' })
})

/** How the reader of a report proves that it is his: header of the requests below, beside or instead of a bearer token. */
export const TRACKING_HEADER = 'x-tracking-code'

export const ProgressStep = Type.Object({ key: Words(PROGRESS_KEYS), at: Instant })
export const CitizenPhoto = Type.Object({ id: Id, side: Words(['before', 'after'] as const), url: Type.String() })
/** A report as a citizen sees it: no staff, no reporter. `mine` says that the reader proved it is his; only then `text` of a private one and `trackingCode` rights. */
export const CitizenCase = Type.Object({
  caseNo: Type.String(),
  className: Nullable(Type.String({ description: 'null: not classed yet' })),
  text: Nullable(Type.String()),
  address: Nullable(Type.String()),
  location: LngLat,
  rounded: Type.Boolean(),
  visibility: Words(VISIBILITIES),
  held: Type.Boolean(),
  progress: Words(PROGRESS_KEYS),
  steps: Type.Array(ProgressStep),
  reportedAt: Instant,
  promisedAt: Nullable(Instant),
  late: Type.Boolean(),
  closedAt: Nullable(Instant),
  agency: Nullable(Type.String()),
  reason: Nullable(Type.String({ description: 'Why it was not taken up; only to its reporter' })),
  photos: Type.Array(CitizenPhoto),
  photosInReview: Type.Integer(),
  meToo: Type.Integer(),
  mine: Type.Boolean(),
  following: Type.Boolean(),
  rating: Nullable(Type.Object({ score: Type.Integer(), satisfied: Type.Boolean(), text: Type.String(), at: Instant })),
  reopen: Nullable(
    Type.Object({ state: Words(['open', 'approved', 'rejected'] as const), at: Instant, note: Nullable(Type.String()) })
  ),
  can: Type.Array(Words(['rate', 'reopen', 'follow', 'meToo'] as const))
})
export type CitizenCase = Static<typeof CitizenCase>
export const CitizenCaseLine = Type.Object({
  caseNo: Type.String(),
  className: Nullable(Type.String()),
  address: Nullable(Type.String()),
  progress: Words(PROGRESS_KEYS),
  reportedAt: Instant,
  promisedAt: Nullable(Instant),
  photoUrl: Nullable(Type.String()),
  toRate: Type.Boolean()
})
export type CitizenCaseLine = Static<typeof CitizenCaseLine>
export const CitizenCaseLines = Type.Object({ items: Type.Array(CitizenCaseLine) })

export const RatingRequest = Type.Object(
  {
    score: Type.Integer({ minimum: 1, maximum: 5 }),
    satisfied: Type.Boolean(),
    text: Type.Optional(Type.String({ maxLength: 300 }))
  },
  closed
)
export type RatingRequest = Static<typeof RatingRequest>
export const ReopenRequest = Type.Object(
  {
    reason: Type.String({ minLength: 2, maxLength: 300 }),
    deviceId: DeviceId,
    evidenceIds: Type.Optional(Type.Array(Id, { maxItems: 3, uniqueItems: true }))
  },
  closed
)
export type ReopenRequest = Static<typeof ReopenRequest>

/** Follow a report by its number, or a district (6 digits) or street (9 digits) by its code. Needs a token. */
export const FollowRequest = Type.Union([
  Type.Object({ caseNo: CaseNo }, closed),
  Type.Object({ areaCode: Type.String({ pattern: '^[0-9]{6}([0-9]{3})?$' }) }, closed)
])
export type FollowRequest = Static<typeof FollowRequest>
export const FollowView = Type.Object({
  id: Id,
  kind: Words(['report', 'area'] as const),
  target: Type.String(),
  name: Type.String(),
  since: Instant,
  reports: Type.Array(CitizenCaseLine)
})
export const Follows = Type.Object({ items: Type.Array(FollowView) })
export type Follows = Static<typeof Follows>

export const PublicMapQuery = Type.Object(
  {
    bbox: Type.String({ pattern: '^-?[0-9.]+,-?[0-9.]+,-?[0-9.]+,-?[0-9.]+$', maxLength: 120 }),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 365 }))
  },
  closed
)
/** Public reports of a window, the newest first; `total` stops at 1000. */
export const PublicMap = Type.Object({
  items: Type.Array(
    Type.Object({
      caseNo: Type.String(),
      className: Nullable(Type.String()),
      location: LngLat,
      rounded: Type.Boolean(),
      progress: Words(PROGRESS_KEYS),
      reportedAt: Instant
    })
  ),
  total: Type.Integer(),
  more: Type.Boolean({ description: 'total stands at its cap: there are more' })
})
export type PublicMap = Static<typeof PublicMap>

export const SuggestRequest = Type.Object({ text: Type.String({ minLength: 1, maxLength: 500 }) }, closed)
/** Up to three classes, the likeliest first, with the words that spoke for each. */
export const Suggestions = Type.Object({
  items: Type.Array(
    Type.Object({
      classCode: Type.String(),
      name: Type.String(),
      majorName: Type.String(),
      score: Type.Number(),
      words: Type.Array(Type.String())
    })
  )
})
export type Suggestions = Static<typeof Suggestions>
