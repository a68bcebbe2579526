import { FIELD_ERRORS, type FieldAttended } from '@chengyun/contract/field'
import { may } from '../../platform/actor.ts'
import { defineModule } from '../../platform/module.ts'
import { inScope, scopeOf } from '../org/index.ts'
import { jobs } from './jobs.ts'
import { fieldRoutes } from './routes.ts'
import { FieldSettings } from './settings.ts'

export default defineModule({
  name: 'field',
  dependsOn: ['org', 'geo', 'media', 'registry', 'cases'],
  migrations: new URL('./migrations/', import.meta.url),
  routes: fieldRoutes,
  jobs,
  live: {
    'field.attended': (actor, payload) => {
      const p = payload as unknown as FieldAttended
      return inScope(scopeOf(actor, 'field:watch'), actor.id, {
        districtCode: p.districtCode,
        streetCode: null,
        dutyGridCode: p.dutyGridCodes[0] ?? null,
        unitIds: [],
        personIds: []
      })
    },
    'field.proposed': (actor) => may(actor, 'field:watch'),
    'field.proposalDecided': (actor, payload) => may(actor, 'field:watch') || actor.id === payload.proposerId
  },
  errors: FIELD_ERRORS,
  settings: FieldSettings
})
