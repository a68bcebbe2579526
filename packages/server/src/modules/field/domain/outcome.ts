import type { FieldOutcome } from '@chengyun/contract/field'

/** Wrong in itself although its status speaks of something that is there already or not there any more. */
const ALWAYS_REFUSED = new Set(['MEDIA_ALREADY_LINKED', 'MEDIA_NOT_FOUND'])

/**
 * What a refusal of a command means for an operation done earlier on a device. What was allowed when it was done and is not any more
 * (the case moved on, left one's sight, the post was lost) is a conflict that a person decides; what can never be done is refused.
 */
export function outcomeOf(error: { code: string; status: number }): Extract<FieldOutcome, 'conflict' | 'refused' | 'later'> {
  if (error.status >= 500 || error.status === 429) return 'later'
  if (ALWAYS_REFUSED.has(error.code)) return 'refused'
  return error.status === 403 || error.status === 404 || error.status === 409 ? 'conflict' : 'refused'
}
