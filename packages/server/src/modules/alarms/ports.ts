import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'

/** A case a person named, as far as alarms need it. */
export interface KnownCase {
  id: string
  caseNo: string
  status: string
}

/** Finds a case this person may see; null where there is none. */
export type CaseLookup = (db: Db, actor: Actor, caseNo: string) => Promise<KnownCase | null>

let lookup: CaseLookup = () => Promise.resolve(null)

/** `cases` comes after this module and fills the port. */
export function useCaseLookup(next: CaseLookup): void {
  lookup = next
}

export const findCaseFor: CaseLookup = (db, actor, caseNo) => lookup(db, actor, caseNo)
