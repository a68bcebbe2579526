import { SYSTEM } from '../../platform/actor.ts'
import type { Job } from '../../platform/module.ts'
import { tidy } from './commands/log.ts'
import type { FieldSettings } from './settings.ts'
import { uploadStore } from './uploads.ts'

/** The keys of operations are known so long: far longer than a device may take to send one. */
const OPERATION_DAYS = 400
/** Nobody is on shift for longer. */
const SHIFT_HOURS = 16

export const jobs: readonly Job[] = [
  {
    name: 'field.tidy',
    everyS: 1800,
    run: async ({ db, now, settings, log }) => {
      const { CHENGYUN_FIELD_TRACK_DAYS: trackDays } = settings as unknown as FieldSettings
      const { tracks, shifts } = await tidy(
        db,
        SYSTEM,
        { trackDays, operationDays: OPERATION_DAYS, shiftHours: SHIFT_HOURS },
        now
      )
      const uploads = await uploadStore(settings).deleteExpired()
      if (tracks + shifts + uploads > 0) log('field tidied', { tracks, shifts, uploads })
    }
  }
]
