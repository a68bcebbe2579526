import { GEO_ERRORS } from '@chengyun/contract/geo'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'

const fail = thrower(GEO_ERRORS)

export const Within = Type.Optional(Type.String({ pattern: '^\\d{2,12}$' }))
export const Bbox = Type.String({ maxLength: 120 })

/** Reads `west,south,east,north`. Throws GEO_BBOX_INVALID. */
export function readBbox(text: string): [number, number, number, number] {
  const box = text.split(',').map(Number)
  const [w, s, e, n] = box as [number, number, number, number]
  const isSound = box.length === 4 && box.every(Number.isFinite) && w < e && s < n && w >= -180 && e <= 180 && s >= -90 && n <= 90
  if (!isSound) throw fail('GEO_BBOX_INVALID')
  return [w, s, e, n]
}
