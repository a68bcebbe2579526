import type { CaseView } from '@chengyun/contract/cases'
import type {
  FieldCase,
  FieldClass,
  FieldComponents,
  FieldInputs,
  FieldKind,
  FieldMap,
  FieldPerson
} from '@chengyun/contract/field'
import { createContext, useContext } from 'react'
import type { Shot } from '../camera/shot.ts'
import type { Place } from '../map/project.ts'

/** What a shift needs, as it stands on this phone. */
export interface Pack {
  person: FieldPerson
  classes: readonly FieldClass[]
  cases: readonly FieldCase[]
  map: FieldMap | null
  /** Components of the register around the work, packed; read by `useRegister`. */
  components: FieldComponents
  /** How far a place may be corrected by hand, in metres. */
  correctionM: number
  /** When it was fetched, device time. */
  at: string
}

/** How it stands with sending. */
export interface Line {
  online: boolean
  sending: boolean
  /** Operations not yet with the server, and when the oldest of them was done. */
  waiting: number
  oldestAt: string | null
  /** Operations that wait for a decision of the person. */
  trouble: number
  /** Clock of this phone minus clock of the server; null while unknown. */
  driftMs: number | null
  /** Share of the space of this app that is used, 0…1; null while unknown. */
  usedShare: number | null
  freeBytes: number | null
  /** The last thing done found no room on this phone. */
  full: boolean
}

export type OutgoingState = 'waiting' | 'sending' | 'conflict' | 'refused' | 'done'

/** One operation done on this phone. */
export interface Outgoing {
  key: string
  kind: FieldKind
  state: OutgoingState
  /** Device time at which it was done. */
  at: string
  input: FieldInputs[FieldKind]
  /** Evidence with it, and how much of it has arrived. */
  files: number
  filesSent: number
  /** Why it was refused, is contradicted, or could not be sent the last time. */
  problem: string | null
  /** It can never be done: what it belongs to was given up. */
  hopeless: boolean
  /** The case as the server has it now, where the two versions differ. */
  current: CaseView | null
  caseNo: string | null
  /** Version of the case it made; null before it is done. */
  version: number | null
}

/** What a page hands in to be done, with or without a network. */
export interface Deed<K extends FieldKind = FieldKind> {
  kind: K
  input: FieldInputs[K]
  shots?: readonly Shot[]
  place?: Place | null
  accuracyM?: number | null
  /** Version of the case it is based on; steps of cases need it. */
  version?: number
}

/** The work of the person on this phone: read by every page, done through `submit`. */
export interface Work {
  pack: Pack | null
  line: Line
  outgoing: readonly Outgoing[]
  /** Keeps the deed on this phone; resolves when it is safe there, long before it is sent. */
  submit: <K extends FieldKind>(deed: Deed<K>) => Promise<void>
  /** Sends what waits and fetches the news. */
  syncNow: () => Promise<void>
  /** Sends an operation once more as it is; a contradicted step is then based on the case as it stands now. */
  again: (key: string) => Promise<void>
  /** Gives an operation up. Its photos are deleted from this phone. */
  giveUp: (key: string) => Promise<void>
}

export const WorkContext = createContext<Work | null>(null)

/** The work inside the signed-in app. */
export function useWork(): Work {
  const work = useContext(WorkContext)
  if (!work) throw new Error('useWork outside the signed-in app')
  return work
}

/** The steps of a case done on this phone that the case as it is kept here does not show yet, in order. */
export const stepsUnderWay = (outgoing: readonly Outgoing[], item: Pick<FieldCase, 'id' | 'version'>): Outgoing[] =>
  outgoing.filter(
    (o) =>
      o.kind === 'move' &&
      'caseId' in o.input &&
      o.input.caseId === item.id &&
      (o.state !== 'done' || (o.version ?? 0) > item.version)
  )
