/** `streams`: what is observed of the things the city keeps lists of (ADR 0019). */
import { STREAMS_ERRORS } from '@chengyun/contract/streams'
import { defineModule } from '../../platform/module.ts'

export { type Intake, type JournalFollower, offerFollower, type Receipt } from './ports.ts'

export default defineModule({
  name: 'streams',
  dependsOn: [],
  migrations: new URL('./migrations/', import.meta.url),
  errors: STREAMS_ERRORS
})
