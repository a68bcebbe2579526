import { type Static, Type } from 'typebox'

/** Settings of work in the street. */
export const FieldSettings = Type.Object({
  CHENGYUN_FIELD_MAX_AGE_DAYS: Type.Integer({
    minimum: 1,
    maximum: 365,
    default: 30,
    description: 'Operations of the field app that were done longer ago than this are refused, in days.'
  }),
  CHENGYUN_FIELD_UPLOAD_HOURS: Type.Integer({
    minimum: 1,
    maximum: 720,
    default: 72,
    description: 'An upload of the field app that was not finished for so long is removed.'
  }),
  CHENGYUN_FIELD_TRACK_DAYS: Type.Integer({
    minimum: 1,
    maximum: 3650,
    default: 90,
    description: 'Places of people on shift are kept so long, in days.'
  }),
  CHENGYUN_FIELD_STILL_M: Type.Integer({
    minimum: 10,
    maximum: 1000,
    default: 50,
    description: 'Who moves less than this counts as standing still, in metres.'
  }),
  CHENGYUN_FIELD_STILL_MIN: Type.Integer({
    minimum: 5,
    maximum: 480,
    default: 30,
    description: 'Standing still on shift for so long is shown to whoever watches the field, in minutes.'
  })
})
export type FieldSettings = Static<typeof FieldSettings>
