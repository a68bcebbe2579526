import type { Actor } from '../../platform/actor.ts'
import { SYSTEM } from '../../platform/actor.ts'

/** In whose name reports of the citizen app are filed and rated: a technical actor, never a person. Who it was stands apart, encrypted. */
export const CITIZEN: Actor = { ...SYSTEM, id: '00000000-0000-7000-8000-00000000000c', name: '市民', username: 'citizen' }
