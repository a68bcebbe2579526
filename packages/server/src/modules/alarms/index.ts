/** `alarms`: rules over streams, what they find, and who acts on it (ADR 0020). */
import { ALARMS_ERRORS } from '@chengyun/contract/alarms'
import { defineModule } from '../../platform/module.ts'

export default defineModule({
  name: 'alarms',
  dependsOn: [],
  migrations: new URL('./migrations/', import.meta.url),
  errors: ALARMS_ERRORS
})
