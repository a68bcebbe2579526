/** `streams`: what is observed of the things the city keeps lists of (ADR 0019). */
import { DEVICE_ERRORS, STREAMS_ERRORS } from '@chengyun/contract/streams'
import { Type } from 'typebox'
import { may } from '../../platform/actor.ts'
import { defineModule } from '../../platform/module.ts'
import { jobs } from './jobs.ts'
import { hearsOfDevice } from './policy.ts'
import { streamsRoutes } from './routes.ts'
import { placeListeners } from './sensorthings/follow.ts'
import { sensorThingsRoutes } from './sensorthings/routes.ts'
import { StreamsSettings } from './settings.ts'
import { GatewaySettings } from './settings-gateways.ts'

export {
  createFromTemplates,
  createStream,
  editStream,
  ensureProperty,
  ensureSensor,
  ensureThing,
  removeStreams,
  type StreamDraft,
  setMaintenance
} from './commands/catalogue.ts'
export { correctReading } from './commands/correct.ts'
export { commandDevice, createDevice } from './commands/devices.ts'
export { writeHistory } from './commands/history.ts'
export { purgeStreams, renameStreams, type StreamOfType } from './commands/pack-data.ts'
export { removeTemplate, saveTemplate } from './commands/templates.ts'
export { emptyBatch, packBatch, unpackBatch } from './domain/batch-codec.ts'
export type { Catalogue, StreamFacts, ThingFacts } from './domain/catalogue.ts'
export type { LatestRow, LatestValues } from './domain/latest.ts'
export type { Series } from './domain/pack-codec.ts'
export type { Rollup } from './domain/rollup.ts'
export { gatewaysOf } from './gateways/plugin.ts'
export { reachesThing } from './policy.ts'
export { type Intake, type JournalFollower, offerFollower, type Receipt } from './ports.ts'
export { provisionCsv, provisionDevices, readDeviceRows } from './provision.ts'
export {
  findStream,
  findStreamByKey,
  findThing,
  listStreams,
  listStreamsOfThing,
  type StreamRecord
} from './queries/catalogue.ts'
export { type ChartAsked, type ChartOfStream, chartOf } from './queries/chart.ts'
export { countSpoken } from './queries/holds.ts'
export { hotSince, type RollupRow, readDay, readRollups, readSeries } from './queries/readings.ts'
export { listTemplates } from './queries/templates.ts'
export { type Streams, streamsOf } from './runtime.ts'

export default defineModule({
  name: 'streams',
  dependsOn: ['org', 'geo', 'registry'],
  migrations: new URL('./migrations/', import.meta.url),
  routes: streamsRoutes,
  rootRoutes: sensorThingsRoutes,
  listeners: placeListeners,
  jobs,
  live: {
    'streams.deviceOnline': hearsOfDevice,
    'streams.deviceOffline': hearsOfDevice,
    'streams.deviceReplied': (actor) => may(actor, 'alarms:actuate')
  },
  errors: { ...STREAMS_ERRORS, ...DEVICE_ERRORS },
  settings: Type.Object({ ...StreamsSettings.properties, ...GatewaySettings.properties })
})
