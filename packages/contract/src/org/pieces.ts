import { type TSchema, Type } from 'typebox'
import { PERMISSIONS, type Permission } from './permissions.ts'
import { ROLES, type RoleKey, UNIT_KINDS, type UnitKind } from './roles.ts'

// Pieces the schemas of this folder share; not exported to others.
export const Id = Type.String({ format: 'uuid', maxLength: 36 })
export const Instant = Type.String({ format: 'date-time', maxLength: 40 })
export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
export const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength })
export const closed = { additionalProperties: false } as const

export const RoleKeySchema = Type.Unsafe<RoleKey>({ type: 'string', enum: [...ROLES] })
export const PermissionSchema = Type.Unsafe<Permission>({ type: 'string', enum: [...PERMISSIONS] })
export const UnitKindSchema = Type.Unsafe<UnitKind>({ type: 'string', enum: [...UNIT_KINDS] })
/** Digits of a division code: 4 city, 6 district, 9 street, 12 community (GB/T 2260, GB/T 10114). */
export const DivisionCode = Type.String({ pattern: '^[0-9]{2,12}$', maxLength: 12 })
export const GridCode = Type.String({ pattern: '^[0-9A-Za-z-]{1,30}$', maxLength: 30 })
export const Username = Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{1,63}$', maxLength: 64 })
export const UnitKey = Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{1,63}$', maxLength: 64 })
export const Phone = Type.String({ pattern: '^\\+?[0-9]{5,15}$', maxLength: 16 })
