import { type Static, Type } from 'typebox'
import { Instant, Nullable, Words } from '../common/index.ts'
import { BothNames } from '../registry/index.ts'
import { WIDGET_TYPES } from './widgets.ts'

const closed = { additionalProperties: false }

/** A widget as the page lays it out: columns of 24, rows of 40 px. Its number in the list asks for its data. */
export const PageWidget = Type.Object({
  type: Words(WIDGET_TYPES),
  title: BothNames,
  span: Type.Integer(),
  rows: Type.Integer(),
  /** Spans of time the reader can choose from instead of that of the pack; empty where there is nothing to choose. */
  spans: Type.Array(Words(['day', 'week', 'month', 'season', 'year'] as const)),
  /** The span the pack names. */
  during: Nullable(Words(['day', 'week', 'month', 'season', 'year'] as const))
})
export type PageWidget = Static<typeof PageWidget>

/** `GET /api/scenarios/{pack}/pages/{page}`: a page of a pack, its texts filled in. */
export const PackPage = Type.Object({
  pack: Type.String(),
  packName: BothNames,
  key: Type.String(),
  name: BothNames,
  theme: Words(['desk', 'wall'] as const),
  /** Register whose things can be chosen; null where there is nothing to choose. */
  subject: Nullable(Type.Object({ register: Type.String(), name: BothNames, count: Type.Integer() })),
  widgets: Type.Array(PageWidget),
  /** All pages of the pack, this one among them. */
  pages: Type.Array(Type.Object({ key: Type.String(), name: BothNames })),
  /** The pack was taken in with demonstration data. */
  demo: Type.Boolean()
})
export type PackPage = Static<typeof PackPage>

/** `GET /api/scenarios/pages`: pages a reader may open, for navigation: packs that are on, by kind. */
export const PackPages = Type.Object({
  items: Type.Array(
    Type.Object({
      pack: Type.String(),
      name: BothNames,
      kind: Type.String(),
      pages: Type.Array(Type.Object({ key: Type.String(), name: BothNames, theme: Words(['desk', 'wall'] as const) })),
      /** Registers its reports are about, once each; empty: it has none. */
      reports: Type.Array(Type.String()),
      /** Open alarms of the pack within the reader's reach, and the gravest level of them; 0 for none. */
      alarms: Type.Integer(),
      worst: Type.Integer()
    })
  )
})
export type PackPages = Static<typeof PackPages>

/** `GET /api/scenarios/{pack}/pages/{page}/widgets/{n}` (n from 0) answers with `WidgetData`. */
export const WidgetQuery = Type.Object(
  {
    /** Code of the chosen thing. */
    subject: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    during: Type.Optional(Words(['day', 'week', 'month', 'season', 'year'] as const)),
    /** What is known already ({@link WidgetData} `rev`): what does not change is left out of the answer. */
    known: Type.Optional(Type.String({ maxLength: 80 })),
    /** Width of the drawing in pixels, for curves. */
    pixels: Type.Optional(Type.Integer({ minimum: 50, maximum: 4000 }))
  },
  closed
)
export type WidgetQuery = Static<typeof WidgetQuery>

/** `GET …/widgets/{n}/sparks`: small curves for the rows in sight of a station table. */
export const SparksQuery = Type.Object(
  { codes: Type.String({ minLength: 1, maxLength: 6000, description: 'Codes, separated by commas; at most 100' }) },
  closed
)
/** Hourly means of the last 24 hours, oldest first; null where there was none. */
export const SparksView = Type.Object({
  from: Instant,
  items: Type.Record(Type.String(), Type.Array(Nullable(Type.Number())))
})
export type SparksView = Static<typeof SparksView>

/** `GET /api/scenarios/{pack}/figures/{key}/rows`: rows behind a figure that no other list shows. */
export const FigureRowsQuery = Type.Object(
  {
    cursor: Type.Optional(Type.String({ maxLength: 100 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    /** Of a share: the rows of what it is a share of. */
    whole: Type.Optional(Type.Boolean())
  },
  closed
)
/** The things a figure counts, worst first. `total` equals the figure. */
export const FigureRows = Type.Object({
  pack: Type.String(),
  key: Type.String(),
  name: BothNames,
  meaning: Type.Object({ zh: Type.String(), en: Type.String() }),
  unit: Type.Object({ zh: Type.String(), en: Type.String() }),
  total: Type.Integer(),
  at: Instant,
  items: Type.Array(
    Type.Object({
      register: Type.String(),
      code: Type.String(),
      name: Type.String(),
      address: Type.String(),
      streamId: Nullable(Type.Integer()),
      value: Nullable(Type.Number()),
      state: Type.String(),
      heardAt: Nullable(Instant)
    })
  ),
  next: Nullable(Type.String())
})
export type FigureRows = Static<typeof FigureRows>
