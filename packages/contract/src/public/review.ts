import { type Static, Type } from 'typebox'
import { CASE_STATUSES } from '../cases/flow.ts'
import { Id, Instant, Nullable, Words } from '../common/index.ts'

const closed = { additionalProperties: false } as const

/** What waits for a reviewer: a report with a blocked word, a request to open a case again, a photo nobody released. */
export const REVIEW_KINDS = ['words', 'reopen', 'photo'] as const
export type ReviewKind = (typeof REVIEW_KINDS)[number]

export const ReviewQuery = Type.Object(
  { kind: Type.Optional(Words(REVIEW_KINDS)), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) },
  closed
)
/** One item. `id` is the photo's id for photos. `words` are the blocked words found; `warnings` what else speaks against the report. */
export const ReviewItem = Type.Object({
  id: Id,
  kind: Words(REVIEW_KINDS),
  caseId: Id,
  caseNo: Type.String(),
  status: Words(CASE_STATUSES),
  className: Type.String(),
  text: Type.String(),
  words: Type.Array(Type.String()),
  reason: Nullable(Type.String()),
  photoUrls: Type.Array(Type.String()),
  phase: Nullable(Type.String()),
  waitingSince: Instant
})
export type ReviewItem = Static<typeof ReviewItem>
export const ReviewList = Type.Object({
  items: Type.Array(ReviewItem),
  counts: Type.Object({ words: Type.Integer(), reopen: Type.Integer(), photo: Type.Integer() })
})
export type ReviewList = Static<typeof ReviewList>

/** Approve: the report becomes public / the case is opened again. Reject: it stays hidden / it stays closed, with the note as the answer. */
export const ReviewDecision = Type.Object(
  { approve: Type.Boolean(), note: Type.Optional(Type.String({ maxLength: 300 })) },
  closed
)
export type ReviewDecision = Static<typeof ReviewDecision>

const Fraction = Type.Number({ minimum: 0, maximum: 1 })
/** `[x, y, width, height]` as fractions of the upright picture. */
export const MaskBox = Type.Tuple([Fraction, Fraction, Fraction, Fraction])
export type MaskBox = Static<typeof MaskBox>
/** Release a photo with these boxes made unrecognisable (none: nothing to hide in it), or withhold it. */
export const MaskRequest = Type.Object({ boxes: Type.Array(MaskBox, { maxItems: 60 }), release: Type.Boolean() }, closed)
export type MaskRequest = Static<typeof MaskRequest>

/** What speaks against a report, for the acceptor: blocked words, and photos (nearly) seen before. */
export const ReportWarning = Type.Object({
  kind: Words(['words', 'photoSeen', 'unclassified', 'photoFar', 'photoOld'] as const),
  detail: Type.String(),
  caseNo: Nullable(Type.String())
})
export type ReportWarning = Static<typeof ReportWarning>
export const ReportWarnings = Type.Object({ items: Type.Array(ReportWarning), meToo: Type.Integer() })

export const BlockedWords = Type.Object(
  { words: Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: 5000 }) },
  closed
)
