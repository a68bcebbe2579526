import alarms from './modules/alarms/index.ts'
import cases from './modules/cases/index.ts'
import citizen from './modules/citizen/index.ts'
import dispatch from './modules/dispatch/index.ts'
import field from './modules/field/index.ts'
import geo from './modules/geo/index.ts'
import indicators from './modules/indicators/index.ts'
import media from './modules/media/index.ts'
import org from './modules/org/index.ts'
import registry from './modules/registry/index.ts'
import scenarios from './modules/scenarios/index.ts'
import streams from './modules/streams/index.ts'
import type { ModuleDef } from './platform/module.ts'

/** Boot order, written down: each module may depend only on those before it. */
export const MODULES: readonly ModuleDef[] = [
  org,
  geo,
  media,
  registry,
  streams,
  alarms,
  cases,
  dispatch,
  indicators,
  citizen,
  field,
  scenarios
]
