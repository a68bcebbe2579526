import { type Static, Type } from 'typebox'
import { Id, Instant, Nullable, Words } from '../common/index.ts'

const closed = { additionalProperties: false }
const Both = Type.Object({ zh: Type.String(), en: Type.String() }, closed)
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Key = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })

export const REPORT_PERIODS = ['day', 'month'] as const
export const REPORT_PER = ['item', 'unit', 'city'] as const
export const REPORT_STATES = ['waiting', 'ready', 'failed'] as const
export type ReportState = (typeof REPORT_STATES)[number]
export const REPORT_FORMATS = ['pdf', 'docx'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

/** A kind of report a pack declares. */
export const ReportKind = Type.Object(
  {
    key: Type.String(),
    name: Both,
    /** The register whose items it is about. */
    subject: Type.String(),
    per: Words(REPORT_PER),
    period: Words(REPORT_PERIODS),
    /** When the next one is made by itself; null: only when somebody asks. */
    nextDue: Nullable(Instant),
    /** A day of the latest period that is over. */
    lastOver: Day
  },
  closed
)
export type ReportKind = Static<typeof ReportKind>
export const ReportKinds = Type.Object({ pack: Type.String(), packName: Both, items: Type.Array(ReportKind) }, closed)
export type ReportKinds = Static<typeof ReportKinds>

export const KeptReport = Type.Object(
  {
    id: Id,
    report: Type.String(),
    per: Words(REPORT_PER),
    register: Type.String(),
    code: Type.String(),
    name: Type.String(),
    /** First and last day. */
    from: Day,
    to: Day,
    state: Words(REPORT_STATES),
    /** Why it could not be made. */
    error: Nullable(Type.String()),
    /** SHA-256 of the figures it says. */
    hash: Nullable(Type.String()),
    madeAt: Nullable(Instant),
    /** Version of the pack it was made with. */
    version: Nullable(Type.String()),
    /** Files that were fetched before, and are the same ever after. */
    files: Type.Array(
      Type.Object(
        { format: Words(REPORT_FORMATS), language: Words(['zh', 'en'] as const), size: Type.Integer(), hash: Type.String() },
        closed
      )
    )
  },
  closed
)
export type KeptReport = Static<typeof KeptReport>
export const KeptReportPage = Type.Object(
  {
    items: Type.Array(KeptReport),
    /** All of the filter, by state. */
    counts: Type.Object({ waiting: Type.Integer(), ready: Type.Integer(), failed: Type.Integer() }, closed),
    next: Nullable(Type.String())
  },
  closed
)
export type KeptReportPage = Static<typeof KeptReportPage>
export const KeptReportQuery = Type.Object(
  {
    report: Type.Optional(Key),
    state: Type.Optional(Words(REPORT_STATES)),
    /** A day within the period. */
    day: Type.Optional(Day),
    /** Part of a code or a name. */
    q: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  closed
)
export type KeptReportQuery = Static<typeof KeptReportQuery>

/** Reports of a period that are being made. */
export const ReportRun = Type.Object(
  {
    id: Id,
    report: Type.String(),
    from: Day,
    to: Day,
    /** Who asked; empty: it was due. */
    askedBy: Type.String(),
    askedAt: Instant,
    endedAt: Nullable(Instant),
    waiting: Type.Integer(),
    ready: Type.Integer(),
    failed: Type.Integer(),
    canCancel: Type.Boolean()
  },
  closed
)
export type ReportRun = Static<typeof ReportRun>
export const ReportRuns = Type.Object({ items: Type.Array(ReportRun) }, closed)
/** What of a kind is to be made: the period of a day that is over. */
export const ReportMake = Type.Object({ day: Day }, closed)
export const ReportMade = Type.Object({ run: Id, waiting: Type.Integer() }, closed)
export type ReportMade = Static<typeof ReportMade>
export const ReportFileQuery = Type.Object(
  { format: Words(REPORT_FORMATS), lang: Type.Optional(Words(['zh', 'en'] as const)) },
  closed
)
