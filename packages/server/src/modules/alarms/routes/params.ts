/** What addresses and headers of alarms' routes are made of. */
import { Id } from '@chengyun/contract/common'
import { Type } from 'typebox'

export const closed = { additionalProperties: false }
export const ById = Type.Object({ id: Id }, closed)
/** The same act under the same key is done once. */
export const OnceKey = Type.Object({ 'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 100 })) })
