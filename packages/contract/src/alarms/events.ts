import type { AlarmAct, AlarmState } from './words.ts'

/** Whether the register is one that only some may know (`registry:restricted`). */
export interface AlarmTyped {
  restricted: boolean
}

/** What everybody who may hear of an alarm needs to draw it. */
export interface AlarmFacts extends AlarmTyped {
  id: string
  /** 1 is the gravest. */
  level: 1 | 2 | 3 | 4
  state: AlarmState
  ruleId: string
  pack: string
  title: { zh: string; en: string }
  /** A sensor failed; nothing happened to what it watches, as far as is known. */
  sensorFault: boolean
  /** The register item it is about. */
  typeId: string
  itemId: string
  itemCode: string
  itemName: string
  streamId: number
  gridCode: string | null
  lng: number | null
  lat: number | null
  /** Units that see it at its level. */
  unitIds: string[]
  /** ISO-8601. */
  raisedAt: string
  clearedAt: string | null
  acknowledged: boolean
  assigneeId: string | null
  caseId: string | null
  incidentId: string | null
  version: number
}

/** `alarms.moved`: an alarm was raised, changed its level, was acknowledged, assigned, judged, cleared or linked; suppressed ones are not told of. */
export interface AlarmsMoved {
  act: AlarmAct
  alarm: AlarmFacts
}

/** `alarms.caseWanted`: people have to act, or more urgently than before; `cases` reports it and answers with `linkCase` or `refuseCase`. */
export interface AlarmsCaseWanted {
  alarm: AlarmFacts
  /** Class of the case to be: matter or component class with its table. */
  standardRef: string
  kind: 'component' | 'matter'
  classCode: string
  description: string
  address: string
  /** Unit it goes to at once (级别一: point to point); null where responsibility decides. */
  unitId: string | null
  urgent: boolean
  /** The regulator watches it (督办). */
  supervise: boolean
  /**
   * The case that is there, or is being made of one of these alarms, becomes urgent (特急): its alarm rose, or a graver one joined it. Null: a case is to be
   * made.
   */
  existing: { caseId: string | null; alarmIds: string[] } | null
}

/** `alarms.noticed`: somebody has something new in the inbox; only that person's screens hear it. */
export interface AlarmsNoticed {
  personId: string
  kind: string
  level: number
  /** Null: it is about no alarm; `link` says where it leads in the console. */
  alarmId: string | null
  link?: string
  text: { zh: string; en: string }
}

/** `alarms.incidentMoved`: alarms became an incident, or it was split or merged. */
export interface AlarmsIncidentMoved extends AlarmTyped {
  incidentId: string
  no: number
  level: number
  title: { zh: string; en: string }
  count: number
  gridCode: string | null
  unitIds: string[]
}

/** `alarms.configured`: responses, suppressions, actuators or webhooks were changed; caches read them again. */
export interface AlarmsConfigured {
  what: 'response' | 'suppression' | 'actuator' | 'webhook'
}

/** `alarms.tasked`: a command to an actuator was wanted, sent, confirmed, failed or timed out. */
export interface AlarmsTasked extends AlarmTyped {
  taskId: string
  state: string
  itemId: string
  actuator: string
  command: string
  alarmId: string | null
  gridCode: string | null
  unitIds: string[]
}

/** `alarms.ruleChanged`: a rule was made, changed, switched on or off, or retired. */
export interface AlarmsRuleChanged {
  ruleId: string
  version: number
  enabled: boolean
  typeId: string
}

export interface AlarmsEvents {
  'alarms.caseWanted': AlarmsCaseWanted
  'alarms.configured': AlarmsConfigured
  'alarms.incidentMoved': AlarmsIncidentMoved
  'alarms.moved': AlarmsMoved
  'alarms.noticed': AlarmsNoticed
  'alarms.ruleChanged': AlarmsRuleChanged
  'alarms.tasked': AlarmsTasked
}
