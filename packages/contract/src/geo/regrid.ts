/** Editing unit grids and duty grids: what may be done, what it would change, what is wrong with it (standards §2.2). Degrees, CGCS2000. */
import { type Static, Type } from 'typebox'
import { Id, Instant, Words } from '../common/index.ts'
import { DivisionCode, DutyGridCode, GridCode, Position } from './schemas.ts'

const closed = { additionalProperties: false }
/** A unit grid by its code, or a piece that the draft made: `new-<step>-<piece>`. */
const CellKey = Type.String({ pattern: '^(\\d{15}|new-\\d{1,3}-\\d{1,3})$' })

/** One step of a draft. Corners are exactly those the server sent. */
export const RegridStep = Type.Union([
  Type.Object({ op: Type.Literal('split'), cell: CellKey, line: Type.Array(Position, { minItems: 2, maxItems: 200 }) }, closed),
  Type.Object(
    { op: Type.Literal('merge'), cells: Type.Array(CellKey, { minItems: 2, maxItems: 50, uniqueItems: true }) },
    closed
  ),
  /** A corner moves, and with it every unit grid that has it. */
  Type.Object({ op: Type.Literal('move'), from: Position, to: Position }, closed),
  /** A shared border between two corners gets a new one. */
  Type.Object({ op: Type.Literal('bend'), between: Type.Tuple([Position, Position]), to: Position }, closed),
  /** A corner between two unit grids goes away. */
  Type.Object({ op: Type.Literal('straighten'), at: Position }, closed)
])
export type RegridStep = Static<typeof RegridStep>
const Steps = Type.Array(RegridStep, { minItems: 1, maxItems: 200 })

export const FAULT_KINDS = ['invalid', 'overlap', 'gap', 'outside', 'coverage', 'parts', 'small'] as const
/** What is wrong, where. `error` keeps the draft from being applied. */
export const RegridFault = Type.Object({
  kind: Words(FAULT_KINDS),
  severity: Words(['error', 'warning'] as const),
  cells: Type.Array(Type.String()),
  areaM2: Type.Union([Type.Number(), Type.Null()]),
  /** The faulty piece, to be drawn. */
  geometry: Type.Union([Type.Unknown(), Type.Null()]),
  at: Type.Union([Position, Type.Null()])
})
export type RegridFault = Static<typeof RegridFault>

/** A unit grid of the community as it is or would be. */
export const RegridCell = Type.Object({
  key: Type.String(),
  /** The code it has, or would get; null while a fault keeps codes from being given. */
  code: Type.Union([GridCode, Type.Null()]),
  state: Words(['kept', 'changed', 'new'] as const),
  areaM2: Type.Number(),
  /** Unit grids it came from. */
  from: Type.Array(GridCode),
  duty: Type.Array(DutyGridCode),
  geometry: Type.Unknown()
})
export type RegridCell = Static<typeof RegridCell>

export const RegridEntry = Type.Object({
  id: Type.String(),
  communityCode: DivisionCode,
  at: Instant,
  by: Type.String(),
  note: Type.String(),
  retired: Type.Array(GridCode),
  created: Type.Array(GridCode),
  altered: Type.Array(GridCode),
  /** It takes back another one; it was taken back itself. */
  undoes: Type.Union([Type.String(), Type.Null()]),
  undone: Type.Boolean(),
  /** Whether it may be taken back now: nothing was done in the community since. */
  canUndo: Type.Boolean(),
  /** Rows looked at and moved of those that lay in the unit grids; finished when `done` equals `total` for each. */
  progress: Type.Array(
    Type.Object({
      follower: Type.String(),
      total: Type.Integer(),
      done: Type.Integer(),
      moved: Type.Integer(),
      finished: Type.Boolean()
    })
  )
})
export type RegridEntry = Static<typeof RegridEntry>

/** A community ready to be edited. */
export const RegridState = Type.Object({
  communityCode: DivisionCode,
  name: Type.String(),
  /** Where it lies: district and street. */
  path: Type.String(),
  /** Sent back when applying: somebody else may have been faster. */
  state: Type.String(),
  outline: Type.Union([Type.Unknown(), Type.Null()]),
  cells: Type.Array(RegridCell),
  /** Unit grids of the communities around, to be seen and not touched. */
  around: Type.Array(Type.Object({ code: GridCode, geometry: Type.Unknown() })),
  faults: Type.Array(RegridFault),
  /** Share of the outline that is covered; null where no outline is known. */
  coverage: Type.Union([Type.Number(), Type.Null()]),
  history: Type.Array(RegridEntry)
})
export type RegridState = Static<typeof RegridState>

/** Rows of one kind (cases, a register …) that would lie in another unit grid. */
export const RegridEffect = Type.Object({
  follower: Type.String(),
  name: Type.Object({ zh: Type.String(), en: Type.String() }),
  /** Rows in the unit grids of the draft. */
  looked: Type.Integer(),
  moved: Type.Integer(),
  /** More rows than are looked at before applying: the numbers are at least so large. */
  more: Type.Boolean(),
  sample: Type.Array(
    Type.Object({
      key: Type.String(),
      title: Type.String(),
      position: Position,
      from: Type.Union([GridCode, Type.Null()]),
      to: Type.Union([GridCode, Type.Null()])
    })
  )
})
export type RegridEffect = Static<typeof RegridEffect>

export const TouchedDutyGrid = Type.Object({
  code: DutyGridCode,
  name: Type.String(),
  shift: Type.String(),
  before: Type.Integer(),
  after: Type.Integer(),
  collectors: Type.Array(Type.String()),
  /** Responsibility rules that name it. */
  rules: Type.Array(Type.String())
})
export type TouchedDutyGrid = Static<typeof TouchedDutyGrid>

export const RegridPreview = Type.Object({
  cells: Type.Array(RegridCell),
  retired: Type.Array(GridCode),
  created: Type.Array(GridCode),
  altered: Type.Array(GridCode),
  faults: Type.Array(RegridFault),
  coverage: Type.Union([Type.Number(), Type.Null()]),
  effects: Type.Array(RegridEffect),
  dutyGrids: Type.Array(TouchedDutyGrid)
})
export type RegridPreview = Static<typeof RegridPreview>

/** `effects`: also count what would move; left out while drawing, when only shape and faults are wanted. */
export const RegridPreviewRequest = Type.Object({ steps: Steps, effects: Type.Optional(Type.Boolean()) }, closed)
export type RegridPreviewRequest = Static<typeof RegridPreviewRequest>
export const RegridRequest = Type.Object(
  { steps: Steps, state: Type.String({ maxLength: 64 }), note: Type.String({ minLength: 2, maxLength: 500 }) },
  closed
)
export type RegridRequest = Static<typeof RegridRequest>
export const RegridUndo = Type.Object({ note: Type.String({ minLength: 2, maxLength: 500 }) }, closed)

/** A duty grid as it would be saved. */
export const DutyGridDraft = Type.Object(
  {
    code: DutyGridCode,
    shift: Type.String({ minLength: 1, maxLength: 20 }),
    gridCodes: Type.Array(GridCode, { maxItems: 5000, uniqueItems: true })
  },
  closed
)
export type DutyGridDraft = Static<typeof DutyGridDraft>
export const DutyGridPreview = Type.Object({
  added: Type.Array(GridCode),
  removed: Type.Array(GridCode),
  /** Unit grids that another duty grid of the same shift holds. */
  taken: Type.Array(Type.Object({ gridCode: GridCode, dutyGridCode: DutyGridCode, name: Type.String() })),
  /** Unit grids of the street that no duty grid would hold. */
  uncovered: Type.Array(GridCode),
  effects: Type.Array(RegridEffect),
  rules: Type.Array(Type.String())
})
export type DutyGridPreview = Static<typeof DutyGridPreview>

/** Somebody who walks a duty grid now, or will: by a post that names it. */
export const DutyCollector = Type.Object({
  postId: Id,
  userId: Id,
  name: Type.String(),
  unitName: Type.String(),
  /** His main duty grid, or one he walks beside it. */
  isMain: Type.Boolean(),
  from: Instant,
  to: Type.Union([Instant, Type.Null()]),
  isComing: Type.Boolean()
})
export type DutyCollector = Static<typeof DutyCollector>
/** A duty grid for a collector; from now on and without end when no times are given. */
export const DutyCollectorInput = Type.Object(
  {
    userId: Id,
    main: Type.Boolean(),
    from: Type.Optional(Instant),
    to: Type.Optional(Type.Union([Instant, Type.Null()]))
  },
  closed
)
export type DutyCollectorInput = Static<typeof DutyCollectorInput>

export const REGRID_ERRORS = {
  REGRID_COMMUNITY_EMPTY: {
    status: 404,
    zh: '社区 {code} 没有有效的单元网格',
    en: 'The community {code} has no valid unit grids'
  },
  REGRID_CELL_UNKNOWN: { status: 422, zh: '第 {step} 步：没有网格 {cell}', en: 'Step {step}: there is no grid {cell}' },
  REGRID_LINE_MISSES: {
    status: 422,
    zh: '第 {step} 步：切割线没有从一边穿到另一边，网格没有被分开',
    en: 'Step {step}: the line does not cross the grid from side to side, so nothing is cut'
  },
  REGRID_NOT_NEIGHBOURS: {
    status: 422,
    zh: '第 {step} 步：选中的网格没有共同的边，不能合并',
    en: 'Step {step}: the grids share no border and cannot be merged'
  },
  REGRID_CORNER_UNKNOWN: {
    status: 422,
    zh: '第 {step} 步：这里没有顶点或边',
    en: 'Step {step}: there is no corner or border here'
  },
  REGRID_ON_BORDER: {
    status: 422,
    zh: '第 {step} 步：社区边界上的顶点不能移动，网格必须套合社区边界',
    en: 'Step {step}: corners on the border of the community stay: grids nest in it'
  },
  REGRID_CORNER_NEEDED: {
    status: 422,
    zh: '第 {step} 步：三个以上网格在此相接，顶点不能删除',
    en: 'Step {step}: three or more grids meet here; the corner stays'
  },
  REGRID_CODES_EXHAUSTED: {
    status: 422,
    zh: '社区 {code} 的三位顺序码已用完，停用的编码不得重用',
    en: 'The three digits of community {code} are used up, and retired codes are never given again'
  },
  REGRID_FAULTY: {
    status: 422,
    zh: '还有 {count} 处拓扑问题，改正后才能应用',
    en: '{count} faults of topology have to be put right first'
  },
  REGRID_STALE: {
    status: 409,
    zh: '社区的网格刚被别人改过，请重新载入',
    en: 'Somebody changed the grids of the community meanwhile; load them again'
  },
  REGRID_NOT_FOUND: { status: 404, zh: '没有这次调整', en: 'There is no such change' },
  REGRID_UNDO_LATE: {
    status: 409,
    zh: '之后又有别的调整，不能再撤销这一次',
    en: 'Something was changed after it; it cannot be taken back any more'
  },
  REGRID_NOTHING: { status: 422, zh: '没有任何变化', en: 'Nothing would change' }
} as const
