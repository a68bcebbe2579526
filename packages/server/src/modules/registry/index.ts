/** `registry`: every list the city keeps. Types are data, items one table partitioned by type (ADR 0017). */
import { BATCH_ERRORS, REGISTRY_ERRORS } from '@chengyun/contract/registry'
import { may } from '../../platform/actor.ts'
import { defineModule } from '../../platform/module.ts'
import { jobs } from './jobs.ts'
import { hearsOfItem, READ } from './policy.ts'
import './commands/follow-grids.ts'
import { registryRoutes } from './routes.ts'
import './tables.ts'

export { receive } from './batch-files.ts'
export { runBatch } from './batch-run.ts'
export { viewBatch } from './batch-view.ts'
export { releaseBatch } from './commands/batch-publish.ts'
export { addBatchFile, cancelBatch, createBatch, editBatchFile, startBatch } from './commands/batches.ts'
export { createItem, createItems } from './commands/create.ts'
export { recordExport } from './commands/export.ts'
export { editItem, removeItem, restoreItem, type Written } from './commands/items.ts'
export { type AttributeChange, changeAttribute, purgeType, reviveType, shelveType } from './commands/pack-data.ts'
export { type ComponentFeedback, proposeChange, proposeFromCase } from './commands/requests.ts'
export { loadTypes, retireType, saveType } from './commands/types.ts'
export type { Why } from './commands/write.ts'
export { findComponent, type KnownComponent } from './component.ts'
export { type DemoOptions, setUpDemoComponents } from './demo.ts'
export { type DemoWish, setUpWishes } from './demo-packs.ts'
export { type DemoRegistersOptions, setUpDemoRegisters } from './demo-registers.ts'
export { type DemoCity, type DemoItem, demoComponents } from './domain/demo-items.ts'
export { unpackGeometry } from './domain/geometry.ts'
export { shownAttributes } from './domain/masking.ts'
export { packedPairs } from './domain/terms.ts'
export { type RegistryEnv, registryEnv } from './env.ts'
export { exportItems } from './export.ts'
export { rejectsCsv } from './export-rejects.ts'
export { readTable } from './formats/table.ts'
export { BrokenFile } from './formats/types.ts'
export { registerSource } from './layers.ts'
export { mayReadRestricted, mayReadType, planReach, type Reach, type ReachedRow, reaches } from './policy.ts'
export { type ComponentClasses, useComponentClasses } from './ports.ts'
export { registerCollection } from './publication.ts'
export { findUnfinishedBatch } from './queries/batches.ts'
export { listDemoItems } from './queries/demo.ts'
export { countItemsOf, countSaying, listGeometries } from './queries/holds.ts'
export { findItem, findItemById } from './queries/items.ts'
export { beginsWith, reachCondition, reachOf } from './queries/reach.ts'
export { findType, listTypes } from './queries/types.ts'

export default defineModule({
  name: 'registry',
  dependsOn: ['org', 'geo', 'media'],
  migrations: new URL('./migrations/', import.meta.url),
  routes: registryRoutes,
  jobs,
  live: {
    'registry.requested': (actor) => may(actor, 'registry:review'),
    'registry.changed': hearsOfItem,
    // It names no item: whoever reads registers looks again.
    'registry.itemsChanged': (actor) => may(actor, READ),
    'registry.typeChanged': (actor) => may(actor, READ),
    'registry.batchMoved': (actor) => may(actor, 'registry:review')
  },
  errors: { ...REGISTRY_ERRORS, ...BATCH_ERRORS }
})
