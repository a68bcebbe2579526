/** Events of the `geo` module. They carry ids and counts, never rows. */
import { Type } from 'typebox'

export const GEO_EVENTS = {
  'geo.divisionsImported': Type.Object({ accepted: Type.Integer(), rejected: Type.Integer() }),
  'geo.gridsImported': Type.Object({
    accepted: Type.Integer(),
    rejected: Type.Integer(),
    communityCodes: Type.Array(Type.String())
  }),
  'geo.dutyGridSaved': Type.Object({ code: Type.String(), gridCount: Type.Integer() })
} as const
