import type { AlarmRow } from './domain/alarm.ts'

declare module '../../platform/db.ts' {
  interface Tables {
    'alarms.alarm': AlarmRow & { no: number; rev: number }
  }
}
