import { type Static, Type } from 'typebox'
import { Id, Instant, Nullable, Words } from '../common/index.ts'
import { ActuatorDeclaration } from '../streams/index.ts'
import { PartKey } from './rule-parts.ts'

const closed = { additionalProperties: false }
const Both = Type.Object({ zh: Type.String(), en: Type.String() })
/** `confirmed`: the thing said so, or a stream shows it; `timedOut`: neither in time. */
export const TASK_STATES = ['queued', 'sent', 'confirmed', 'failed', 'timedOut', 'cancelled'] as const
export type TaskState = (typeof TASK_STATES)[number]

/** A command to an actuator. */
export const TaskView = Type.Object({
  id: Id,
  no: Type.Integer(),
  type: Type.String(),
  item: Type.Object({ id: Id, code: Type.String(), name: Type.String() }),
  actuator: Type.String(),
  command: Type.String(),
  /** What they are called; the key where the pack no longer says. */
  name: Type.Object({ actuator: Both, command: Both }),
  state: Words(TASK_STATES),
  automatic: Type.Boolean(),
  alarmId: Nullable(Id),
  wantedBy: Type.String(),
  reason: Type.String(),
  wantedAt: Instant,
  sentAt: Nullable(Instant),
  dueAt: Nullable(Instant),
  endedAt: Nullable(Instant),
  answer: Nullable(Type.Record(Type.String(), Type.Unknown())),
  can: Type.Array(Words(['cancel'] as const))
})
export type TaskView = Static<typeof TaskView>
export const TaskPage = Type.Object({ items: Type.Array(TaskView), next: Nullable(Type.Integer()) })
export const TaskQuery = Type.Object(
  {
    before: Type.Optional(Type.Integer()),
    item: Type.Optional(Id),
    state: Type.Optional(Words(TASK_STATES)),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  closed
)

/** A command a person gives: the code of the item is typed once more, and a reason. */
export const TaskBody = Type.Object(
  {
    itemId: Id,
    actuator: PartKey,
    command: PartKey,
    confirm: Type.String({ minLength: 1, maxLength: 60, description: 'Code of the item, typed again' }),
    reason: Type.String({ minLength: 2, maxLength: 500 }),
    alarmId: Type.Optional(Id)
  },
  closed
)
export type TaskBody = Static<typeof TaskBody>

/** What can be done to an item from afar, and what rules may do by themselves. */
export const ItemActuators = Type.Object({
  items: Type.Array(
    Type.Object({
      declaration: ActuatorDeclaration,
      pack: Type.String(),
      permit: Nullable(Type.Object({ reason: Type.String(), by: Type.String(), at: Instant })),
      last: Nullable(TaskView)
    })
  ),
  can: Type.Array(Words(['task', 'permit'] as const))
})
/** An actuator of an item that rules may use without a person. */
export const PermitView = Type.Object({
  type: Type.String(),
  item: Type.Object({ id: Id, code: Type.String(), name: Type.String() }),
  actuator: PartKey,
  name: ActuatorDeclaration.properties.name,
  /** Its pack still allows it, and what confirms it is there; without that the permit has no effect. */
  automatic: Type.Boolean(),
  reason: Type.String(),
  by: Type.String(),
  at: Instant,
  can: Type.Array(Words(['withdraw'] as const))
})
export type PermitView = Static<typeof PermitView>
export const PermitList = Type.Object({ items: Type.Array(PermitView) })
/** Whether rules may use an actuator of this item without a person. */
export const PermitBody = Type.Object({ allowed: Type.Boolean(), reason: Type.String({ minLength: 2, maxLength: 500 }) }, closed)
