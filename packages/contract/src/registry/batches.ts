import { type Static, Type } from 'typebox'
import { Id, Instant, LngLat, Nullable, Words } from '../common/index.ts'
import { BatchFile } from './batch-files.ts'
import { ItemCode, ItemView, TypeId } from './items.ts'

// Imports and censuses (普查): files are read into a stage of their own, judged, compared with the register and published (ADR 0017).

const closed = { additionalProperties: false }
const Both = Type.Object({ zh: Type.String(), en: Type.String() })

export const BATCH_KINDS = ['import', 'census'] as const
export type BatchKind = (typeof BATCH_KINDS)[number]
/** `open` waits for files and their mapping; `reading` and `checking` run; `checked` waits to be published. */
export const BATCH_STATES = [
  'open',
  'reading',
  'read',
  'checking',
  'checked',
  'publishing',
  'published',
  'failed',
  'cancelled'
] as const
export type BatchState = (typeof BATCH_STATES)[number]
export const BatchOptions = Type.Object(
  {
    /** What happens to codes that stand in the register: changed, left as they are, or refused. Default `update`. */
    existing: Type.Optional(Words(['update', 'skip', 'reject'] as const)),
    /** Rows outside the city: refused, or kept without a grid where the register allows it. Default `reject`. */
    outside: Type.Optional(Words(['reject', 'keep'] as const)),
    /** An optional attribute that is wrong: the row is refused, or the attribute left blank and counted. Default `reject`. */
    faulty: Type.Optional(Words(['reject', 'blank'] as const)),
    /** Rows whose class no register has: refused, or given this class. */
    otherClass: Type.Optional(Type.String({ maxLength: 20 }))
  },
  closed
)
export type BatchOptions = Static<typeof BatchOptions>

/** Which part of the register a census goes through; empty lists: all of it. What is there and not in the files is gone. */
export const BatchScope = Type.Object(
  {
    districts: Type.Optional(Type.Array(Type.String({ pattern: '^\\d{6,12}$' }), { maxItems: 200 })),
    classes: Type.Optional(Type.Array(Type.String({ pattern: '^[A-Za-z0-9-]{1,20}$' }), { maxItems: 300 }))
  },
  closed
)
export type BatchScope = Static<typeof BatchScope>

export const BatchCreate = Type.Object(
  {
    type: TypeId,
    kind: Words(BATCH_KINDS),
    name: Type.String({ minLength: 1, maxLength: 100 }),
    scope: Type.Optional(BatchScope),
    options: Type.Optional(BatchOptions)
  },
  closed
)
export type BatchCreate = Static<typeof BatchCreate>

export const FINDING_KINDS = ['duplicate', 'missing', 'wrongGrid', 'outside', 'sameCode'] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

/** A census is only published as good when all of these hold; otherwise whoever publishes says why all the same. */
export const BatchQuality = Type.Object({
  /** Filled required and wanted attributes of all, 0…1; at least 0.95 (standards §2.7.3). */
  completeness: Type.Number(),
  completenessBy: Type.Array(Type.Object({ field: Type.String(), name: Both, filled: Type.Integer(), of: Type.Integer() })),
  findings: Type.Record(Type.String(), Type.Integer()),
  /** Rows drawn for a look in the field or at the desk, and what was found. */
  sample: Nullable(Type.Object({ drawn: Type.Integer(), judged: Type.Integer(), wrong: Type.Integer() })),
  /** Rows that were in the file against rows that were taken. */
  rejectedShare: Type.Number(),
  passed: Type.Boolean(),
  reasons: Type.Array(Both)
})
export type BatchQuality = Static<typeof BatchQuality>

/** GCJ-02 or BD-09 given as CGCS2000: rows whose place lies in the area they claim, as declared and after conversion. */
export const CrsSuspicion = Type.Object({
  file: Type.Integer(),
  declared: Type.String(),
  likely: Type.String(),
  compared: Type.Integer(),
  agreeDeclared: Type.Integer(),
  agreeLikely: Type.Integer(),
  sentence: Both
})
export type CrsSuspicion = Static<typeof CrsSuspicion>

export const DIFF_KINDS = ['added', 'removed', 'moved', 'changed'] as const
export type DiffKind = (typeof DIFF_KINDS)[number]
const Counts = Type.Object({
  added: Type.Integer(),
  removed: Type.Integer(),
  moved: Type.Integer(),
  changed: Type.Integer(),
  same: Type.Integer()
})
export const BatchComparison = Type.Object({
  total: Counts,
  byClass: Type.Array(Type.Object({ code: Type.String(), name: Type.String(), ...Counts.properties })),
  byStreet: Type.Array(Type.Object({ code: Type.String(), name: Type.String(), ...Counts.properties }))
})
export type BatchComparison = Static<typeof BatchComparison>

export const BATCH_ACTS = ['upload', 'check', 'cancel', 'publish', 'sample', 'delete'] as const
export const BatchView = Type.Object({
  id: Id,
  type: Type.String(),
  kind: Words(BATCH_KINDS),
  name: Type.String(),
  state: Words(BATCH_STATES),
  scope: BatchScope,
  options: BatchOptions,
  files: Type.Array(BatchFile),
  /** While it runs: rows and share done, rows a second, seconds left (null: not known). */
  progress: Nullable(
    Type.Object({
      phase: Words(['reading', 'checking', 'comparing', 'publishing'] as const),
      rows: Type.Integer(),
      share: Type.Number(),
      rowsPerS: Type.Number(),
      etaS: Nullable(Type.Number())
    })
  ),
  totals: Type.Object({
    read: Type.Integer(),
    accepted: Type.Integer(),
    rejected: Type.Integer(),
    /** Attributes left blank because they were wrong (option `faulty: blank`). */
    blanked: Type.Integer(),
    /** Kept without a grid (option `outside: keep`). */
    outside: Type.Integer(),
    /** Codes given by the platform. */
    coded: Type.Integer()
  }),
  rejectsBy: Type.Array(Type.Object({ rule: Type.String(), field: Type.String(), name: Both, rows: Type.Integer() })),
  suspicions: Type.Array(CrsSuspicion),
  quality: Nullable(BatchQuality),
  comparison: Nullable(BatchComparison),
  error: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
  createdByName: Type.String(),
  createdAt: Instant,
  updatedAt: Instant,
  publishedByName: Nullable(Type.String()),
  publishedAt: Nullable(Instant),
  note: Nullable(Type.String()),
  can: Type.Array(Words(BATCH_ACTS))
})
export type BatchView = Static<typeof BatchView>

export const BatchSummary = Type.Object({
  id: Id,
  type: Type.String(),
  kind: Words(BATCH_KINDS),
  name: Type.String(),
  state: Words(BATCH_STATES),
  accepted: Type.Integer(),
  rejected: Type.Integer(),
  createdByName: Type.String(),
  createdAt: Instant,
  publishedAt: Nullable(Instant)
})
export const BatchPage = Type.Object({ items: Type.Array(BatchSummary), next: Nullable(Type.String()) })
export type BatchPage = Static<typeof BatchPage>
export const BatchQuery = Type.Object(
  {
    type: Type.Optional(TypeId),
    kind: Type.Optional(Words(BATCH_KINDS)),
    state: Type.Optional(Words(BATCH_STATES)),
    cursor: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }))
  },
  closed
)

/** A row that was not taken, with everything that is wrong with it and the row as it stood in the file. */
export const BatchReject = Type.Object({
  /** Counted through all files of the batch. */
  no: Type.Integer(),
  file: Type.Integer(),
  row: Type.Integer(),
  code: Nullable(Type.String()),
  reasons: Type.Array(Type.Object({ field: Type.String(), rule: Type.String(), zh: Type.String(), en: Type.String() })),
  fields: Type.Record(Type.String(), Type.String())
})
export const RejectPage = Type.Object({ items: Type.Array(BatchReject), next: Nullable(Type.String()) })
export type RejectPage = Static<typeof RejectPage>
export const RejectQuery = Type.Object(
  {
    rule: Type.Optional(Type.String({ maxLength: 40 })),
    cursor: Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  closed
)

export const BatchFinding = Type.Object({
  seq: Type.Integer(),
  kind: Words(FINDING_KINDS),
  code: Type.String(),
  /** The other item of a pair. */
  otherCode: Nullable(Type.String()),
  class: Nullable(Type.String()),
  place: Nullable(LngLat),
  text: Both
})
export const FindingPage = Type.Object({ items: Type.Array(BatchFinding), next: Nullable(Type.String()) })
export type FindingPage = Static<typeof FindingPage>
export const FindingQuery = Type.Object(
  {
    kind: Type.Optional(Words(FINDING_KINDS)),
    cursor: Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 }))
  },
  closed
)

/** Draw a sample: 5–10 % of the rows, at most 5,000, spread over classes and streets as the rows are. */
export const SampleDraw = Type.Object({ percent: Type.Number({ minimum: 5, maximum: 10 }) }, closed)
export const SampleVerdict = Type.Object(
  { verdict: Words(['right', 'wrong'] as const), note: Type.Optional(Type.String({ maxLength: 500 })) },
  closed
)
export const SampleItem = Type.Object({
  code: Type.String(),
  class: Nullable(Type.String()),
  name: Type.String(),
  place: Nullable(LngLat),
  address: Type.String(),
  attributes: Type.Record(Type.String(), Type.Unknown()),
  verdict: Nullable(Words(['right', 'wrong'] as const)),
  note: Type.String(),
  judgedByName: Nullable(Type.String())
})
export const SamplePage = Type.Object({ items: Type.Array(SampleItem), next: Nullable(Type.String()) })
export type SamplePage = Static<typeof SamplePage>
export const SampleQuery = Type.Object(
  {
    open: Type.Optional(Type.Boolean()),
    cursor: Type.Optional(ItemCode),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  closed
)

/** One difference between the files and the register. */
export const DiffItem = Type.Object({
  kind: Words(DIFF_KINDS),
  code: Type.String(),
  class: Nullable(Type.String()),
  name: Type.String(),
  before: Nullable(LngLat),
  after: Nullable(LngLat),
  movedM: Nullable(Type.Number()),
  fields: Type.Array(Type.Object({ field: Type.String(), before: Type.Unknown(), after: Type.Unknown() }))
})
export const DiffPage = Type.Object({ items: Type.Array(DiffItem), next: Nullable(Type.String()) })
export type DiffPage = Static<typeof DiffPage>
export const DiffQuery = Type.Object(
  {
    kind: Words(DIFF_KINDS),
    class: Type.Optional(Type.String({ maxLength: 20 })),
    street: Type.Optional(Type.String({ pattern: '^\\d{9}$' })),
    cursor: Type.Optional(ItemCode),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  closed
)

/** Items of a published census as they were at its publication, within its scope, by code. `q`: the beginning of a code, or a part of name or address. */
export const VersionQuery = Type.Object(
  {
    q: Type.Optional(Type.String({ maxLength: 100 })),
    class: Type.Optional(Type.String({ maxLength: 20 })),
    within: Type.Optional(Type.String({ pattern: '^\\d{6,15}$' })),
    cursor: Type.Optional(ItemCode),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  closed
)
export type VersionQuery = Static<typeof VersionQuery>
export const VersionPage = Type.Object({ items: Type.Array(ItemView), next: Nullable(Type.String()) })
export type VersionPage = Static<typeof VersionPage>

/** Publish: `despite` says that faults of quality were seen and are taken into account; then the note is required. */
export const BatchPublish = Type.Object(
  { note: Type.Optional(Type.String({ maxLength: 500 })), despite: Type.Optional(Type.Boolean()) },
  closed
)

export const EXPORT_FORMATS = ['csv', 'xlsx', 'geojson', 'gpkg', 'shp'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]
