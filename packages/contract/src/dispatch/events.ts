/** Responsibility rules or component owners changed: compiled indexes are stale. */
export interface DispatchChanged {
  changeId: string | null
  rules: number
}

export const DISPATCH_EVENTS = {
  'dispatch.changed': 'Responsibility rules or component owners changed: every process compiles its index anew.'
} as const
export type DispatchEventName = keyof typeof DISPATCH_EVENTS
