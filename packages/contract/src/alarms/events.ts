/** What everybody who may hear of an alarm needs to draw it. */
export interface AlarmFacts {
  id: string
  /** 1 is the gravest. */
  level: 1 | 2 | 3 | 4
  ruleId: string
  pack: string
  title: string
  /** The register item it is about. */
  typeId: string
  itemId: string
  itemCode: string
  itemName: string
  gridCode: string | null
  lng: number | null
  lat: number | null
  unitIds: string[]
  /** ISO-8601. */
  raisedAt: string
  clearedAt: string | null
  acknowledged: boolean
  caseId: string | null
  incidentId: string | null
}

/** `alarms.moved`: an alarm was raised, changed its level, was acknowledged, assigned, judged, cleared or linked. */
export interface AlarmsMoved {
  act: string
  alarm: AlarmFacts
}

/** `alarms.caseWanted`: people have to act; `cases` reports it and answers with `linkCase`. */
export interface AlarmsCaseWanted {
  alarm: AlarmFacts
  /** Class of the case to be: matter or component class with its table. */
  standardRef: string
  kind: 'component' | 'matter'
  classCode: string
  description: string
  /** Unit it goes to at once (级别一: point to point); null where responsibility decides. */
  unitId: string | null
  urgent: boolean
}

export interface AlarmsEvents {
  'alarms.caseWanted': AlarmsCaseWanted
  'alarms.moved': AlarmsMoved
}
