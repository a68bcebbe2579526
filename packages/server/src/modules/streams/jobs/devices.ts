import { SYSTEM } from '../../../platform/actor.ts'
import type { Job } from '../../../platform/module.ts'
import { remindOfCalibration } from '../commands/calibration.ts'
import { forgetDeviceLog } from '../commands/device-log.ts'
import { forgetPushNonces, sweepSilent } from '../commands/device-state.ts'

/** What has to be looked at from time to time, by one process. */
export const deviceJobs: readonly Job[] = [
  {
    name: 'streams.devices',
    everyS: 10,
    run: async ({ db, now, log }) => {
      const silent = await sweepSilent(db, SYSTEM, null, now)
      if (silent > 0) log('devices fell silent', { silent })
    }
  },
  {
    name: 'streams.calibration',
    everyS: 3600,
    run: async ({ db, now, log }) => {
      const told = await remindOfCalibration(db, SYSTEM, null, now)
      if (told > 0) log('calibrations due', { told })
    }
  },
  { name: 'streams.deviceLog', everyS: 86_400, run: async ({ db, now }) => void (await forgetDeviceLog(db, SYSTEM, null, now)) },
  { name: 'streams.nonces', everyS: 300, run: ({ db, now }) => forgetPushNonces(db, SYSTEM, null, now) }
]
