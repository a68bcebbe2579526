/** Facts `org` announces. Ids only; whoever needs more reads it. */
export const ORG_EVENTS = {
  /** Units, users, posts, roles, delegations or the roster changed: cached grants are stale. */
  'org.changed': { objectType: 'unit | user | post | role | shift | delegation | organisation', objectId: 'id of the object' },
  /** Somebody signed in or out. */
  'org.signed_in': { userId: 'uuid', sessionId: 'uuid' },
  'org.signed_out': { userId: 'uuid', sessionId: 'uuid' },
  /** An account was locked after repeated failures. */
  'org.account_locked': { userId: 'uuid', until: 'ISO-8601' }
} as const
export type OrgEventName = keyof typeof ORG_EVENTS

export interface OrgChanged {
  objectType: 'unit' | 'user' | 'post' | 'role' | 'shift' | 'delegation' | 'organisation'
  objectId: string
}
