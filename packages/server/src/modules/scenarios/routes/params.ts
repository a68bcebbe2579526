/** What addresses of packs are made of. */
import { PackId } from '@chengyun/scenario-kit/packs'
import { Type } from 'typebox'

export { PackId }
/** Key of a part of a pack: a page, a layer, a list, a figure. */
export const Key = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })
/** Key of a report: one that there is not is answered by what looks it up. */
export const ReportKey = Type.String({ maxLength: 40 })

export const closed = { additionalProperties: false }
export const ByPack = Type.Object({ pack: PackId }, closed)
