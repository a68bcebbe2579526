/** Events of the `geo` module. They carry ids and counts, never rows. */
import { Type } from 'typebox'

export const GEO_EVENTS = {
  'geo.divisionsImported': Type.Object({ accepted: Type.Integer(), rejected: Type.Integer() }),
  'geo.gridsImported': Type.Object({
    accepted: Type.Integer(),
    rejected: Type.Integer(),
    communityCodes: Type.Array(Type.String())
  }),
  'geo.regridded': Type.Object({
    id: Type.String(),
    communityCode: Type.String(),
    retired: Type.Array(Type.String()),
    created: Type.Array(Type.String()),
    altered: Type.Array(Type.String())
  }),
  'geo.dutyGridSaved': Type.Object({ code: Type.String(), gridCount: Type.Integer() })
} as const
